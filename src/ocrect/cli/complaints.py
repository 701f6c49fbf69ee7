"""What every command says when something fails: the message, and below it the next step, on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ocrect import errors
from ocrect.errors import OcrectError

if TYPE_CHECKING:
    from ocrect.record.document import Document, Page


def complain(error: OcrectError, file: str = "") -> None:
    """Print the error and its hint; ``file`` is named where the message does not name it, for good."""
    from ocrect.writers.terminal import visible

    print(f"ocrect: {visible(str(error.about(file)))}", file=sys.stderr)
    if error.hint:
        print(f"        {visible(error.hint)}", file=sys.stderr)


def page_error(page: Page) -> OcrectError | None:
    """The failure that a page keeps, as an error again."""
    failure = page.failure
    return errors.of_kind(failure.error, f"page {page.number}: {failure.message}", failure.hint) if failure else None


def page_errors(document: Document) -> list[OcrectError]:
    """The failures that a document's pages keep, as errors again; what befell several pages is said once, of the first."""
    pages = {page.failure: page for page in reversed(document.pages) if page.failure}
    return [error for page in sorted(pages.values(), key=lambda page: page.number) if (error := page_error(page))]
