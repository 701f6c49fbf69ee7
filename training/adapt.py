"""`python -m training.adapt`: train the head and small corrections of the layers before it, on the pixels of drawn lines.

What the head cannot tell by the frozen layers' features, these have not kept. This goes on from a head that is there, and
wants a GPU: each line goes through the whole network, forth and back. Lines are drawn while it trains; which of them a step
may see is told by its number, so that the same words give the same training.
"""

from __future__ import annotations

import argparse
import functools
import math
import multiprocessing
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from training import SHIPPED, adapter, export, head, pixels, ship, train
from training.backbone import LastLayer
from training.network import Network

WARM_UP = 100  # steps until the rate is the highest
FIRST = 300  # shards that the first step may see
ALL_BY = 0.6  # of the steps: then all shards are seen
TOLD = 20  # steps from one line of progress to the next
OWN_WORD = 0.2  # how much the old last layer's own reading counts in the loss: pages are read by both

Weights = dict[str, jax.Array]
"""The head's weights and the corrections of the layers before it, told apart by their names."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run depends on besides the weights that it starts from."""

    lines: int
    steps: int
    seed: int
    rate: float
    faith: float

    def command(self) -> str:
        """The words by which the run is started again."""
        numbers = f"--lines {self.lines} --steps {self.steps} --seed {self.seed} --rate {self.rate} --faith {self.faith}"
        return f"python -m training.adapt {numbers}"

    def rate_at(self, step: int) -> float:
        """The learning rate: a short rise, then half a cosine."""
        return self.rate * min(1.0, (step + 1) / WARM_UP, 0.01 + (1 + math.cos(math.pi * step / self.steps)) / 2)

    def shards_at(self, step: int, shards: int) -> int:
        """How many of the shards a step may see."""
        first = min(FIRST, shards)
        return min(shards, first + int(step * (shards - first) / (self.steps * ALL_BY)))


class Model:
    """The network with its corrections, and the head on it."""

    def __init__(self, last: LastLayer, faith: float) -> None:
        self.network, self._faith = Network(), faith
        self.last = (jnp.asarray(last.weights), jnp.asarray(last.bias))

    def seen(self, corrections: Mapping[str, jax.Array], batch: pixels.Batch) -> tuple[jax.Array, jax.Array]:
        """The neck, and the columns in the unit that the head has them in; behind its end a line is as the engine pads it."""
        images = jnp.asarray(batch["images"]).astype(jnp.float32).transpose(0, 3, 1, 2) / 127.5 - 1.0
        inside = jnp.arange(images.shape[3])[None, :] < batch["ends"][:, None]
        tensors = adapter.corrected(self.network.tensors, corrections)
        found = self.network(tensors, images * inside[:, None, None, :], jnp.asarray(batch["widths"]))
        return found.neck, found.columns / (export.STEP * train.STEPS)

    def log_posterior(self, found: head.Shipped, corrections: Mapping[str, jax.Array], batch: pixels.Batch) -> jax.Array:
        """What is said as the head is shipped (:func:`training.head.log_posterior`)."""
        neck, columns = self.seen(corrections, batch)
        return head.log_posterior(found, self.last, neck, columns, batch["frame_padding"])

    def loss(self, weights: Weights, batch: pixels.Batch, chance: jax.Array) -> jax.Array:
        """The mean over the lines of the head's CTC loss a symbol, in nats; of :data:`OWN_WORD` of the old last layer's on the
        corrected features, where it has all symbols of the line; and of ``faith`` times how far both have left what that layer
        says on the uncorrected ones, where it reads the line right.
        """
        last, padding = self.last, batch["frame_padding"]
        neck, columns = self.seen(adapter.of(weights), batch)
        found, old = head.logits(weights, last, neck, columns, padding, chance), neck @ last[0] + last[1]
        before = jax.lax.stop_gradient(jax.nn.log_softmax(self.seen({}, batch)[0] @ last[0] + last[1]))
        kept = read_right(before.argmax(-1), padding, batch["labels"], batch["label_padding"])
        known = (batch["labels"] < old.shape[-1]).all(1)
        labels = jnp.where(known[:, None], batch["labels"], 0)
        nats = optax.ctc_loss(found, padding, batch["labels"], batch["label_padding"])
        own = optax.ctc_loss(old, padding, labels, batch["label_padding"]) * known
        moved = sum(_divergence(before, said, padding) for said in (found, old))
        symbols = jnp.maximum(1.0, (1.0 - batch["label_padding"]).sum(1))
        return jnp.mean((nats + OWN_WORD * own + self._faith * kept * moved) / symbols)


def read_right(best: jax.Array, padding: jax.Array, labels: jax.Array, label_padding: jax.Array) -> jax.Array:
    """1 for each line ``(lines,)`` whose greedy reading, of the classes ``best`` ``(lines, frames)``, is its labels; else 0."""
    best = jnp.where(padding > 0, 0, best)
    symbol = (best != jnp.pad(best[:, :-1], ((0, 0), (1, 0)))) & (best > 0)
    place = jnp.where(symbol, jnp.cumsum(symbol, 1) - 1, labels.shape[1])
    empty = jnp.zeros(labels.shape[1], best.dtype)
    read = jax.vmap(lambda places, classes: empty.at[places].set(classes, mode="drop"))(place, best)
    same = (read == jnp.where(label_padding > 0, 0, labels)).all(1)
    return (same & (symbol.sum(1) <= labels.shape[1])).astype(jnp.float32)


def _divergence(before: jax.Array, logits: jax.Array, padding: jax.Array) -> jax.Array:
    """The Kullback-Leibler divergence of each line's frames, summed, over the classes of ``before``."""
    after = jax.nn.log_softmax(logits)[..., : before.shape[-1]]
    return ((jnp.exp(before) * (before - after)).sum(-1) * (1.0 - padding)).sum(1)


def trained(model: Model, start: Weights, pool: pixels.Pool, shards: list[Path], run: Run) -> dict[str, NDArray[np.float32]]:
    """The weights after the run's steps: Adam with decoupled weight decay (Loshchilov and Hutter, 2019)."""
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam(), optax.add_decayed_weights(train.DECAY))
    weights, state, chance = start, optimiser.init(start), jax.random.key(run.seed)

    @functools.partial(jax.jit, donate_argnums=(0, 1))
    def step(weights: Any, state: Any, batch: Any, chance: jax.Array, rate: jax.Array) -> Any:
        value, slope = jax.value_and_grad(model.loss)(weights, batch, chance)
        changes, state = optimiser.update(slope, state, weights)
        return jax.tree.map(lambda weight, change: weight - rate * change, weights, changes), state, value

    def compiled(width: int) -> Any:
        return step.lower(weights, state, pool.empty(width), chance, jnp.float32(0)).compile()

    with ThreadPoolExecutor(len(pixels.WIDTHS)) as threads:
        steps = dict(zip(pixels.WIDTHS, threads.map(compiled, pixels.WIDTHS), strict=True))
    waiting, values = iter(shards), []
    for number in range(run.steps):
        seen = run.shards_at(number, len(shards)) - (run.shards_at(number - 1, len(shards)) if number else 0)
        for _, path in zip(range(seen), waiting, strict=False):
            pool.add(pixels.shard(path))
        batch = pool.drawn(np.random.default_rng([run.seed, number]))
        rate = jnp.float32(run.rate_at(number))
        key = jax.random.fold_in(chance, number)
        weights, state, value = steps[batch["images"].shape[2]](weights, state, batch, key, rate)
        values.append(value)
        if (number + 1) % TOLD == 0:
            print(f"step {number + 1} of {run.steps}: loss {float(np.mean(values[-TOLD:])):.4f}", flush=True)
    return {name: np.asarray(value) for name, value in weights.items()}


def main() -> None:
    options = _options()
    run = Run(options.lines, options.steps, options.seed, options.rate, options.faith)
    wanted = pixels.jobs(options.folder, "train", run.lines, run.seed)
    held_out = pixels.jobs(options.folder, "held-out", options.held_out, run.seed, held_out=True)
    with multiprocessing.get_context("spawn").Pool(options.processes) as workers:
        drawing = workers.map_async(pixels.draw_shard, [*held_out, *wanted], 1)
        last, before = train.old_head(), export.read(options.start)
        model = Model(last, run.faith)
        start = {**adapter.initial(jax.random.key(run.seed), model.network), **before.weights, **before.corrections}
        alphabet = train.Alphabet(last)
        pool, test = pixels.Pool(alphabet), pixels.Pool(alphabet)
        found = trained(model, {n: jnp.asarray(v) for n, v in start.items()}, pool, [job.path for job in wanted], run)
        for job in held_out:
            test.add(pixels.shard(job.path))
        drawing.get()
    corrections = adapter.of(found)
    shipped = head.shipped({n: v for n, v in found.items() if n not in corrections}, alphabet.symbols, before.neglected)
    said = jax.jit(lambda batch: model.log_posterior(shipped, corrections, batch))
    made = ship.Made(shipped, export.STEP, (*before.history, run.command()), corrections)
    ship.ship(options.to, made, said, pool, test)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.adapt", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".cache/lines"), help="where drawn lines are kept")
    parser.add_argument("--start", type=Path, default=SHIPPED / "latin.onnx", help="the head to go on from")
    parser.add_argument("--to", type=Path, default=SHIPPED, help="the folder that latin.onnx and latin.md are written to")
    parser.add_argument("--lines", type=int, default=140_000, help="drawn lines")
    parser.add_argument("--held-out", type=int, default=1000, help="lines of fonts that are not trained on")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--rate", type=float, default=1e-3, help="the highest learning rate")
    parser.add_argument("--faith", type=float, default=0.3, help="how much leaving what the old last layer reads right costs")
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
