"""Fakes for tests of engines, proposers, checks and pipelines: public, small, without any model.

line = Line("1", "Invoic", evidence=posterior("Invoic", alternatives={5: {"o": 0.3}}))
engine = FakeEngine([Page(1, blocks=(Block((line,)),))])
runtime = ScriptedRuntime(["Invoice"], scores={"Invoice": -2.0, "Invoic": -11.0})
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from ocrect.errors import GenerationError, RecognitionError
from ocrect.evidence import CtcPosterior
from ocrect.record.document import Page, PageImage

_PRINTABLE = string.digits + string.ascii_letters + string.punctuation + " "


def posterior(
    text: str,
    *,
    alternatives: Mapping[int, Mapping[str, float]] | None = None,
    gaps: Mapping[int, float] | None = None,
    noise: float = 1e-5,
    blank: float = 5e-4,
) -> CtcPosterior:
    """A posterior whose own reading is ``text``: a frame for each character, with a blank frame around each.

    Args:
        alternatives: for the character at an index, other symbols there and their probabilities (sum below 0.5);
            the symbol ``""`` stands for the blank: how likely it is that there is no character at all.
        gaps: before the character at an index, eight more frames that are blank, or a space with this probability
            (below 0.5): as where a space was printed and not read.
        noise: probability of every other symbol in every frame.
        blank: probability of the blank on a character's frame, and of the two neighbours on a blank frame.

    The alphabet is printable ASCII and all symbols named. ``text`` is taken in NFC.

    Raises:
        ValueError: the probabilities named for a character leave less than half to itself.
    """
    text = unicodedata.normalize("NFC", text)
    named = alternatives or {}
    alphabet = tuple(dict.fromkeys([*_PRINTABLE, *text, *(c for others in named.values() for c in others if c)]))
    column = {"": 0} | {symbol: i for i, symbol in enumerate(alphabet, start=1)}
    probabilities = np.full((2 * len(text) + 1, 1 + len(alphabet)), noise)
    for i, own in enumerate(text):
        frame, others = 2 * i + 1, named.get(i, {})
        if sum(others.values()) >= 0.5:
            raise ValueError(f"the alternatives of {own!r} at {i} are likelier than itself: {others}")
        probabilities[frame, 0] = blank
        for symbol, probability in others.items():
            probabilities[frame, column[symbol]] = probability
        probabilities[[frame - 1, frame + 1], column[own]] = blank
        probabilities[frame, column[own]] = 0.0
        probabilities[frame, column[own]] = 1.0 - probabilities[frame].sum()
    probabilities[::2, 0] = 0.0
    for i, probability in (gaps or {}).items():
        probabilities[2 * i, column[" "]] = probability
    probabilities[::2, 0] = 1.0 - probabilities[::2].sum(axis=1)
    wide = [2 * i for i in gaps or () for _ in range(8)]
    probabilities = np.insert(probabilities, wide, probabilities[wide], axis=0)
    return CtcPosterior(np.log(probabilities), alphabet)


class FakeEngine:
    """An engine that returns prepared pages by the number of the image; an error in a page's place is raised.

    ``images`` holds what it was asked to read, in order.
    """

    def __init__(self, pages: Sequence[Page | Exception]) -> None:
        self._pages = list(pages)
        self.images: list[PageImage] = []

    def __call__(self, image: PageImage, /) -> Page:
        """The page for ``image``.

        Raises:
            RecognitionError: no page was prepared for it.
        """
        self.images.append(image)
        if not 1 <= image.number <= len(self._pages):
            raise RecognitionError(f"no page {image.number} was prepared")
        page = self._pages[image.number - 1]
        if isinstance(page, Exception):
            raise page
        return page


class ScriptedRuntime:
    """A language model that replies from a script, in order, and scores from a table; it records every call.

    Args:
        replies: the replies one after the other, or a function of the prompt; an error among them is raised.
        scores: log-likelihood in nats of each continuation, or a function ``(prefix, continuation)``;
            a continuation that is not in the table gets -5 nats a character.
    """

    name = "scripted"

    def __init__(
        self,
        replies: Iterable[str | Exception] | Callable[[str], str] = (),
        scores: Mapping[str, float] | Callable[[str, str], float] | None = None,
    ) -> None:
        self._reply = replies if callable(replies) else None
        self._replies = iter(() if callable(replies) else replies)
        self._scores = scores or {}
        self.prompts: list[str] = []
        self.systems: list[str] = []
        self.scored: list[tuple[str, tuple[str, ...]]] = []
        self.closed = 0

    def generate(self, prompt: str, *, system: str = "", grammar: str = "", draft: str = "", max_tokens: int = 256) -> str:
        """The next reply; ``grammar``, ``draft`` and ``max_tokens`` are not obeyed: a script may say anything.

        Raises:
            GenerationError: the script is at its end.
        """
        del grammar, draft, max_tokens
        self.prompts.append(prompt)
        self.systems.append(system)
        reply = self._reply(prompt) if self._reply else next(self._replies, None)
        if reply is None:
            raise GenerationError("the script has no more replies")
        if isinstance(reply, Exception):
            raise reply
        return reply

    def score(self, prefix: str, continuations: Sequence[str]) -> list[float]:
        """The scripted log-likelihood of each continuation in nats."""
        self.scored.append((prefix, tuple(continuations)))
        if callable(self._scores):
            return [self._scores(prefix, text) for text in continuations]
        return [self._scores.get(text, -5.0 * len(text)) for text in continuations]

    def close(self) -> None:
        """Count the call."""
        self.closed += 1
