"""What correcting plain text does, without an image: pairs of what an engine read and what was printed, set by set.

Only the listed confusions, the word lists and the language model can help there, and `accept_text_only=true` lets them.
Everything runs through the real `Pipeline.correct`.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.dataset import Item, items
from bench.reading import in_words, pipeline
from bench.totals import Totals
from ocrect.measure.metrics import Counts, mendable
from ocrect.record.document import Document

HEADER = (
    f"{'set':24} {'settings':30} pairs  CER read → corrected            numbers read → corrected  amounts read → corrected"
    "  as users read            words, numbers harmed  better worse  accepted  CPU-s of this process"
)
_AMOUNT = re.compile(r"-?\d+[.,]\d{2} ?(?:€|Eur|EUR)|[€£$] ?\d+(?:[.,]\d{3})*(?:[.,]\d{2})?")
"""An amount with its currency; spaces between the two do not count."""


@dataclass
class Tally(Totals):
    """The sums of one set of pairs, with its amounts, its errors as users read (:func:`ocrect.measure.metrics.mendable`: signs
    and ligatures folded, spaces left out) and the CPU seconds, the language model's only with ``model_process=inline``.
    """

    amounts_raw: Counts = field(default_factory=Counts)
    amounts_corrected: Counts = field(default_factory=Counts)
    mendable_raw: Counts = field(default_factory=Counts)
    mendable_corrected: Counts = field(default_factory=Counts)
    seconds: float = 0.0

    def add(self, item: Item, document: Document) -> None:
        """Count one pair."""
        self.count(item.id, document, item.truth)
        self.amounts_raw += amount_recall(document.text, item.truth)
        self.amounts_corrected += amount_recall(document.corrected, item.truth)
        self.mendable_raw += mendable(document.text, item.truth)
        self.mendable_corrected += mendable(document.corrected, item.truth)


def amount_recall(text: str, truth: str) -> Counts:
    """The truth's amounts with a currency sign (as a multiset) that ``text`` lacks, of all of them."""
    wanted, found = (Counter(amount.replace(" ", "") for amount in _AMOUNT.findall(t)) for t in (truth, text))
    return Counts((wanted - found).total(), wanted.total())


def run(data: Path, sets: Sequence[str], runs: Sequence[dict[str, str]], pick: slice, limit: int) -> None:
    """Print a table: a row for each set (all sets of pairs where none is named) and each of ``runs`` (settings).

    Of each set the first ``limit`` (0: all) of the pairs in ``pick`` are taken.
    """
    print(HEADER)
    for name in sets or list(dict.fromkeys(item.set for item in items(data) if item.kind == "pair")):
        for settings in runs:
            _print(name, settings, measure(pairs(data, name)[pick][: limit or None], settings))


def pairs(data: Path, name: str) -> list[Item]:
    """The pairs of one set."""
    return [item for item in items(data, name) if item.kind == "pair"]


def measure(chosen: Sequence[Item], settings: dict[str, str]) -> Tally:
    """These pairs, in their own language unless the settings name one."""
    tally = Tally()
    for language in dict.fromkeys(item.language for item in chosen):
        with pipeline(language, {"accept_text_only": "true", **settings}) as corrector:
            corrector.correct("warm-up of the mode1")
            for item in (item for item in chosen if item.language == language):
                start = time.process_time()
                document = corrector.correct(item.row["ocr"])
                tally.seconds += time.process_time() - start
                tally.add(item, document)
    return tally


def _print(name: str, settings: dict[str, str], tally: Tally) -> None:
    print(
        f"{name:24} {in_words(settings):30} {tally.pages:5}"
        f"  {tally.raw.rate:7.3%} → {tally.corrected.rate:7.3%} ({_change(tally.raw, tally.corrected):+6.1%})"
        f"  {tally.numbers_raw.share_right:8.4f} → {tally.numbers_corrected.share_right:.4f}"
        f"  {tally.amounts_raw.share_right:16.4f} → {tally.amounts_corrected.share_right:.4f}"
        f"  {tally.mendable_raw.errors:5} → {tally.mendable_corrected.errors:5}"
        f" ({_change(tally.mendable_raw, tally.mendable_corrected):+6.1%})"
        f"  {tally.words_harmed.errors:5} of {tally.words_harmed.total:5}, {len(tally.harmed):4}"
        f"  {tally.better:6} {len(tally.worse):5}  {tally.accepted:8}  {tally.seconds:6.1f}",
        flush=True,
    )
    tally.print_losses()


def _change(before: Counts, after: Counts) -> float:
    return after.errors / before.errors - 1 if before.errors else 0.0
