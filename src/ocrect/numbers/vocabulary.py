"""The currencies, months and units that numbers are written with: one table of each, for all who look for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Currency(NamedTuple):
    """An ISO 4217 code, and what stands for it: signs of one character, names that stand on either side of an amount, and
    names that stand behind it alone.
    """

    code: str
    signs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()


CURRENCIES: tuple[Currency, ...] = (
    Currency("EUR", ("€",), behind=("euros", "Euros", "euro", "Euro", "Eur")),
    Currency("USD", ("$",), ("US$",)),
    Currency("VND", ("₫",), ("VNĐ", "vnđ"), ("đồng", "đ", "Đ")),
    Currency("GBP", ("£",)),
    Currency("CHF", behind=("Fr",)),
    Currency("JPY", ("¥",)),
    Currency("MYR", names=("RM",)),
    Currency("PLN", behind=("zł",)),
    Currency("CZK", behind=("Kč",)),
    Currency("HUF", behind=("Ft",)),
    Currency("INR", ("₹",), ("Rs",)),
    Currency("KRW", ("₩",)),
    Currency("RUB", ("₽",)),
    Currency("TRY", ("₺",)),
    Currency("UAH", ("₴",)),
    Currency("PHP", ("₱",)),
    Currency("THB", ("฿",)),
    Currency("CAD", names=("CA$", "C$")),
    Currency("AUD", names=("AU$", "A$")),
    Currency("SGD", names=("S$",)),
    *map(Currency, ["CNY", "SEK", "NOK", "DKK", "BRL", "IDR", "HKD", "NZD", "MXN", "ZAR", "ILS", "RON", "BGN", "ISK"]),
)

_SHARED_SIGNS, _SHARED_NAMES = "¢", ("kr",)
"""What stands for several currencies: these stay as they are written."""

CODES: tuple[str, ...] = tuple(currency.code for currency in CURRENCIES)

MONEY: Mapping[str, str] = {
    mark: currency.code for currency in CURRENCIES for mark in (*currency.signs, *currency.names, *currency.behind)
}
"""Sign or name → ISO 4217 code."""


def one_of(words: Iterable[str]) -> str:
    """A pattern of any of ``words``, the longest first."""
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))})"


SIGN = f"[{''.join(re.escape(sign) for currency in CURRENCIES for sign in currency.signs)}{_SHARED_SIGNS}]"
CODE = one_of([*CODES, *(name for currency in CURRENCIES for name in currency.names)])
NAME = one_of([*(name for currency in CURRENCIES for name in currency.behind), *_SHARED_NAMES])
"""Patterns: a sign; a code, or a name that stands on either side; a name that stands behind."""

BEFORE = f"(?:{SIGN}|{CODE})"
"""A pattern of what may stand before an amount."""


_MONTH_NAMES = (
    "january januar jänner janvier januari janeiro gennaio enero jan. janv.",
    "february februar februari février fevrier fevereiro febbraio febrero feb. fév. fev.",
    "march mars marzo märz mar. mär. mrz.",
    "april avril abril aprile apr. avr.",
    "may mai mayo maggio",
    "june juni juin junio giugno jun.",
    "july juli juillet julio luglio jul. juil.",
    "august août agosto aug.",
    "september septembre settembre sep. sept.",
    "october oktober octobre octubre ottobre outubro oct. okt.",
    "november novembre noviembre novembro nov.",
    "december dezember décembre diciembre dicembre dezembro dec. dez. déc.",
)
"""The names of each month in small letters, and short forms, which may have a point: English, German, French, Dutch, Spanish,
Italian, Portuguese. Short forms that are words (``set``, ``ago``, ``dic``) are left out."""

MONTHS: Mapping[str, int] = {
    name.removesuffix("."): number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()
}
"""Name or short form in small letters → number of the month."""

MONTH = one_of(form for names in _MONTH_NAMES for name in names.split() for form in {name, name.removesuffix(".")})
"""A pattern of a month in small letters."""


class Unit(NamedTuple):
    """A unit as it is written, and what it measures: mass, volume, effect (of a drug), length, energy, and so on."""

    text: str
    measures: str


UNITS: tuple[Unit, ...] = tuple(
    Unit(text, measures)
    for measures, texts in {
        "mass": "mg µg μg mcg kg g",
        "volume": "ml mL cl dl l L",
        "effect": "IE IU UI I.E. I.U. mmol mEq",
        "length": "mm mm² mm³ cm cm² cm³ km m m² m³",
        "energy": "kWh kW MW",
        "frequency": "Hz kHz MHz GHz",
        "temperature": "°C °F °",
        "memory": "kB KB MB GB TB",
    }.items()
    for text in texts.split()
)
_RATES = ["kg", "ml", "mL", "l", "L", "h", "d", "min", "dl", "m²", "day", "Tag", "jour"]

UNIT = f"{one_of(unit.text for unit in UNITS)}(?:/{one_of(_RATES)})?"
"""A pattern of a unit, by itself or per another."""

DOSED = one_of(unit.text for unit in UNITS if unit.measures in ("mass", "volume", "effect") and len(unit.text) > 1)
"""A pattern of the units of drugs; ``g`` and ``l`` alone are too short to tell a dose."""

SOLD = one_of(
    text
    for unit in UNITS
    if unit.measures in ("mass", "volume") and unit.text.isascii() and unit.text not in "lL"
    for text in {unit.text, unit.text.upper()}
)
"""A pattern of the units that goods are sold by, in small letters or capitals; ``l`` looks like a digit."""
