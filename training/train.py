"""Training of the head on kept features: CTC by stochastic gradients, resumable after each epoch, the same for a seed."""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from training import cache, head
from training.alphabet import SYMBOLS, VIETNAMESE
from training.backbone import NECK_WIDTH, LastLayer, last_layer
from training.whole import written

LENGTHS = (40, 64, 96, 144, 224, 336)  # frames that batches are padded to: few, for each is compiled
FRAMES = 16384  # of a batch, about
MOST_SYMBOLS = 112  # of a line
STEPS = 32.0  # of the map's eight bits, to one unit of what the head sees
RATE, WARM_UP, DECAY = 4e-3, 100, 1e-2  # highest learning rate, batches until it is reached, weight decay

Batch = Mapping[str, NDArray[Any]]
Reader = Callable[[Batch], jax.Array]
"""What is said of a batch's frames: logits, or a posterior in nats, ``(lines, frames, classes)``."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run depends on besides its lines."""

    epochs: int
    seed: int
    faith: float = 0.3
    rate: float = RATE

    def command(self, lines: int) -> str:
        """The words by which the run on so many lines is started again."""
        rate = f" --rate {self.rate}" if self.rate != RATE else ""
        return f"python -m training --lines {lines} --epochs {self.epochs} --seed {self.seed}{rate}"


class Alphabet:
    """The head's classes: 0 is the blank, then the old head's symbols in its order, then the new ones."""

    def __init__(self, last: LastLayer) -> None:
        known = set(last.symbols)
        self.new = tuple(symbol for symbol in SYMBOLS if symbol not in known)
        self.symbols = (*last.symbols, *self.new)
        self._classes = {symbol: number for number, symbol in enumerate(self.symbols, start=1)}

    def classes(self, text: str) -> list[int]:
        return [self._classes[symbol] for symbol in text]

    def labels(self, texts: Sequence[str], symbols: int) -> Batch:
        """``labels`` ``(lines, symbols)``: the classes of the texts; ``label_padding`` is 1 behind their ends."""
        labels, padding = np.zeros((len(texts), symbols), np.int32), np.ones((len(texts), symbols), np.float32)
        for row, text in enumerate(texts):
            labels[row, : len(text)], padding[row, : len(text)] = self.classes(text), 0
        return {"labels": labels, "label_padding": padding}

    def read(self, classes: NDArray[np.int64]) -> str:
        """The greedy reading: of each run of one class its symbol, blanks left out."""
        changes = np.flatnonzero(np.diff(classes, prepend=-1))
        return "".join(self.symbols[c - 1] for c in classes[changes] if c)


def frames_needed(text: str) -> int:
    """CTC needs a frame a symbol and one between two of a kind."""
    return len(text) + sum(one == other for one, other in itertools.pairwise(text))


class HeldOut(Protocol):
    """Lines that a head is judged by: its alphabet, their number, and batches with their texts."""

    alphabet: Alphabet

    def __len__(self) -> int: ...

    def batches(self) -> Iterator[tuple[Batch, list[str]]]: ...


class Data:
    """Lines in memory, in batches of lines of like length."""

    def __init__(self, lines: list[cache.Lines], last: LastLayer) -> None:
        self.alphabet = Alphabet(last)
        self.lines = lines
        self._index = [
            (shard, number)
            for shard, held in enumerate(lines)
            for number, text in enumerate(held.texts)
            if self._fits(int(held.starts[number + 1] - held.starts[number]), text)
        ]
        self.before = [self._read_before(held, last) for held in lines]

    def __len__(self) -> int:
        return len(self._index)

    @staticmethod
    def _fits(frames: int, text: str) -> bool:
        return frames_needed(text) <= frames <= LENGTHS[-1] and len(text) <= MOST_SYMBOLS

    def _read_before(self, held: cache.Lines, last: LastLayer) -> list[str]:
        """What the old head reads on each line. Where it is right its word is to be kept."""
        best = np.argmax(held.neck.astype(np.float32) @ last.weights + last.bias, axis=-1)
        return [self.alphabet.read(best[a:b]).strip() for a, b in itertools.pairwise(held.starts)]

    def batches(self, dice: np.random.Generator | None = None) -> Iterator[tuple[Batch, list[str]]]:
        """All lines once: shuffled by ``dice``, else from short to long. Odd ends are filled by lines drawn twice."""
        for length, members in self.groups(dice):
            yield self._batch(length, members), [self._text(i) for i in members]

    def groups(self, dice: np.random.Generator | None = None) -> list[tuple[int, NDArray[np.int64]]]:
        """The batches' lines, by number, with the frames that each batch is padded to."""
        lengths = np.array([self._frames(i) for i in range(len(self._index))])
        bounds = np.searchsorted(LENGTHS, lengths)
        groups: list[tuple[int, NDArray[np.int64]]] = []
        for bucket, length in enumerate(LENGTHS):
            members = np.flatnonzero(bounds == bucket)
            if not len(members):
                continue
            size = max(8, FRAMES // length)
            if dice is not None:
                members = dice.permutation(members)
                members = np.concatenate([members, dice.choice(members, -len(members) % size)])
            groups += [(length, members[i : i + size]) for i in range(0, len(members), size)]
        return [groups[number] for number in dice.permutation(len(groups))] if dice is not None else groups

    def _frames(self, index: int) -> int:
        shard, number = self._index[index]
        starts = self.lines[shard].starts
        return int(starts[number + 1] - starts[number])

    def _text(self, index: int) -> str:
        shard, number = self._index[index]
        return self.lines[shard].texts[number]

    def _batch(self, length: int, members: NDArray[np.int64]) -> Batch:
        count, symbols = len(members), min(length, MOST_SYMBOLS)
        neck = np.zeros((count, length, NECK_WIDTH), np.float32)
        columns = np.zeros((count, length, self.lines[0].map.shape[1]), np.int8)
        frame_padding = np.ones((count, length), np.float32)
        kept = np.zeros(count, np.float32)
        for row, member in enumerate(members):
            shard, number = self._index[member]
            held = self.lines[shard]
            start, end = held.starts[number], held.starts[number + 1]
            neck[row, : end - start], columns[row, : end - start] = held.neck[start:end], held.map[start:end]
            frame_padding[row, : end - start] = 0
            kept[row] = self.before[shard][number] == held.texts[number]
        return {
            "neck": neck,
            "map": columns,
            "frame_padding": frame_padding,
            **self.alphabet.labels([self._text(member) for member in members], symbols),
            "kept": kept,
        }


def untrained(run: Run, data: Data, last: LastLayer) -> dict[str, jax.Array]:
    """The weights that a run starts from: the old head's reading, and no new symbol."""
    return head.initial(jax.random.key(run.seed), len(last.symbols) + 1, len(data.alphabet.new))


def train(
    folder: Path,
    data: Data,
    test: Data,
    last: LastLayer,
    run: Run,
    *,
    start: Mapping[str, NDArray[np.float32]] | None = None,
    until: int | None = None,
) -> dict[str, NDArray[np.float32]]:
    """The weights after the run's epochs, or after ``until`` of them; from those of ``start``, or untrained.

    After each epoch the state is kept in ``folder``, and a run that stopped goes on from there.
    """
    old = (jnp.asarray(last.weights), jnp.asarray(last.bias))
    weights = {name: jnp.asarray(value) for name, value in start.items()} if start else untrained(run, data, last)
    batches = len(data.groups(np.random.default_rng(0)))
    rate = optax.warmup_cosine_decay_schedule(
        run.rate / 20, run.rate, min(WARM_UP, run.epochs * batches // 4), run.epochs * batches, run.rate / 200
    )
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=DECAY))
    state = optimiser.init(weights)

    @jax.jit
    def step(weights: Any, state: Any, batch: Any, chance: jax.Array) -> Any:
        value, slope = jax.value_and_grad(head.loss)(weights, old, batch, run.faith, chance)
        changes, state = optimiser.update(slope, state, weights)
        return optax.apply_updates(weights, changes), state, value

    done, (weights, state) = _resumed(folder, (weights, state))
    for epoch in range(done, run.epochs if until is None else until):
        values = []
        chance = jax.random.key(run.seed * 1000 + epoch)
        for number, (batch, _) in enumerate(data.batches(np.random.default_rng([run.seed, epoch]))):
            weights, state, value = step(weights, state, scaled(batch), jax.random.fold_in(chance, number))
            values.append(value)
        _keep(folder, epoch + 1, (weights, state))
        print(
            f"epoch {epoch + 1}: loss {float(np.mean(values)):.4f}; held out {errors(trained(weights, last), test)}", flush=True
        )
    return {name: np.asarray(value) for name, value in weights.items()}


class Errors(NamedTuple):
    """Characters read wrong, as a share of all: of all lines, and of those with a new symbol."""

    all: float
    new: float

    def __str__(self) -> str:
        return f"{self.all:.2%}, of lines with new symbols {self.new:.2%}"


def trained(weights: Any, last: LastLayer) -> Reader:
    """The head as it is trained."""
    return _reader(head.logits, weights, last)


def shipped(found: head.Shipped, last: LastLayer) -> Reader:
    """The head as it is shipped."""
    return _reader(head.log_posterior, found, last)


def _reader(say: Callable[..., jax.Array], found: Any, last: LastLayer) -> Reader:
    old = (jnp.asarray(last.weights), jnp.asarray(last.bias))
    said = jax.jit(lambda h, b: say(h, old, b["neck"], b["map"], b["frame_padding"]))
    return lambda batch: said(found, scaled(batch))


def errors(reader: Reader, data: HeldOut) -> Errors:
    """How much of the lines is read wrong."""
    counts = {False: [0, 0], True: [0, 0]}
    new = set(data.alphabet.new)
    for found, text in readings(reader, data):
        count = counts[not new.isdisjoint(text)]
        count[0] += Levenshtein.distance(found, text)
        count[1] += len(text)
    wrong, symbols = (sum(count[i] for count in counts.values()) for i in (0, 1))
    return Errors(wrong / symbols, counts[True][0] / max(1, counts[True][1]))


def readings(reader: Reader, data: HeldOut) -> Iterator[tuple[str, str]]:
    """Of each line, what is read (greedily) and what it says."""
    for batch, texts in data.batches():
        best = np.asarray(jnp.argmax(reader(batch), -1))
        for row, padding, text in zip(best, batch["frame_padding"], texts, strict=True):
            yield data.alphabet.read(row[padding == 0]).strip(), text


def neglected(last: LastLayer, data: Data) -> list[int]:
    """The classes of letters, none of Vietnamese, of which the old head reads less than half in ``data``, or that it lacks."""
    stands, read = Counter[str](), Counter[str]()
    for held, before in zip(data.lines, data.before, strict=True):
        for text, found in zip(held.texts, before, strict=True):
            stands.update(text)
            for block in Levenshtein.editops(text, found).as_matching_blocks():
                read.update(text[block.a : block.a + block.size])
    return [
        number
        for number, symbol in enumerate(last.symbols, start=1)
        if symbol.isalpha() and "LATIN" in unicodedata.name(symbol, "") and not symbol.isascii() and symbol not in VIETNAMESE
        if 2 * read[symbol] < stands[symbol] or not stands[symbol]
    ]


def scaled(batch: Batch) -> dict[str, Any]:
    return {**batch, "map": jnp.asarray(batch["map"]).astype(jnp.float32) / STEPS}


def _keep(folder: Path, epoch: int, state: Any) -> None:
    leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(state)]
    with written(folder / "state.npz") as file:
        np.savez(file, epoch=epoch, **{f"leaf{n:03}": leaf for n, leaf in enumerate(leaves)})


def _resumed(folder: Path, state: Any) -> tuple[int, Any]:
    """The epochs done and the state after them; none done and ``state`` where nothing was kept."""
    path = folder / "state.npz"
    if not path.exists():
        return 0, state
    with np.load(path) as held:
        leaves = [jnp.asarray(held[f"leaf{n:03}"]) for n in range(len(held.files) - 1)]
        return int(held["epoch"]), jax.tree.unflatten(jax.tree.structure(state), leaves)


def load(folder: Path, name: str, last: LastLayer) -> Data:
    """The kept lines of that name."""
    return Data(list(cache.shards(folder, name)), last)


def old_head() -> LastLayer:
    return last_layer(SYMBOLS)
