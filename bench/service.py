"""A service under load, killed at random, and through a long life.

    python -m bench.service load [--requests 300] [--scans 12]
    python -m bench.service kills [--times 20]
    python -m bench.service life [--jobs 1000] [--loads 60]

Everything runs against a real ``ocrect serve`` with two workers. Documents are PDFs with a text layer and plain texts, which
rules correct, so that hundreds cost little; ``--scans`` are pictures that the engine reads; ``--loads`` are texts that the
model sees, which is loaded for each and freed after it.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import random
import signal
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.served import HOSTILE, Service, a_pdf, a_scan, a_text, resident, serving

CORES = 2
RULES = ("--runtime", "none", "--workers", str(CORES))


@dataclass
class Seen:
    """What clients saw of one service."""

    latency: list[float] = field(default_factory=list)
    jobs: list[tuple[float, float]] = field(default_factory=list)
    """When each was sent, and the seconds of work that it was."""
    memory: list[tuple[float, float]] = field(default_factory=list)
    """MB of the service's own process, and of all of them, after each request."""
    wrong: list[str] = field(default_factory=list)
    hostile: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


def load(requests: int, scans: int) -> None:
    """16 clients: documents and texts, one in ten hostile."""
    dice = random.Random(14)
    plan = ["scan"] * scans + ["text"] * (requests // 3)
    plan += ["pdf"] * (requests - len(plan))
    plan += [what.__name__ for _ in range(-(-requests // (10 * len(HOSTILE)))) for what in HOSTILE][: requests // 10]
    dice.shuffle(plan)
    seen = Seen()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "data", *RULES, "--body-seconds", "3") as service:
        for number in range(4):  # both workers have started and read once
            service.send(a_scan(random.Random(number)), "x.png", Prefer="wait=120")
        with ThreadPoolExecutor(16) as clients:
            list(clients.map(lambda at: _one(service, seen, plan[at], random.Random(at)), range(len(plan))))
        log = Path(folder, "service.log").read_text(encoding="utf-8")[-3_000:]
    expected = simulated(seen.jobs)
    p95, bar = _p95(seen.latency), 1.5 * _p95(expected)
    if seen.wrong:
        print(log)
    first, last = (statistics.mean(own for own, _ in part) for part in (seen.memory[:100], seen.memory[-100:]))
    first_all, last_all = (statistics.mean(every for _, every in part) for part in (seen.memory[:100], seen.memory[-100:]))
    print(f"{len(plan)} requests, {sum(seen.hostile.values())} hostile: {dict(seen.hostile)}")
    print(f"answers that were not the right ones: {len(seen.wrong)} {seen.wrong[:5]}")
    print(f"p95 latency {p95:.2f} s; by work, cores and queue alone {_p95(expected):.2f} s (bar {bar:.2f} s)")
    print(f"MB, service alone: first 100 {first:.1f}, last 100 {last:.1f} ({100 * (last / first - 1):+.1f} %)")
    print(f"MB, with workers:  first 100 {first_all:.1f}, last 100 {last_all:.1f} ({100 * (last_all / first_all - 1):+.1f} %)")
    tenths = [seen.memory[at : at + len(seen.memory) // 10] for at in range(0, len(seen.memory), len(seen.memory) // 10)]
    print("MB, with workers, the most in each tenth:", *(round(max(every for _, every in part)) for part in tenths))


def _one(service: Service, seen: Seen, what: str, dice: random.Random) -> None:
    hostile = {made.__name__: made for made in HOSTILE}
    if what in hostile:
        if not hostile[what](service, dice):
            seen.wrong.append(what)
        seen.hostile[what] += 1
    else:
        _well_meant(service, seen, what, dice)
    tree = service.tree()
    with seen.lock:
        seen.memory.append((resident(service.process.pid), sum(map(resident, tree))))


def _well_meant(service: Service, seen: Seen, what: str, dice: random.Random) -> None:
    body = {"pdf": lambda: a_pdf(dice, dice.randrange(1, 5)), "scan": lambda: a_scan(dice), "text": lambda: a_text(dice)}[
        what
    ]()
    began = time.monotonic()
    if what == "text":
        status, headers, _ = service.ask("POST", "/v1/correct", body, {"Content-Type": "text/plain", "Prefer": "wait=300"})
        place = headers.get("content-location", "").partition("/result")[0]
    else:
        status, headers, _ = service.send(body, f"x.{what}", Prefer="wait=300")
        place = headers.get("location", "")
    ended = time.monotonic()
    state = json.loads(service.ask("GET", place)[2]) if place else {}
    with seen.lock:
        if status != 200 or state.get("state") != "done":
            seen.wrong.append(f"{what} {status} {state.get('state')} {state.get('problems')}")
        seen.latency.append(ended - began)
        seen.jobs.append((began, float(state.get("seconds", 0.0))))


def simulated(jobs: Sequence[tuple[float, float]]) -> list[float]:
    """Latency of each job where ``CORES`` workers take them in the order that they came and nothing else costs time."""
    free = [0.0] * CORES
    found = []
    for began, work in sorted(jobs):
        end = max(began, heapq.heappop(free)) + work
        heapq.heappush(free, end)
        found.append(end - began)
    return found


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else 0.0


def kills(times: int) -> None:
    """The service, or a worker, killed with SIGKILL at random moments while documents come in: what is lost or doubled."""
    dice = random.Random(5)
    documents = [(a_pdf(dice, pages), pages) for pages in (dice.randrange(1, 40) for _ in range(30))]
    killed: Counter[str] = Counter()
    taken: dict[int, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        while sum(killed.values()) < times:
            with serving(data, *RULES, ended=False) as service:
                while sum(killed.values()) < times:
                    _send_some(service, documents, taken)
                    time.sleep(dice.uniform(0.1, 4.0))
                    workers = service.workers()
                    if workers and dice.random() < 0.5:
                        killed["worker"] += 1
                        with suppress(ProcessLookupError):
                            os.kill(dice.choice(workers), signal.SIGKILL)
                    else:
                        killed["service"] += 1
                        break
                service.process.kill()
        with serving(data, *RULES) as service:
            _send_some(service, documents, taken, every=True)
            states = [json.loads(service.ask("GET", taken[n], b"", {"Prefer": "wait=300"})[2]) for n in range(len(documents))]
            texts = [service.ask("GET", f"{taken[n]}/result")[2].decode() for n in range(len(documents))]
            kept = len(list((data / "uploads").iterdir()))
    lost = sum(state["state"] != "done" for state in states)
    pages = [
        (state["pages"]["done"], text.count("Page "), wanted)
        for state, text, (_, wanted) in zip(states, texts, documents, strict=True)
    ]
    wrong = sum(not (done == shown == wanted) for done, shown, wanted in pages)
    print(f"killed {dict(killed)}; {len(documents)} documents sent with a key, again after each failure")
    print(f"lost {lost}, doubled {kept - len(documents)}, with other pages than were sent {wrong}")


def _send_some(service: Service, documents: Sequence[tuple[bytes, int]], taken: dict[int, str], *, every: bool = False) -> None:
    """Send the next three documents that were not taken in yet, or all; each has an Idempotency-Key and may be sent twice."""
    missing = [number for number in range(len(documents)) if number not in taken]
    for number in missing if every else missing[:3]:
        with suppress(OSError, ValueError):
            status, headers, _ = service.send(documents[number][0], f"{number}.pdf", **{"Idempotency-Key": f"doc-{number}"})
            if status in (200, 202):
                taken[number] = headers["location"]


def life(jobs: int, loads: int) -> None:
    """Many small jobs, a model loaded and freed many times; what is left of it."""
    dice = random.Random(9)
    flags = ("--workers", str(CORES), "--keep-alive", "0", "--worker-idle", "3", "--keep-seconds", "20", "--queue", "100000")
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "data", *flags) as service:
        temporary = set(Path(tempfile.gettempdir()).iterdir())
        before = _state(service)
        models = 0
        for number in range(jobs + loads):
            text = a_text(dice) if number % ((jobs + loads) // loads) == 0 else b"No. %d" % number
            status, _, _ = service.ask("POST", "/v1/correct", text, {"Content-Type": "text/plain", "Prefer": "wait=300"})
            assert status == 200, status
            models += len(text) > 60
        after_work = _state(service)
        time.sleep(75)  # workers end after three seconds without work; what is done is deleted within fifty
        after = _state(service)
        left = sum(1 for folder in ("uploads", "results") for _ in (service.data / folder).iterdir())
        new = {path for path in set(Path(tempfile.gettempdir()).iterdir()) - temporary if "ocrect" in path.name}
    print(f"{jobs + loads} jobs, {models} of them with the model, loaded and freed for each")
    for name, state in (("before", before), ("after the work", after_work), ("a rest later", after)):
        print(f"{name}: service {state[0]:.0f} MB, processes {state[1]}, file handles {state[2]}")
    print(f"uploads and results left {left}, temporary files left {len(new)}")


def _state(service: Service) -> tuple[float, int, int]:
    return resident(service.process.pid), len(service.tree()), len(list(Path(f"/proc/{service.process.pid}/fd").iterdir()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("load", "kills", "life"))
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--scans", type=int, default=12)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--loads", type=int, default=60)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the service is ended too
    if chosen.what == "load":
        load(chosen.requests, chosen.scans)
    elif chosen.what == "kills":
        kills(chosen.times)
    else:
        life(chosen.jobs, chosen.loads)


if __name__ == "__main__":
    main()
