"""Memory of the caller before, with, and after the model, over many cycles; seconds to the first edit, cold and warm.

    python -m bench.model_memory [--model MODEL.gguf] [--cycles 20]

One table for the model in a child process, one for it inline, each measured in a fresh process. Linux only: memory is resident
memory from /proc. "First edit" is from the call to the corrected text of one line; cold starts and loads, warm does not.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import statistics
import time
from pathlib import Path
from typing import Any

from ocrect.pipeline import Pipeline
from ocrect.settings import Settings

LINE = "Please pay the total arnount due within thirty days of the invoicc date."
OTHER = "The custorner paid the whole arnount within sixty days of the invoicc."  # scores of the same line are kept


def resident(pid: int | str = "self") -> float:
    """Resident memory of a process in MB; 0 where there is none."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except FileNotFoundError:
        return 0.0
    found = [line.split()[1] for line in text.splitlines() if line.startswith("VmRSS")]
    return float(found[0]) / 1024 if found else 0.0


def measure(settings: Settings, cycles: int) -> dict[str, Any]:
    """One mode, in this process: MB of caller and child by cycle, seconds to the first edit, ms a call costs by itself."""
    with Pipeline(settings.with_(correct=True, runtime="none", accept_text_only=True)) as plain:
        plain.correct(LINE)  # word lists and libraries that any correction needs
    before = resident()
    rows = []
    pipeline = Pipeline(settings.with_(accept_text_only=True))
    for _ in range(cycles):
        start = time.perf_counter()
        pipeline.correct(LINE)
        cold = time.perf_counter() - start
        start = time.perf_counter()
        pipeline.correct(OTHER)
        warm = time.perf_counter() - start
        runtime: Any = pipeline.runtime()
        start = time.perf_counter()
        for _ in range(200):
            runtime.score("", [""])  # no pass of the model: what is left is the way there and back
        call = (time.perf_counter() - start) / 200 * 1000
        pid = getattr(runtime.model, "pid", None)
        loaded, child = resident(), resident(pid) if pid else 0.0
        pipeline.close()
        gc.collect()
        rows.append((cold, warm, call, loaded, child, resident(), resident(pid) if pid else 0.0))
    return {"before": before, "rows": rows}


def show(mode: str, found: dict[str, Any]) -> None:
    rows, before = found["rows"], found["before"]
    print(f"\n{mode}: caller before {before:.0f} MB")
    print("cycle  cold s  warm s  call ms  caller loaded MB  child MB  caller closed MB  child after MB")
    shown = [row for i, row in enumerate(rows) if i in (0, 1, 4, 9, len(rows) - 1)]
    for row in shown:
        print("{:5d}  {:6.2f}  {:6.2f}  {:7.3f}  {:16.0f}  {:8.0f}  {:16.0f}  {:14.0f}".format(rows.index(row) + 1, *row))
    cold, warm = (statistics.median(row[i] for row in rows) for i in (0, 1))
    print(f"median cold {cold:.2f} s, warm {warm:.2f} s; after the last close the caller has {rows[-1][5] - before:+.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.model_memory", description=__doc__)
    parser.add_argument("--model", default="", help="a .gguf file (the embedded default where left out)")
    parser.add_argument("--cycles", type=int, default=20)
    chosen = parser.parse_args()
    for mode in ("child", "inline"):
        settings = Settings.load(model=chosen.model, model_process=mode)
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            show(mode, pool.apply(measure, (settings, chosen.cycles)))


if __name__ == "__main__":
    main()
