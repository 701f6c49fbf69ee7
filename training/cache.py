"""Features of drawn lines on disk: a shard a file, each made from its own seeds, so that a run that stopped goes on.

The backbone's map is kept in eight bits a number, each of its numbers on its own scale.
"""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training import draw, faces, texts
from training.backbone import Backbone, Features
from training.whole import written

SHARD = 100  # lines
LARGEST = 127  # of eight bits with a sign
CALIBRATION = 64  # lines that the scales are taken from


class Lines(NamedTuple):
    """Lines one behind another: ``neck`` ``(frames, 120)`` float16, ``map`` ``(frames, 2304)`` int8, first frames, texts."""

    neck: NDArray[np.float16]
    map: NDArray[np.int8]
    starts: NDArray[np.int64]
    texts: list[str]


def scales(folder: Path) -> NDArray[np.float32]:
    """What one step of the eight bits is for each of the map's numbers ``(2304,)``; made once from the first lines."""
    path = folder / "scales.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        backbone, chosen = Backbone(), faces.training()
        rows = np.concatenate([backbone(draw.line(f"scales/{n}", chosen).bgr).map for n in range(CALIBRATION)])
        with written(path) as file:
            np.save(file, (np.quantile(np.abs(rows), 0.9995, axis=0) / LARGEST).astype(np.float32) + 1e-6)
    return np.load(path)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Lines to keep: the folder's name for them, how many, in which fonts, saying what."""

    name: str
    lines: int
    seed: int
    held_out: bool = False
    say: Callable[[random.Random], texts.Text] = texts.line


def fill(folder: Path, wanted: Wanted, processes: int = 2) -> None:
    """Draw the lines and keep their features under ``folder / name``; shards that are there stay."""
    step = scales(folder)
    (folder / wanted.name).mkdir(parents=True, exist_ok=True)
    missing = [n for n in range(-(-wanted.lines // SHARD)) if not _path(folder, wanted.name, n).exists()]
    chosen = faces.held_out() if wanted.held_out else faces.training()  # opened once, shared by the processes
    with multiprocessing.get_context("fork").Pool(processes, _start, (chosen, step, wanted)) as pool:
        jobs = [(_path(folder, wanted.name, n), range(n * SHARD, min(wanted.lines, (n + 1) * SHARD))) for n in missing]
        for done, path in enumerate(pool.imap_unordered(_shard, jobs), start=1):
            print(f"{path.parent.name}/{path.name}: {done} of {len(jobs)}", flush=True)


def shards(folder: Path, name: str) -> Iterator[Lines]:
    """The kept shards in order."""
    for path in sorted((folder / name).glob("*.npz")):
        with np.load(path) as held:
            yield Lines(held["neck"], held["map"], held["starts"], held["texts"].tolist())


def packed(features: Features, step: NDArray[np.float32]) -> tuple[NDArray[np.float16], NDArray[np.int8]]:
    """The features of a line as they are kept."""
    rounded = np.clip(np.round(features.map / step), -LARGEST, LARGEST)
    return features.neck.astype(np.float16), rounded.astype(np.int8)


class _Worker(NamedTuple):
    """What a process draws with."""

    backbone: Backbone
    faces: faces.Faces
    step: NDArray[np.float32]
    wanted: Wanted


_workers: list[_Worker] = []


def _start(chosen: faces.Faces, step: NDArray[np.float32], wanted: Wanted) -> None:
    _workers[:] = [_Worker(Backbone(), chosen, step, wanted)]


def _shard(job: tuple[Path, range]) -> Path:
    path, numbers = job
    (worker,) = _workers
    seed = f"{worker.wanted.seed}/{worker.wanted.name}"
    drawn = [draw.line(f"{seed}/{number}", worker.faces, worker.wanted.say) for number in numbers]
    kept = [packed(worker.backbone(line.bgr), worker.step) for line in drawn]
    starts = np.cumsum([0, *(len(neck) for neck, _ in kept)])
    with written(path) as file:
        np.savez(
            file,
            neck=np.concatenate([neck for neck, _ in kept]),
            map=np.concatenate([columns for _, columns in kept]),
            starts=starts,
            texts=np.array([line.text for line in drawn]),
        )
    return path


def _path(folder: Path, name: str, number: int) -> Path:
    return folder / name / f"{number:05}.npz"
