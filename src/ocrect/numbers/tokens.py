"""Locked tokens: numbers, amounts, dates, doses, codes and their like, found in plain text.

A locked token may change only with the image's support. One that cannot be what it looks like (``$1O0.00``) is malformed
(:mod:`ocrect.numbers.malformed`); :func:`repairs` lists the well-formed tokens that it may be. Every digit of a text lies in
some token, so that nothing that is a number can change unseen. Time is linear in the text's length.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import LCSseq

from ocrect.numbers.grammar import PATTERNS, SPACE, START, TIMES, value_of
from ocrect.numbers.malformed import MALFORMED, account, misgrouped
from ocrect.numbers.rule import Malformed
from ocrect.numbers.values import iban_holds, iban_length
from ocrect.numbers.vocabulary import SIGN


@dataclass(frozen=True, slots=True)
class LockedToken:
    """``text[start:end]`` and what it stands for; offsets in code points.

    ``kind`` is one of number, amount, currency, percent, dose, date, time, phone, iban, card, tax-id, code, roman, url,
    email, word (a word with a digit in it); and of those that are never well-formed glued (a date and a time without the
    space between), packed (a weight or volume with letters for zeros), misgrouped (one sign for thousands and cents).
    ``value`` is canonical: ``1234.56 EUR``, ``2023-07-15``, ``2.5 ml``; it is the text itself where that cannot be said
    for sure. ``form`` is the rule by which it is malformed; empty for a well-formed token, and for a word.
    """

    kind: str
    start: int
    end: int
    text: str
    value: str
    well_formed: bool
    form: str = ""


_PHONE = (
    "(?:\\+|(?<![0-9])00)[0-9]{1,3}(?:[ .()/-]{1,2}[0-9]{1,8}){2,6}(?![^\\W_])"
    "|\\(?0[0-9]{1,4}\\)?(?:[ ./-][0-9]{2,4}){2,5}(?![^\\W_])|\\([0-9]{3}\\) ?[0-9]{3}-[0-9]{4}(?![^\\W_])"
)
_URL = (
    '(?:https?://|www\\.)[^\\s<>"]{1,400}|(?<![\\w.@-])(?:[A-Za-z0-9-]{1,63}\\.){1,5}'
    '(?:com|org|net|eu|de|fr|vn|uk|info|ch|nl|pl|sg)(?:/[^\\s<>"]{0,300})?(?![\\w.@-])'
)
_BY_NAME = {form.name: form for form in MALFORMED}


def _group(form: Malformed) -> str:
    """The name of the group of its pattern."""
    return form.name.replace("-", "_")


_BY_GROUP = {_group(form): form for form in MALFORMED if form.pattern}


def _patterns() -> Iterator[tuple[str, str]]:
    """Group and pattern of what is looked for, in order: a malformed token stands before what it looks like."""
    forms = {form.kind: (_group(form), form.pattern) for form in MALFORMED if form.pattern}
    yield "url", _URL
    yield "email", r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"
    yield "iban", f"{START}[A-Z]{{2}}[0-9OIlSBZ]{{2}}(?={SPACE}?[A-Z0-9]{{4}}{SPACE}?[A-Z0-9]{{4}})"
    yield "card", rf"{START}[0-9]{{4}}(?P<gap>[ -]?)[0-9]{{4}}(?P=gap)[0-9]{{4}}(?P=gap)[0-9]{{3,4}}(?![^\W_])"
    yield from (forms["glued"], forms["packed"])
    yield from ((kind, PATTERNS[kind]) for kind in ("date", "time"))
    yield "phone", f"{START}(?:{_PHONE})"
    yield from (forms["amount"], forms["percent"])
    yield from ((kind, PATTERNS[kind]) for kind in ("amount", "percent", "dose", "number"))
    yield forms["number"]
    yield "run", _RUN.pattern
    yield "currency", f"{SIGN}|[%‰]|(?<![Nn])°"


_RUN = re.compile(rf"{START}(?!{TIMES})[^\W_]{{1,400}}(?:(?:[-–/_.]|(?<=[0-9])[,:'’=](?=[0-9]))[^\W_]{{1,400}}){{0,30}}")
_TOKEN = re.compile("|".join(f"(?P<{group}>{pattern})" for group, pattern in _patterns()))
_ROMAN = re.compile("(?=[IVXLCDM]{2})M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_TAX = re.compile(
    "(?:ATU[0-9]{8}|BE[01]?[0-9]{9}|BG[0-9]{9,10}|CY[0-9]{8}[A-Z]|CZ[0-9]{8,10}|(?:DE|EE|EL|PT)[0-9]{9}|(?:DK|FI|HU|LU|MT|SI)[0-9]{8}|"
    "ES[A-Z0-9][0-9]{7}[A-Z0-9]|FR[0-9A-Z]{2}[0-9]{9}|(?:HR|IT|LV)[0-9]{11}|IE[0-9][0-9A-Z][0-9]{5}[A-Z]{1,2}|LT(?:[0-9]{9}|[0-9]{12})|"
    "NL[0-9]{9}B[0-9]{2}|(?:PL|SK)[0-9]{10}|RO[1-9][0-9]{1,9}|SE[0-9]{12}|(?:GB|XI)(?:[0-9]{9}|[0-9]{12}|(?:GD|HA)[0-9]{3})|"
    "CHE-?[0-9]{3}[.]?[0-9]{3}[.]?[0-9]{3}|(?:NO)?[0-9]{9}MVA|[0-9]{10}-[0-9]{3})"
)
"""VAT numbers of the European Union (Directive 2006/112/EC, article 215; the formats are those of VIES), of the United Kingdom,
Switzerland and Norway, and the Vietnamese tax number of a branch."""

_WORD = re.compile("[01356789]['’]?[a-zà-ÿ]{3,}|[^\\W\\d_][a-zà-ÿ]*[0-9][a-zà-ÿ]{2,}")
_ORDINAL_OR_UNIT = re.compile("[0-9]+(?:[a-z]{1,2}|min|sec|pcs|inch|i?[èe]mes?|ère|ten|ter|nde)")


@lru_cache(maxsize=512)
def locked_tokens(text: str) -> tuple[LockedToken, ...]:
    """The locked tokens of ``text``, left to right, none overlapping; every decimal digit lies in one."""
    return tuple(_scan(text))


def _scan(text: str) -> Iterator[LockedToken]:
    position = 0
    while match := _TOKEN.search(text, position):
        token = _token(text, match) or _run(text, match.start())
        if token is not None:
            yield token
        position = max(token.end if token else _after_run(text, match), match.start() + 1)


def _after_run(text: str, match: re.Match[str]) -> int:
    run = _RUN.match(text, match.start())
    return run.end() if run else match.start() + 1


def _token(text: str, match: re.Match[str]) -> LockedToken | None:
    """The token of a match, or ``None`` where a closer look says that it is none of that kind."""
    kind, start, end, found = str(match.lastgroup), match.start(), match.end(), match.group()
    if kind == "run":
        return None
    if form := _BY_GROUP.get(kind):
        return LockedToken(form.kind, start, end, found, found, False, form.name) if form.holds(match) else None
    if kind == "iban":
        return _iban(text, start)
    if kind == "url":
        found = found.rstrip(".,;:!?)]}'’")
        end = start + len(found)
    value = value_of(kind, found)
    if value is None:
        return None
    if kind in ("number", "amount") and misgrouped.is_misgrouped(found):
        return LockedToken(misgrouped.RULE.kind, start, end, found, found, False, misgrouped.RULE.name)
    return LockedToken(kind, start, end, found, value, True)


def _iban(text: str, start: int) -> LockedToken | None:
    """The IBAN that begins at ``start``, as long as its country's are."""
    length = iban_length(text[start : start + 2])
    end, compact = start, ""
    while length and end < len(text) and len(compact) < length:
        if text[end].isdigit() or text[end].isupper() or text[end] in "lo":  # words behind it are in small letters
            compact += text[end]
        elif text[end] not in " \u00a0":
            break
        end += 1
    if not length or len(compact) < length or (end < len(text) and text[end].isalnum()):
        return None
    holds = iban_holds(compact)
    return LockedToken("iban", start, end, text[start:end], compact, holds, "" if holds else account.RULE.name)


def _run(text: str, start: int) -> LockedToken | None:
    """Letters and digits in one piece: a number of unknown form, a code, a tax id, a Roman numeral, a word with a digit."""
    match = _RUN.match(text, start)
    if match is None:
        return None
    found = match.group()
    if not any(c.isnumeric() for c in found):
        roman = _ROMAN.fullmatch(found)
        return LockedToken("roman", start, match.end(), found, found, True) if roman else None
    if _TAX.fullmatch(found):
        return LockedToken("tax-id", start, match.end(), found, found, True)
    if not any(c.isalpha() for c in found):
        return LockedToken("number", start, match.end(), found, found, True)
    if _WORD.fullmatch(found) and not _ORDINAL_OR_UNIT.fullmatch(found):
        return LockedToken("word", start, match.end(), found, found, False)
    return LockedToken("code", start, match.end(), found, found, True)


def repairs(token: LockedToken) -> tuple[str, ...]:
    """What a malformed token may be, each well-formed; a lone repair needs no image."""
    return _BY_NAME[token.form].repairs(token.text) if token.form else ()


def differs(before: str, after: str) -> tuple[LockedToken, ...]:
    """The locked tokens of ``before`` that ``after`` lacks and those new in ``after``: what is outside a longest common
    subsequence of their texts.

    Digits that move, join or part are a difference, swapped amounts too. A word with a digit in it (``c0mpany``) may
    vanish, but not appear; a date may be completed by its month (``15 Ju1y`` to ``15 July``) while its digits stay.
    """
    if before == after:
        return ()
    old = [t for t in locked_tokens(before) if t.kind != "word"]
    words = Counter(t.text for t in locked_tokens(before) if t.kind == "word")
    new = [t for t in locked_tokens(after) if t.kind != "word" or not words[t.text]]
    found: list[LockedToken] = []
    left = above = 0
    for block in LCSseq.opcodes([t.text for t in old], [t.text for t in new]).as_matching_blocks():
        if (left, above) != (block.a, block.b) and not _only_completed(old[left : block.a], new[above : block.b]):
            found += old[left : block.a] + new[above : block.b]
        left, above = block.a + block.size, block.b + block.size
    return tuple(found)


def _only_completed(old: list[LockedToken], new: list[LockedToken]) -> bool:
    """True where ``new`` is one date with a month in words and ``old`` are just its numbers."""
    if len(new) != 1 or new[0].kind != "date" or not all(t.kind in ("number", "code") for t in old):
        return False
    parts = [part.strip(".,") for part in new[0].text.split()]
    return bool(old) and [t.text for t in old] == [part for part in parts if any(c.isdecimal() for c in part)]
