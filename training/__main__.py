"""`python -m training`: draw the lines, keep the backbone's features of them, train, calibrate, write the head and its card.

Each step leaves its result in a folder and goes on from there, so that a run that stopped is started again with the same words.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from training import SHIPPED, cache, export, head, ship, train


def main() -> None:
    options = _options()
    folder: Path = options.folder
    last = train.old_head()
    cache.fill(folder, cache.Wanted("held-out", options.held_out, options.seed, held_out=True), options.processes)
    cache.fill(folder, cache.Wanted("train", options.lines, options.seed), options.processes)
    data, test = (train.load(folder, name, last) for name in ("train", "held-out"))
    run = train.Run(options.epochs, options.seed, rate=options.rate)
    scales = np.load(folder / "scales.npy")
    before = export.read(options.start, scales) if options.start else None
    if before and before.corrections:
        raise SystemExit(f"{options.start} corrects the layers before it: go on from it with python -m training.adapt")
    trained = train.train(folder, data, test, last, run, start=before.weights if before else None)
    history = (*(before.history if before else ()), run.command(options.lines))
    shipped = head.shipped(trained, data.alphabet.symbols, train.neglected(last, data))
    ship.ship(options.to, ship.Made(shipped, scales, history, {}), train.shipped(shipped, last), len(data), test)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".cache/head"), help="where features and the state are kept")
    parser.add_argument("--to", type=Path, default=SHIPPED, help="the folder that latin.onnx and latin.md are written to")
    parser.add_argument("--lines", type=int, default=60_000, help="drawn lines")
    parser.add_argument("--held-out", type=int, default=400, help="lines of fonts that are not trained on")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=train.RATE, help="the highest learning rate")
    parser.add_argument("--start", type=Path, help="go on from the latin.onnx of an earlier run, with other lines")
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
