"""Check "language-model": which of the two readings does the language model expect here?

The score is log P(text with the edit | text before) − log P(text as read | text before) in nats, over the edited words and
a stretch behind them. A language model knows words, not amounts: it is not asked about digits.
"""

from __future__ import annotations

from collections import OrderedDict

from ocrect.correction import Edit, Finding, apply
from ocrect.document import Line
from ocrect.locked import differs
from ocrect.plugins import Check, Context, Runtime
from ocrect.settings import Settings

NAME = "language-model"
SUPPORTS, OPPOSES = 4.0, -1.0
"""Nats from which the model supports an edit, and below which it opposes it. Tuned on English newspapers."""

_BEFORE, _BEHIND = 240, 60
_KEPT = 512


def build(settings: Settings) -> Check:
    """The check; its runtime comes with the context."""
    del settings
    return LanguageModelCheck()


class LanguageModelCheck:
    """Compares two readings in their context, remembering what was scored as read."""

    def __init__(self) -> None:
        self._as_read: OrderedDict[tuple[str, str], float] = OrderedDict()

    def __call__(self, line: Line, edit: Edit, context: Context, /) -> Finding:
        """Support, opposition or silence; silence about digits, without a model, and for languages it does not know.

        Raises:
            ModelError: the runtime failed.
        """
        edited = apply(line.text, [edit])
        if any(c.isnumeric() for c in edit.before + edit.after) or differs(line.text, edited):
            return Finding(NAME, None, "a language model cannot know numbers and codes")
        runtime = context.runtime()
        if runtime is None:
            return Finding(NAME, None, "there is no language model")
        languages = getattr(runtime, "languages", None)
        if languages is not None and context.language not in languages:
            return Finding(NAME, None, f"the language model does not know {context.language!r}")
        gain = self._gain(runtime, _before(line, edit, context), _stretches(line.text, edit))
        words = f"{edit.after!r} is {abs(gain):.1f} nats {'likelier' if gain >= 0 else 'less likely'} here than {edit.before!r}"
        return Finding(NAME, True if gain >= SUPPORTS else False if gain < OPPOSES else None, words, gain)

    def _gain(self, runtime: Runtime, prefix: str, readings: tuple[str, str]) -> float:
        as_read, edited = readings
        key = (prefix, as_read)
        known = self._as_read.get(key)
        if known is None:
            known, new = runtime.score(prefix, [as_read, edited])
            self._as_read[key] = known
            while len(self._as_read) > _KEPT:
                self._as_read.popitem(last=False)
        else:
            (new,) = runtime.score(prefix, [edited])
        return new - known


def _word_start(text: str, edit: Edit) -> int:
    """Where the first edited word begins, with the space before it."""
    start = edit.start
    while start and not text[start - 1].isspace():
        start -= 1
    return max(0, start - 1)


def _before(line: Line, edit: Edit, context: Context) -> str:
    """The text before the edited words: the lines before on the page and the line's own beginning."""
    above = []
    for other in context.lines:
        if other.id == line.id:
            break
        above.append(other.text)
    text = "\n".join([*above[-8:], line.text[: _word_start(line.text, edit)]])
    return text[-_BEFORE:]


def _stretches(text: str, edit: Edit) -> tuple[str, str]:
    """The edited words and what follows, as read and as edited."""
    start, end = _word_start(text, edit), edit.end + _BEHIND
    while end < len(text) and not text[end].isspace():
        end += 1
    tail = text[edit.end : end]
    return text[start : edit.start] + edit.before + tail, text[start : edit.start] + edit.after + tail
