"""Generation: the next token again and again, under a grammar where one is given, and faster along a draft.

Where the reply is probably near a text that is known (a line to repair), a pass reads some of that draft's tokens ahead, and
every one that the model would have written itself is taken (Leviathan, Kalman and Matias 2023, "Fast Inference from
Transformers via Speculative Decoding", with a text in the place of the small model). The model still chooses every token: a
draft changes the time, and the reply only where two tokens nearly tie: larger passes compute the logits' last bits otherwise.
"""

from __future__ import annotations

import ctypes
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocrect.errors import GenerationError, SettingsError
from ocrect.llm.native import NativeModel, library
from ocrect.llm.scoring import Scorer

AHEAD, AHEAD_AFTER_A_MISS = 15, 3
"""Tokens of the draft that a pass reads ahead: on a CPU passes of 4 and of 16 tokens are cheap, those between are not."""


def write(
    scorer: Scorer,
    prompt: list[int],
    draft: list[int],
    *,
    grammar: str,
    max_tokens: int,
    pick: Pick,
    stopped: Callable[[], bool],
) -> list[int]:
    """The tokens that the model writes after ``prompt``, without the one that ends them; ``draft`` is a guess at them.

    Raises:
        GenerationError: the prompt, or the reply with it, does not fit into the context; or it was stopped.
        SettingsError: ``grammar`` is not GBNF with a rule ``root``.
    """
    model = scorer.model
    room = model.context - len(prompt)
    if room < 1:
        raise GenerationError(
            f"the prompt has {len(prompt)} tokens, the context {model.context}", hint="Raise context_size, or send fewer lines."
        )
    found: list[int] = []
    guesses = _Guesses(draft if model.branches else [])
    ahead = guesses.next(min(AHEAD, room - 1))
    with _sampler(model, grammar, pick) as sampler:
        while len(found) < max_tokens:
            if stopped():
                raise GenerationError("the generation was stopped")
            logits = scorer.hold([*prompt, *found, *ahead], wanted=1 + len(ahead))
            for row, guess in zip(logits, [*ahead, None], strict=True):
                token = sampler(row)
                if model.ends(token):
                    return found
                found.append(token)
                guesses.follow(token)
                if len(found) == max_tokens:
                    return found
                if token != guess:
                    break
            if len(found) >= room:
                raise GenerationError(
                    f"the reply does not fit into the context of {model.context} tokens", hint="Raise context_size."
                )
            most = AHEAD if guess is None else AHEAD_AFTER_A_MISS
            ahead = guesses.next(min(most, room - len(found)))
    return found


class _Guesses:
    """The draft's next tokens: those after its beginning that is fewest edits (Levenshtein) from what has been written."""

    def __init__(self, draft: list[int]) -> None:
        self._draft = draft
        self._distances = list(range(len(draft) + 1))  # from what is written to each beginning of the draft

    def follow(self, token: int) -> None:
        """One more token has been written."""
        before = self._distances
        after = [before[0] + 1]
        for i, guess in enumerate(self._draft):
            after.append(min(before[i] + (guess != token), before[i + 1] + 1, after[i] + 1))
        self._distances = after

    def next(self, count: int) -> list[int]:
        """The draft's next tokens, ``count`` at most, after its beginning nearest to what was written, or the longest such."""
        nearest = min(self._distances)
        at = max(i for i, distance in enumerate(self._distances) if distance == nearest)
        return self._draft[at : at + count]


@dataclass(frozen=True, slots=True)
class Pick:
    """How the next token is chosen: the likeliest at ``temperature`` 0, else drawn with ``seed``."""

    temperature: float
    seed: int


@contextmanager
def _sampler(model: NativeModel, grammar: str, pick: Pick) -> Iterator[Callable[[NDArray[np.float32]], int]]:
    """A function that gives the next token from its logits, shape (vocabulary,)."""
    native = library()
    chain = native.llama_sampler_chain_init(native.llama_sampler_chain_default_params())
    rules = None
    try:
        if grammar:
            with _captured_stderr() as said:
                rules = native.llama_sampler_init_grammar(model.vocabulary_pointer, grammar.encode(), b"root")
            if not rules:
                raise SettingsError(
                    f"the grammar is not valid GBNF: {' '.join(said[0].split())[:200]}",
                    hint='It needs a rule `root`, as in: root ::= "yes" | "no"',
                )
        if pick.temperature > 0:
            native.llama_sampler_chain_add(chain, native.llama_sampler_init_temp(pick.temperature))
            native.llama_sampler_chain_add(chain, native.llama_sampler_init_dist(pick.seed))
        else:
            native.llama_sampler_chain_add(chain, native.llama_sampler_init_greedy())
        yield _Next(native, model, chain, rules)
    finally:
        native.llama_sampler_free(chain)
        if rules:
            native.llama_sampler_free(rules)


@contextmanager
def _captured_stderr() -> Iterator[list[str]]:
    """What the C side writes to standard error inside: llama.cpp's grammar parser says there, and only there, what is wrong."""
    said: list[str] = []
    with tempfile.TemporaryFile() as file:
        before = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            yield said
        finally:
            os.dup2(before, 2)
            os.close(before)
            file.seek(0)
            said.append(file.read().decode("utf-8", errors="replace"))


class _Next:
    """The next token: first the free choice, and only where the grammar forbids it the best that it allows.

    So the grammar is asked about one token instead of the whole vocabulary nearly every time (as llama.cpp's own
    ``common_sampler_sample`` does).
    """

    def __init__(self, native: Any, model: NativeModel, chain: Any, rules: Any) -> None:
        self._native, self._model, self._chain, self._rules = native, model, chain, rules
        self._data = (native.llama_token_data * model.width)()

    def __call__(self, logits: NDArray[np.float32]) -> int:
        token = self._choose(logits, ruled=False)
        if self._rules:
            if not self._allowed(token):
                token = self._choose(logits, ruled=True)
            self._native.llama_sampler_accept(self._rules, token)
        self._native.llama_sampler_accept(self._chain, token)
        return token

    def _choose(self, logits: NDArray[np.float32], *, ruled: bool) -> int:
        data, width = self._data, self._model.width
        table = np.frombuffer(data, dtype=[("id", "<i4"), ("logit", "<f4"), ("p", "<f4")])
        table["id"], table["logit"], table["p"] = np.arange(width), logits, 0.0
        choice = self._native.llama_token_data_array(data, width, -1, False)
        if ruled:
            self._native.llama_sampler_apply(self._rules, ctypes.byref(choice))
            if not np.isfinite(table["logit"]).any():
                raise GenerationError("the grammar allows no token of the model's vocabulary here")
        self._native.llama_sampler_apply(self._chain, ctypes.byref(choice))
        return int(choice.data[choice.selected].id)

    def _allowed(self, token: int) -> bool:
        one = (self._native.llama_token_data * 1)((token, 1.0, 0.0))
        choice = self._native.llama_token_data_array(one, 1, -1, False)
        self._native.llama_sampler_apply(self._rules, ctypes.byref(choice))
        return bool(one[0].logit == 1.0)
