"""Check "language-model": which of the readings does the language model expect here?

The noisy channel of Kernighan, Church and Gale (1990) with a language model in place of word counts: each word that the one
read may be (:meth:`ocrect.words.lexicon.Lexicon.candidates`) weighs P(text with it | text before) · P(read | meant), over the
word and a stretch behind it; the word as read weighs P(text as read | text before) · P(nothing was misread). The score of an
edit is its log odds against all the others together, in nats. P(read | meant) is what the line's evidence says, P(image |
text); where there is none it comes from the listed confusions and from how many words of the page are misread. Without it a
model prefers any common word to a rare one. In the text around, words that can
be but one are put right for the model. A language model knows words, not amounts: it is not asked about digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf, log

from ocrect.correcting import bars
from ocrect.correcting.case import Case, Check
from ocrect.correcting.words.listed import seems_a_name, tidied
from ocrect.evidence import log_sum
from ocrect.plugins import Context, Runtime
from ocrect.record.correction import Edit, Finding, whole_words
from ocrect.record.document import Line
from ocrect.settings import Settings
from ocrect.words.lexicon import CLEAN, WORD, Lexicon, channel, noise

NAME = "language-model"
RIVALS, BEHIND = 4, 9.0
"""Words that the one read may be which are weighed against each other: how many, and how many nats behind the likeliest."""

_BEFORE, _STEP, _TAIL = 160, 120, 30
_OPENING = "Document:\n"
_KEPT = 512


def build(settings: Settings) -> Check:
    """The check; its runtime comes with the context."""
    del settings
    return LanguageModelCheck()


class LanguageModelCheck:
    """The check with its latest scores, so that the rivals for one word cost one call."""

    is_costly = True

    def __init__(self) -> None:
        self._scores: dict[tuple[str, tuple[str, ...]], list[float]] = {}

    def __call__(self, case: Case, /) -> Finding:
        """Support, opposition or silence; silence about digits, signs and unlisted words, without a model, and for languages
        that it does not know.

        Raises:
            ModelError: the runtime failed.
        """
        line, edit, context, words = case.line, case.edit, case.context, case.lexicon
        reason = _no_question(case)
        runtime = None if reason else context.runtime()
        reason = reason or _no_judge(runtime, context.language)
        if runtime is None or reason:
            return Finding(NAME, None, reason, witness="model")
        texts = (edit.before, *sorted({edit.after, *_rivals(edit.before, words)} - {edit.before}))
        scores = self._scored(runtime, _before(case), _stretches(line.text, edit, texts, words))
        gains = [score - scores[0] for score in scores]
        seen = _seen(line, edit, texts)
        if seen is not None:
            return _judged(edit, texts, gains, seen, _needed_seen(case))
        misread = CLEAN if line.evidence is not None else context.fact(_page_noise)
        listed = [log(1.0 - misread), *(channel(edit.before, text, misread) for text in texts[1:])]
        return _judged(edit, texts, gains, listed, _needed(case))

    def _scored(self, runtime: Runtime, prefix: str, stretches: tuple[str, ...]) -> list[float]:
        key = (prefix, stretches)
        if key not in self._scores:
            if len(self._scores) >= _KEPT:
                self._scores.clear()
            self._scores[key] = runtime.score(prefix, stretches)
        return self._scores[key]


def _rivals(read: str, words: Lexicon) -> Iterator[str]:
    """The likeliest words that ``read`` may be, but for those far behind the first."""
    found = words.candidates(read)[:RIVALS]
    return (candidate.text for candidate in found if candidate.score >= found[0].score - BEHIND)


def _seen(line: Line, edit: Edit, texts: Sequence[str]) -> list[float] | None:
    """log P(image | line with each text) less that of the line as read, in nats; ``None`` where the evidence cannot tell."""
    if line.evidence is None:
        return None
    values = line.evidence.log_likelihood([line.text[: edit.start] + text + line.text[edit.end :] for text in texts])
    read, edited = values[0], values[texts.index(edit.after)]
    if read is None or edited is None:
        return None
    return [-inf if value is None else value - read for value in values]


def _judged(edit: Edit, texts: Sequence[str], gains: Sequence[float], odds: Sequence[float], needed: float) -> Finding:
    """The finding from the model's ``gains`` and the channel's ``odds`` for each of ``texts``, in nats."""
    weights = [gain + odd for gain, odd in zip(gains, odds, strict=True)]
    place = texts.index(edit.after)
    gain, weight = gains[place], weights.pop(place)
    score = weight - log_sum(weights)
    likely = f"{edit.after!r} is {abs(gain):.1f} nats {'likelier' if gain >= 0 else 'less likely'} here than {edit.before!r}"
    supports = True if score >= needed else False if score < bars.MODEL_OPPOSES else None
    reason = f"{likely}; with the odds of misreading and of other words that is {score:+.1f}"
    return Finding(NAME, supports, reason, score, "model", weight=bars.MODEL_RANK * score)


def _no_question(case: Case) -> str:
    """Why the edit is none that a language model can judge; empty where it is."""
    line, edit, words = case.line, case.edit, case.lexicon
    if any(c.isnumeric() for c in edit.after) or case.changed:
        return "a language model cannot know numbers and codes"
    if "".join(edit.before.split()) == "".join(edit.after.split()) and line.evidence is None and " " in edit.before:
        return "without the image a lost space and a lost hyphen at a line's end look alike"
    if not _brings_words(edit, words) and (line.evidence is None or not _changes_signs(edit, words)):
        return "it brings no word of the list, and a language model is no judge of names, nor without the image of signs"
    if edit.before.casefold() == edit.after.casefold():
        return "a language model cannot know where capitals are printed"
    return ""


def _page_noise(context: Context) -> float:
    """Share of the page's words that are misread."""
    return noise(context.texts, context.words)


def _needed(case: Case) -> float:
    """Nats from which the model supports an edit that no image shows."""
    if case.lexicon.known(case.edit.before):
        return bars.MODEL_SUPPORTS_LISTED
    return bars.MODEL_SUPPORTS_NAME if seems_a_name(case, case.edit.before) else bars.MODEL_SUPPORTS


def _needed_seen(case: Case) -> float:
    """Nats from which the model supports an edit that the image leaves room for."""
    edit, words = case.edit, case.lexicon
    if not _brings_words(edit, words):
        return bars.MODEL_SUPPORTS_SIGNS_SEEN
    doubtful = words.known(edit.before) or seems_a_name(case, edit.before)
    return bars.MODEL_SUPPORTS_LISTED_SEEN if doubtful else bars.MODEL_SUPPORTS_SEEN


def _no_judge(runtime: Runtime | None, language: str) -> str:
    """Why there is no language model that can judge; empty where there is one."""
    if runtime is None:
        return "there is no language model"
    languages = getattr(runtime, "languages", None)
    if languages is not None and language not in languages:
        return f"the language model does not know {language!r}"
    return "" if getattr(runtime, "can_score", True) else "the language model's server gives no log-probabilities"


def _brings_words(edit: Edit, words: Lexicon) -> bool:
    """True where all words that ``after`` has and ``before`` has not are listed, and there is one."""
    new = [word for word in WORD.findall(edit.after) if word not in WORD.findall(edit.before)]
    return bool(new) and (not words.values or all(words.known(word) for word in new))


def _changes_signs(edit: Edit, words: Lexicon) -> bool:
    """True where only signs change beside listed words, and no space: how a form is spaced no model of running text knows."""
    found = WORD.findall(edit.after)
    spaced = edit.before.count(" ") != edit.after.count(" ")
    return bool(found) and found == WORD.findall(edit.before) and not spaced and all(map(words.known, found))


def _word_start(text: str, edit: Edit) -> int:
    """Where the first edited word begins, with the space before it."""
    return max(0, whole_words(text, edit.start, edit.end)[0] - 1)


def _before(case: Case) -> str:
    """The text before the edited words: the lines before on the page and the line's own beginning.

    It begins at every so many characters of the page, so that the model reads on for the next word instead of anew. At the
    top of a page some opening stands there: without any context a model's first tokens are noise.
    """
    line, above = case.line, list[str]()
    for other in case.context.lines:
        if other.id == line.id:
            break
        above.append(other.text)
    start = _word_start(line.text, case.edit)
    at = sum(map(len, above)) + len(above) + start
    wanted = at - max(0, at - _BEFORE) // _STEP * _STEP
    text = line.text[max(0, start - wanted) : start]
    while above and len(text) < wanted:
        text = f"{above.pop()}\n{text}"
    text = text[max(0, len(text) - wanted) :]
    return (_OPENING if wanted >= at else "") + tidied(text, case.lexicon)


def _stretches(text: str, edit: Edit, versions: Sequence[str], words: Lexicon) -> tuple[str, ...]:
    """The words with each version in the edit's place, and what follows."""
    start = _word_start(text, edit)
    _, cut = whole_words(text, edit.start, edit.end)
    _, end = whole_words(text, edit.start, min(edit.end + _TAIL, len(text)))
    tail = text[edit.end : cut] + tidied(text[cut:end], words)
    return tuple(text[start : edit.start] + version + tail for version in versions)
