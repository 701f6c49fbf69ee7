"""What every command says when something fails: the message, and below it the next step, on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ocrect.errors import OcrectError, PageError

if TYPE_CHECKING:
    from ocrect.record.document import Page


def complain(error: OcrectError, file: str = "") -> None:
    """Print the error and its hint; ``file`` is named where the message does not name it, for good."""
    if file not in str(error):
        error.args = (f"{file}: {error}",)
    print(f"ocrect: {error}", file=sys.stderr)
    if error.hint:
        print(f"        {error.hint}", file=sys.stderr)


def page_error(page: Page) -> PageError | None:
    """The failure that a page keeps, as an error again."""
    if page.failure is None:
        return None
    return PageError(f"page {page.number}: {page.failure.message}", hint=page.failure.hint)
