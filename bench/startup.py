"""How long `import ocrect` and `ocrect --help` take, in processes of their own, beside a bare `python -c pass`."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import ocrect": [sys.executable, "-c", "import ocrect"],
    "ocrect --help": [sys.executable, "-m", "ocrect", "--help"],
}


def run(runs: int = 9) -> None:
    """Print a row a command: the median of ``runs`` runs in seconds, and what it takes beyond a bare Python."""
    medians = {}
    for name, command in COMMANDS.items():
        times = []
        for _ in range(runs + 1):
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            times.append(time.perf_counter() - start)
        medians[name] = statistics.median(times[1:])
    bare = medians["python -c pass"]
    for name, seconds in medians.items():
        print(f"{name:16} {seconds:6.3f} s   beyond a bare Python {seconds - bare:6.3f} s   ratio {seconds / bare:4.1f}")
