"""log P(continuation | prefix) of several continuations in as few passes as possible.

The continuations' tokens form a tree: what they share is computed once. A pass over the tree costs its inner nodes only (a
last token is predicted, never read), each node standing in the sequences of all continuations that go through it. The cache
keeps what the next call's prefix shares with this one's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ocrect.errors import GenerationError
from ocrect.llm.native import STREAMS, Entry, NativeModel

_ROWS = 16  # logits are normalised so many rows at a time, to stay in the processor's cache


class Scorer:
    """Scores with one model, and remembers which tokens its cache holds."""

    def __init__(self, model: NativeModel) -> None:
        self.model = model
        self.cached: list[int] = []

    def score(self, prefix: str, continuations: Sequence[str]) -> list[float]:
        """log P(continuation | prefix) in nats for each.

        Tokens do not end where the prefix ends, so each ``prefix + continuation`` is tokenised whole, and all are scored
        from the first token on that is not the same in all of them and in the prefix alone. So every score is conditioned
        on the same tokens, and scores of one call can be compared. Where a token spans the end of the prefix they hold the
        prefix's last characters too, the same ones in each. A prefix longer than the context loses its beginning.
        """
        texts = [self._tokens(prefix + continuation) for continuation in continuations]
        start = common([self._tokens(prefix), *texts])
        if start == 0:  # a model without a beginning token: something has to come before the first
            texts = [[self.model.begin_token, *tokens] for tokens in texts]
            start = 1
        texts, start = self._fitted(texts, start)
        scores: dict[tuple[int, ...], float] = {}
        for group in self._groups(texts, start):
            totals = self._branched(group, start) if self._fits(group, start) else [self._alone(t, start) for t in group]
            scores.update(zip(map(tuple, group), totals, strict=True))
        return [scores[tuple(tokens)] for tokens in texts]

    def _tokens(self, text: str) -> list[int]:
        return self.model.tokens(text) if text else []

    def _fitted(self, texts: list[list[int]], start: int) -> tuple[list[list[int]], int]:
        """The texts with the prefix's beginning cut off so that the longest fits, but for its very first token."""
        excess = max((len(tokens) for tokens in texts), default=0) - self.model.context
        if excess <= 0:
            return texts, start
        if excess > start - 2:
            raise GenerationError(
                f"a continuation does not fit into the context of {self.model.context} tokens", hint="Raise context_size."
            )
        return [[tokens[0], *tokens[1 + excess :]] for tokens in texts], start - excess

    def _groups(self, texts: list[list[int]], start: int) -> list[list[list[int]]]:
        """The different texts, in groups that fit into one pass and into the context beside the prefix."""
        room = min(self.model.outputs, self.model.context - start)
        groups: list[list[list[int]]] = []
        used = 0
        for tokens in sorted({tuple(t) for t in texts}):
            need = len(tokens) - start
            if not groups or used + need > room or len(groups[-1]) == STREAMS:
                groups.append([])
                used = 0
            groups[-1].append(list(tokens))
            used += need
        return groups

    def _fits(self, group: list[list[int]], start: int) -> bool:
        return self.model.branches and len(group[0]) - start <= self.model.outputs

    def _branched(self, group: list[list[int]], start: int) -> list[float]:
        """The scores of a group by one pass over its tree."""
        nodes = _tree(group, start)
        inner = [node for node in nodes if node.children]
        if not inner:
            return [0.0] * len(group)
        self._prefill(group[0], start - 1, self.model.batch - len(inner))
        here, everyone = len(self.cached), tuple(range(len(group)))
        entries = [Entry(group[0][i], i, everyone) for i in range(here, start - 1)]
        entries += [Entry(node.token, node.position, tuple(node.members), wanted=True) for node in inner]
        self.model.share(len(group))
        self.cached = []
        logits = self.model.run(entries)
        edges = [(row, child) for row, node in enumerate(inner) for child in node.children.values()]
        found = log_probabilities(logits, [row for row, _ in edges], [child.token for _, child in edges])
        totals = [0.0] * len(group)
        for (_, child), value in zip(edges, found.tolist(), strict=True):
            for member in child.members:
                totals[member] += value
        self.cached = group[0][:-1] if self.model.keep(len(group[0]) - 1) else []
        return totals

    def _alone(self, tokens: list[int], start: int) -> float:
        """The score of one text by itself, in as many passes as it needs."""
        self._prefill(tokens, start - 1, 0)
        total = 0.0
        for first in range(start - 1, len(tokens) - 1, self.model.outputs):
            part = tokens[first : min(first + self.model.outputs, len(tokens) - 1)]
            logits = self.read(part, wanted=len(part))
            after = tokens[first + 1 : first + 1 + len(part)]
            total += float(log_probabilities(logits, range(len(part)), after).sum())
        return total

    def _prefill(self, tokens: list[int], length: int, riding: int) -> None:
        """Makes the cache hold ``tokens[:length]`` but for at most ``riding`` last ones, which the next pass takes along."""
        shared = min(common([self.cached, tokens]), length)
        self.cached = tokens[:shared] if self.model.keep(shared) else []
        while length - len(self.cached) > riding:
            self.read(tokens[len(self.cached) : min(length, len(self.cached) + self.model.batch)])

    def hold(self, tokens: list[int], *, wanted: int) -> NDArray[np.float32]:
        """Makes the cache hold ``tokens`` and no more; the logits after the last ``wanted`` of them,
        shape (wanted, vocabulary).
        """
        self._prefill(tokens, len(tokens) - wanted, self.model.batch - wanted)
        return self.read(tokens[len(self.cached) :], wanted=wanted)

    def read(self, tokens: list[int], *, wanted: int = 0) -> NDArray[np.float32]:
        """Appends tokens to the cache; the logits after the last ``wanted`` of them, shape (wanted, vocabulary)."""
        held, self.cached = self.cached, []  # unknown while the pass runs: it may fail or be interrupted
        first = len(tokens) - wanted
        logits = self.model.run([Entry(t, len(held) + i, wanted=i >= first) for i, t in enumerate(tokens)])
        self.cached = held + tokens
        return logits


@dataclass(slots=True)
class _Node:
    token: int
    position: int
    members: list[int] = field(default_factory=list)
    children: dict[int, _Node] = field(default_factory=dict)


def _tree(group: list[list[int]], start: int) -> list[_Node]:
    """The tree of a group's tokens from the last one before ``start``; a parent stands before its children."""
    nodes = [_Node(group[0][start - 1], start - 1)]
    for member, tokens in enumerate(group):
        node = nodes[0]
        node.members.append(member)
        for position in range(start, len(tokens)):
            child = node.children.get(tokens[position])
            if child is None:
                child = node.children[tokens[position]] = _Node(tokens[position], position)
                nodes.append(child)
            child.members.append(member)
            node = child
    return nodes


def common(rows: Sequence[Sequence[int]]) -> int:
    """How many first tokens all rows share."""
    shortest = min(rows, key=len)
    for i, token in enumerate(shortest):
        if any(row[i] != token for row in rows):
            return i
    return len(shortest)


def log_probabilities(logits: NDArray[np.float32], rows: Sequence[int], tokens: Sequence[int]) -> NDArray[np.float64]:
    """log softmax(logits[row])[token] for each pair; ``logits`` has shape (rows, vocabulary)."""
    normalizers = np.empty(len(logits))
    for first in range(0, len(logits), _ROWS):
        part = logits[first : first + _ROWS]
        top = part.max(axis=1, keepdims=True)
        normalizers[first : first + _ROWS] = np.log(np.exp(part - top).sum(axis=1)) + top[:, 0]
    at = np.asarray(rows)
    found: NDArray[np.float64] = logits[at, np.asarray(tokens)].astype(np.float64) - normalizers[at]
    return found
