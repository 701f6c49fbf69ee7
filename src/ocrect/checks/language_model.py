"""Check "language-model": which of the two readings does the language model expect here?

The score is that of the noisy channel, in nats: log P(text with the edit | text before) − log P(text as read | text before),
over the edited words and a stretch behind them, plus log P(read | meant) from the listed confusions. Without the second part
a model prefers any common word to a rare one. A language model knows words, not amounts: it is not asked about digits.
"""

from __future__ import annotations

from functools import partial

from ocrect.checks.lexicon import WORD, seems_a_name
from ocrect.correction import Edit, Finding
from ocrect.document import Line
from ocrect.lexicon import Lexicon, channel, lexicon
from ocrect.locked import differs
from ocrect.plugins import Check, Context
from ocrect.settings import Settings

NAME = "language-model"
SUPPORTS, SUPPORTS_NAME, OPPOSES = 2.0, 6.0, -6.0
"""Nats from which the model supports an edit (of what may be a name), and below which it opposes one. Set on eight chunks of
English newspapers with SmolLM2-135M: of 25 words accepted at 2, 21 became better and 2 worse; of 5 names at 6, 3 and none.
"""

CLEAR_GAIN = 8.0
"""Nats of the language model alone from which even odds in all are enough, for what is no name: a lost letter is a rare
misreading, so that the channel asks much of ``Invoic`` for ``Invoice``. Set on the tutorial's text with three models.
"""

_BEFORE, _BEHIND = 240, 60
_OPENING = "Document:\n"


def build(settings: Settings) -> Check:
    """The check, with the user's dictionary; its runtime comes with the context."""
    return partial(check, dictionary=settings.dictionary)


def check(line: Line, edit: Edit, context: Context, /, *, dictionary: str = "") -> Finding:
    """Support, opposition or silence; silence about digits, signs and unlisted words, without a model, and for languages
    that it does not know.

    Raises:
        ModelError: the runtime failed.
    """
    if any(c.isnumeric() for c in edit.before + edit.after) or differs(*_stretches(line.text, edit)):
        return Finding(NAME, None, "a language model cannot know numbers and codes")
    runtime = context.runtime()
    if runtime is None:
        return Finding(NAME, None, "there is no language model")
    languages = getattr(runtime, "languages", None)
    if languages is not None and context.language not in languages:
        return Finding(NAME, None, f"the language model does not know {context.language!r}")
    if "".join(edit.before.split()) == "".join(edit.after.split()) and line.evidence is None and " " in edit.before:
        return Finding(NAME, None, "without the image a lost space and a lost hyphen at a line's end look alike")
    if not _brings_words(edit, lexicon(context.language, dictionary)):
        return Finding(NAME, None, "it brings no word of the list, and a language model is no judge of signs and names")
    if not getattr(runtime, "can_score", True):
        return Finding(NAME, None, "the language model's server gives no log-probabilities")
    as_read, edited = runtime.score(_before(line, edit, context), _stretches(line.text, edit))
    gain = edited - as_read
    score = gain + channel(edit.before, edit.after)
    likely = f"{edit.after!r} is {abs(gain):.1f} nats {'likelier' if gain >= 0 else 'less likely'} here than {edit.before!r}"
    needed = SUPPORTS_NAME if seems_a_name(line, edit, edit.before) else SUPPORTS
    clear = score >= needed or (needed == SUPPORTS and gain >= CLEAR_GAIN and score >= 0.0)
    supports = True if clear else False if score < OPPOSES else None
    return Finding(NAME, supports, f"{likely}; with the misreading's own odds that is {score:+.1f}", score)


def _brings_words(edit: Edit, words: Lexicon) -> bool:
    """True where all words that ``after`` has and ``before`` has not are listed, and there is one."""
    new = [word for word in WORD.findall(edit.after) if word not in WORD.findall(edit.before)]
    return bool(new) and (not words.values or all(words.known(word) for word in new))


def _word_start(text: str, edit: Edit) -> int:
    """Where the first edited word begins, with the space before it."""
    start = edit.start
    while start and not text[start - 1].isspace():
        start -= 1
    return max(0, start - 1)


def _before(line: Line, edit: Edit, context: Context) -> str:
    """The text before the edited words: the lines before on the page and the line's own beginning.

    At the top of a page some opening stands there: without any context a model's first tokens are noise.
    """
    above = []
    for other in context.lines:
        if other.id == line.id:
            break
        above.append(other.text)
    text = "\n".join([*above[-8:], line.text[: _word_start(line.text, edit)]])
    return text[-_BEFORE:] if len(text) >= _BEFORE else _OPENING + text


def _stretches(text: str, edit: Edit) -> tuple[str, str]:
    """The edited words and what follows, as read and as edited."""
    start, end = _word_start(text, edit), edit.end + _BEHIND
    while end < len(text) and not text[end].isspace():
        end += 1
    tail = text[edit.end : end]
    return text[start : edit.start] + edit.before + tail, text[start : edit.start] + edit.after + tail
