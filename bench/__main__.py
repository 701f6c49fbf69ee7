"""`python -m bench accuracy --data FOLDER`, `python -m bench startup`, …"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

DEFAULT_RUNS = ("engine=ppocr", "engine=tesseract", "engine=ppocr second_engine=tesseract")


def main() -> None:
    top = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("startup", help="import and --help times")
    accuracy = commands.add_parser("accuracy", help="CER, number recall, harm, time and memory on data with truth")
    accuracy.add_argument("--data", type=Path, default=os.environ.get("OCRECT_BENCH_DATA"), help="folder with manifest.jsonl")
    accuracy.add_argument("--set", action="append", help="sets of the manifest (default: SROIE and tesseract-test)")
    accuracy.add_argument("--run", action="append", help='settings of one run, as "engine=ppocr prompt=financial"')
    accuracy.add_argument("--limit", type=int, default=0, help="pages per set (default: all)")
    accuracy.add_argument("--keep", type=Path, help="folder where what was read is kept for the next run")
    options = top.parse_args()
    if options.command == "startup":
        from bench import startup

        startup.run()
    else:
        from bench.accuracy import run

        if options.data is None:
            top.error("name the folder of data: --data FOLDER, or OCRECT_BENCH_DATA")
        runs = [dict(pair.split("=", 1) for pair in text.split()) for text in options.run or DEFAULT_RUNS]
        run(Path(options.data), options.set or ["SROIE", "tesseract-test"], runs, options.limit, options.keep)


if __name__ == "__main__":
    main()
