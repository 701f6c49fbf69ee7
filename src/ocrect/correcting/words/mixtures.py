"""Letters and digits taken for one another in one word: ``196l`` for 1961, ``DP-l602`` for DP-1602, ``cal1`` for call.

Such a word looks like a code, and codes have letters and digits side by side, so it is a locked token. But the edit leaves
every digit, or every letter, of it as it was read, and what it was misread for can be weighed like a word: by the image, by
where the letter stands among the digits, and by how the page writes others of its shape.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Literal

from ocrect import bars
from ocrect.correcting.case import Case
from ocrect.correcting.rules import claims, line_style
from ocrect.correcting.words import shape
from ocrect.evidence import CtcPosterior, Symbol
from ocrect.numbers.grammar import TAXED, TIMES
from ocrect.plugins import Context
from ocrect.words.confusions import DIGITS

Mixture = Literal["", "number", "word"]


_RUN = re.compile(r"[^\W_]+")
_ONE_TO_THE_EYE = {"0": "Oo", "1": "lI"}
"""Digits as letters of a code: most prints draw the two alike."""

_ALONE = re.compile(r"[lo][lOo]{0,2}(?:st|th)?")
"""A number whose every digit was read as a letter, where it is not a letter by itself."""

_NUMBERED = re.compile(r"[lIO]{1,3}[a-h]?")
"""What stands behind the chapter and a hyphen in the number of a figure."""

_ORDINAL = re.compile(r"\d+[^\W\d_]{1,2}")
_SHORTEST = 3
"""Letters of a word in which a digit was read."""

_AS_LETTERS = str.maketrans("105", "los")
_AS_CAPITALS = str.maketrans("105", "IOS")
"""What digits of a word are read for."""

_LIKE_DIGITS = "IO"
"""Capitals that any eye takes for digits."""

_LETTERS = re.compile(r"[^\W\d_]+")
_BEHIND = ".,:;)"
"""Signs behind a token."""

_CODES = frozenset({"iban", "card", "tax-id", "url", "email"})
_YEAR = re.compile(r"1[89]\d\d|20[0-3]\d")
_MEASURED = re.compile(r"\d+(?:[.,]\d+)?(?:GB?|L|[xX]|lbs?(?:\d+(?:oz)?)?)")
_TIMES = re.compile(TIMES)
_MEASURE = re.compile(r"\d+(?:oz|lbs?|[cm]l)")
_GOODS = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?(?:[cm]l|ML|CL|[kK][gG]|g|G|L|oz|OZ)(?![^\W_])")
_PART, _PARTS = re.compile(r"\d{1,3}([a-h])(?![^\W_])"), 2
"""The number of a field with the letter of its part, and different letters from which a form has such."""

_LITRES, _FEW_LITRES = re.compile(r"\d{1,4}l"), re.compile(r"\d{1,2}l")
_OF_LITRES = re.compile(r"[.,]\d{1,3}(?: |/)$")


def mixed_up(case: Case) -> Mixture:
    """``number`` where letters of a word with digits become digits and nothing else changes, ``word`` where its digits become
    letters of a listed word; empty elsewhere.

    Empty too for what has its own proofs (:mod:`ocrect.numbers.forms`), as a token that is malformed as it stands, and for
    account numbers and addresses. A capital that leads its word (``B12``) may be a code's.
    """
    _, before, after = case.words
    if len(before) != len(after) or before == after or not _is_a_mixture(case):
        return ""
    changes = [at for at, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    if all(_is_read_for_a_digit(before, at, after[at]) for at in changes):
        runs = [run.span() for run in _touched(before, changes)]
        is_none = _is_a_codes(case, before, after, changes) or any(_is_no_number(case, before, after, *run) for run in runs)
        return "" if is_none else "number"
    words = case.lexicon
    if any(before[at].isdecimal() for at in changes) and all(after[at].isalpha() for at in changes):
        pairs = [(before[run.start() : run.end()], after[run.start() : run.end()]) for run in _touched(after, changes)]
        if all(len(new) >= _SHORTEST and words.known(new) and not _ORDINAL.fullmatch(old) for old, new in pairs):
            return "word"
    return ""


def _is_a_mixture(case: Case) -> bool:
    """True where no rule of numbers has a word on the edit, and it changes no account number, address or unit."""
    if any(form.malformed or (form.prove is not None and form.prove(claim)) for form, claim in case.fact(claims)):
        return False
    bare = shape.bare(case.words.before)
    if _MEASURED.fullmatch(bare) or TAXED.fullmatch(bare) or _TIMES.match(bare):
        return False
    return not any(token.kind in _CODES for token in case.about.tokens if token in case.changed)


def _is_read_for_a_digit(before: str, at: int, digit: str) -> bool:
    """True where a letter becomes a digit, and is no capital that leads its word."""
    leads = before[at].isupper() and not before[:at][-1:].isalnum()
    return digit.isascii() and digit.isdecimal() and before[at].isalpha() and not leads


def _touched(text: str, changes: Sequence[int]) -> list[re.Match[str]]:
    """The runs of letters and digits in which something changes."""
    return [run for run in _RUN.finditer(text) if any(run.start() <= at < run.end() for at in changes)]


def _may_be_number(token: str, start: int, end: int) -> bool:
    """True for a run of letters and digits, for one that has only letters that are read for digits, and for one with an l
    behind a capital that a sign joins to digits (``Gl-2363``) or behind such digits (``2-lla``). What an apostrophe joins to a
    word is part of it (``Gen'l``), and what stands in quotes is a letter.
    """
    run, beside = token[start:end], token[max(0, start - 1) : start] + token[end : end + 1]
    if any(map(str.isdecimal, run)) or (_ALONE.fullmatch(run) and not set(beside) & set("'’\"“”")):
        return True
    joined = token[max(0, start - 1) : start] in ("-", ".") and token[max(0, start - 2) : start - 1].isdecimal()
    if joined and _NUMBERED.fullmatch(run):
        return True
    return re.fullmatch("[A-Z]{1,2}l", run) is not None and any(map(str.isdecimal, token))


def _is_a_codes(case: Case, before: str, after: str, changes: Sequence[int]) -> bool:
    """True for a capital among digits that no eye takes for one (``B``, ``S``) where it may be a code's: other tokens of the
    page have letters in the same places, or it stands behind the digits of a page that has codes of taxes behind its amounts,
    or letters are left (``NL820471616B01``) and the image does not prefer the digit; and for a small letter where they are left
    in several places (``D69h55C``).
    """
    unlike = [at for at in changes if before[at] not in _LIKE_DIGITS + "lo"]
    capitals = [at for at in unlike if before[at].isupper()]
    if capitals and _gain(case.context.fact(_shapes), before, after) < 0.0:
        return True
    if capitals and takes_a_tax_for_a_digit(case):
        return True
    is_seen = case.score is not None and case.score.value >= bars.IMAGE_SUPPORTS
    left = max(len(_LETTERS.findall(run.group())) for run in _touched(after, changes))
    return not is_seen and ((bool(capitals) and any(map(str.isalpha, after))) or (bool(unlike) and left > 1))


def takes_a_tax_for_a_digit(case: Case) -> bool:
    """True where a capital behind digits becomes one of them on a page that has codes of taxes there: ``6,28C``, ``5 19C``."""
    _, before, after = case.words
    read, new = before.rstrip(_BEHIND)[-2:], after.rstrip(_BEHIND)[-1:]
    ends_so = read[:1].isdecimal() and read[1:].isupper() and new.isdecimal()
    return ends_so and bool(case.about.fact(line_style).tax_codes)


def _is_no_number(case: Case, before: str, after: str, start: int, end: int) -> bool:
    """True for a run of letters and digits that becomes one of mostly small letters, and no ordinal (``Gri11Veg``), for one
    that is a word with digits for its letters (``Bi11``), for a letter that becomes a digit among letters, and for a measure.
    """
    read, run = before[start:end], after[start:end]
    if (
        _is_as_near_a_word(case, read, run)
        or _is_a_measure(case, read)
        or _numbers_a_part(case, read, start)
        or not _may_be_number(before, start, end)
        or _is_a_letter(case, read, start, end)
        or _stands_apart(read, run)
        or (len(read) > _SHORTEST and case.lexicon.known(read.translate(_AS_LETTERS)))
    ):
        return True
    return sum(map(str.islower, run)) > sum(map(str.isdecimal, run)) and not _ORDINAL.fullmatch(run)


def _is_a_measure(case: Case, read: str) -> bool:
    """True for a number with its unit, and for one with an l alone where the page measures other goods: ``1l`` beside 500ml."""
    if _FEW_LITRES.fullmatch(read) and read == shape.bare(case.words.before):
        return case.context.fact(_measures_goods)
    return _MEASURE.fullmatch(read) is not None


def _numbers_a_part(case: Case, read: str, start: int) -> bool:
    """True for a number and a letter that begin a line of a form whose fields are numbered so: ``10e.`` beside 7b and 7c."""
    leads = not case.line.text[: case.words.start + start].strip()
    return leads and _PART.fullmatch(read) is not None and case.context.fact(_letters_of_parts) >= _PARTS


def _letters_of_parts(context: Context) -> int:
    """How many different letters stand behind the numbers that lines of the page begin with."""
    return len({found[1] for text in context.texts if (found := _PART.match(text))})


def _measures_goods(context: Context) -> bool:
    return any(_GOODS.search(text) for text in context.texts)


def _is_a_letter(case: Case, read: str, start: int, end: int) -> bool:
    """True for letters alone that are an abbreviation's (``S.r.l.``), an l of litres behind a number with decimals or by itself
    between words where I is one (``as soon as l heard``), or of which the first is an o that is a word of the language or has
    no number beside it: a Spanish or Czech word, a bullet, the item of a list (``lett. oo``).
    """
    if any(map(str.isdecimal, read)):
        return False
    at, token, _ = case.words
    if any(first <= start < last for first, last in shape.abbreviations(token)):
        return True
    text = case.line.text
    if read == "l" and _OF_LITRES.search(text[: at + start]):
        return True
    beside = (*text[: at + start].split()[-1:], *text[at + end :].split(maxsplit=1)[:1])
    has_number = any(map(str.isdecimal, "".join(beside)))
    if read == token == "l":
        return len(beside) == 2 and not has_number and case.lexicon.known("I")
    return read.startswith("o") and (case.lexicon.known(read) or not has_number)


def _stands_apart(read: str, run: str) -> bool:
    """True where a letter among the letters of a code with digits becomes a digit, none beside it: ``sHQ18`` as ``5HQ18``."""
    if not any(map(str.isdecimal, read)):
        return False
    return not all(any(map(str.isdecimal, read[m.start() : m.end()])) for m in re.finditer(r"\d+", run))


def _is_as_near_a_word(case: Case, read: str, run: str) -> bool:
    """True where the digits of a run make a listed word of it as its letters make a number: ``1D`` is ID or 10. What everybody
    takes for a digit (``5O``) is one.
    """
    letters = {a for a, b in zip(read, run, strict=True) if a != b}
    words = (read.translate(table) for table in (_AS_LETTERS, _AS_CAPITALS))
    frequent = any(word.isalpha() and case.lexicon.zipf(word) >= bars.WORD_AS_NEAR for word in words)
    return frequent and not letters & set(_LIKE_DIGITS + "lo")


def spoils(case: Case) -> bool:
    """True where the edit mixes letters and digits in a run that had only one of them: ``1998`` as ``l998``, ``well`` as
    ``wel1``. Engines see that everywhere, and few pages print it.
    """
    _, before, after = case.words
    return _mixed_runs(after) > _mixed_runs(before) or (
        sum(map(str.isalpha, after)) > sum(map(str.isalpha, before))
        and sum(map(str.isdecimal, after)) < sum(map(str.isdecimal, before))
        and not case.fact(mixed_up)
    )


def may_be_either(case: Case) -> bool:
    """True where signs of a word with digits become as many others that may stand there as well: a digit for another sign, a
    letter for another letter, or one for a digit in a run that mixes the two as it is (``G812`` as ``GB12``). Of a zero and an
    ``O`` no one can say more by looking than the engine did.
    """
    _, before, after = case.words
    if not any(map(str.isdecimal, before)) or _mixed_runs(after) > _mixed_runs(before):
        return False
    mixed = shape.mixes(before)
    pairs = [pair for atom in case.atoms for pair in zip_longest(atom.before, atom.after, fillvalue="")]
    return bool(pairs) and all(old and _may_stand_for(old, new, mixed=mixed) for old, new in pairs)


def _may_stand_for(old: str, new: str, *, mixed: bool) -> bool:
    if not (new.isascii() and new.isalnum()) or old == "@" or new in _ONE_TO_THE_EYE.get(old, ""):
        return False
    return new.isdecimal() or (mixed and old.isdecimal()) or (old.isalpha() and old.casefold() != new.casefold())


def _mixed_runs(text: str) -> int:
    return sum(shape.mixes(run.group()) for run in _RUN.finditer(text))


def numerals(case: Case) -> dict[str, float]:
    """What the shape of a number says to the letters that would become digits; empty where the edit is of another kind."""
    if case.fact(mixed_up) != "number":
        return {}
    _, before, after = case.words
    changes = [at for at, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    runs = [(before[r.start() : r.end()], after[r.start() : r.end()], r) for r in _touched(after, changes)]
    small = [before[at] for at in changes if before[at].islower()]
    shapes = case.context.fact(_shapes)
    return {
        "listed": sum(after[at] in DIGITS.get(before[at], "") for at in changes) / len(changes),
        "small": len(small) / len(changes),
        "el": sum(before[at] == "l" for at in changes) / len(changes),
        "left": float(any(any(map(str.isalpha, new)) for _, new, _ in runs)),
        "year": float(any(_YEAR.fullmatch(new) for _, new, _ in runs)),
        "digits": float(min(5, max(sum(map(str.isdecimal, old)) for old, _, _ in runs))),
        "alone": float(any(not any(map(str.isdecimal, old)) for old, _, _ in runs)),
        "first": float(any(r.start() in changes for _, _, r in runs)),
        "last": float(any(r.end() - 1 in changes for _, _, r in runs)),
        "litres": float(any(_LITRES.fullmatch(old) for old, _, _ in runs)),
        "many": float(min(4, len(changes))),
        "shape": _gain(shapes, before, after),
    }


def _gain(shapes: Counter[str], before: str, after: str) -> float:
    """1 where the page has other words of the shape that it becomes and none of the shape read, -1 the other way round."""
    old, new = shapes[shape_of(before)] - 1, shapes[shape_of(after)]
    return float(new > 0) - float(old > 0)


def _shapes(context: Context) -> Counter[str]:
    return Counter(shape_of(token) for text in context.texts for token in shape.tokens(text) if any(map(str.isdecimal, token)))


def shape_of(token: str) -> str:
    """A token without the signs around it, each digit as 9, capital as A and small letter as a: ``DP-l602`` is ``AA-a999``."""
    return "".join("9" if c.isdecimal() else "A" if c.isupper() else "a" if c.isalpha() else c for c in shape.bare(token))


def numbers_seen(evidence: CtcPosterior, symbols: Sequence[Symbol], start: int, end: int) -> Iterator[str]:
    """The numbers that the posterior holds in the place of ``symbols[start:end]``, a word with letters among its digits: all
    its letters that may be digits, or only the small ones, or those that look like one, or the likeliest.
    """
    token = "".join(symbol.text for symbol in symbols[start:end])
    runs = [r for r in _RUN.finditer(token) if _may_be_number(token, r.start(), r.end())]
    found: dict[int, tuple[float, str]] = {}
    for run in runs:
        for at in range(run.start(), run.end()):
            best = _digit(evidence, symbols, start + at) if token[at].isalpha() else None
            if best is not None and _is_read_for_a_digit(token, at, best[1]):
                found[at] = best
    if not found:
        return
    every, small, alike = list(found), [at for at in found if token[at].islower()], [at for at in found if token[at] in "lIOo"]
    likeliest = max(found, key=lambda at: found[at][0])
    versions = (
        "".join(found[at][1] if at in places else c for at, c in enumerate(token))
        for places in (every, small, alike, [likeliest])
    )
    yield from (version for version in dict.fromkeys(versions) if version != token)


def _digit(evidence: CtcPosterior, symbols: Sequence[Symbol], at: int) -> tuple[float, str] | None:
    """The digit that the recogniser saw on a symbol's frames, in nats behind the symbol; ``None`` where it saw none."""
    symbol = symbols[at]
    own = float(evidence.log_probs[symbol.start : symbol.end].max(initial=evidence.floor))
    seen = [
        (float(evidence.log_probs[symbol.start : symbol.end, column].max(initial=evidence.floor)) - own, digit)
        for column, digit in enumerate(evidence.alphabet, start=1)
        if digit in "0123456789"
    ]
    best = max(seen, default=None)
    return best if best is not None and best[0] > bars.POSTERIOR_FARTHEST else None
