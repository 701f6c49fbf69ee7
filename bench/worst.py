"""The pages with most errors, line by line beside the truth, for a person to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from ocrect.measure.metrics import Counts, cer, normalise

ALIKE = 50.0
"""Per cent of likeness (indel ratio) from which a read line is shown beside a true one."""


@dataclass(frozen=True, slots=True)
class Read:
    """One page: as read, as corrected, as it should be; ``ignore_case`` as it was compared."""

    id: str
    raw: str
    corrected: str
    truth: str
    ignore_case: bool = False

    def cer(self, text: str) -> Counts:
        """The errors of one of the page's texts."""
        return cer(text, self.truth, ignore_case=self.ignore_case)


def show(pages: Sequence[Read], most: int) -> None:
    """Print the ``most`` pages with the highest corrected CER, each with its lines that differ from the truth."""
    for page in sorted(pages, key=lambda page: -page.cer(page.corrected).rate)[:most]:
        raw, corrected = page.cer(page.raw), page.cer(page.corrected)
        print(f"\n{page.id}: CER {raw.rate:.2%} → {corrected.rate:.2%} ({raw.errors} → {corrected.errors} errors)")
        for read, true in differing(page):
            print(f"    read  {read}\n    true  {true}")


def differing(page: Read) -> Iterator[tuple[str, str]]:
    """The corrected lines and the true lines that are not equal, paired where they are alike, in order; "" for none."""
    read, true = (
        [normalise(line, ignore_case=page.ignore_case) for line in text.splitlines()] for text in (page.corrected, page.truth)
    )
    read, true = [line for line in read if line], [line for line in true if line]
    for tag, i, j, k, m in SequenceMatcher(None, read, true, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from _paired(read[i:j], true[k:m])


def _paired(read: Sequence[str], true: Sequence[str]) -> Iterator[tuple[str, str]]:
    left = list(true)
    for line in read:
        best = max(range(len(left)), key=lambda i: fuzz.ratio(line, left[i]), default=None)
        if best is None or fuzz.ratio(line, left[best]) < ALIKE:
            yield line, ""
            continue
        yield line, left.pop(best)
    yield from (("", line) for line in left)
