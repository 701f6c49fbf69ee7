"""Check "lexicon": does the edit turn what is no word into the word that it must have been?

The strength of support is P(after | before) among all words that ``before`` may be a misreading of, by frequency and
confusions (:func:`ocrect.words.lexicon.posterior`). Changes of one word into another are left to witnesses that see the
context.
"""

from __future__ import annotations

from functools import lru_cache
from math import log

from ocrect import bars
from ocrect.correcting.case import Case, Check
from ocrect.correcting.words.divided import divided
from ocrect.plugins import Context
from ocrect.record.correction import Finding
from ocrect.settings import Settings
from ocrect.words.lexicon import WORD, Candidate, Lexicon, posterior

NAME = "lexicon"
MOST_UNSEEN = 3
"""Words, the likeliest first, that an unlisted one without an image is held against."""

ABBREVIATION = 4
"""Letters of an abbreviation in capitals, at most."""

_SETTLED = log(bars.LISTED_SETTLED / (1 - bars.LISTED_SETTLED))


def build(settings: Settings) -> Check:
    """The check; it has no settings."""
    del settings
    return check


def check(case: Case, /) -> Finding:
    """Support, opposition or silence about a change of words; silence about numbers, signs and unlisted languages."""
    return case.fact(_finding)


def has_settled(case: Case) -> bool:
    """Whether the check was asked about the edit, and is so sure of it that another witness of words would say the same."""
    finding = case.fact(_finding) if case.knows(_finding) else None
    return finding is not None and finding.supports is True and (finding.score or 0.0) >= _SETTLED


def _finding(case: Case) -> Finding:
    words = case.lexicon
    if not words.values:
        return _silent(f"there is no word list for {case.context.language!r}")
    if any(c.isnumeric() for c in case.edit.before + case.edit.after):
        return _silent("numbers and codes are no words")
    if case.line.evidence is None and case.context.fact(strangeness) > bars.LISTED_STRANGE:
        return _silent("too many words of the page are not in the list")
    if (parted := divided(case)) is not None:
        reason = (
            f"{case.edit.before!r} is one word, whose hyphen at a line's end was lost (10^{parted:.0f} times likelier than two)"
        )
        return Finding(NAME, True, reason, parted * log(10), weighed=True)
    _, before, after = case.words
    old, new = WORD.findall(before), WORD.findall(after)
    if WORD.sub("", before).split() != WORD.sub("", after).split() or not old or not new or old == new:
        return _silent("it is not about words alone")
    if len(old) == len(new) == 1:
        return _one_word(case, old[0], new[0])
    if "".join(old) == "".join(new):
        return _spacing(old, new, words)
    return _silent("it changes several words at once")


def strangeness(context: Context) -> float:
    """Share of unlisted words of the page among those of two letters and more, 0..1; where there are few words they do not
    count in full.
    """
    found = [word for text in context.texts for word in WORD.findall(text) if len(word) > 1]
    return sum(not context.words.known(word) for word in found) / (len(found) + 10)


@lru_cache(maxsize=256)
def tidied(text: str, words: Lexicon) -> str:
    """``text`` with the words put right that can be but one, as context for a language model. Nothing is accepted by it."""
    return WORD.sub(lambda match: _sure(match.group(), words), text)


def _sure(word: str, words: Lexicon) -> str:
    if not words.values or words.known(word) or (word[:1].isupper() and not word.isupper()):
        return word
    best = words.candidates(word)[:1]
    return best[0].text if best and posterior(word, best[0].text, words) >= bars.LISTED_SURE else word


def unseen_rivals(read: str, words: Lexicon, misread: float) -> list[Candidate]:
    """The words that ``read``, which has no image, may be and that are likely enough to ask a language model about, best first.

    Each costs the model its own tokens and those of the text behind it. ``misread`` is the share of the page's words, 0..1,
    that are misread.
    """
    near = words.candidates(read)
    if words.known(read):
        return [candidate for candidate in near if posterior(read, candidate.text, words, misread) >= bars.RIVAL_UNSEEN_LISTED]
    return [candidate for candidate in near[:MOST_UNSEEN] if candidate.score >= near[0].score - bars.RIVAL_UNSEEN_BEHIND]


def _silent(reason: str) -> Finding:
    return Finding(NAME, None, reason, weighed=True)


def _one_word(case: Case, old: str, new: str) -> Finding:
    words = case.lexicon
    was, becomes = words.known(old), words.known(new)
    if was and not becomes:
        return Finding(NAME, False, f"{old!r} is a word and {new!r} is not", weighed=True)
    if was and words.zipf(new) < words.zipf(old) - bars.LISTED_RARER:
        return Finding(NAME, False, f"{old!r} is a word, and a more common one than {new!r}", weighed=True)
    if was or not becomes:
        return _silent(f"{old!r} is {'a' if was else 'no'} word, and so is {new!r}")
    share = posterior(old, new, words)
    if share < bars.LISTED_SURE:
        return _silent(f"{old!r} is no listed word; {new!r} is one of several it may be, or a name (P = {share:.2f})")
    if seems_a_name(case, old):
        return _silent(f"{old!r} may be a name or an abbreviation")
    odds = log(share / max(1e-9, 1 - share))
    return Finding(NAME, True, f"{old!r} is no listed word and {new!r} is (P = {share:.2f})", odds, weighed=True)


def seems_a_name(case: Case, old: str) -> bool:
    """True for a capital first inside a line that is not set in capitals, and for an abbreviation: a few capitals."""
    inside = any(c.isalnum() for c in case.line.text[: case.edit.start])
    return (inside and old[:1].isupper() and not old.isupper()) or is_abbreviation(old)


def is_abbreviation(old: str) -> bool:
    """True for a few capitals."""
    return old.isupper() and len(old) <= ABBREVIATION


def _spacing(old: list[str], new: list[str], words: Lexicon) -> Finding:
    """A space that came or went. Pieces of a word may as well lack a hyphen at a line's end: no support for joining them."""
    was, becomes = all(map(words.known, old)), all(map(words.known, new))
    if was and not becomes:
        return Finding(NAME, False, f"{' '.join(old)!r} are words and {' '.join(new)!r} is not", weighed=True)
    if len(old) == 1 and not was and becomes and posterior(old[0], " ".join(new), words) >= bars.LISTED_SURE:
        return Finding(NAME, True, f"{old[0]!r} is no word; {new[0]!r} and {new[1]!r} are two", weighed=True)
    return _silent("the word list does not tell how it is spaced")
