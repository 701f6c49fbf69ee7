"""Digits among digits: typescript and old print have one sign for ``1`` and ``l``, or ``0`` and ``o``, tills print zeros with a
stroke (``θ``), and the recogniser takes them for either. In a number it is the digit, as far as the pixels allow that; the
posterior is weighed, so that it says so too. ``No`` and ``N°`` before a number are told from the sign ``№`` in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from ocrect.engines.ppocr.recognise import BoxReading, ahead, with_rivals
from ocrect.words.usage import cost

DIGITS = {"l": "1", "I": "1", "i": "1"} | dict.fromkeys("oOθΘøØ", "0")
THETAS, STROKED = frozenset("θΘ"), frozenset("øØ")

AMONG, LAST = 4.5, 1.5
"""Nats by which the letter may be likelier among digits; and behind them, where it may stand for litres, or by itself.

On 31 scans all 26 such letters were digits, .0 to 3.9 nats likelier; printed litres were .9 to 11 nats likelier.
"""

EVEN = 0.5
"""Nats by which an ``O`` before the zeros of a code (``BO03``) may be likelier: capitals stand there as often. On 60 receipts
the four that are no ``DO``, ``NO`` or the like were zeros, at most .3 nats less likely.
"""

LONE_ZERO = 2.5
"""Nats by which a theta or a letter with a stroke that stands by itself may be likelier than a zero, in a line without words:
prose has formulas, and ``Ø`` heads columns of means.

On six receipts whose zeros have a stroke 11 of 12 such thetas were .1 to 1.8 nats likelier. In drawn prose a printed theta was
1.7 to 7.4 nats likelier in ten proportional fonts, and -.6 to 2.1 in two of fixed width.
"""

NUMERO, APART, N_LEAST = "№", 3, -3.0
"""The sign; frames before it in which an ``N`` counts; the log-probability from which it may stand there."""

RAISED = {"o": -4.0, "°": -6.0, "º": -6.0}
"""What may stand behind that ``N``, from which log-probability on: raised signs are part of the sign's own picture."""

NOT, BESIDE = {"O": -6.5}, 2
"""And before no number, where the word is *NO* (``YES №`` on forms: -2.3 to -5.7; behind a printed sign -16), in the sign's
frames and so many beside them.
"""

ORDINAL_LANGUAGES = frozenset({"es", "pt", "it", "ca", "gl"})
"""Languages that write ``Nº`` with the sign of their ordinals; others have the degree sign on their keyboards."""

_RAISED = re.compile(r"(?<![^\W\d_])[Nn][°º№]")
_TOKEN = re.compile(r"\S+")
_NUMBER = re.compile(r"(?=.*\d)[\dA-ZloIθΘøØ\W]+|\W*l\W*")
"""Digits, capitals and signs; or an ``l`` by itself, which is no word, except before an apostrophe."""
_LONE_ZERO = re.compile(r"\W*([0θΘøØ])\W*")
_RUN = re.compile(r"(?<![^\W_])[\dl]*l[\dl]*")
"""Digits and ``l`` with neither a letter nor a digit before them."""
_YEAR = re.compile(r"[1l][5-9]\d[\dl]")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)(?!\w)")
_PREMIER = re.compile(r"(?:er|re|ère)s?(?!\w)")  # French: 1er, 1re, 1ère
_WORD = re.compile(r"[^\W\d_]{2}")
_DECIMALS = re.compile(r"[.,]\d\d?(?!\d)")
_CODE = re.compile(r"(?<!\w)(?![CDGHINPSTW]O)[A-Z]{1,3}(O)0\d")
"""An ``O`` before the zeros of a code, unless it is that of an abbreviation as ``DO``, ``NO`` or ``PO``."""
_BELOW_ONE = re.compile(r"(?:RM|USD|EUR|GBP|CHF|SGD|MYR|[$€£])([oO])[.,]\d\d(?!\d)")
_CAPITAL_ORDINAL = re.compile(r"(?<!\w)\d+(I)ST(?!\w)")
_WITH_I = re.compile(r"(?<!\w)(?:\d+(i)\d+|1[5-9]\d(i))(?!\w)")


def with_digits(reading: BoxReading, languages: Sequence[str] = ()) -> BoxReading:
    """The reading, of a page in ``languages``, with the letters in its numbers that may as well be digits as these."""
    reading = _with_zeros(reading, languages)
    posterior, symbols = reading.posterior, reading.symbols
    text = reading.text
    places = dict(_shaped(text)) | dict(_places(text)) | dict(_ones(text, languages))
    rivals = [(symbols[at], DIGITS[text[at]], bar) for at, bar in places.items()]
    known = [(symbol, digit, bar) for symbol, digit, bar in rivals if digit in posterior.alphabet]
    return with_rivals(reading, [(s, digit) for s, digit, bar in known if ahead(reading, s, digit).min() <= bar])


def _with_zeros(reading: BoxReading, languages: Sequence[str]) -> BoxReading:
    """The reading with what the posterior gives to all the pictures of a zero as that of the zero, where it stands by itself.

    A zero with a stroke is a bit of each of them; none that ``languages`` write is another picture of it.
    """
    posterior, text = reading.posterior, reading.text
    if "0" not in posterior.alphabet or _WORD.search(text):
        return reading
    strokes = [letter for letter in STROKED if cost(letter, languages)] if languages else STROKED
    pictures = [picture for picture in (*THETAS, *strokes) if picture in posterior.alphabet]
    zeros = [
        symbol
        for symbol in map(reading.symbols.__getitem__, _lone_zeros(text))
        if symbol.text in ("0", *pictures) and ahead(reading, symbol, "0").min() <= LONE_ZERO
    ]
    if not zeros:
        return reading
    moves = [(symbol.start, symbol.end, picture, "0") for symbol in zeros for picture in pictures]
    return replace(reading, posterior=posterior.moved(moves))


def _lone_zeros(text: str) -> Iterator[int]:
    """Where a picture of a zero is all that a word has besides signs."""
    for token in _TOKEN.finditer(text):
        found = _LONE_ZERO.fullmatch(token.group())
        if found:
            yield token.start() + found.start(1)


def _places(text: str) -> Iterator[tuple[int, float]]:
    """Where letters stand that may be digits, and by how much they may be likelier."""
    for token in _TOKEN.finditer(text):
        if not _NUMBER.fullmatch(token.group()) or token.group().endswith(("'", "’")):
            continue
        for at in range(token.start(), token.end()):
            before, after = text[token.start() : at], text[at + 1 : token.end()]
            near_digit = before[-1:].isdigit() or after[:1].isdigit()
            leads = not before and bool(_DECIMALS.match(after))
            if text[at] == "l":
                is_inside = any(map(str.isalnum, after)) or bool(before and not before[-1].isdigit())
                yield at, AMONG if is_inside else LAST
            elif (
                (text[at] in THETAS and (near_digit or leads))
                or (text[at] == "o" and near_digit)
                or (text[at] == "O" and (before.rstrip("O")[-1:].isdigit() or leads))
                or (text[at] in STROKED and before[-1:].isdigit())
                or (text[at] == "I" and before[-1:].isdigit() and after[:1].isdigit())
            ):
                yield at, AMONG


def _shaped(text: str) -> Iterator[tuple[int, float]]:
    """The same of codes, amounts below one, ordinals in capitals, and years."""
    for shape, bar in ((_CODE, EVEN), (_BELOW_ONE, AMONG), (_CAPITAL_ORDINAL, LAST), (_WITH_I, LAST)):
        yield from ((match.start(match.lastindex or 0), bar) for match in shape.finditer(text))


def _ones(text: str, languages: Sequence[str]) -> Iterator[tuple[int, float]]:
    """Where an ``l`` is 1 in a number that goes on in letters (``l0-year``, ``3lst``, ``2-lla``, in French ``ler``), or in a
    year (``196l``).

    Behind digits, with no letter after it, it may stand for litres.
    """
    for run in _RUN.finditer(text):
        number, before, after = run.group(), text[: run.start()], text[run.end() :]
        is_premier = "fr" in languages and number == "l" and bool(_PREMIER.match(after))
        is_ordinal = is_premier or bool(_ORDINAL.match(after))
        if _WORD.match(after) and not is_ordinal:
            continue
        if any(map(str.isdigit, number)):
            is_one = not number.endswith("l") or after[:1].isalpha() or bool(_YEAR.fullmatch(number))
        elif re.search(r"\d[-–]$", before):
            is_one = after[:1].isalpha() or number != "l"
        else:
            is_one = (
                is_premier
                or (number == "l" and after.startswith("st") and is_ordinal)
                or (number == "ll" and after[:1] in ("-", "t"))
            )
        if is_one:
            yield from ((at, AMONG) for at in range(*run.span()) if text[at] == "l")


def with_raised(reading: BoxReading, languages: Sequence[str] = ()) -> BoxReading:
    """The reading with the raised sign behind the ``N`` of a number that is usual in ``languages``: ``N°``, in Spanish ``Nº``.

    The three signs are hardly told apart; the one for the whole word, ``№``, does not stand behind a letter.
    """
    symbols = reading.symbols
    text = reading.text
    usual = _usual_raised(languages)
    chosen = []
    for match in _RAISED.finditer(text):
        symbol = symbols[match.end() - 1]
        rivals = [rival for rival in (usual, "o") if rival in reading.posterior.alphabet]
        if symbol.text == usual or not rivals:
            continue
        nearest = min(rivals, key=lambda rival: float(ahead(reading, symbol, rival).min()))
        if symbol.text == NUMERO or (nearest == usual and ahead(reading, symbol, usual).min() <= AMONG):
            chosen.append((symbol, nearest))
    return with_rivals(reading, chosen)


def _usual_raised(languages: Sequence[str]) -> str:
    return "º" if ORDINAL_LANGUAGES.intersection(languages) else "°"


def spelt_out(reading: BoxReading, languages: Sequence[str] = ()) -> BoxReading:
    """The reading with ``No`` or ``N°``, or ``NO`` before no number, for each ``№`` in whose place the posterior holds these as
    well; the raised sign is the one that is usual in ``languages``.

    Where the sign is taken to be impossible, what the blank has before it only because of the sign goes to the ``N``.
    """
    posterior = reading.posterior
    if not {NUMERO, "N"} <= set(posterior.alphabet):
        return reading
    n = posterior.log_probs[:, 1 + posterior.alphabet.index("N")]
    least = RAISED | NOT
    behind = {sign: posterior.log_probs[:, 1 + posterior.alphabet.index(sign)] for sign in least if sign in posterior.alphabet}
    moves: list[tuple[int, int, str, str]] = []
    for number, span in enumerate(reading.symbols):
        if span.text != NUMERO or not span.start:
            continue
        following = next((symbol.text for symbol in reading.symbols[number + 1 :] if symbol.text.isalnum()), "")
        first = max(0, span.start - APART)
        at = first + int(np.argmax(n[first : span.start]))
        near = slice(max(0, span.start - BESIDE), span.end + BESIDE)
        within = {sign: near if sign in NOT else slice(span.start, span.end) for sign in behind}
        likely = {sign: float(column[within[sign]].max()) for sign, column in behind.items()}
        raised = [s for s, most in likely.items() if most >= least[s] and not (s in NOT and following.isnumeric())]
        if n[at] >= N_LEAST and raised:
            sign = max(raised, key=likely.__getitem__)
            usual = _usual_raised(languages)
            moves += [
                (at, at + 1, "", "N"),
                (span.start, span.end, NUMERO, usual if sign in "°º" and usual in behind else sign),
            ]
    return replace(reading, posterior=posterior.moved(moves)) if moves else reading
