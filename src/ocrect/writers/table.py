"""Amounts and table rows with marks of doubt, for a spreadsheet: CSV, and XLSX with a sheet of each."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any, NamedTuple

from ocrect.errors import MissingDependencyError
from ocrect.numbers.tokens import locked_tokens
from ocrect.plugins import Original
from ocrect.record.document import Document
from ocrect.settings import Settings
from ocrect.writers.marks import marked_text, notices
from ocrect.writers.rows import cells

AMOUNTS = ("page", "line", "kind", "text", "value", "in doubt", "or", "why")
_KINDS = frozenset(("amount", "number", "percent", "date", "dose"))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at a cell's start (OWASP, CSV Injection)."""

_COUNTS = frozenset(("amount", "number"))
"""Kinds whose values are numbers in a workbook, so that they can be added up there."""
_COUNTED = re.compile(r"(-?(?:0|[1-9]\d{0,11})(?:\.(\d{1,3}))?)(?: ([A-Z]{3}))?")
"""A value that a spreadsheet's numbers (IEEE 754, 15 digits) hold exactly, with its currency: no code with zeros before it."""
_WIDE = {"D": 18, "E": 18, "G": 24, "H": 60}
"""Widths of a workbook's columns, in characters, where the usual one cuts what stands in them."""


class Amount(NamedTuple):
    """A number of a page: what it is, as it stands, its value (``1234.56 EUR``), and whether, why, and for what else it may be
    in doubt. What is missing of a page is one of the kind ``page``.
    """

    page: int
    line: int
    kind: str
    text: str
    value: str
    in_doubt: bool
    others: tuple[str, ...] = ()
    reason: str = ""


def amounts(document: Document) -> Iterator[Amount]:
    """The amounts, numbers, percentages, dates and doses of the corrected text, in reading order; first, what is missing."""
    for page in document.pages:
        for notice in notices(page):
            yield Amount(page.number, 0, "page", "", "", in_doubt=True, reason=notice)
        for number, line in enumerate(page.lines(), 1):
            words = marked_text(line)
            for token in locked_tokens(line.corrected):
                if token.kind in _KINDS:
                    own = [word for word in words if word.word.start < token.end and token.start < word.word.end]
                    others = tuple(dict.fromkeys(other for word in own for other in word.others))
                    reason = "; ".join(dict.fromkeys(word.reason for word in own if word.reason))
                    in_doubt = any(word.in_doubt for word in own)
                    yield Amount(page.number, number, token.kind, token.text, token.value, in_doubt, others, reason)


class CsvWriter:
    """Writes the amounts as CSV (RFC 4180) in UTF-8 with a byte order mark, which spreadsheets need to know it by."""

    suffixes = (".csv",)

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        del original
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(AMOUNTS)
        for amount in amounts(document):
            writer.writerow([_harmless(str(cell)) for cell in _cells(amount)])
        out.write(text.getvalue().encode("utf-8-sig", errors="replace"))


class XlsxWriter:
    """Writes a workbook of two sheets: the amounts, and every line cut into cells at its wide gaps. Doubt has a colour; values
    of amounts and numbers are numbers.
    """

    suffixes = (".xlsx",)

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        """Write the workbook.

        Raises:
            MissingDependencyError: the package ``openpyxl`` is not installed.
        """
        del original
        try:
            from openpyxl import Workbook
        except ImportError as error:
            raise MissingDependencyError("a workbook needs openpyxl", hint="pip install 'ocrect[office]'") from error
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Amounts")
        for column, width in _WIDE.items():
            sheet.column_dimensions[column].width = width
        sheet.freeze_panes = "A2"
        sheet.append(AMOUNTS)
        for amount in amounts(document):
            row = [_cell(sheet, value, doubtful=amount.in_doubt) for value in _cells(amount)]
            if amount.kind in _COUNTS and (counted := _COUNTED.fullmatch(amount.value)):
                _count(row[AMOUNTS.index("value")], *counted.groups())
            sheet.append(row)
        sheet = book.create_sheet("Rows")
        for page in document.pages:
            for notice in notices(page):
                sheet.append([page.number, 0, _cell(sheet, notice, doubtful=True)])
            for number, line in enumerate(page.lines(), 1):
                row = [_cell(sheet, cell.text, doubtful=cell.in_doubt) for cell in cells(line)]
                sheet.append([page.number, number, *(row or [_cell(sheet, line.corrected, doubtful=False)])])
        held = io.BytesIO()
        book.save(held)
        out.write(held.getvalue())


def build_csv(settings: Settings) -> CsvWriter:
    """The writer; it has no settings."""
    del settings
    return CsvWriter()


def build_xlsx(settings: Settings) -> XlsxWriter:
    """The writer; it has no settings."""
    del settings
    return XlsxWriter()


def _cells(amount: Amount) -> tuple[int | str, ...]:
    return (*amount[:5], "yes" if amount.in_doubt else "", " | ".join(amount.others), amount.reason)


def _harmless(text: str) -> str:
    """The cell so that no spreadsheet runs it; a plain negative number stays one."""
    if text.startswith(_FORMULA) and not text[1:].replace(".", "", 1).replace(",", "").isdecimal():
        return "'" + text
    return text


def _count(cell: Any, number: str, decimals: str | None, currency: str | None) -> None:
    """Make the cell that number, shown with its decimals and its currency."""
    cell.value = Decimal(number)
    cell.number_format = "0" + (f".{'0' * len(decimals)}" if decimals else "") + (f' "{currency}"' if currency else "")


def _cell(sheet: Any, value: int | str, *, doubtful: bool) -> Any:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
    from openpyxl.styles import PatternFill

    text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value) if isinstance(value, str) else value
    cell = WriteOnlyCell(sheet, text)
    if isinstance(text, str):
        cell.data_type = "s"  # never a formula
    if doubtful:
        cell.fill = PatternFill("solid", fgColor="FFF3C4")
    return cell
