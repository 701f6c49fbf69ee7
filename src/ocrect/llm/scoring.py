"""log P(continuation | prefix) of several continuations, of several questions, in as few passes as possible.

The tokens of prefixes and continuations form a tree: what they share is computed once. A pass over the tree costs its inner
nodes only (a last token is predicted, never read), each node standing in the sequences of all texts that go through it. A
token costs less in a larger pass, so questions ride together. The cache keeps what the next pass's prefix shares with this
one's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ocrect.errors import GenerationError
from ocrect.llm.native import STREAMS, Entry, NativeModel
from ocrect.plugins import Question

_ROWS = 16  # logits are normalised so many rows at a time, to stay in the processor's cache


class _Branch(NamedTuple):
    """The tokens of a prefix with one of its continuations, and the first of them that counts."""

    tokens: tuple[int, ...]
    start: int

    @property
    def length(self) -> int:
        """How many tokens count."""
        return len(self.tokens) - self.start

    def is_beside(self, other: _Branch) -> bool:
        """Whether both stand behind the same prefix."""
        return self.start == other.start and self.tokens[: self.start] == other.tokens[: self.start]


class Scorer:
    """Scores with one model, and remembers which tokens its cache holds."""

    def __init__(self, model: NativeModel) -> None:
        self.model = model
        self.cached: list[int] = []

    def score(self, prefix: str, continuations: Sequence[str]) -> list[float]:
        """log P(continuation | prefix) in nats for each; see :meth:`score_all`."""
        return self.score_all([(prefix, continuations)])[0]

    def score_all(self, questions: Sequence[Question]) -> list[list[float]]:
        """For each question, a prefix with its continuations, log P(continuation | prefix) in nats for each of them.

        Tokens do not end where the prefix ends, so each ``prefix + continuation`` is tokenised whole, and all of a question
        are scored from the first token on that is not the same in all of them and in the prefix alone. So every score is
        conditioned on the same tokens, and scores of one question can be compared. Where a token spans the end of the prefix
        they hold the prefix's last characters too, the same ones in each. A prefix longer than the context loses its
        beginning.
        """
        asked = [self._branches(prefix, continuations) for prefix, continuations in questions]
        scores: dict[_Branch, float] = {}
        for group in self._groups(branch for branches in asked for branch in sorted(set(branches))):
            together = self.model.branches and group[0].length <= self.model.outputs
            scores.update(zip(group, self._branched(group) if together else map(self._alone, group), strict=True))
        return [[scores[branch] for branch in branches] for branches in asked]

    def _branches(self, prefix: str, continuations: Sequence[str]) -> list[_Branch]:
        texts = [self._tokens(prefix + continuation) for continuation in continuations]
        start = common([self._tokens(prefix), *texts])
        if start == 0:  # a model without a beginning token: something has to come before the first
            texts = [[self.model.begin_token, *tokens] for tokens in texts]
            start = 1
        return self._fitted(texts, start)

    def _tokens(self, text: str) -> list[int]:
        return self.model.tokens(text) if text else []

    def _fitted(self, texts: list[list[int]], start: int) -> list[_Branch]:
        """The texts with the prefix's beginning cut off so that the longest fits, but for its very first token."""
        excess = max((len(tokens) for tokens in texts), default=0) - self.model.context
        if excess <= 0:
            return [_Branch(tuple(tokens), start) for tokens in texts]
        if excess > start - 2:
            raise GenerationError(
                f"a continuation does not fit into the context of {self.model.context} tokens", hint="Raise context_size."
            )
        return [_Branch((tokens[0], *tokens[1 + excess :]), start - excess) for tokens in texts]

    def _groups(self, branches: Iterable[_Branch]) -> Iterator[list[_Branch]]:
        """The branches, in groups that fit into one pass and into the context; one whose prefix is another's needs that once.

        What all of a group share is read before, if need be in passes of its own. The last branch stands first: the cache
        then keeps its text, which the next group's is most like.
        """
        group: list[_Branch] = []
        held, wanted, one_prefix = 0, 0, True
        for branch in branches:
            more = len(branch.tokens) - common([group[-1].tokens, branch.tokens]) if group else len(branch.tokens)
            one_prefix = one_prefix and (not group or group[0].is_beside(branch))
            room = self.model.context if one_prefix else self.model.batch
            too_many = wanted + branch.length > self.model.outputs or len(group) == STREAMS
            if group and (too_many or held + more > room):
                yield group[::-1]
                group, held, wanted, more, one_prefix = [], 0, 0, len(branch.tokens), True
            group.append(branch)
            held += more
            wanted += branch.length
        if group:
            yield group[::-1]

    def _branched(self, group: list[_Branch]) -> list[float]:
        """The scores of a group by one pass over its tree."""
        shared = min(common([branch.tokens for branch in group]), *(branch.start for branch in group))
        nodes = _tree(group, shared)
        inner = [node for node in nodes if node.children and node.position >= 0]
        asked = [node for node in inner if node.is_wanted(group)]
        if not asked:
            return [0.0] * len(group)
        self._prefill(group[0].tokens, max(0, shared - 1), self.model.batch - len(inner))
        here, everyone = len(self.cached), tuple(range(len(group)))
        entries = [Entry(group[0].tokens[i], i, everyone) for i in range(here, shared - 1)]
        entries += [Entry(node.token, node.position, tuple(node.members), node.is_wanted(group)) for node in inner]
        self.model.share(len(group))
        self.cached = []
        logits = self.model.run(entries)
        edges = [(row, child) for row, node in enumerate(asked) for child in node.children.values()]
        found = log_probabilities(logits, [row for row, _ in edges], [child.token for _, child in edges])
        totals = [0.0] * len(group)
        for (_, child), value in zip(edges, found.tolist(), strict=True):
            for member in child.members:
                if child.position >= group[member].start:
                    totals[member] += value
        self.cached = list(group[0].tokens[:-1]) if self.model.keep(len(group[0].tokens) - 1) else []
        return totals

    def _alone(self, branch: _Branch) -> float:
        """The score of one text by itself, in as many passes as it needs."""
        tokens, start = branch
        self._prefill(tokens, start - 1, 0)
        total = 0.0
        for first in range(start - 1, len(tokens) - 1, self.model.outputs):
            part = tokens[first : min(first + self.model.outputs, len(tokens) - 1)]
            logits = self.read(part, wanted=len(part))
            after = tokens[first + 1 : first + 1 + len(part)]
            total += float(log_probabilities(logits, range(len(part)), after).sum())
        return total

    def _prefill(self, tokens: Sequence[int], length: int, riding: int) -> None:
        """Makes the cache hold ``tokens[:length]`` but for at most ``riding`` last ones, which the next pass takes along."""
        shared = min(common([self.cached, tokens]), length)
        self.cached = list(tokens[:shared]) if self.model.keep(shared) else []
        while length - len(self.cached) > riding:
            self.read(tokens[len(self.cached) : min(length, len(self.cached) + self.model.batch)])

    def hold(self, tokens: list[int], *, wanted: int) -> NDArray[np.float32]:
        """Makes the cache hold ``tokens`` and no more; the logits after the last ``wanted`` of them,
        shape (wanted, vocabulary).
        """
        self._prefill(tokens, len(tokens) - wanted, self.model.batch - wanted)
        return self.read(tokens[len(self.cached) :], wanted=wanted)

    def read(self, tokens: Sequence[int], *, wanted: int = 0) -> NDArray[np.float32]:
        """Appends tokens to the cache; the logits after the last ``wanted`` of them, shape (wanted, vocabulary)."""
        held, self.cached = self.cached, []  # unknown while the pass runs: it may fail or be interrupted
        first = len(tokens) - wanted
        logits = self.model.run([Entry(t, len(held) + i, wanted=i >= first) for i, t in enumerate(tokens)])
        self.cached = [*held, *tokens]
        return logits


@dataclass(slots=True)
class _Node:
    """A token of a tree; ``members`` are the places in its group of the branches that go through it."""

    token: int
    position: int
    members: list[int] = field(default_factory=list)
    children: dict[int, _Node] = field(default_factory=dict)

    def is_wanted(self, group: Sequence[_Branch]) -> bool:
        """Whether what comes behind it counts for a branch."""
        return any(group[i].start <= self.position + 1 < len(group[i].tokens) for i in self.members)


def _tree(group: Sequence[_Branch], shared: int) -> list[_Node]:
    """The tree of a group from the last of the ``shared`` tokens on, which stands at -1 where none is; a parent stands before
    its children.
    """
    nodes = [_Node(group[0].tokens[shared - 1], shared - 1)]
    for member, (tokens, _) in enumerate(group):
        node = nodes[0]
        node.members.append(member)
        for position in range(shared, len(tokens)):
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
