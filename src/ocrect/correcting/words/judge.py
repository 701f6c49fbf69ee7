"""Check "language-model": which of the readings does the language model expect here?

The noisy channel of Kernighan, Church and Gale (1990) with a language model in place of word counts: each word that the one
read may be (:meth:`ocrect.words.lexicon.Lexicon.candidates`) weighs P(text with it | text before) · P(read | meant), over the
word and a stretch behind it; the word as read weighs P(text as read | text before) · P(nothing was misread). The score of an
edit is its log odds against all the others together, in nats. P(read | meant) is what the line's evidence says, P(image |
text); where there is none it comes from the listed confusions and from how many words of the page are misread, and for single
words what is known is weighed with fitted weights (:mod:`ocrect.correcting.words.unseen`). Without it a model prefers any
common word to a rare one. In the text around, words that can
be but one are put right for the model. A language model knows words, not amounts: it is not asked about digits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil, log
from typing import NamedTuple
from unicodedata import category

from ocrect import bars
from ocrect.correcting.case import Case, Check
from ocrect.correcting.spaces.gaps import is_beside_a_number, spaces_put
from ocrect.correcting.words import shape
from ocrect.correcting.words.listed import has_settled, seems_a_name, tidied, unseen_rivals
from ocrect.correcting.words.mixtures import mixed_up
from ocrect.correcting.words.unseen import is_one_word, log_odds, numbers, page_noise
from ocrect.evidence import log_sum
from ocrect.plugins import Context, Runtime, score_all
from ocrect.record.correction import Edit, Finding, whole_words
from ocrect.settings import Settings
from ocrect.words.confusions import distance
from ocrect.words.lexicon import CLEAN, EXPLAINED, WORD, Lexicon, channel

NAME = "language-model"
RIVALS, BEHIND = 4, 9.0
"""How many of the words that the one read may be are weighed, and how many nats behind the likeliest, at most."""

_BEFORE, _STEP, _TAIL = 40, 40, 4
"""Characters of context that the model reads before the words: at least so many, or up to so many more; and behind them.

Tokens are what the model costs, and those behind are read for every rival. On two chunks of books and two of newspapers 60, 60
and 12 left 170 of 214 errors for 3,189 tokens, these 165 for 2,222.
"""
_OPENING = "Document:\n"

BUDGET, _SHEET = 200, 6000
"""Most questions to the model for so many characters, which few pages have: about two a line. So a paragraph that stands on one
line has as many as on ten. Findings on words beyond them say so.
"""

_AT_ONCE = 100
"""Questions that the runtime is asked at once, so that it can be stopped between."""

_OF_PROSE = frozenset(".,;:!?-–—_'\"‘’‚‛“”„‟")
"""Signs that any prose has, so that a language model knows where one is too many."""

WRITER = "rewrite"
"""The proposer that is a language model."""


def build(settings: Settings) -> Check:
    """The check; its runtime comes with the context."""
    del settings
    return LanguageModelCheck()


class LanguageModelCheck:
    """The check, asked behind all others. What the judgement of all witnesses did not need to know it does not ask either."""

    is_costly = True

    def ahead(self, cases: Sequence[Case]) -> None:
        """Asks about all edits of a page at once that it is the only one to ask about: the runtime remembers the answers.

        Raises:
            ModelError: the runtime failed.
        """
        questions = [q for case in cases if not is_for_the_judgement(case) and not isinstance(q := case.fact(_question), str)]
        runtime = cases[0].context.runtime() if questions else None
        if runtime is None:
            return
        for first in range(0, len(questions), _AT_ONCE):
            score_all(runtime, [(q.prefix, q.stretches) for q in questions[first : first + _AT_ONCE]])

    def __call__(self, case: Case, /) -> Finding:
        """Support, opposition or silence; silence about digits, signs and unlisted words, without a model, and for languages
        that it does not know.

        Raises:
            ModelError: the runtime failed.
        """
        if is_for_the_judgement(case) and not case.knows(asked):
            return Finding(NAME, None, "its word would not change the decision", witness="model", weighed=True)
        found = case.fact(asked)
        if isinstance(found, str):
            return Finding(NAME, None, found, witness="model", weighed=True)
        if is_for_the_judgement(case):
            return Finding(NAME, None, _likely(case.edit, found), found.gain(case.edit.after), "model", weighed=True)
        if is_one_word(case):
            return _unseen(case, found)
        misread = CLEAN if case.line.evidence is not None else case.context.fact(page_noise)
        listed = [log(1.0 - misread), *(channel(case.edit.before, text, misread) for text in found.texts[1:])]
        return _judged(case.edit, found, listed, _needed(case))


class Asked(NamedTuple):
    """The words that the one read may be, itself first, and by how many nats each is likelier to the model than that one."""

    texts: tuple[str, ...]
    gains: tuple[float, ...]

    def gain(self, text: str) -> float:
        """Nats by which ``text`` is likelier to the model than what was read."""
        return self.gains[self.texts.index(text)]


def is_for_the_judgement(case: Case) -> bool:
    """True where the edit is weighed by all witnesses together: the image can tell, and no locked token changes, unless letters
    and digits of one word were taken for one another. Spaces beside numbers have the bars of gaps.
    """
    if case.score is None:
        return False
    return bool(case.fact(mixed_up)) or not (case.changed or _is_beside_a_number(case))


def _is_beside_a_number(case: Case) -> bool:
    """True where spaces alone change: each that comes is beside a number, or one goes in a word that has digits."""
    places = case.fact(spaces_put)
    if places:
        return all(is_beside_a_number(case.line.text, at) for at in places)
    return case.kind == "spaces" and any(map(str.isnumeric, case.words.before))


def is_judged_as_text(case: Case) -> bool:
    """True where a language model wrote listed words for as many of which one is none, on a line that no image stands behind.

    All other witnesses judge that. Where all were listed the engine may have read one word for another, or the model invents,
    and only a score tells the two apart.
    """
    if WRITER not in case.proposed_by or case.line.evidence is not None or case.kind != "letters" or case.changed:
        return False
    old, new = (WORD.findall(side) for side in case.words[1:])
    return len(old) == len(new) and all(map(case.lexicon.known, new)) and not all(map(case.lexicon.known, old))


def asked(case: Case) -> Asked | str:
    """What the language model says to the edit and its rivals, asked in one call, or why it is not asked.

    Raises:
        ModelError: the runtime failed.
    """
    question, runtime = case.fact(_question), case.context.runtime()
    if isinstance(question, str):
        return question
    if runtime is None:
        return _no_judge(runtime, case.context.language)
    scores = runtime.score(question.prefix, question.stretches)
    return Asked(question.texts, tuple(score - scores[0] for score in scores))


def is_left_open(case: Case) -> bool:
    """True for letters and signs that the image hardly tells from what was read, and on which a language model has a word: it
    never expects symbols (``■NO`` is a ticked *no*, ``R№`` no *RN*), nor, where they would go, marks of notes and brackets.
    """
    if any(category(c) in ("So", "Sm") and not c.isascii() for atom in case.atoms for c in atom.before):
        return False
    gone = "".join(atom.before for atom in case.atoms if not atom.after.strip())
    if not all(c.isalnum() or c.isspace() or c in _OF_PROSE for c in gone):
        return False
    return case.kind in ("letters", "punctuation") and case.score is not None and case.score.value >= bars.IMAGE_OPEN


def is_expected(case: Case) -> bool:
    """True where the image leaves it open and the language model finds it far likelier than what was read.

    Raises:
        ModelError: the language model was asked and failed.
    """
    said = case.fact(asked) if is_left_open(case) else ""
    return not isinstance(said, str) and said.gain(case.edit.after) >= bars.MODEL_EXPECTS


class _Question(NamedTuple):
    """The words that the one read may be, itself first; what stands before them; and each of them with what follows."""

    texts: tuple[str, ...]
    prefix: str
    stretches: tuple[str, ...]


def _question(case: Case) -> _Question | str:
    """What the model is to be asked about the edit, or why it is not asked.

    Raises:
        ModelError: the runtime cannot be had.
    """
    edit, context, words = case.edit, case.context, case.lexicon
    reason = _no_question(case) or _no_judge(context.runtime(), context.language)
    if reason:
        return reason
    places = context.fact(_places)
    place = _word_start(case.line.text, edit), case.line.id
    if place not in places and len(places) >= context.fact(_budget):
        return f"the page has had its {context.fact(_budget)} questions to the language model"
    places.add(place)
    rivals = () if is_for_the_judgement(case) else _rivals(case)  # all witnesses together need the gain of the edit alone
    texts = (edit.before, *sorted({edit.after, *rivals} - {edit.before}))
    return _Question(texts, _before(case), _stretches(case.line.text, edit, texts, words))


def _budget(context: Context) -> int:
    """How many questions may be asked about the page."""
    return BUDGET * max(1, ceil(sum(map(len, context.texts)) / _SHEET))


def _places(context: Context) -> set[tuple[int, str]]:
    """The places that the model is asked about so far: where a word starts, and its line's id; :func:`_question` adds to it."""
    del context
    return set()


def _rivals(case: Case) -> Iterator[str]:
    """The likeliest words that the one read may be, but for those far behind the first."""
    if case.line.evidence is None:
        found = unseen_rivals(case.edit.before, case.lexicon, case.context.fact(page_noise))
        return (candidate.text for candidate in found[:RIVALS])
    near = case.lexicon.candidates(case.edit.before)[:RIVALS]
    return (candidate.text for candidate in near if candidate.score >= near[0].score - BEHIND)


def _judged(edit: Edit, found: Asked, odds: Sequence[float], needed: float) -> Finding:
    """The finding from the model's gains and the channel's ``odds`` for each of the texts, in nats."""
    texts, gains = found.texts, found.gains
    weights = [gain + odd for gain, odd in zip(gains, odds, strict=True)]
    place = texts.index(edit.after)
    weight = weights.pop(place)
    score = weight - log_sum(weights)
    supports = True if score >= needed else False if score < bars.MODEL_OPPOSES else None
    reason = f"{_likely(edit, found)}; with the odds of misreading and of other words that is {score:+.1f}"
    return Finding(NAME, supports, reason, score, "model", weight=bars.MODEL_RANK * score, weighed=True)


def _unseen(case: Case, found: Asked) -> Finding:
    """The finding on one word without an image, by all that is known of it (:mod:`ocrect.correcting.words.unseen`)."""
    told = numbers(case, found.texts, found.gains)
    if not told:
        reason = f"{_likely(case.edit, found)}, and another word is likelier"
        return Finding(NAME, False, reason, float(bars.UNSEEN_OPPOSES), "model", weighed=True)
    odds = log_odds(told) + (bars.WRITER_WORTH if WRITER in case.proposed_by else 0.0)
    supports = True if odds >= bars.UNSEEN_SUPPORTS else False if odds < bars.UNSEEN_OPPOSES else None
    reason = f"{_likely(case.edit, found)}; with how it was misread and how common it is the odds are {odds:+.1f} nats"
    return Finding(NAME, supports, reason, odds, "model", weight=odds, weighed=True)


def _likely(edit: Edit, found: Asked) -> str:
    gain = found.gain(edit.after)
    return f"{edit.after!r} is {abs(gain):.1f} nats {'likelier' if gain >= 0 else 'less likely'} here than {edit.before!r}"


def _no_question(case: Case) -> str:
    """Why the edit is none that a language model can judge; empty where it is."""
    line, edit, words = case.line, case.edit, case.lexicon
    if is_for_the_judgement(case) and case.fact(mixed_up) != "number":
        return ""
    if any(c.isnumeric() for c in edit.after) or case.changed:
        return "a language model cannot know numbers and codes"
    if "".join(edit.before.split()) == "".join(edit.after.split()) and line.evidence is None and " " in edit.before:
        return "without the image a lost space and a lost hyphen at a line's end look alike"
    if not _brings_words(edit, words):
        return "it brings no word of the list, and a language model is no judge of names, nor without the image of signs"
    if edit.before.casefold() == edit.after.casefold():
        return "a language model cannot know where capitals are printed"
    return _unlikely_without_image(case) if line.evidence is None else ""


def _unlikely_without_image(case: Case) -> str:
    """Why the word is none that was misread so, whatever a model would rather read there, or needs no model; empty where it
    may be one.

    A model prefers a common word to any rare one: what no usual misreading explains is a name, a code or a term, above all
    where it stands more than once.
    """
    before, after = map(shape.bare, case.words[1:])
    if has_settled(case):
        return "the word list is sure: the model's word would not change the decision"
    again = case.context.fact(_counts)[before] > 1
    if again and before.istitle() and not case.lexicon.known(before):
        return f"{before!r} stands more than once, with a capital: it is a name, and a language model is no judge of names"
    if WRITER in case.proposed_by:
        return ""
    if shape.has_odd_capitals(before):
        return f"{before!r} is a code or an abbreviation, and a language model is no judge of those"
    units = distance(before, after)
    if again and units >= EXPLAINED:
        return f"{before!r} stands more than once, and no usual misreading makes it of {after!r}"
    is_weighed = is_one_word(case) and before.islower()  # how far it is, too; names and codes are like no word of the list
    if not is_weighed and units > 1.0 and units > bars.UNSEEN_FARTHEST * max(len(before), len(after)):
        return f"too little of {after!r} is left in {before!r} for a language model to tell without the image"
    return ""


def _counts(context: Context) -> Counter[str]:
    """How often each word stands in what is corrected together."""
    return Counter(word for text in context.texts for word in WORD.findall(text))


def _needed(case: Case) -> float:
    """Nats from which the model supports an edit that no image shows."""
    least = bars.MODEL_SUPPORTS_NAME if seems_a_name(case, case.edit.before) else bars.MODEL_SUPPORTS
    if case.lexicon.known(case.edit.before):
        least = bars.MODEL_SUPPORTS_LISTED
    return least - bars.WRITER_WORTH if WRITER in case.proposed_by else least


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


def _word_start(text: str, edit: Edit) -> int:
    """Where the first edited word begins, with the space before it."""
    return max(0, whole_words(text, edit.start, edit.end)[0] - 1)


def _before(case: Case) -> str:
    """The text before the edited words: the line's own beginning, and of the lines above as many whole ones as it takes.

    In a long line it begins at every so many characters, so that the model reads on for the next word instead of anew, and it
    is the same before the same line below the same lines, which is then asked about once. At the top of a page some opening
    stands there: without any context a model's first tokens are noise.
    """
    start = _word_start(case.line.text, case.edit)
    first = max(0, start - _BEFORE) // _STEP * _STEP
    text = case.line.text[first:start]
    if start < _BEFORE:
        above = case.context.fact(_lines_above)[case.line.id]
        text = f"{above}\n{text}" if above else _OPENING + text
    return tidied(text, case.lexicon)


def _lines_above(context: Context) -> dict[str, str]:
    """The text above each line of a page: the nearest lines that have ``_BEFORE`` characters together, a long one's end."""
    found: dict[str, str] = {}
    above = ""
    for line in context.lines:
        found.setdefault(line.id, above)
        lines = f"{above}\n{line.text[-_STEP:]}".strip().split("\n")
        while len(lines) > 1 and sum(map(len, lines[1:])) >= _BEFORE:
            lines.pop(0)
        above = "\n".join(lines)
    return found


def _stretches(text: str, edit: Edit, versions: Sequence[str], words: Lexicon) -> tuple[str, ...]:
    """The words with each version in the edit's place, and what follows."""
    start = _word_start(text, edit)
    _, cut = whole_words(text, edit.start, edit.end)
    _, end = whole_words(text, edit.start, min(edit.end + _TAIL, len(text)))
    tail = text[edit.end : cut] + tidied(text[cut:end], words)
    return tuple(text[start : edit.start] + version + tail for version in versions)
