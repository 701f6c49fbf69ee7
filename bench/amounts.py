"""Are the amounts of scanned invoices right? Invoices with their own data (CII), printed, scanned, read and corrected.

An amount counts where its value stands both in the invoice's data and, written with decimals, in the page's text layer; so
often as it is printed there. Values are compared: 1234.56 in the data is 1.234,56 on the page. Numbers are parsed word by
word (:func:`ocrect.numbers.tokens.locked_tokens`): in running text the count before a price would look like its thousands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bench.reading import Choice, in_words, pipeline, read
from ocrect.measure.metrics import Counts
from ocrect.numbers.tokens import locked_tokens
from ocrect.numbers.values import decimal_of

SET = "ZUGFeRD-FX"
_DECIMALS = re.compile(r"[.,]\d{2,4}(?!\d)")


@dataclass
class Tally:
    """Amounts wrong before and after the correction, of all; those changed wrongly; those missing at the end."""

    pages: int = 0
    raw: Counts = field(default_factory=Counts)
    corrected: Counts = field(default_factory=Counts)
    harmed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def add(self, name: str, wanted: Counter[Decimal], texts: tuple[str, str]) -> None:
        """Count one page: its amounts and what was found of them in the text as read and as corrected."""
        raw, corrected = (wanted & values(text) for text in texts)
        self.pages += 1
        self.raw += Counts((wanted - raw).total(), wanted.total())
        self.corrected += Counts((wanted - corrected).total(), wanted.total())
        self.harmed += [f"{name}: {value}" for value in (raw - corrected).elements()]
        self.missing += [f"{name}: {value}" for value in (wanted - corrected).elements()]


def values(text: str, among: Collection[Decimal] | None = None) -> Counter[Decimal]:
    """The values of the numbers with decimals in ``text``, with how often each stands there; ``among``: only these."""
    found = Counter(_values(text))
    return found if among is None else Counter({value: n for value, n in found.items() if value in among})


def _values(text: str) -> Iterator[Decimal]:
    for word in text.split():
        for token in locked_tokens(word):
            if token.kind in ("number", "amount", "percent") and token.well_formed and _DECIMALS.search(token.text):
                value = Decimal(decimal_of(token.text))
                yield -value if re.match(r"[^\d]*[-−]", token.text) else value


def run(choices: Sequence[Choice], runs: Sequence[dict[str, str]]) -> None:
    """Print a row for each choice of dpi and strength and each of ``runs`` (settings)."""
    print("settings                              dpi scan   pages amounts  right: raw → corrected  changed wrongly")
    for settings in runs:
        for choice in choices:
            _print(settings, choice, measure(choice, settings))


def measure(choice: Choice, settings: dict[str, str]) -> Tally:
    """All invoices under one choice."""
    tally = Tally()
    with pipeline("de", settings) as reader:
        for sample in choice.samples(SET):
            wanted = values(sample.truth, sample.item.amounts())
            document = reader.correct(read(reader, sample, choice)[0])
            tally.add(sample.id, wanted, (document.text, document.corrected))
    return tally


def _print(settings: dict[str, str], choice: Choice, tally: Tally) -> None:
    print(
        f"{in_words(settings):37} {choice.how.dpi:3} {choice.how.strength:6} {tally.pages:5} {tally.raw.total:7}"
        f"  {tally.raw.share_right:8.2%} → {tally.corrected.share_right:8.2%}  {len(tally.harmed):8}"
    )
    for line in (*(f"harmed {h}" for h in tally.harmed), *(f"missing {m}" for m in tally.missing)):
        print("    " + line)
