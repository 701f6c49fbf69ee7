"""Pages with known text: invoices, receipts, prescriptions and prose, drawn with this machine's fonts and degraded.

Sums on invoices and receipts are right. English prose is that of the Python documentation that comes with Python
(:mod:`pydoc_data.topics`); German and French prose is frequent words in a row.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from pydoc_data.topics import topics

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from wordfreq import top_n_list

from bench import scan
from bench.fonts import fonts
from ocrect.record.document import PageImage

LINES = 25
"""Lines of a page, about."""

_LANGUAGES, _SHARES = ("en", "de", "fr"), (8, 1, 1)
_MARGIN, _LEADING = 40, 1.7
_SIZES, _SCALES = (24, 30), (0.3, 0.38)
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DRUGS = (
    "Amoxicillin",
    "Ibuprofen",
    "Metformin",
    "Ramipril",
    "Simvastatin",
    "Pantoprazole",
    "Bisoprolol",
    "Insulin",
    "Aspirin",
    "Codeine",
)
_SYMPTOMS = (
    "pain",
    "fever",
    "cough",
    "nausea",
    "headache",
    "swelling",
    "dizziness",
    "rash",
)
_WORDS = {
    "en": ("Invoice", "Date", "Subtotal", "VAT", "Total", "Customer", "Due", "Cash", "Change"),
    "de": ("Rechnung", "Datum", "Zwischensumme", "MwSt.", "Gesamt", "Kunde", "Fällig", "Bar", "Rückgeld"),
    "fr": ("Facture", "Date", "Sous-total", "TVA", "Total", "Client", "Échéance", "Espèces", "Rendu"),
}


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page's pixels, its language, and the text of each line with the height of its middle in pixels."""

    image: PageImage
    language: str
    lines: tuple[tuple[float, str], ...]


def pages(lines: int, seed: int) -> Iterator[DrawnPage]:
    """Pages of at least ``lines`` lines together; the same ones for the same seed and fonts.

    Raises:
        SystemExit: this machine has no TrueType fonts.
    """
    faces = fonts("DejaVuS|Liberation")
    dice, done = random.Random(seed), 0
    while done < lines:
        page = _drawn(dice, dice.choice(faces), most=lines - done)
        done += len(page.lines)
        yield page


def _drawn(dice: random.Random, font: Path, most: int) -> DrawnPage:
    language = dice.choices(_LANGUAGES, _SHARES)[0]
    texts = dice.choice(_KINDS)(dice, language)[:most]
    face = ImageFont.truetype(str(font), dice.randint(*_SIZES))
    step = round(face.size * _LEADING)
    width = round(max(face.getlength(text) for text in texts)) + 2 * _MARGIN
    picture = Image.new("L", (width, step * len(texts) + 2 * _MARGIN), dice.randint(215, 255))
    ink = dice.randint(0, 90)
    for number, text in enumerate(texts):
        ImageDraw.Draw(picture).text((_MARGIN, _MARGIN + number * step), text, font=face, fill=ink)
    bad = scan.line(picture, dice, _SCALES)
    shrunk = bad.height / picture.height
    middles = [(_MARGIN + number * step + 0.6 * face.size) * shrunk for number in range(len(texts))]
    return DrawnPage(PageImage(np.asarray(bad.convert("RGB"))), language, tuple(zip(middles, texts, strict=True)))


def _money(cents: int, language: str) -> str:
    text = f"{cents / 100:,.2f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".," if language == "de" else " ,"))


def _name(dice: random.Random, language: str) -> str:
    return " ".join(w.capitalize() for w in dice.choices(_frequent(language), k=2))


def _date(dice: random.Random) -> str:
    year, month, day = dice.randint(2005, 2029), dice.randint(1, 12), dice.randint(1, 28)
    forms = (
        f"{year}-{month:02}-{day:02}",
        f"{day:02}.{month:02}.{year}",
        f"{day:02}/{month:02}/{year}",
        f"{day} {_MONTHS[month - 1]} {year}",
    )
    return dice.choice(forms)


def _invoice(dice: random.Random, language: str) -> list[str]:
    invoice, date, subtotal, vat, total, customer, due, *_ = _WORDS[language]
    sign = {"en": dice.choice("$£"), "de": "", "fr": ""}[language]
    end = "" if sign else " €"
    lines = [
        f"{_name(dice, language)} Ltd",
        f"{dice.randint(1, 99)} {_name(dice, language)} Street",
        f"{invoice} INV-{dice.randint(10_000, 99_999)}",
        f"{date}: {_date(dice)}",
        f"{customer}: {_name(dice, language)} No. {dice.randint(100_000, 999_999)}",
        f"Tel. +49 30 {dice.randint(100_000, 9_999_999)}",
    ]
    rows = [(dice.randint(2, 24), dice.randint(150, 90_000)) for _ in range(dice.randint(6, 14))]
    for count, price in rows:
        amounts = f"{_money(price, language)} {_money(count * price, language)}"
        lines.append(f"{count} x {_name(dice, language)} {amounts}")
    net, rate = sum(count * price for count, price in rows), dice.choice((5, 7, 19, 20))
    tax = net * rate // 100
    lines.append(f"{subtotal} {sign}{_money(net, language)}{end}")
    lines.append(f"{vat} {rate}% {sign}{_money(tax, language)}{end}")
    lines.append(f"{total} {sign}{_money(net + tax, language)}{end}")
    lines.append(f"{due}: {_date(dice)}")
    lines.append(f"IBAN DE{dice.randint(10, 99)} {dice.randint(1000, 9999)} {dice.randint(1000, 9999)} 0532 0130 00")
    return lines


def _receipt(dice: random.Random, language: str) -> list[str]:
    *_, total, _, _, cash, change = _WORDS[language]
    lines = [_name(dice, language).upper(), f"{_date(dice)} {dice.randint(7, 22)}:{dice.randint(0, 59):02}"]
    prices = [dice.randint(45, 9_900) for _ in range(dice.randint(10, 18))]
    lines += [f"{_name(dice, language)} {_money(price, language)}" for price in prices]
    paid = -(-sum(prices) // 1000) * 1000
    lines += [f"{total} {_money(sum(prices), language)}", f"{cash} {_money(paid, language)}"]
    return [*lines, f"{change} {_money(paid - sum(prices), language)}"]


def _prescription(dice: random.Random, language: str) -> list[str]:
    del language
    lines = [f"Patient: {_name(dice, 'en')}", f"Born {_date(dice)}", f"Seen on {_date(dice)} at {dice.randint(8, 18)}:30"]
    for drug in dice.sample(_DRUGS, dice.randint(5, 8)):
        dose = dice.choice((2.5, 5, 10, 20, 25, 40, 50, 75, 100, 250, 500, 850))
        lines.append(f"{drug} {dose:g} mg, {dice.randint(1, 3)} tablets {dice.choice(('daily', 'twice daily', 'at night'))}")
        lines.append(f"for {dice.randint(3, 28)} days against {dice.choice(_SYMPTOMS)} and {dice.choice(_SYMPTOMS)}")
    lines.append(f"Blood pressure {dice.randint(100, 160)}/{dice.randint(60, 99)}, weight {dice.randint(450, 990) / 10} kg")
    lines.append(f"Temperature {dice.randint(360, 395) / 10} °C, pulse {dice.randint(50, 110)}")
    return lines


def _prose(dice: random.Random, language: str) -> list[str]:
    if language == "en":
        words = " ".join(dice.sample(_sentences(), 30)).split()
    else:
        words = [w.capitalize() if dice.random() < 0.2 else w for w in dice.choices(_frequent(language), k=LINES * 8)]
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > 58:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:LINES]


_KINDS: tuple[Callable[[random.Random, str], list[str]], ...] = (_invoice, _receipt, _prescription, _prose, _prose)


@lru_cache
def _frequent(language: str) -> list[str]:
    return [word for word in top_n_list(language, 8000) if len(word) > 2 and word.isalpha()]


@lru_cache
def _sentences() -> list[str]:
    """Plain sentences of words and simple punctuation."""
    text = " ".join(" ".join(topics.values()).split())
    found = re.findall(r"(?<=[.] )[A-Z][a-z]+(?: [a-z]+[,;]?(?:'s)?){6,24}\.(?= )", text)
    return sorted(set(found))
