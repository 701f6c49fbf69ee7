"""What every training ends with: the temperature, the errors on held-out lines, the file and its card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training import calibrate, card, export, train
from training.head import Shipped


class Made(NamedTuple):
    """A head, the step of the map's eight bits, the commands that led to it, the corrections of the layers before."""

    head: Shipped
    step: NDArray[np.float32] | float
    history: Sequence[str]
    corrections: Mapping[str, NDArray[np.float32]]


def ship(to: Path, made: Made, said: train.Reader, lines: int, test: train.HeldOut) -> None:
    """Write ``latin.onnx`` and ``latin.md`` into a folder; ``said`` is what the head says of a batch of ``test``, ``lines`` how
    many it was trained on in the last run.
    """
    found = calibrate.calibrate(said, test)
    about = card.facts(made.history, lines, test, train.errors(said, test))
    symbols = test.alphabet.symbols
    to.mkdir(parents=True, exist_ok=True)
    path = to / "latin.onnx"
    file = export.model(made.head, made.step, symbols, temperature=found.temperature, about=about, corrections=made.corrections)
    path.write_bytes(file)
    (to / "latin.md").write_text(card.written(path, about, found, len(symbols)), encoding="utf-8")
    print(f"{path}: {path.stat().st_size:,} bytes")
