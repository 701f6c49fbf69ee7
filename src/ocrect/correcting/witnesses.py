"""What each witness has to say about an edit, in numbers: the facts that the judgement weighs.

Each function gives named numbers of one witness about a case. They are roughly nats, shares or counts, bounded, and 0 where the
witness has nothing to say. What they are worth is no matter of this module (:mod:`ocrect.correcting.weights`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from math import log, log1p, sqrt
from statistics import fmean

from ocrect import bars
from ocrect.correcting.case import Case, LineFacts
from ocrect.correcting.readers.heard import heard
from ocrect.correcting.score import ahead, confidences
from ocrect.correcting.spaces.gaps import gaps_seen, may_hold
from ocrect.correcting.words import shape
from ocrect.correcting.words.habits import quotes_of_the_page, repeated, stops_for_commas
from ocrect.correcting.words.judge import WRITER
from ocrect.correcting.words.likeliest import word_odds
from ocrect.correcting.words.listed import seems_a_name
from ocrect.correcting.words.mixtures import mixed_up, numerals
from ocrect.evidence import CtcPosterior, Symbol
from ocrect.plugins import Context
from ocrect.words.confusions import cost, distance
from ocrect.words.lexicon import WORD, posterior

Numbers = dict[str, float]

_LEAST = 1e-4
_PROPOSERS = ("nbest", "posterior", "lexicon", "spacing")
_LONGEST = 60
_ABBREVIATED = 4
_AS_COMPOUNDS = 3.0
"""The Zipf value of words that are known by their parts alone."""
_BILLION = 9.0  # Zipf values are logarithms of occurrences in so many words, to the base of 10
_MOST_OF_SIGNS = 4.0
_SIGN_BEHIND = re.compile(r"(?<=[^\W_])[^\w\s](?!\S)")
_ASTRAY = re.compile(r"\s(?=[^\w\s])|(?<=[^\w\s.,:;!?)\]}%])\s")
_HALF_JOINED = re.compile(r"(?<=\w)\s[/\\@_-](?=\w)|(?<=\w)[/\\@_-]\s(?=\w)")
_STOPPED = re.compile(r"[a-z]{2,}(?:[.][a-z]{2,}){2,}")
_OPENED = re.compile(r"(?<!\S)[(\[{\"“„‘]\s")
_LOOSE, _TORN = re.compile(r"\s[.,:;!?)\]]"), re.compile(r"\b\w\s|\s\w\b")


def image(case: Case) -> Numbers:
    """What the line's evidence makes of the edit, and how sure the recogniser was of what it would change."""
    if case.score is None:
        return {}
    value, difference = case.score
    doubts = case.about.fact(doubts_by_character)
    changed = [
        doubts[at]
        for atom in case.atoms
        for at in (range(atom.start, atom.end) if atom.end > atom.start else range(atom.start - 1, atom.start + 1))
        if 0 <= at < len(doubts)
    ]
    places = [ahead(case.line, case.about.fact(symbols_read), atom) for atom in case.atoms]
    ranks = [place for place in places if place is not None]
    return {
        "score": max(-12.0, min(3.0, value)),
        "far": max(-10.0, min(0.0, value + 4.0)),
        "line": max(-30.0, min(6.0, difference)) / sqrt(1.0 + len(case.atoms)),
        "doubt": max(changed, default=log(_LEAST)),
        "noise": fmean(doubts) if doubts else log(_LEAST),
        "for": float(value >= 0.5),
        "ahead": min(ranks, default=0.0),
        "second": float(bool(ranks) and min(ranks) > 0.0),
        "whole": float(value == difference and len("".join(case.edit.before.split())) != len("".join(case.edit.after.split()))),
    }


def symbols_read(about: LineFacts) -> tuple[Symbol, ...]:
    """The characters of the line with the frames that they were read on; none where the engine gives no frames."""
    evidence = about.line.evidence
    return tuple(evidence.spans()) if isinstance(evidence, CtcPosterior) and evidence.text == about.line.text else ()


def doubts_by_character(about: LineFacts) -> list[float]:
    """log(1 - confidence) of each character of the line, in nats; empty where the engine gives none."""
    return [log(max(_LEAST, 1.0 - confidence)) for confidence in confidences(about.line)]


def words(case: Case) -> Numbers:
    """What the word list makes of the words that change."""
    lexicon = case.lexicon
    if not lexicon.values:
        return {}
    old, new = changed_words(case)
    if not old and not new:
        return {"none": 1.0}
    was = fmean(map(lexicon.known, old)) if old else 0.0
    becomes = fmean(map(lexicon.known, new)) if new else 0.0
    common, uncommon = (fmean(map(lexicon.zipf, side)) if side else 0.0 for side in (new, old))
    one = len(old) == 1 and len(new) == 1 and old[0].lower() != new[0].lower()
    share = posterior(old[0], new[0], lexicon) if one else 0.5
    return {
        "was": was,
        "becomes": becomes,
        "repairs": float(was < 1.0 and becomes == 1.0),
        "breaks": float(was == 1.0 and becomes < 1.0),
        "commoner": common - uncommon,
        "share": max(-7.0, min(7.0, log(max(share, 1e-9) / max(1e-9, 1.0 - share)))),
        "odds": case.fact(word_odds),
        "name": float(one and seems_a_name(case, old[0])),
        "short": float(one and len(old[0]) <= 3),
        "count": float(len(new) - len(old)),
    }


def makes_words(case: Case) -> bool:
    """True where what was no word of the list becomes one, or words are parted or joined into listed ones."""
    old, new = changed_words(case)
    known = case.lexicon.known
    return bool(new) and all(map(known, new)) and not (old and all(map(known, old)))


def parts_words(case: Case) -> bool:
    """True where a sign between two words goes or gets its space: ``and_other``, ``MR,D.I.Y.``; no space is put beside a sign
    that has none there in print.
    """
    _, before, after = case.words
    if case.kind != "punctuation" or len(after.split()) <= len(before.split()) or any(map(str.isnumeric, before)):
        return False
    return _signs(after) <= _signs(before) and len(_ASTRAY.findall(after)) <= len(_ASTRAY.findall(before))


def _signs(text: str) -> int:
    return sum(not c.isalnum() and not c.isspace() for c in text)


def puts_loose_space(case: Case) -> bool:
    """True where a space comes before a sign, or behind one that opens or joins: ``lived !``, ``( see``, ``and/ or``."""
    _, before, after = case.words
    return case.kind == "spaces" and len(_ASTRAY.findall(after)) > len(_ASTRAY.findall(before))


def parts_an_opening_sign(case: Case) -> bool:
    """True where a space comes behind a bracket or quote that begins its word: ``“ literature``, ``( see``."""
    _, before, after = case.words
    return case.kind == "spaces" and len(_OPENED.findall(after)) > len(_OPENED.findall(before))


def parts_a_name(case: Case) -> bool:
    """True where a space comes to one side alone of a sign that joins: ``/usr /bin``, ``dh- make``, or into words in a row that
    full stops join: ``linux. tar.gz``. Nobody prints that.
    """
    _, before, after = case.words
    if case.kind != "spaces":
        return False
    is_torn = any(name not in after for name in _STOPPED.findall(before))
    return is_torn or len(_HALF_JOINED.findall(after)) > len(_HALF_JOINED.findall(before))


def changed_words(case: Case) -> tuple[list[str], list[str]]:
    """The words before the edit that are not there after it, and the other way round."""
    if case.fact(mixed_up) == "word":
        return shape.tokens(shape.bare(case.words.before)), shape.tokens(shape.bare(case.words.after))
    before, after = (Counter(WORD.findall(side)) for side in case.words[1:])
    return list((before - after).elements()), list((after - before).elements())


def page(case: Case) -> Numbers:
    """How often the words and signs stand on the page elsewhere, and how often the same signs are misread there for the same
    others. Where what was read stands there as well the page does not know which is meant, unless the image hardly tells them
    apart and it has the other more often; a model may, and all of ``dril1``.
    """
    count = case.context.fact(_page_tokens)
    old, new = (Counter(map(shape.bare, shape.tokens(side))) for side in case.words[1:])
    gone, come = old - new, new - old
    was = max((log1p(max(0, count[word] - 1)) for word in gone if word), default=0.0)
    is_told = case.kind == "case" or WRITER in case.proposed_by or bool(case.fact(mixed_up))
    is_even = case.score is not None and case.score.value >= bars.IMAGE_EVEN
    becomes = max((_by_the_page(case, word) for word in come if word), default=0.0)
    return {
        "new": becomes if is_told or not was else max(0.0, becomes - was) if is_even else 0.0,
        "old": was,
        "again": 0.0 if _reads_a_commoner_word(case) else case.fact(repeated),
        "commas": case.fact(stops_for_commas),
        "signs": _signs_of_the_page(case),
    }


def _reads_a_commoner_word(case: Case) -> bool:
    """True where listed words would become no commoner ones: a page that has ``f`` for every long s has ``auf``, too."""
    old, new = changed_words(case)
    if not (old and new and all(map(case.lexicon.known, old))):
        return False
    return min(map(case.lexicon.zipf, new)) <= min(case.lexicon.zipf(word) or _AS_COMPOUNDS for word in old)


def _by_the_page(case: Case, word: str) -> float:
    """log(1 + n) for the n times that a word stands on the page, in nats; where more than its case changes, beyond what it
    would by its frequency: ``or`` is on every page, and so is some letter by itself. One that is in no list and stands there
    once may be what was misread, and this one right.
    """
    count, lexicon = case.context.fact(_page_tokens), case.lexicon
    if case.kind == "case":
        return log1p(count[word])
    if len(word) == 1 or (count[word] == 1 and lexicon.values and not lexicon.known(word)):
        return 0.0
    return max(0.0, log1p(count[word]) - log1p(count.total() * 10.0 ** (lexicon.zipf(word) - _BILLION)))


def _signs_of_the_page(case: Case) -> float:
    """Where one sign becomes another at a word's end, by how much more often the page has that one there, as log(1 + n): few
    pages have a semicolon, and forms many colons.
    """
    count = case.context.fact(_page_signs)
    changes = [(a.before, a.after) for a in case.atoms if len(a.before) == len(a.after) == 1]
    gains = [log1p(count[new]) - log1p(count[old] - 1) for old, new in changes if count[old] and not new.isalnum()]
    return max(-_MOST_OF_SIGNS, min(_MOST_OF_SIGNS, sum(gains)))


def _page_tokens(context: Context) -> Counter[str]:
    return Counter(shape.bare(token) for text in context.texts for token in shape.tokens(text))


def _page_signs(context: Context) -> Counter[str]:
    return Counter(match.group() for text in context.texts for match in _SIGN_BEHIND.finditer(text))


def form(case: Case) -> Numbers:
    """The shape of what stands there and of what would: capitals, digits among letters, signs, brackets."""
    _, before, after = case.words
    text, edit = case.line.text, case.edit
    old, new = shape.tokens(before), shape.tokens(after)
    is_spaces = case.kind == "spaces"

    def gain(of: Callable[[str], bool]) -> float:
        return float(any(map(of, old))) - float(any(map(of, new)))

    return {
        "capitals": gain(shape.has_odd_capitals),
        "digits": gain(shape.mixes),
        "sign": gain(shape.has_sign_inside),
        "pairs": float(max(-1, min(1, shape.unpaired(text) - shape.unpaired(case.edited)))),
        "longer": float(max(-3, min(3, len("".join(after.split())) - len("".join(before.split()))))),
        "alone": float(any(not any(map(str.isalnum, token)) for token in old))
        - float(any(not any(map(str.isalnum, token)) for token in new)),
        "end": float(not text[edit.end :].strip()),
        "start": float(not text[: edit.start].strip()),
        "atoms": float(min(1 if case.kind in ("spaces", "accents") else 6, len(case.atoms))),  # none vouches for another
        "case": _case_of_neighbours(case),
        "set": _case_of_the_line(case),
        "quotes": case.fact(quotes_of_the_page),
        "upper": float(sum(map(str.isupper, after)) > sum(map(str.isupper, before))),
        "stop": _stop(case),
        "short": _behind_an_abbreviation(case),
        "loose": float(len(_LOOSE.findall(after)) - len(_LOOSE.findall(before))),
        "torn": float(len(_TORN.findall(after)) - len(_TORN.findall(before))),
        "number": float(any(map(str.isdigit, before))),
        "spaced": float(max(-1, min(1, len(new) - len(old))) if is_spaces else len(new) - len(old)),
    }


def _stop(case: Case) -> float:
    """1 where a comma comes before a small letter or a full stop before a capital, -1 the other way round, else 0."""
    votes = []
    for atom in case.atoms:
        behind = case.line.text[atom.end :] + " " + case.about.below
        following = next((c for c in behind if c.isalnum()), "")
        if following.isalpha():
            kinds = {"," if following.islower() else ".": 1.0, "." if following.islower() else ",": -1.0}
            votes.append(kinds.get(atom.after, 0.0) - kinds.get(atom.before, 0.0))
    return max(-1.0, min(1.0, sum(votes)))


def _behind_an_abbreviation(case: Case) -> float:
    """1 where a full stop or a comma changes behind what may be abbreviated: no listed word of four letters and more."""
    if not any({atom.before, atom.after} & {".", ","} for atom in case.atoms):
        return 0.0
    word = re.search(r"[^\W\d_]*$", case.line.text[: case.atoms[-1].start])
    return float(word is None or len(word.group()) < _ABBREVIATED or not case.lexicon.known(word.group()))


def _case_of_neighbours(case: Case) -> float:
    """Of the letters that change their case, the share that comes to agree with most letters of its word, less the rest."""
    _, before, after = case.words
    if before.casefold() != after.casefold() or len(before) != len(after):
        return 0.0
    votes = []
    for token, other in zip(shape.tokens(before), shape.tokens(after), strict=True):
        for at, (a, b) in enumerate(zip(token, other, strict=True)):
            rest = [c for k, c in enumerate(token) if k != at and c.isalpha()]
            if a != b and rest:
                capitals = sum(map(str.isupper, rest)) / len(rest)
                votes.append(2 * capitals - 1 if b.isupper() else 1 - 2 * capitals)
    return fmean(votes) if votes else 0.0


def _case_of_the_line(case: Case) -> float:
    """1 where letters come to have the case of all the rest of the line, -1 where they lose it; 0 where nothing tells."""
    start, before, after = case.words
    if before.casefold() != after.casefold():
        return 0.0
    share = shape.share_of_capitals(case.line.text[:start] + case.line.text[start + len(before) :])
    gain = sum(map(str.isupper, after)) - sum(map(str.isupper, before))
    return 0.0 if share is None or not gain else (2.0 * share - 1.0) * (1.0 if gain > 0 else -1.0)


def readers(case: Case) -> Numbers:
    """What other engines have read there."""
    said = case.fact(heard)
    return {
        "for": float(any(one.supports for one in said)),
        "against": float(any(one.supports is False for one in said)),
        "leaning": float(any(one.supports is None and one.nats is not None for one in said)),
    }


def spacing(case: Case) -> Numbers:
    """The gaps at the spaces that the edit puts."""
    if not case.fact(may_hold):
        return {}
    least = min(gap.log_odds for gap in case.fact(gaps_seen))
    return {"gap": 1.0, "odds": max(-5.0, min(5.0, least))}


def source(case: Case) -> Numbers:
    """Who proposed the edit: a language model that wrote the line anew, others, or the engine's own second thought alone. Who
    else proposes what a model writes is no witness: many of the wrong edits made up for the fit are the engine's.
    """
    names = case.proposed_by
    own = [] if WRITER in names else names
    told = {name: float(name in own) for name in _PROPOSERS}
    return {"model": float(WRITER in names), "engine": float(own == ["nbest"]), **told}


def misreading(case: Case) -> Numbers:
    """How likely the words are misread so, by the listed confusions: where there is no image, all that stands for it."""
    _, before, after = case.words
    before, after = before[:_LONGEST], after[:_LONGEST]
    units = distance(before, after)
    return {
        "units": min(6.0, units),
        "share": units / max(1, len(before), len(after)),
        "listed": float(all(cost(atom.before, atom.after) < 1.0 for atom in case.atoms if atom.before and atom.after)),
        "lost": float(any(not (atom.before and atom.after) for atom in case.atoms)),
        "first": float(before[:1].casefold() != after[:1].casefold()),
    }


WITNESSES: Mapping[str, Callable[[Case], Numbers]] = {
    "image": image,
    "words": words,
    "page": page,
    "form": form,
    "misreading": misreading,
    "number": numerals,
    "readers": readers,
    "spacing": spacing,
    "source": source,
}

WITNESSES_OF_TEXT: Mapping[str, Callable[[Case], Numbers]] = {
    "words": words,
    "page": page,
    "form": form,
    "misreading": misreading,
}
"""Those who speak where there is no image."""
