"""Layers on the GPU: tokens per second with none, half and all of them, and the device's memory before, during and after.

    python -m bench.gpu_layers MODEL.gguf

Each row is a process of its own. `after close` is the device's used memory when the model is closed but the process still
runs; `after end` when it is gone. Without a GPU (or without GPU support in llama.cpp) there is one row, for the CPU.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import subprocess
import time
from pathlib import Path

from ocrect.hub.gguf import read_headers
from ocrect.settings import Settings

PROMPT = "Correct the OCR errors in this line and repeat it: Paymcnt is duc witbin tbirty days of tbe invoicc datc. " * 8
TOKENS = 128


def device_memory() -> float:
    """Used memory of the first GPU in MB as its driver says; 0 where there is none."""
    if shutil.which("nvidia-smi") is None:
        return 0.0
    query = ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits", "--id=0"]
    return float(subprocess.run(query, capture_output=True, text=True, check=True).stdout)


def measure(model: Path, layers: int) -> dict[str, float]:
    """One choice of layers, in this process: seconds to load, tokens a second read and written, MB on the device."""
    from ocrect import hub
    from ocrect.llm.llama_cpp import LlamaCpp

    settings = Settings(model=str(model), gpu_layers=str(layers))
    runtime = LlamaCpp(hub.find(settings), settings)
    start = time.perf_counter()
    runtime.score("a", ["b"])
    row = {"load s": time.perf_counter() - start}
    used = runtime.description()["gpu_layers"]
    row["layers on the GPU"] = float(used)
    runtime.generate(PROMPT[:200], max_tokens=8)  # warm
    scored, pasts = [], []
    for run in range(3):
        start = time.perf_counter()
        runtime.score(f"{run} ", [PROMPT])
        scored.append(time.perf_counter() - start)
        start = time.perf_counter()
        runtime.generate(f"{run} {PROMPT}", grammar="root ::= [a-z .,0-9]{600}", max_tokens=TOKENS)
        pasts.append(time.perf_counter() - start)
    length = runtime._opened().model.tokens(PROMPT)
    row["read tok/s"] = len(length) / min(scored)
    row["written tok/s"] = TOKENS / (min(pasts) - min(scored))
    row["MB loaded"] = device_memory()
    runtime.close()
    row["MB after close"] = device_memory()
    return row


def measure_child(model: Path, layers: int) -> dict[str, float]:
    """The same layers with the model in a child process, as it runs by default: MB on the device, loaded and after close."""
    from ocrect.llm.llama_cpp import build

    runtime = build(Settings(model=str(model), gpu_layers=str(layers)))
    runtime.score("a", ["b"])
    loaded = device_memory()
    runtime.close()
    return {"MB loaded": loaded, "MB after close": device_memory()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.gpu_layers", description=__doc__)
    parser.add_argument("model", type=Path)
    model: Path = parser.parse_args().model
    all_layers = read_headers([model]).layers + 1
    context = multiprocessing.get_context("spawn")
    for asked in dict.fromkeys((0, all_layers // 2, all_layers)):
        before = device_memory()
        with context.Pool(1) as pool:
            row = pool.apply(measure, (model, asked))
        row = {"asked": asked, "MB before": before, **row, "MB after end": device_memory()}
        print("  ".join(f"{name} {value:.1f}" for name, value in row.items()), flush=True)
        if row["layers on the GPU"] == 0 and asked:
            return
    row = measure_child(model, all_layers)
    print("in a child process:  " + "  ".join(f"{name} {value:.1f}" for name, value in row.items()))


if __name__ == "__main__":
    main()
