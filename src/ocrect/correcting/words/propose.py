"""Proposer "lexicon": for each doubtful word the words it may have been, and for two pieces the word that they may be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise

from ocrect import bars
from ocrect.correcting.score import confidences
from ocrect.correcting.words.divided import are_divided, runs_on
from ocrect.correcting.words.habits import mended_as_elsewhere
from ocrect.correcting.words.listed import is_abbreviation, unseen_rivals
from ocrect.numbers.tokens import locked_tokens
from ocrect.plugins import Context, Proposer
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.settings import Settings
from ocrect.words.lexicon import CLEAN, WORD, Lexicon, as_listed, lexicon, like, noise, posterior

MOST_RIVALS, MOST_OF_KNOWN = 4, 2
LIKELY = 0.2
"""P(meant | read) from which a known word's rival is proposed too: ``tho`` is a word, but ``the`` is what it mostly was."""

NOISY = 0.028
"""Share of misread words, on a page without image evidence, above which less likely rivals are proposed too."""

LEAST = 0.001
"""P(meant | read) from which an unlisted word's rival is proposed: the language model is not asked about every rare name."""

LEAST_SHORT, _SHORT, _INITIALS = 0.1, 4, 2
"""The same for a short word in small letters that no image shows: up to so many letters. Of 990 places that the model was asked
about on another system's text of 124 scans it took 1 right and 1 wrong edit of 75 such ones below this, and none of 149
abbreviations and pairs of letters with a capital first, which are not proposed for."""

LEAST_STRANGE = 5
"""Letters of an unlisted word that is doubtful even where the recogniser is sure of it: it is sure of ``betweer``, too, and the
image is not much against *between*. Shorter ones gained nothing on scans (tuning half), receipts and 242 unseen pages.
"""

LEAST_BRIDGED, MOST_BRIDGED = 3, 2
"""Letters of two pieces that may be one word which lost a letter between them, and how many such words are proposed."""

_CUT = re.compile(r"(?<=[^\W\d_])[-¬\xad]\s*$")
"""A line's end inside a word."""

_WORD = re.compile(r"(?<![\w#&|!@])[^\W\d_]+(?:['’-][^\W\d_]+)*(?![\w#&|!@])")


def build(settings: Settings) -> Proposer:
    """The proposer, with the user's dictionary."""
    return partial(propose, dictionary=settings.dictionary)


def propose(lines: Sequence[Line], context: Context, /, *, dictionary: str = "") -> list[list[Edit]]:
    """For each line up to four rivals for each doubtful word, best first, and joins of two pieces of a word.

    Where there is an image, or an engine's or a text layer's word on how sure it is, a word is doubtful only if one of its
    characters is, or if it is a longer one that no list has and an image can say what it thinks of the rivals.
    """
    words = lexicon(context.language, dictionary)
    if not words.values:
        return [[] for _ in lines]
    misread = noise(context.texts or tuple(line.text for line in lines), words)
    beside = ("", *(line.text for line in lines), "")
    found = []
    for line, above, below in zip(lines, beside, beside[2:], strict=False):
        if line.evidence is None:
            found.append([edit for edit in _edits(line, words, misread) if not _is_half(line.text, edit, above, below)])
        else:
            found.append(list(dict.fromkeys([*_edits(line, words, CLEAN), *_as_elsewhere(line, context)])))
    return found


def _is_half(text: str, edit: Edit, above: str, below: str) -> bool:
    """True for a part of a word that a line's end cuts (``impor-`` above ``tant``): no word by itself, though the list has one
    that is like it.
    """
    ends = _CUT.fullmatch(text, edit.end) is not None and below.lstrip()[:1].islower()
    begins = not text[: edit.start].strip() and text[edit.start].islower() and _CUT.search(above) is not None
    return ends or begins


def _edits(line: Line, words: Lexicon, misread: float) -> Iterator[Edit]:
    text, sure = line.text, confidences(line)
    locked = {at for token in locked_tokens(text) for at in range(token.start, token.end)}
    free = [m for m in _WORD.finditer(text) if locked.isdisjoint(range(*m.span()))]
    pieces: set[int] = set()
    for first, second in pairwise(free):
        head, tail, apart = first.group(), second.group(), text[first.end() : second.start()] == " "
        if apart and runs_on(line) and are_divided(head, tail, words):
            pieces |= {first.start(), second.start()}
            yield Edit(first.start(), second.end(), f"{head} {tail}", f"{head}- {tail}")
        elif apart and _are_pieces(head, tail, words):
            pieces |= {first.start(), second.start()}
            yield Edit(first.start(), second.end(), f"{head} {tail}", head + tail)
        elif apart:
            yield from _bridged(first, second, words)
    for match in free:
        doubted = min(sure[match.start() : match.end()], default=0.0) < bars.LISTED_DOUBTFUL
        strange = line.evidence is not None and len(match.group()) >= LEAST_STRANGE and not words.known(match.group())
        if match.start() not in pieces and (doubted or strange):
            yield from _rivals(match, words, misread, seen=line.evidence is not None)


def _as_elsewhere(line: Line, context: Context) -> Iterator[Edit]:
    """Words that an engine was sure of, misread as others of the page are (:func:`.habits.mended_as_elsewhere`)."""
    for match in WORD.finditer(line.text):
        for version in mended_as_elsewhere(match.group(), context):
            yield Edit(match.start(), match.end(), match.group(), version)


def _are_pieces(first: str, second: str, words: Lexicon) -> bool:
    """True for ``invo`` and ``ice``: one word of the list together (``Andereß`` and ``übrig`` would make a compound, as any two
    do), and at least one of them none by itself.
    """
    joined = first + second
    if len(joined) < 4 or second[:1].islower() != joined[-1:].islower() or not (words.known(joined) and words.zipf(joined)):
        return False
    return not (words.known(first) and words.known(second))


def _bridged(first: re.Match[str], second: re.Match[str], words: Lexicon) -> Iterator[Edit]:
    """``pap rs``: two pieces, one of them at least no word, between which a letter was read as a space."""
    head, tail = first.group(), second.group()
    if (words.known(head) and words.known(tail)) or not tail.islower() or len(head) + len(tail) < LEAST_BRIDGED:
        return
    start = as_listed(head, words.language)
    for meant in sorted(words.with_a_letter_between(start, tail), key=words.zipf, reverse=True)[:MOST_BRIDGED]:
        yield Edit(first.start(), second.end(), f"{head} {tail}", like(head, meant, words.language))


def _rivals(match: re.Match[str], words: Lexicon, misread: float, *, seen: bool) -> Iterator[Edit]:
    """What the word may have been. A known one is doubted where a far more frequent word is near, or the page is misread."""
    read = match.group()
    if not seen and (is_abbreviation(read) or (len(read) == _INITIALS and read[0].isupper())):
        return
    is_known = words.known(read)
    likely = LEAST if not is_known else LIKELY if misread <= NOISY else bars.RIVAL_UNSEEN_LISTED
    if not seen and not is_known and len(read) <= _SHORT and read.islower():
        likely = LEAST_SHORT
    near = words.candidates(read) if seen else unseen_rivals(read, words, misread)
    for candidate in near[: MOST_OF_KNOWN if is_known else MOST_RIVALS]:
        if posterior(read, candidate.text, words, misread) >= likely:
            yield Edit(match.start(), match.end(), read, candidate.text)
