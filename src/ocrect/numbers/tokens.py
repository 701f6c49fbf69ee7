"""Locked tokens: numbers, amounts, dates, doses, codes and their like, found in plain text.

A locked token may change only with the image's support. One that cannot be what it looks like (``$1O0.00``) is malformed;
:func:`repairs` lists the well-formed tokens that the listed confusions (:mod:`ocrect.words.confusions`) make of it. Every digit
of a text lies in some token, so that nothing that is a number can change unseen. Time is linear in the text's length.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from rapidfuzz.distance import LCSseq

from ocrect.numbers.values import CURRENCIES, card_holds, decimal_of, iban_holds, iban_length, iso_date, iso_time, money_code
from ocrect.words.confusions import DIGITS, EURO_SUFFIXES, PERCENT_SUFFIXES


@dataclass(frozen=True, slots=True)
class LockedToken:
    """``text[start:end]`` and what it stands for; offsets in code points.

    ``kind`` is one of number, amount, currency, percent, dose, date, time, phone, iban, card, tax-id, code, roman, url,
    email, word (a word with a digit in it); and of those that are never well-formed glued (a date and a time without the
    space between), packed (a weight or volume with letters for zeros), misgrouped (one sign for thousands and cents).
    ``value`` is canonical: ``1234.56 EUR``, ``2023-07-15``, ``2.5 ml``; it is the text itself where that cannot be said
    for sure.
    """

    kind: str
    start: int
    end: int
    text: str
    value: str
    well_formed: bool


_SP = "[ \u00a0\u202f\u2009]"
_SIGN = "[$€£¥₫₩₹₽₺₴₱฿¢]"
_CODE = f"(?:{'|'.join(CURRENCIES)}|VNĐ|vnđ|RM|Rs)"
_NAME = "(?:đồng|đ|Đ|[Ee]uros?|Eur|kr|zł|Kč|Ft|Fr)"
_START = r"(?<![^\W_])"
_LIKE = "[0-9OoQDUlIiSsZzGbBgqTA|!]"
_END = r"(?![^\W_])(?![.,:/'’–-][0-9])(?![.,:][OoQDlISBZ]{1,3}(?![^\W_]))"
_MONTH = (
    "(?:jan(?:uary|uar|vier|uari|eiro|\\.)?|feb(?:ruary|ruar|\\.)?|f[ée]v(?:rier|\\.)?|mar(?:ch|s|zo|\\.)?|märz|apr(?:il|\\.)?|avril|"
    "may|mai|ju(?:ne|ni|in|ly|li|illet)|jun\\.?|jul\\.?|aug(?:ust|\\.)?|août|sep(?:tember|tembre|t?\\.)?|o[ck]t(?:ober|obre|\\.)?|"
    "nov(?:ember|embre|\\.)?|de[cz](?:ember|\\.)?|déc(?:embre|\\.)?|jänner|enero|febrero|abril|mayo|junio|julio|agosto|"
    "gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre)"
)
_NUMBER = (
    "(?:[0-9]{1,3}(?:(?:,[0-9]{3}){1,6}|(?:\\.[0-9]{3}){1,6}|(?:['’][0-9]{3}){1,6}|(?:" + _SP + "[0-9]{3}){1,6}|"
    "(?:,[0-9]{2}){1,5},[0-9]{3})(?:[.,][0-9]{1,6})?|[0-9]{1,18}(?:[.,][0-9]{1,8})?|(?<![0-9])[.,][0-9]{2,4})"
    "[½⅓⅔¼¾⅛⅜⅝⅞]?"
)
_MINUS = "(?:(?<![^\\s(])[-−+±]" + _SP + "?)?"
_UNIT = (
    "(?:mg|µg|μg|mcg|kg|ml|mL|cl|dl|IE|IU|UI|I\\.E\\.|I\\.U\\.|mmol|mEq|mm[²³]?|cm[²³]?|km|m[²³]|kWh|kW|MW|Hz|kHz|MHz|GHz|"
    "°C|°F|°|kB|KB|MB|GB|TB|g|l|L|m)(?:/(?:kg|ml|mL|l|L|h|d|min|dl|m²|day|Tag|jour))?"
)
_AMOUNT = (
    f"{_MINUS}(?:(?:US|CA|AU|A|C|S)?{_SIGN}|{_CODE}){_SP}?[-−]?{_NUMBER}-?{_END}"
    f"|{_MINUS}{_NUMBER}-?{_SP}{{0,2}}(?:{_SIGN}(?![-−]?[0-9])|(?:{_CODE}|{_NAME})(?![^\\W_])|[Mm]io\\.?{_SP}(?:€|EUR))"
)
_DATE = (
    "[0-9]{4}-[0-9]{2}-[0-9]{2}(?=T[0-9]{2}:|(?![^\\W_]))|[0-9]{4}(?P<ymd>[./])[0-9]{1,2}(?P=ymd)[0-9]{1,2}(?![^\\W_])"
    "|[0-9]{1,2}(?P<dmy>[./-])[0-9]{1,2}(?P=dmy)(?:[0-9]{4}|[0-9]{2})(?![^\\W_])(?![./-][0-9])"
    f"|[0-9]{{1,2}}(?:st|nd|rd|th|er|º|\\.)?[ -]{{1,2}}(?i:{_MONTH})(?:,?[ -]{{1,2}}[0-9]{{4}})?(?![^\\W_])"
    f"|(?i:{_MONTH}) [0-9]{{1,2}}(?:st|nd|rd|th)?(?:,? [0-9]{{4}})?{_END}"
    f"|(?i:{_MONTH}) [0-9]{{4}}{_END}"
    "|[Nn]gày [0-9]{1,2} tháng [0-9]{1,2} năm [0-9]{4}(?![^\\W_])"
)
_GLUED = (
    "[0-9]{1,2}(?P<glue>[./-])[0-9]{1,2}(?P=glue)(?:19|20)[0-9]{2}"
    "(?P<clock>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?![^\\W_]|[.,:/-][0-9])"
)
_PACKED = "(?:[0-9]{1,4}[xX])?[0-9]{1,4}[Oo]{1,3}(?:ML|ml|CL|cl|MG|mg|KG|kg|G|g)(?![^\\W_])"
_PHONE = (
    "(?:\\+|(?<![0-9])00)[0-9]{1,3}(?:[ .()/-]{1,2}[0-9]{1,8}){2,6}(?![^\\W_])"
    "|\\(?0[0-9]{1,4}\\)?(?:[ ./-][0-9]{2,4}){2,5}(?![^\\W_])|\\([0-9]{3}\\) ?[0-9]{3}-[0-9]{4}(?![^\\W_])"
)
_URL = (
    '(?:https?://|www\\.)[^\\s<>"]{1,400}|(?<![\\w.@-])(?:[A-Za-z0-9-]{1,63}\\.){1,5}'
    '(?:com|org|net|eu|de|fr|vn|uk|info|ch|nl|pl|sg)(?:/[^\\s<>"]{0,300})?(?![\\w.@-])'
)
_PATTERNS = {
    "url": _URL,
    "email": "(?<![\\w.+-])[\\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){1,5}",
    "iban": f"{_START}[A-Z]{{2}}[0-9OIlSBZ]{{2}}(?={_SP}?[A-Z0-9]{{4}}{_SP}?[A-Z0-9]{{4}})",
    "card": f"{_START}[0-9]{{4}}(?P<gap>[ -]?)[0-9]{{4}}(?P=gap)[0-9]{{4}}(?P=gap)[0-9]{{3,4}}(?![^\\W_])",
    "glued": f"{_START}{_GLUED}",
    "packed": f"{_START}{_PACKED}",
    "date": f"{_START}(?:{_DATE})",
    "time": f"{_START}[0-9]{{1,2}}(?:[:hH][0-5][0-9](?::[0-5][0-9])?(?:{_SP}?[ap]\\.?m\\b)?|{_SP}?(?:Uhr|[ap]m)\\b){_END}",
    "phone": f"{_START}(?:{_PHONE})",
    "suffixed": f"{_START}{_MINUS}{_NUMBER}(?<=[.,][0-9][0-9])[{EURO_SUFFIXES}{PERCENT_SUFFIXES}](?=[\\s;,]|$)",
    "amount": f"{_START}(?:{_AMOUNT})",
    "percent": f"{_START}{_MINUS}{_NUMBER}{_SP}?[%‰]",
    "dose": f"{_START}{_MINUS}{_NUMBER}{_SP}?{_UNIT}{_END}",
    "number": f"{_START}{_MINUS}{_NUMBER}(?:[kM](?![^\\W_]))?{_END}|(?<![^\\W_])[½⅓⅔¼¾⅛⅜⅝⅞](?![^\\W_])",
    "doubtful": (
        f"{_START}(?=\\S{{0,20}}[0-9]|{_SIGN}|{_LIKE}{{1,9}}[.,]{_LIKE}{{2}}{_SP}?(?:{_SIGN}|Eur|EUR))"
        f"(?P<before>{_MINUS}(?:{_SIGN}{_SP}?|{_CODE}(?={_LIKE}{{1,9}}[.,][0-9]))?)(?P<body>{_LIKE}(?:{_LIKE}|[.,:/-](?={_LIKE})){{0,24}}?)"
        f"(?P<after>(?:{_SP}?(?:{_SIGN}|{_CODE}|Eur|%))?)(?![^\\W_]|[.,:/-]{_LIKE})"
    ),
    "run": f"{_START}[^\\W_]{{1,400}}(?:(?:[-–/_.]|(?<=[0-9])[,:'’=](?=[0-9]))[^\\W_]{{1,400}}){{0,30}}",
    "currency": f"{_SIGN}|[%‰°]",
}
_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items()))
_RUN = re.compile(_PATTERNS["run"])
_ROMAN = re.compile("(?=[IVXLCDM]{2})M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_WELL_FORMED = {kind: re.compile(_PATTERNS[kind]) for kind in ("date", "time", "amount", "percent", "dose", "number")}
_TAX = re.compile(
    "(?:ATU[0-9]{8}|DE[0-9]{9}|FR[0-9A-Z]{2}[0-9]{9}|(?:IT|HR)[0-9]{11}|ES[A-Z0-9][0-9]{7}[A-Z0-9]|[0-9]{10}-[0-9]{3})"
)
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
    if kind == "doubtful":
        return LockedToken("number", start, end, found, found, False) if _looks_misread(match) else None
    if kind == "suffixed":
        return LockedToken("percent" if found[-1] in PERCENT_SUFFIXES else "amount", start, end, found, found, False)
    if kind == "glued":
        clock = match["clock"]
        holds = iso_date(found.removesuffix(clock)) and iso_time(clock)
        return LockedToken(kind, start, end, found, found, False) if holds else None
    if kind == "packed":
        return LockedToken(kind, start, end, found, found, False)
    if kind == "iban":
        return _iban(text, start)
    if kind == "url":
        found = found.rstrip(".,;:!?)]}'’")
        end = start + len(found)
    value = _value(kind, found)
    if value is None:
        return None
    if kind in ("number", "amount") and _MISGROUPED.search(found):
        return LockedToken("misgrouped", start, end, found, found, False)
    return LockedToken(kind, start, end, found, value, True)


def _value(kind: str, found: str) -> str | None:
    """The canonical value; ``None`` for a date, time or card number that cannot be."""
    if kind == "date":
        return iso_date(found)
    if kind == "time":
        return iso_time(found)
    if kind == "phone":
        return re.sub("[^0-9+]", "", found)
    if kind in ("url", "email", "currency"):
        return found
    if kind == "card":
        compact = re.sub("[ -]", "", found)
        return compact if card_holds(compact) else None
    number = re.search(_NUMBER, found)
    amount = decimal_of(number.group() if number else found)
    if number and re.search("[-−]", found[: number.start()] + found[number.end() : number.end() + 1]):
        amount = "-" + amount
    rest = (found[: number.start()] + found[number.end() :]).strip(" \u00a0\u202f\u2009-−+±") if number else ""
    if kind == "amount":
        return f"{amount} {money_code(rest)}"
    return amount + rest if kind == "percent" else f"{amount} {rest}".rstrip()


def _iban(text: str, start: int) -> LockedToken | None:
    """The IBAN that begins at ``start``, as long as its country's are."""
    length = iban_length(text[start : start + 2])
    end, compact = start, ""
    while length and end < len(text) and len(compact) < length:
        if text[end].isalnum():
            compact += text[end]
        elif text[end] not in " \u00a0":
            break
        end += 1
    if not length or len(compact) < length or (end < len(text) and text[end].isalnum()):
        return None
    return LockedToken("iban", start, end, text[start:end], compact, iban_holds(compact))


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


_LEADING = "OolIZS"
_INSIDE = re.compile("[0-9][Ool]+[0-9]")
_TAXED = re.compile("[0-9]+[.,][0-9]{2}[A-Z]{1,2}")
"""An amount and the code of its tax, which tills print right behind it."""


def _looks_misread(match: re.Match[str]) -> bool:
    """True for a number with letters in it that no code is written with, and that the listed confusions make well-formed."""
    body, money = match["body"], bool(re.search("[^-−+± ]", match["before"]) or match["after"].strip())
    if body.replace(".", "").replace(",", "").isdecimal() or not any(c.isalpha() or c in "|!" for c in body):
        return False
    separated = re.search("[.,:/-]", body) is not None
    if _TAXED.fullmatch(body):
        return False
    if not any(c.isdecimal() for c in body) and not (money and re.search("[.,].{2}$", body)):
        return False
    if not (separated or money or _INSIDE.search(body)):
        return False
    if not match["before"].strip(" -−+±") and not (body[0].isdecimal() or _leads(body, money)):
        return False
    if not (money or body[-1].isdecimal() or body[-1] in "Oo" or (body[-1] in "lI" and re.search("[.,]..$", body))):
        return False
    if not (separated or money) and set(filter(str.isalpha, body)) - set("Ool"):
        return False
    return bool(_repaired(match.group()))


def _leads(body: str, money: bool) -> bool:
    """True where the first letter of ``body`` may be a misread digit: ``O,84`` but not the section ``B.12``."""
    if body[0] not in _LEADING:
        return False
    if len(body) > 1 and body[1] in ".,:/-":
        return body[0] in "Ool" and (money or len(re.split("[.,]", body)[-1]) == 2)
    return True


def repairs(token: LockedToken) -> tuple[str, ...]:
    """What a malformed token may be by the listed confusions, each well-formed; a lone repair needs no image."""
    if token.well_formed or token.kind == "word":
        return ()
    if token.kind == "iban":
        return _iban_repairs(token.text)
    if token.kind == "amount":
        return (token.text[:-1] + "€",)
    if token.kind == "percent":
        return (token.text[:-1] + "%",)
    if token.kind == "packed":
        return (re.sub("[Oo](?=[Oo]*[A-Za-z]+$)", "0", token.text),)
    if token.kind == "glued":
        return (re.sub("(?<=[./-][0-9]{4})", " ", token.text),)
    if token.kind == "misgrouped":
        return _regrouped(token.text)
    return _repaired(token.text)


_MISGROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*\1\d{2}(?![\d.,]*\d)")
"""Thousands and cents after the same sign, as in ``1.500.00``: one of the signs was misread."""


def _regrouped(text: str) -> tuple[str, ...]:
    """Both ways to write it: ``1,500.00`` and ``1.500,00``."""
    head, sign, cents = re.fullmatch(r"(.*)([.,])(\d{2}\D*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    other = {".": ",", ",": "."}[sign]
    return (head.replace(sign, other) + sign + cents, head + other + cents)


_MEANT_LITRES = re.compile("[0-9]+[.,][0-9]I")
_MEANT_DOLLAR = re.compile("S[0-9OolI,]+\\.[0-9OolI]{2}")


@lru_cache(maxsize=1024)
def _repaired(text: str) -> tuple[str, ...]:
    after = re.search(f"{_SP}?(?:{_CODE}|Eur|EUR)$", text)
    before = re.match(f"{_MINUS}{_CODE}", text)
    start, end = before.end() if before else 0, after.start() if after else len(text)
    choices = [DIGITS.get(c, c) for c in text[start:end]]
    found = [text[:start] + "".join(chosen) + text[end:] for chosen in islice(product(*choices), 64)]
    if _MEANT_DOLLAR.fullmatch(text):
        found += ["$" + repaired[1:] for repaired in found]
    if _MEANT_LITRES.fullmatch(text):
        found.append(text[:-1] + "l")
    return tuple(dict.fromkeys(f for f in found if has_known_form(f)))


def has_known_form(text: str) -> bool:
    """True where all of ``text`` is one well-formed date, time, amount, rate, dose or number, and no run of unknown form."""
    return any(pattern.fullmatch(text) and _value(kind, text) is not None for kind, pattern in _WELL_FORMED.items())


def _iban_repairs(text: str) -> tuple[str, ...]:
    """Versions with one letter and digit taken for each other that fulfil the check digits (ISO 13616)."""
    swaps = {**{letter: digits[0] for letter, digits in DIGITS.items()}, "0": "O", "1": "I", "5": "S", "8": "B", "2": "Z"}
    versions = (text[:i] + swaps[c] + text[i + 1 :] for i, c in enumerate(text) if c in swaps)
    return tuple(dict.fromkeys(v for v in versions if iban_holds(re.sub(_SP, "", v))))


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
