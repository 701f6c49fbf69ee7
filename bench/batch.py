"""A folder of small scans through `ocrect batch`: killed again and again, on a full disk, by two commands, and what it costs.

python -m bench.batch kills [--scans 1000] [--times 20]      kill -9 of the whole run at random moments on its way
python -m bench.batch together [--scans 1000]                two commands on one folder
python -m bench.batch full [--scans 300]                     a disk that fills up (a tmpfs: needs root), then a larger one
python -m bench.batch cost [--scans 100] [--engine ppocr]    CPU time beside `ocrect read` of the same files
python -m bench.batch ray [--scans 200] [--times 4]          a Ray cluster of this machine that loses its nodes on the way, and
                                                             the time that it takes beside processes when it loses none

The scans are drawn, each with a number of its own, and really read (by Tesseract, uncorrected, unless --engine says otherwise),
so a lost or doubled one is seen in the text. What is done must not be done again: a result's time of change stays as it was.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FLAGS = ("--no-correct", "--runtime", "none", "--language", "en", "-q")
_NUMBER = re.compile(r"\d+")
_PR_SET_CHILD_SUBREAPER = 36
_SPACE = "size=5500k", "size=64m"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("kills", "together", "full", "cost", "ray"))
    parser.add_argument("--scans", type=int, default=1_000)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", default="tesseract")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        inputs, outputs = Path(folder) / "in", Path(folder) / "out"
        draw(inputs, chosen.scans)
        {"kills": kills, "together": together, "full": full, "cost": cost, "ray": on_ray}[chosen.what](inputs, outputs, chosen)


def draw(folder: Path, count: int) -> None:
    """Scans of a line each, in ten folders: ``Scan number 1234``."""
    font = ImageFont.load_default(size=28)
    for number in range(count):
        picture = Image.new("L", (420, 70), 255)
        ImageDraw.Draw(picture).text((20, 15), f"Scan number {1000 + number}", fill=0, font=font)
        path = folder / f"box{number % 10}" / f"{1000 + number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(path, dpi=(200, 200))


def command(inputs: Path, outputs: Path, engine: str, *more: str) -> list[str]:
    return [sys.executable, "-m", "ocrect", "batch", str(inputs), str(outputs), "--engine", engine, *FLAGS, *more]


def results(outputs: Path) -> dict[Path, int]:
    """The results with their times of change."""
    return {path: path.stat().st_mtime_ns for path in outputs.rglob("*.png.txt")}


def judged(outputs: Path, count: int) -> str:
    """What came of it, in words: files done, kept pages, texts that hold their own number once, and what lies about."""
    report = json.loads((outputs / ".ocrect" / "report.json").read_text(encoding="utf-8"))
    texts = {path: path.read_text(encoding="utf-8") for path in results(outputs)}
    right = sum(_NUMBER.findall(text) == [path.name.split(".")[0]] for path, text in texts.items())
    left = sum(1 for path in outputs.rglob("*") if path.name.endswith((".part", ".partial")))
    return (
        f"{report['files']['done']} of {count} done, {report['pages']} pages kept, {len(texts)} results, "
        f"{right} with their own number once, {left} parts left"
    )


def kills(inputs: Path, outputs: Path, chosen: argparse.Namespace) -> None:
    """A run of a part of the scans tells how long one takes; the kills come at any moment of up to half as much more. They are
    of the command alone, whose workers must notice, or of all its processes.
    """
    chance = random.Random(chosen.seed)
    share = outputs.with_name("share")
    draw(share, max(1, chosen.scans // (2 * chosen.times)))
    began = time.monotonic()
    subprocess.run(command(share, outputs.with_name("share-out"), chosen.engine), check=True, stderr=subprocess.DEVNULL)
    longest = 1.5 * (time.monotonic() - began)
    finished: dict[Path, int] = {}
    again, progress, ended = 0, [], 0
    for _ in range(chosen.times):
        process = subprocess.Popen(command(inputs, outputs, chosen.engine), start_new_session=True, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.0, longest))
        ended += process.poll() is not None
        with contextlib.suppress(ProcessLookupError):
            chance.choice((os.kill, os.killpg))(process.pid, signal.SIGKILL)
        process.wait()
        time.sleep(1.5)  # its workers see that it is gone
        now = results(outputs)
        again += sum(now.get(path) != when for path, when in finished.items())
        finished = now
        progress.append(len(now))
    done = subprocess.run(command(inputs, outputs, chosen.engine), check=False, capture_output=True, text=True)
    now = results(outputs)
    again += sum(now.get(path) != when for path, when in finished.items())
    print(
        f"killed {chosen.times} times ({ended} too late) within {longest:.1f} s, with {progress} done; "
        f"then exit code {done.returncode}: {judged(outputs, chosen.scans)}"
    )
    print(f"finished results that were lost or written again: {again}")


def together(inputs: Path, outputs: Path, chosen: argparse.Namespace) -> None:
    runs = [
        subprocess.Popen(command(inputs, outputs, chosen.engine, "--workers", "1"), stderr=subprocess.PIPE) for _ in range(2)
    ]
    codes = [process.wait() for process in runs]
    print(f"two at once: exit codes {codes}: {judged(outputs, chosen.scans)}")


def full(inputs: Path, outputs: Path, chosen: argparse.Namespace) -> None:
    outputs.mkdir()
    small, large = _SPACE
    subprocess.run(["mount", "-t", "tmpfs", "-o", small, "tmpfs", outputs], check=True)
    try:
        first = subprocess.run(command(inputs, outputs, chosen.engine), check=False, capture_output=True, text=True)
        before = results(outputs)
        print(f"full: exit code {first.returncode}, {len(before)} results; said: {first.stderr.strip().splitlines()[:2]}")
        subprocess.run(["mount", "-o", f"remount,{large}", outputs], check=True)
        second = subprocess.run(command(inputs, outputs, chosen.engine), check=False, capture_output=True, text=True)
        now = results(outputs)
        again = sum(now.get(path) != when for path, when in before.items())
        print(f"with room: exit code {second.returncode}: {judged(outputs, chosen.scans)}; written again: {again}")
    finally:
        subprocess.run(["umount", outputs], check=True)


def cost(inputs: Path, outputs: Path, chosen: argparse.Namespace) -> None:
    scans = sorted(map(str, inputs.rglob("*.png")))
    read = [sys.executable, "-m", "ocrect", "read", *scans, "-o", f"{outputs}-read/", "--engine", chosen.engine, *FLAGS]
    for round_ in range(2):
        shutil.rmtree(outputs, ignore_errors=True)
        one, other = _seconds(read), _seconds(command(inputs, outputs, chosen.engine))
        print(f"{chosen.engine}, round {round_ + 1}: read {one:.1f}, batch {other:.1f} CPU-s: {100 * (other / one - 1):+.1f} %")


def on_ray(inputs: Path, outputs: Path, chosen: argparse.Namespace) -> None:
    """The nodes with the readers, one core each, are ended at random moments and others take their places; the head stays."""
    from ray.cluster_utils import Cluster

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
    cluster.wait_for_nodes()
    try:
        took = {}
        for name, more in (("processes", ()), ("ray", ("--ray", cluster.address))):
            began = time.monotonic()
            line = command(inputs, outputs.with_name(name), chosen.engine, "--workers", "2", *more)
            subprocess.run(line, check=True, stderr=subprocess.DEVNULL)
            took[name] = time.monotonic() - began
        processes, ray = took.values()
        print(f"{chosen.scans} scans on two cores: processes {processes:.1f} s, ray {ray:.1f} s: {ray / processes:.2f} x")
        chance = random.Random(chosen.seed)
        run = subprocess.Popen(
            command(inputs, outputs, chosen.engine, "--ray", cluster.address), stderr=subprocess.PIPE, text=True
        )
        lost = 0
        for _ in range(chosen.times):
            time.sleep(chance.uniform(0.5, 1.5) * ray / chosen.times)
            if run.poll() is None:
                with contextlib.redirect_stdout(None):  # the last words of the node
                    cluster.remove_node(nodes.pop(chance.randrange(len(nodes))), allow_graceful=False)
                nodes.append(cluster.add_node(num_cpus=1))
                lost += 1
        _, said = run.communicate()
        print(f"{lost} nodes lost: exit code {run.returncode}: {judged(outputs, chosen.scans)}")
        print(f"readers said to be lost: {said.count('its reader was lost')}")
    finally:
        cluster.shutdown()


def _seconds(command: list[str]) -> float:
    """CPU time of a command and of all processes that it started, also of those that end a moment after it (Linux)."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
