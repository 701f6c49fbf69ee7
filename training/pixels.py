"""Drawn lines as the recogniser sees them, 48 pixels high: on disk, a shard a file, made from its own seeds; and in batches."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.recognise import HEIGHT, LEAST_WIDTH, as_high_as_seen
from training import draw, faces
from training.backbone import PIXELS
from training.train import MOST_SYMBOLS, Alphabet, frames_needed
from training.whole import written

SHARD = 100  # lines
WIDTHS = (240, 320, 416, 544, 704, 896, 1152, 1408, 1664)  # pixels that batches are padded to: for each the kernels are set up
SIZE = 16384  # pixels of a batch's width, all its lines together
POLL, LONGEST = 0.2, 900.0  # seconds, where a shard is not drawn yet: until it is looked for again, and until that is given up

Batch = Mapping[str, NDArray[Any]]


class Shard(NamedTuple):
    """Lines one beside another: ``pixels`` ``(48, width of all, 3)``, blue first, their first columns, their texts."""

    pixels: NDArray[np.uint8]
    starts: NDArray[np.int64]
    texts: list[str]


class Job(NamedTuple):
    """A shard to draw: which lines, in which fonts."""

    path: Path
    seed: str
    lines: range
    held_out: bool


def jobs(folder: Path, name: str, lines: int, seed: int, *, held_out: bool = False) -> list[Job]:
    """The shards of so many lines, under ``folder / name``."""
    (folder / name).mkdir(parents=True, exist_ok=True)
    starts = range(0, lines, SHARD)
    return [
        Job(folder / name / f"{start // SHARD:05}.npz", f"{seed}/{name}", range(start, min(lines, start + SHARD)), held_out)
        for start in starts
    ]


def draw_shard(job: Job) -> None:
    """Draw the lines of a shard and keep them; one that is there stays."""
    if job.path.exists():
        return
    chosen = faces.held_out() if job.held_out else faces.training()
    lines = [draw.line(f"{job.seed}/{number}", chosen) for number in job.lines]
    images = [_lowered(line.bgr) for line in lines]
    with written(job.path) as file:
        starts = np.cumsum([0, *(image.shape[1] for image in images)])
        np.savez(file, pixels=np.concatenate(images, 1), starts=starts, texts=np.array([line.text for line in lines]))


def shard(path: Path) -> Shard:
    """A kept shard, as soon as it is drawn.

    Raises:
        TimeoutError: it was not for :data:`LONGEST` seconds: who draws it has stopped.
    """
    until = time.monotonic() + LONGEST
    while not path.exists():
        if time.monotonic() > until:
            raise TimeoutError(f"{path} was not drawn within {LONGEST:.0f} seconds: see what the drawing processes say")
        time.sleep(POLL)
    with np.load(path) as held:
        return Shard(held["pixels"], held["starts"], held["texts"].tolist())


def _lowered(bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The line as high as the recogniser wants it, and as wide as whole frames are (the engine's line is at most 4 off)."""
    width = max(1, round(bgr.shape[1] * HEIGHT / bgr.shape[0] / PIXELS)) * PIXELS
    return as_high_as_seen(bgr, width)


class Pool:
    """Lines in memory, by the width that they are padded to."""

    def __init__(self, alphabet: Alphabet) -> None:
        self.alphabet = alphabet
        self._groups: dict[int, list[tuple[Shard, int]]] = {width: [] for width in WIDTHS}

    def __len__(self) -> int:
        return sum(map(len, self._groups.values()))

    def add(self, new: Shard) -> None:
        """Those lines of a shard that are not too long, and have the frames that CTC needs."""
        for number, text in enumerate(new.texts):
            width = int(new.starts[number + 1] - new.starts[number])
            if frames_needed(text) * PIXELS <= width <= WIDTHS[-1] and len(text) <= MOST_SYMBOLS:
                self._groups[min(w for w in WIDTHS if w >= width)].append((new, number))

    def taken(self) -> Iterator[Batch]:
        """Batches of the lines that there are enough of; these are then no longer in the pool."""
        for width, members in self._groups.items():
            count = SIZE // width
            while len(members) >= count:
                yield self._batch(width, members[:count])
                del members[:count]

    def batches(self) -> Iterator[tuple[Batch, list[str]]]:
        """All lines once, and what they say; they stay."""
        for width, members in self._groups.items():
            count = SIZE // width
            for start in range(0, len(members), count):
                chosen = members[start : start + count]
                yield self._batch(width, chosen), [held.texts[number] for held, number in chosen]

    def _batch(self, padded: int, members: Sequence[tuple[Shard, int]]) -> Batch:
        """``images`` ``(lines, 48, width, 3)``; of each line the ``ends`` of its pixels, and ``widths``: what the engine shows
        of it; ``frame_padding`` and ``label_padding`` are 1 behind the ends.
        """
        count, symbols = len(members), min(MOST_SYMBOLS, padded // PIXELS)
        images = np.zeros((count, HEIGHT, padded, 3), np.uint8)
        ends = np.zeros(count, np.int32)
        for row, (held, number) in enumerate(members):
            start, end = held.starts[number], held.starts[number + 1]
            images[row, :, : end - start], ends[row] = held.pixels[:, start:end], end - start
        widths = np.maximum(ends, LEAST_WIDTH)
        frame_padding = (np.arange(padded // PIXELS) * PIXELS >= widths[:, None]).astype(np.float32)
        return {
            "images": images,
            "ends": ends,
            "widths": widths,
            "frame_padding": frame_padding,
            **self.alphabet.labels([held.texts[number] for held, number in members], symbols),
        }
