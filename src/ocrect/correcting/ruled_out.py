"""What no witness may support: edits that leave what no page prints, and edits against the image that nothing else calls for.

The check "judgement" (:mod:`ocrect.correcting.weigh`) asks here before it accepts anything, whatever the odds.
"""

from __future__ import annotations

import re
from collections import Counter
from math import log1p

from ocrect import bars
from ocrect.correcting.case import Case
from ocrect.correcting.spaces.gaps import may_hold
from ocrect.correcting.witnesses import (
    changed_words,
    makes_words,
    page,
    parts_a_name,
    parts_an_opening_sign,
    parts_words,
)
from ocrect.correcting.words import shape
from ocrect.correcting.words.divided import tears_a_divided_word
from ocrect.correcting.words.habits import AGAIN, doubles_opened, quotes_of_the_page, repeated, stops_for_commas
from ocrect.correcting.words.judge import WRITER, is_expected
from ocrect.correcting.words.likeliest import word_odds
from ocrect.correcting.words.listed import ABBREVIATION
from ocrect.correcting.words.mixtures import mixed_up
from ocrect.evidence import fold
from ocrect.letters import without_accents
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.words import usage
from ocrect.words.confusions import cost
from ocrect.words.lexicon import WORD

_GRAMS = re.compile(r"\d[kKmM]?[gG](?!\w)")
"""A number with its unit: ``G`` and ``g`` look like 6 and 9, in ``5KG`` too."""

_DEGREES = re.compile(r"(?<=\d)[°ºª]|(?<!\w)[°º][CFKRNSEW]?(?!\w)")
"""A degree sign, which recognisers read as a raised letter: it stands behind digits, or before its scale (``41º``, ``ºF``)."""

MOSTLY_CAPITALS = 0.6
"""Share of capitals above which a word of mixed case is one of capitals, some of which look like small letters."""

_RARER_SIGN = 1.0
"""By how much rarer on the page, in nats, a sign is that no image need be for: ``Email;`` on a page of labels with colons."""

_BARRED = "Đđ"
_DOTTED = frozenset({"az", "tr"})
"""Languages in which a letter with a dot and one without, ``İ i`` and ``I ı``, are two."""

_SINGLE, _DOUBLE = ("'", "‘", "’"), ('"', "“", "”")

LOST_TOGETHER = 2
"""Letters from which their loss, in a row or from one word, is no misreading of something else."""

LOSES_LETTERS = 6
"""Letters of what is no word from which a letter too many may be read in it. Of 272 such edits of shorter ones that were
proposed on the tuning half of scans and receipts 8 were right, and the odds of none of these were even.
"""


def misshapes(case: Case) -> str:
    """Why what the edit writes is nothing that a page prints; empty where it may be."""
    if case.fact(mixed_up) == "number" and _GRAMS.search(case.words.before) and not _GRAMS.search(case.words.after):
        return "it takes grams for a digit"
    if len(_DEGREES.findall(case.words.before)) > len(_DEGREES.findall(case.words.after)):
        return "it takes a degree sign for a letter or a digit"
    if case.kind == "case" and shape.mixes_case(case.words.after):
        return "it leaves capitals and small letters mixed"
    if case.kind == "case" and _renames(case):
        return "a small letter before capitals is a name's own"
    if case.kind == "case" and _lowers_capitals(*case.words[1:]):
        return "it leaves mostly capitals small"
    if case.fact(parts_a_name):
        return "it parts what a sign joins"
    if case.kind == "spaces" and not any(map(str.isalnum, case.words.before)) and len(case.edit.after) > len(case.edit.before):
        return "it parts signs of a row"
    if _joins_words(case):
        return "it joins two words into what is hardly one"
    return "it parts a bracket or quote from what it opens" if case.fact(parts_an_opening_sign) else ""


def out_of_question(case: Case) -> str:
    """Why the edit is none, whichever witness supports it; empty where it may be one."""
    if reason := case.fact(misshapes):
        return reason
    if case.fact(may_hold):
        return ""
    value = case.score.value if case.score else 0.0
    if value < bars.IMAGE_SUPPORTS and _closes_what_nothing_opens(case):
        return "it closes double quotes where none are opened"
    if value < bars.IMAGE_SUPPORTS and (seen := _takes_off_what_is_seen(case)):
        return f"the image has the {seen}"
    if _is_hardly_seen(case, value):
        return "the image is against it, and neither the page nor the word list is for it"
    mends = case.kind == "case" or makes_words(case) or parts_words(case) or _mends_accents(case)
    if case.source == "nbest" and value < bars.IMAGE_SUPPORTS and not (mends or case.fact(is_expected)):
        return "it is the engine's own second thought, and makes no word of what was none"
    if lost := _surely_read_and_lost(case):
        return f"the image is sure of {lost!r}, which it leaves out"
    if case.fact(tears_a_divided_word):
        return "it is half of a word that the line's end divides, and the whole would be none"
    if _loses_letters(case) and value < bars.IMAGE_SUPPORTS:
        return "letters go, and it makes no word of what was none"
    if _renames_what_stands_again(case):
        return "it makes no word, and what was read stands on the page again as often"
    if _parts_off_a_sign(case):
        return "it takes a sign beside a word for a letter by itself"
    is_told = WRITER in case.proposed_by or case.fact(repeated) >= log1p(AGAIN)
    least = bars.HEARD_LEAST if is_told and makes_words(case) else bars.JUDGED_LEAST
    return f"the image makes it {-value:.0f} nats a character less likely" if value < least else ""


def _renames(case: Case) -> bool:
    """True where a word led by a small letter gets a capital in a line that is not set in capitals: ``iDEAL`` as ``IDEAL``."""
    start, before, after = case.words
    text = case.line.text
    rest = shape.share_of_capitals(text[:start] + text[start + len(before) :])
    return shape.is_led_small(before) and not shape.is_led_small(after) and not (rest and rest >= MOSTLY_CAPITALS)


def _is_hardly_seen(case: Case, value: float) -> bool:
    """True for capitals and signs that the image is against, by ``value``, where nothing that the page or the word list has is
    for them; and for accents on capitals, which many leave off (``DESIGNATION`` is French), above all where the page has none,
    and those that make another word of a common one.
    """
    if case.kind == "case" or _recases(case):
        return value < bars.CASE_LEAST and page(case)["new"] <= 0.0
    if case.kind == "accents":
        return _puts_unseen_accents(case, value)
    if value < bars.IMAGE_SUPPORTS and WRITER not in case.proposed_by and _goes_on_behind_an_end(case):
        return True
    least = bars.IMAGE_SUPPORTS if page(case)["signs"] <= -_RARER_SIGN else bars.SIGN_LEAST
    if case.kind != "punctuation" or WRITER in case.proposed_by or value >= least or makes_words(case) or parts_words(case):
        return False
    habits = case.fact(quotes_of_the_page) + case.fact(stops_for_commas)
    return habits <= 0.0 or value < bars.IMAGE_OPPOSES["punctuation"]


def _closes_what_nothing_opens(case: Case) -> bool:
    """True where a single quote behind a word becomes a double one, no double ones open anything on the page, and no other
    proposal for the line opens some: it closes what a single one opened, or is an apostrophe.
    """
    text = case.line.text
    closes = any(a.before in _SINGLE and a.after in _DOUBLE and text[: a.start][-1:].strip() for a in case.atoms)
    opens = (edit.after[:1] in _DOUBLE and edit.before[:1] not in _DOUBLE for edit in case.about.sources)
    return closes and not case.context.fact(doubles_opened) and not any(opens)


def _takes_off_what_is_seen(case: Case) -> str:
    """What our own proposal takes off a word: the bar of ``đ``, which is a letter apart from ``d`` and no mark that a speck
    makes (``Điêm`` for ``Điểm`` is no ``Diêm``); the dot of a Turkish capital (``BiRŞAH`` is ``BİRŞAH``); a double quote; and
    the stop of an abbreviation, with which the word stands on the page again (``éco-part.``).
    """
    if WRITER in case.proposed_by:
        return ""
    _, before, after = case.words
    if case.kind == "accents" and sum(map(before.count, _BARRED)) > sum(map(after.count, _BARRED)):
        return "bar of đ"
    if case.context.language in _DOTTED and any((atom.before, atom.after) == ("i", "I") for atom in case.atoms):
        return "dot of i"
    if case.kind == "punctuation" and sum(map(before.count, _DOUBLE)) > sum(map(after.count, (*_DOUBLE, *_SINGLE))):
        return "quote"
    is_comma = {(atom.before, atom.after) for atom in case.atoms} == {(".", ",")}
    again = is_comma and any(case.context.fact(_tokens_of_the_page)[token] > 1 for token in before.split() if token[-1:] == ".")
    return "stop, as elsewhere on the page" if again else ""


def _tokens_of_the_page(context: Context) -> Counter[str]:
    return Counter(token for text in context.texts for token in text.split())


def _recases(case: Case) -> bool:
    """True where our own proposal changes of the letters the case alone, beside signs: ``__April`` as ``april``."""
    old, new = ("".join(filter(str.isalpha, side)) for side in case.words[1:])
    return WRITER not in case.proposed_by and old != new and old.casefold() == new.casefold()


def _goes_on_behind_an_end(case: Case) -> bool:
    """True where a full stop at a line's end becomes a comma and the next line does not go on in small letters: a cell ends."""
    ends = any((a.before, a.after) == (".", ",") and not case.line.text[a.end :].strip() for a in case.atoms)
    begun = case.about.below.lstrip()[:2]
    return ends and not (begun.isalpha() and begun.islower())


def _puts_unseen_accents(case: Case, value: float) -> bool:
    """True where accents come to capitals that have none in the image, by ``value``, or the word as read is a common one, or
    hardly rarer than the other, and no odds are for that (``lĩnh`` as ``linh``), or is a short one in capitals without any:
    ``VAT`` among words with accents; and for any on a page that is written without.
    """
    adds = any(a.before == without_accents(a.before) != a.after for a in case.atoms)
    if adds and value < (bars.IMAGE_SUPPORTS if case.context.fact(_leaves_off_marks) else bars.MARK_LEAST):
        return True
    least = bars.SIGN_LEAST if case.context.fact(_puts_accents_on_capitals) else 0.0
    if value < least and any(a.before.isupper() and a.before == without_accents(a.before) for a in case.atoms):
        return True
    if value >= bars.IMAGE_SUPPORTS or case.fact(word_odds) >= bars.WORD_SURE_ACCENT:
        return False
    read = ["".join(filter(str.isalpha, token)) for token in shape.tokens(case.words.before)]
    codes = (word.isupper() and word == without_accents(word) and len(word) <= ABBREVIATION for word in read)
    common = min(map(case.lexicon.zipf, read), default=0.0)
    other = min(map(case.lexicon.zipf, shape.tokens(shape.bare(case.words.after))), default=0.0)
    return any(codes) or (common > 0.0 and common >= min(bars.WORD_COMMON_ACCENT, other - bars.LISTED_RARER))


def _leaves_off_marks(context: Context) -> bool:
    return usage.leaves_off_marks(context.texts, context.language)


def _puts_accents_on_capitals(context: Context) -> bool:
    """True where some listed word of the page in capitals has an accent."""
    found = (word for text in context.texts for word in WORD.findall(text) if word.isupper())
    return any(without_accents(word) != word and context.words.known(word) for word in found)


def _loses_letters(case: Case) -> bool:
    """True where letters go by the product's own proposal and no word comes of what was none: ``REMISÉ`` as ``REMSE``, which
    the page has misread, ``form`` as ``for``, ``Nett``, which is rare, as ``Net``; or two letters fewer are left (``theiger``
    as ``their``). Short ones (``NYO`` as ``NO``) are codes.
    """
    if case.kind != "letters" or WRITER in case.proposed_by:
        return False
    old, _ = changed_words(case)
    lost = sum(map(str.isalpha, case.words.before)) - sum(map(str.isalpha, case.words.after))
    is_none = all(len(word) >= LOSES_LETTERS and not case.lexicon.zipf(word) for word in old)
    if makes_words(case) and is_none and lost < LOST_TOGETHER:
        return False
    return any(map(_loses_a_letter, case.atoms))


def _loses_a_letter(atom: Edit) -> bool:
    """True where fewer letters come than go, and that is no usual misreading, as ``li`` for *h* is."""
    before, after = (sum(map(str.isalpha, side)) for side in (atom.before, atom.after))
    return after < before and (not atom.after or cost(atom.before, atom.after) >= 1.0)


def _renames_what_stands_again(case: Case) -> bool:
    """True where our own proposal makes no listed word of what was none and stands on the page again, no less often than what
    it would be: where ``i`` is misread all over a page ``Bldg.`` is no ``Bidg.``.
    """
    old, new = changed_words(case)
    if case.kind != "letters" or WRITER in case.proposed_by or not old or any(map(case.lexicon.known, [*old, *new])):
        return False
    count = case.context.fact(_words_of_the_page)
    again, others = (min((count[word.casefold()] for word in side), default=0) for side in (old, new))
    return again > 1 and again > others


def _words_of_the_page(context: Context) -> Counter[str]:
    return Counter(word.casefold() for text in context.texts for word in WORD.findall(text))


def _surely_read_and_lost(case: Case) -> str:
    """What the edit of a word leaves out and the image is sure of: letters, as ``ly`` in ``Hydrothermal`` for
    ``Hyarotnermally`` or ``s`` in ``sugars`` beside ``zuccheri``, and the apostrophe in ``Bars`` for ``Ber's``; and a sign that
    stands by itself, as the colon in ``Total : 10``, of which the word list and misreadings know nothing. By the character of
    the whole word they cost little.
    """
    if case.kind == "punctuation" and not case.edit.after.strip() and case.score:
        return case.edit.before.strip() if case.score.value < bars.IMAGE_OPPOSES["punctuation"] else ""
    for atom in case.atoms if case.kind == "letters" else ():
        least = _least_lost(atom.before) if not atom.after else None
        if least is not None:
            alone = case.about.score(atom)
            if alone is not None and alone.difference < least:
                return atom.before
    return ""


def _least_lost(lost: str) -> float | None:
    """From where down the image is sure of what is lost, in nats; ``None`` where that is no matter."""
    if "'" in fold(lost):  # the one letter before it is a word's, too: d'anguilles
        return bars.IMAGE_OPPOSES["punctuation"]
    return bars.JUDGED_LEAST if any(map(str.isalnum, lost)) else None


def _parts_off_a_sign(case: Case) -> bool:
    """True where the product's own proposal takes a sign that a word begins or ends with for a letter, with a space between:
    ``—Support`` as ``I Support``, ``/L`` as ``I L``.
    """
    if case.kind != "letters" or WRITER in case.proposed_by or makes_words(case):
        return False
    _, before, after = case.words
    return len(after.split()) > len(before.split()) and sum(map(str.isalnum, after)) > sum(map(str.isalnum, before))


def _lowers_capitals(before: str, after: str) -> bool:
    """True where a word of mixed case and mostly capitals loses some: ``GeOPHYSICal`` as ``Geophysical``."""
    letters, capitals = sum(map(str.isalpha, before)), sum(map(str.isupper, before))
    return shape.has_odd_capitals(before) and capitals > MOSTLY_CAPITALS * letters and sum(map(str.isupper, after)) < capitals


def _joins_words(case: Case) -> bool:
    """True where a space goes and what comes is hardly a word: ``ofthe``, not ``today``, ``CHILES.A`` of ``CHILE S.A``."""
    _, before, after = case.words
    if case.kind != "spaces" or len(after.split()) >= len(before.split()):
        return False
    old, new = (set(WORD.findall(side)) for side in (before, after))
    zipf = case.lexicon.zipf
    rarer = any(zipf(word) < min(map(zipf, old - new), default=0.0) - bars.JOINED_RARER for word in new - old)
    return rarer or len(shape.abbreviations(before)) > len(shape.abbreviations(after))


def _mends_accents(case: Case) -> bool:
    """True where accents alone change, and letters lose those with which the page's language hardly writes them (``ÁLAM`` as
    ``ALAM``: worn letters have specks), or image and frequency are for the one of two listed words (``đế`` as ``để``).
    """
    _, before, after = case.words
    if case.kind != "accents" or without_accents(before) != without_accents(after):
        return False
    if case.fact(word_odds) >= bars.WORD_SURE_ACCENT:
        return True
    lost = [letter for atom in case.atoms for letter in atom.before]
    return without_accents(after) == after and all(usage.cost(c, (case.context.language,)) > 0.0 for c in lost)
