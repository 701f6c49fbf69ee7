"""`python -m bench accuracy --data FOLDER`, `python -m bench startup`, …"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from bench import scan
from bench.dataset import Scan
from bench.reading import Choice, from_words, pages_of

DEFAULT_RUNS = ("engine=ppocr", "engine=tesseract", "engine=ppocr second_engine=tesseract")

RUNTIMES = ("none", "llama-cpp")


def main() -> None:
    top = _parser()
    options = top.parse_args()
    if options.command == "startup":
        from bench import startup

        startup.run()
    elif options.command == "growth":
        from bench import growth

        growth.run(options.only, options.most)
    elif options.command == "adversarial":
        from bench import adversarial

        adversarial.run(options.lines, options.replies, options.runtime or RUNTIMES, options.seed, options.keep)
    elif options.data is None:
        top.error("name the folder of data: --data FOLDER, or OCRECT_BENCH_DATA")
    elif options.command == "pairs":
        from bench import pairs

        pick = slice(options.skip, None, options.every)
        pairs.run(Path(options.data), options.set or [], _settings(options.run or ["runtime=none", ""]), pick, options.limit)
    elif options.command == "oracle":
        from bench import oracle

        sets, models = options.set or ["scans"], options.model or oracle.MODELS
        chosen = oracle.Chosen(options.data, options.keep, options.half, options.limit, options.seed)
        oracle.run(chosen, sets, models, text_only=options.text_only)
    elif options.command == "amounts":
        from bench import amounts

        amounts.run(_choices(options, dpi=[150, 200], strength="light"), _settings(options.run or DEFAULT_RUNS[::2]))
    else:
        _run_on_sets(options)


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("startup", help="import and --help times")
    growth = commands.add_parser("growth", help="how CPU time grows with the size of a line, a word, a page")
    growth.add_argument(
        "--only", action="append", default=[], help="line, page, plain, amounts, repeat, zeros, compound, boxes"
    )
    growth.add_argument("--most", type=int, default=8, help="the largest multiple of the least size")
    accuracy = commands.add_parser("accuracy", help="CER, number recall, harm, time and memory on data with truth")
    _on_pages(accuracy, sets="SROIE and tesseract-test")
    accuracy.add_argument("--worst", type=int, default=0, help="how many of the worst pages to print beside the truth")
    _on_pages(commands.add_parser("amounts", help="amounts of scanned invoices, right and changed wrongly"))
    ablation = commands.add_parser("ablation", help="the correction with parts left out")
    _on_pages(ablation, sets="SROIE")
    ablation.add_argument("--part", action="append", default=[], help="run only the part of this name (default: all)")
    _on_pages(commands.add_parser("detector", help="does it look where the errors are?"), sets="SROIE")
    pairs = commands.add_parser("pairs", help="what correcting plain text does, on pairs of read and true text")
    _on_data(pairs, sets="all of kind pair", of="pairs")
    pairs.add_argument("--skip", type=int, default=0, help="pairs of a set to leave out at its head")
    pairs.add_argument("--every", type=int, default=1, help="of the others, take the first of every so many")
    oracle = commands.add_parser("oracle", help="is a model that knows the truth heard, and one that invents not believed?")
    _on_data(oracle, sets="scans", of="pages")
    _keeping(oracle)
    oracle.add_argument("--model", action="append", choices=("truth", "inventions", "nonsense"), help="(default: all three)")
    oracle.add_argument(
        "--half", default="table", choices=("tune", "table", "all"), help="which half of the pages, by their names"
    )
    oracle.add_argument("--text-only", action="store_true", help="without the images")
    oracle.add_argument("--seed", type=int, default=0, help="another seed draws other inventions")
    adversarial = commands.add_parser("adversarial", help="true and plausible wrong edits, and fuzzed replies of a model")
    adversarial.add_argument("--lines", type=int, default=5000, help="drawn lines (0: none)")
    adversarial.add_argument("--replies", type=int, default=100_000, help="replies of a hostile model (0: none)")
    adversarial.add_argument("--runtime", action="append", help="for the language model (default: none, and llama-cpp)")
    adversarial.add_argument("--seed", type=int, default=1, help="another seed draws other lines and other replies")
    _keeping(adversarial)
    return top


def _on_data(command: argparse.ArgumentParser, sets: str, of: str) -> None:
    """The options of a command that needs data; ``sets``: which ones it takes by default, in words; ``of``: what they hold."""
    command.add_argument("--data", type=Path, default=os.environ.get("OCRECT_BENCH_DATA"), help="folder with manifest.jsonl")
    if sets:
        command.add_argument("--set", action="append", help=f"sets of the manifest (default: {sets})")
    command.add_argument("--run", action="append", help='settings of one run, as "engine=ppocr prompt=financial"')
    command.add_argument("--limit", type=int, default=0, help=f"{of} per set (default: all)")


def _on_pages(command: argparse.ArgumentParser, sets: str = "") -> None:
    """The options of a command that reads pages; ``sets`` as in :func:`_on_data`."""
    _on_data(command, sets, of="pages")
    command.add_argument("--pages", default="", help="pages of PDFs, as 3,7,20 (default: all)")
    command.add_argument("--dpi", type=int, action="append", help="dots per inch at which PDFs are scanned")
    command.add_argument("--scan", action="append", choices=scan.names(), help="how bad the scans are (default: none)")
    _keeping(command)


def _keeping(command: argparse.ArgumentParser) -> None:
    command.add_argument("--keep", type=Path, help="folder where what was read is kept for the next run")


def _run_on_sets(options: argparse.Namespace) -> None:
    """Run a command that reads the pages of sets, once for each resolution and strength."""
    for choice in _choices(options):
        if options.command == "ablation":
            from bench import ablation

            ablation.run(choice, options.set or ["SROIE"], _settings(options.run or [""]), options.part)
        elif options.command == "detector":
            from bench import detector

            detector.run(choice, options.set or ["SROIE"], _settings(options.run or DEFAULT_RUNS[2:]))
        else:
            from bench import accuracy

            sets = options.set or ["SROIE", "tesseract-test"]
            accuracy.run(choice, sets, _settings(options.run or DEFAULT_RUNS), options.worst)


def _choices(options: argparse.Namespace, dpi: Sequence[int] = (300,), strength: str = "none") -> list[Choice]:
    """Every wanted resolution at every wanted strength; ``dpi`` and ``strength`` where the options name none."""
    pages = pages_of(options.pages)
    hows = [Scan(d, s) for d in options.dpi or dpi for s in options.scan or [strength]]
    return [Choice(Path(options.data), how, pages, options.limit, options.keep) for how in hows]


def _settings(runs: Sequence[str]) -> list[dict[str, str]]:
    return list(map(from_words, runs))


if __name__ == "__main__":
    main()
