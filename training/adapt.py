"""`python -m training.adapt`: train the head and small corrections of the layers before it, on the pixels of drawn lines.

What the head cannot tell by the frozen layers' features, these have not kept. This goes on from a head that is there. Each line
goes through the whole network, forth and back, once: some ten lines a second on a core that multiplies bfloat16 numbers. Lines
are drawn while it trains. A run that was stopped goes on when the same words are said again; the same words give the same
training.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as nn
from numpy.typing import NDArray
from torch import Tensor

from ocrect.engines.ppocr import models
from ocrect.engines.ppocr.head import grafted
from training import SHIPPED, adapter, export, head, pixels, ship, train
from training.backbone import LOGITS
from training.network import Network
from training.whole import written

WARM_UP = 50  # steps until the rate is the highest
TOLD, KEPT = 20, 100  # steps from one line of progress to the next; and until all is kept on disk
STEPS = 1_000_000  # more than a run has
MOMENTS = ("exp_avg", "exp_avg_sq")  # what Adam holds of each weight
OWN_WORD = 0.2  # how much the old last layer's own reading counts in the loss: pages are read by both
HEAD_RATE = 0.5  # the head's learning rate, where that of the corrections is 1: it has been trained for long
WATCHED = 3  # every third line of a batch is compared with what is read without the corrections: that costs a run of its own
LARGEST_SLOPE = 1.0  # of all weights together; a larger one is made as small
THINNED = ("latin.both", "latin.near", "latin.letters", *(f"latin.{name}_added" for name in head.FAR))
"""The tensors of which channels are left out in training (:data:`training.head.DROPPED`)."""

Numbers = adapter.Numbers


@dataclass(frozen=True, slots=True)
class Run:
    """What a run depends on besides the weights that it starts from."""

    lines: int
    seed: int
    rate: float
    faith: float

    def command(self) -> str:
        """The words by which the run is started again."""
        return f"python -m training.adapt --lines {self.lines} --seed {self.seed} --rate {self.rate} --faith {self.faith}"

    def rate_at(self, step: int, seen: float) -> float:
        """The learning rate of a step, before which a share of the lines was ``seen``: a short rise, then half a cosine."""
        return self.rate * min(1.0, (step + 1) / WARM_UP, 0.01 + (1 + math.cos(math.pi * seen)) / 2)


class Model:
    """The recogniser with a head on it, as they are trained together."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]], alphabet: train.Alphabet, fast: torch.dtype) -> None:
        self.start = export.kernels(weights, export.STEP)
        shipped = head.shipped(weights, alphabet.symbols)
        file = export.model(shipped, export.STEP, alphabet.symbols, temperature=1.0, about={})
        whole, _ = grafted(models.model_file(models.RECOGNITION_FILE).read_bytes(), file)
        self.network = Network(whole, (LOGITS, export.TRAINED), fast)

    def logits(self, found: Mapping[str, Tensor], batch: pixels.Batch, dice: torch.Generator | None = None) -> list[Tensor]:
        """The old last layer's logits and the head's, ``(lines, frames, classes)``; ``found``: the head's weights, as the file
        has them, and the corrections. ``dice`` leave channels out, as in training.
        """
        images, widths = _seen(batch)
        tensors = adapter.corrected(self.network.tensors, adapter.of(found))
        tensors |= {name: value for name, value in found.items() if name in self.start}
        masks: dict[str, Tensor] = {}

        def thinned(name: str, x: Tensor) -> Tensor:
            if dice is None or name not in THINNED:
                return x
            if name not in masks:
                masks[name] = (torch.rand((*x.shape[:2], 1), generator=dice) >= head.DROPPED) / (1 - head.DROPPED)
            return x * masks[name]

        return self.network(tensors, images, widths, thinned)

    def loss(self, found: Mapping[str, Tensor], batch: pixels.Batch, faith: float, dice: torch.Generator) -> Tensor:
        """The mean over the lines of the head's CTC loss a symbol, in nats; of :data:`OWN_WORD` of the old last layer's on the
        corrected features, where it has all symbols of the line; and of ``faith`` times how far both have left what that layer
        says on the uncorrected ones, where it reads the line right (of every :data:`WATCHED` th line).
        """
        old, new = self.logits(found, batch, dice)
        labels, lengths = torch.from_numpy(batch["labels"]).long(), torch.from_numpy((1 - batch["label_padding"]).sum(1)).long()
        frames = torch.from_numpy((1 - batch["frame_padding"]).sum(1)).long()
        known = (labels < old.shape[-1]).all(1)
        nats = _ctc(new, frames, labels, lengths)
        own = _ctc(old, frames, torch.where(known[:, None], labels, 1), lengths) * known
        symbols = lengths.clamp(min=1)
        watched = {name: value[::WATCHED] for name, value in batch.items()}
        with torch.no_grad():
            before = nn.log_softmax(self.logits({}, watched)[0], -1)
        kept = torch.from_numpy(read_right(before.argmax(-1).numpy(), watched))
        moved = sum(_divergence(before, said[::WATCHED], frames[::WATCHED]) for said in (new, old))
        return ((nats + OWN_WORD * own) / symbols).mean() + faith * (kept * moved / symbols[::WATCHED]).mean()


def _seen(batch: pixels.Batch) -> tuple[Tensor, Tensor]:
    """The images as the network takes them, and their widths; behind its end a line is as the engine pads it."""
    images = torch.from_numpy(batch["images"]).float().permute(0, 3, 1, 2) / 127.5 - 1.0
    inside = torch.arange(images.shape[3])[None, :] < torch.from_numpy(batch["ends"])[:, None]
    return images * inside[:, None, None, :], torch.from_numpy(batch["widths"])


def _ctc(logits: Tensor, frames: Tensor, labels: Tensor, lengths: Tensor) -> Tensor:
    """The CTC loss (Graves et al., 2006) of each line, in nats."""
    said = nn.log_softmax(logits, -1).transpose(0, 1)
    return nn.ctc_loss(said, labels, frames, lengths, reduction="none", zero_infinity=True)


def read_right(best: NDArray[np.int64], batch: pixels.Batch) -> NDArray[np.float32]:
    """1 for each line ``(lines,)`` whose greedy reading, of the classes ``best`` ``(lines, frames)``, is its labels; else 0."""
    right = []
    parts = zip(best, batch["frame_padding"], batch["labels"], batch["label_padding"], strict=True)
    for row, padding, labels, label_padding in parts:
        row = row[padding == 0]
        starts = row[np.flatnonzero(np.diff(row, prepend=-1))]
        right.append(np.array_equal(starts[starts > 0], labels[label_padding == 0]))
    return np.array(right, np.float32)


def _divergence(before: Tensor, logits: Tensor, frames: Tensor) -> Tensor:
    """The Kullback-Leibler divergence of each line's frames, summed, over the classes of ``before``."""
    after = nn.log_softmax(logits, -1)[..., : before.shape[-1]]
    there = torch.arange(before.shape[1])[None, :] < frames[:, None]
    return ((before.exp() * (before - after)).sum(-1) * there).sum(1)


def trained(
    model: Model, start: Numbers, batches: Iterator[tuple[float, pixels.Batch]], run: Run, state: Path | None = None
) -> Numbers:
    """The weights after all batches, before each of which that share of the lines was seen: Adam with decoupled weight decay
    (Loshchilov and Hutter, 2019). Now and then they are kept in the file ``state``, from which the same run goes on.
    """
    found = {name: torch.from_numpy(value.copy()).requires_grad_() for name, value in start.items()}
    corrections = list(adapter.of(found).values())
    heads = [value for name, value in found.items() if name in model.start]
    optimiser = torch.optim.AdamW([{"params": corrections}, {"params": heads}], weight_decay=train.DECAY)
    done = _resumed(state, run, found, optimiser) if state else 0
    values: list[float] = []
    for step, (seen, batch) in enumerate(batches):
        if step < done:
            continue
        dice = torch.Generator().manual_seed(run.seed * STEPS + step)
        for group, share in zip(optimiser.param_groups, (1.0, HEAD_RATE), strict=True):
            group["lr"] = share * run.rate_at(step, seen)
        optimiser.zero_grad()
        value = model.loss(found, batch, run.faith, dice)
        value.backward()
        torch.nn.utils.clip_grad_norm_([*corrections, *heads], LARGEST_SLOPE)
        optimiser.step()
        values.append(value.item())
        if state and (step + 1) % KEPT == 0:
            _keep(state, run, step + 1, found, optimiser)
        if (step + 1) % TOLD == 0:
            print(f"step {step + 1}, {seen:.1%} of the lines: loss {np.mean(values[-TOLD:]):.4f}", flush=True)
    return {name: value.detach().numpy() for name, value in found.items()}


def _keep(path: Path, run: Run, done: int, found: Mapping[str, Tensor], optimiser: torch.optim.Optimizer) -> None:
    moments = {f"{moment}/{n}": optimiser.state[value][moment].numpy() for n, value in found.items() for moment in MOMENTS}
    with written(path) as file:
        numbers = {f"weight/{name}": value.detach().numpy() for name, value in found.items()}
        np.savez(file, run=np.array(run.command()), done=done, **numbers, **moments)


def _resumed(path: Path, run: Run, found: Mapping[str, Tensor], optimiser: torch.optim.Optimizer) -> int:
    """The steps done, after which ``found`` and the optimiser are as they were; none where this run kept nothing."""
    if not path.exists():
        return 0
    with np.load(path) as held:
        if str(held["run"]) != run.command():
            return 0
        done = int(held["done"])
        for name, value in found.items():
            value.data.copy_(torch.from_numpy(held[f"weight/{name}"]))
            moments = {moment: torch.from_numpy(held[f"{moment}/{name}"]) for moment in MOMENTS}
            optimiser.state[value] = {"step": torch.tensor(float(done)), **moments}
    return done


def drawn(shards: list[Path], pool: pixels.Pool) -> Iterator[tuple[float, pixels.Batch]]:
    """Batches of the shards' lines, each once, as they are drawn; and what share of the shards has been seen."""
    for number, path in enumerate(shards):
        pool.add(pixels.shard(path))
        for batch in pool.taken():
            yield number / len(shards), batch


def read_by(file: bytes) -> train.Reader:
    """What the engine's session says with this head, ``(lines, frames, classes)``, in nats."""
    whole, symbols = grafted(models.model_file(models.RECOGNITION_FILE).read_bytes(), file)
    session = models.session(whole, threads=1)

    def said(batch: pixels.Batch) -> NDArray[np.float32]:
        images, _ = _seen(batch)
        found = np.full((*batch["frame_padding"].shape, len(symbols) + 1), head.LEAST, np.float32)
        for row, (image, width) in enumerate(zip(images.numpy(), batch["widths"], strict=True)):
            (posterior,) = session.run(None, {session.get_inputs()[0].name: image[None, :, :, :width]})
            found[row, : posterior.shape[1]] = posterior[0]
        return np.log(np.maximum(found, head.LEAST))

    return said


def main() -> None:
    options = _options()
    run = Run(options.lines, options.seed, options.rate, options.faith)
    wanted = pixels.jobs(options.folder, "train", run.lines, run.seed)
    held_out = pixels.jobs(options.folder, "held-out", options.held_out, run.seed, held_out=True)
    torch.set_num_threads(options.threads)
    with multiprocessing.get_context("spawn").Pool(options.processes) as workers:
        drawing = workers.map_async(pixels.draw_shard, [*held_out, *wanted], 1)
        before, alphabet = export.read(options.start), train.Alphabet(train.old_head())
        model = Model(before.weights, alphabet, getattr(torch, options.precision))
        fresh = adapter.initial(np.random.default_rng(run.seed), model.network.kernels(), model.network.others())
        batches = drawn([job.path for job in wanted], pixels.Pool(alphabet))
        start = fresh | before.corrections | model.start
        found = adapter.between(start, trained(model, start, batches, run, options.folder / "adapt.npz"), options.share)
        test = pixels.Pool(alphabet)
        for job in held_out:
            test.add(pixels.shard(job.path))
        drawing.get()
    shipped = head.shipped(export.weights_of(found, export.STEP), alphabet.symbols, before.neglected)
    command = run.command() + (f" --share {options.share}" if options.share != 1 else "")
    made = ship.Made(shipped, export.STEP, (*before.history, command), adapter.of(found))
    file = export.model(shipped, export.STEP, alphabet.symbols, temperature=1.0, about={}, corrections=made.corrections)
    ship.ship(options.to, made, read_by(file), run.lines, test)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.adapt", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".cache/lines"), help="where drawn lines are kept")
    parser.add_argument("--start", type=Path, default=SHIPPED / "latin.onnx", help="the head to go on from")
    parser.add_argument("--to", type=Path, default=SHIPPED, help="the folder that latin.onnx and latin.md are written to")
    parser.add_argument("--lines", type=int, default=50_000, help="drawn lines, each seen once")
    parser.add_argument("--held-out", type=int, default=1000, help="lines of fonts that are not trained on")
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--rate", type=float, default=5e-4, help="the highest learning rate")
    parser.add_argument("--faith", type=float, default=0.3, help="how much leaving what the old last layer reads right costs")
    parser.add_argument("--share", type=float, default=1.0, help="so much of what the run changes is shipped")
    parser.add_argument("--precision", choices=("bfloat16", "float32"), default="bfloat16", help="of the convolutions")
    parser.add_argument("--threads", type=int, default=1, help="that train")
    parser.add_argument("--processes", type=int, default=1, help="that draw")
    return parser.parse_args()


if __name__ == "__main__":
    main()
