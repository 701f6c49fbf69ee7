"""How right a text is: character and word error rate, number recall, harm.

Every measure is a :class:`Counts`, which adds: sum the counts of all pages and take the rate of the sum (micro average).
A mean of the pages' rates lets three short pages outweigh a long one.

Normalisation, the same for every measure: NFC, each run of white space (line breaks too) one space, none at the ends.
``ignore_case=True`` ignores case as well. Nothing else is forgiven: quotes and dashes count as they are.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

_NUMBER = re.compile(r"\d[\d.,:/\-]*\d|\d")


@dataclass(frozen=True, slots=True)
class Counts:
    """``errors`` among ``total``; counts add, so ``sum(counts, Counts())`` is the micro average."""

    errors: int = 0
    total: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.errors + other.errors, self.total + other.total)

    @property
    def rate(self) -> float:
        """Errors / total: may exceed 1; 0 of nothing is 0, and an error where there was nothing to get wrong is infinite."""
        if self.total == 0:
            return math.inf if self.errors else 0.0
        return self.errors / self.total

    @property
    def share_right(self) -> float:
        """1 - rate: the recall, where the errors are misses."""
        return 1.0 - self.rate


def normalise(text: str, *, ignore_case: bool = False) -> str:
    """NFC, white space folded to single spaces, ends stripped; case ignored on request."""
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    return unicodedata.normalize("NFC", folded.casefold()) if ignore_case else folded


RUN = 3
"""Characters up to which a run that only one of the two texts has is a misreading."""

UNREADABLE = "~"
"""Stands in a truth for a sign that its typist could not give."""

_LEADERS = re.compile(r"(?:\s*[.·…_]){3,}\s*|(?:[.·…_]){2,}(?=\s|$)")
_SAME_SIGNS = str.maketrans(
    {"×": "x", "–": "-", "—": "-", "‐": "-", "−": "-", **dict.fromkeys("‘’´`", "'"), **dict.fromkeys("“”„", '"')}
)


def as_users_read(text: str) -> str:
    """``text`` without what a reader does not care about: spaces, leaders, how signs are set (quotes, dashes, raised digits).

    Two texts that are equal so are the same to whoever reads them; a cell that stands apart, a row of dots that is shorter, or
    ``10²`` for ``102`` where the typist had no raised digits, are no errors.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_SAME_SIGNS)
    return "".join(_LEADERS.sub(" ", plain).split())


def mendable(text: str, truth: str) -> Counts:
    """Character errors as users read (:func:`as_users_read`) that a correction could mend, per character of the truth.

    Signs that the truth does not know (:data:`UNREADABLE`) are no errors, whatever stands there, and neither is what was not
    read at all or read beside the truth's text: runs of more than :data:`RUN` characters that only one of the two has.
    """
    text, truth = as_users_read(text), as_users_read(truth)
    errors = (max(0, max(len(read), len(meant)) - meant.count(UNREADABLE)) for read, meant in misread(text, truth))
    return Counts(sum(errors), len(truth))


def misread(text: str, truth: str) -> list[tuple[str, str]]:
    """What was read for what in two texts as users read them, where that is a misreading (:func:`mendable`); one of the two may
    be empty.
    """
    found = []
    for code in Levenshtein.opcodes(text, truth):
        read, meant = text[code.src_start : code.src_end], truth[code.dest_start : code.dest_end]
        if code.tag != "equal" and (code.tag == "replace" or max(len(read), len(meant)) <= RUN):
            found.append((read, meant))
    return found


def cer(text: str, truth: str, *, ignore_case: bool = False) -> Counts:
    """Character errors: the least insertions, deletions and substitutions of code points, per character of the truth."""
    text, truth = normalise(text, ignore_case=ignore_case), normalise(truth, ignore_case=ignore_case)
    return Counts(Levenshtein.distance(text, truth), len(truth))


def wer(text: str, truth: str, *, ignore_case: bool = False) -> Counts:
    """Word errors: the same over space-separated words, per word of the truth."""
    words, true_words = (normalise(t, ignore_case=ignore_case).split() for t in (text, truth))
    return Counts(Levenshtein.distance(words, true_words), len(true_words))


def number_tokens(text: str) -> Counter[str]:
    r"""The numbers of a text with how often each stands there: ``\d[\d.,:/\-]*\d|\d``."""
    return Counter(_NUMBER.findall(unicodedata.normalize("NFC", text)))


def number_recall(text: str, truth: str) -> Counts:
    """The truth's numbers (as a multiset) that ``text`` lacks, of all of them; ``share_right`` is the recall."""
    wanted = number_tokens(truth)
    return Counts((wanted - number_tokens(text)).total(), wanted.total())


def numbers_harmed(raw: str, corrected: str, truth: str) -> Counter[str]:
    """The numbers that were right in ``raw`` and no longer are in ``corrected`` (multiset); empty is the aim."""
    wanted = number_tokens(truth)
    return (wanted & number_tokens(raw)) - (wanted & number_tokens(corrected))


def harm(raw: str, corrected: str, truth: str, *, ignore_case: bool = False) -> Counts:
    """Right words made wrong, of the words that were right in ``raw``; the rate is the harm rate.

    Both texts are aligned with the truth word by word (least edits); a word of the truth is right where it is matched.
    """
    words = normalise(truth, ignore_case=ignore_case).split()
    before = _matched(normalise(raw, ignore_case=ignore_case).split(), words)
    after = _matched(normalise(corrected, ignore_case=ignore_case).split(), words)
    return Counts(len(before - after), len(before))


def _matched(words: list[str], truth: list[str]) -> set[int]:
    """The positions of ``truth`` whose word is matched."""
    blocks = Levenshtein.opcodes(words, truth)
    return {i for block in blocks if block.tag == "equal" for i in range(block.dest_start, block.dest_end)}
