"""How a download looks on the command line: what comes and under which licence, then a bar where there is a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ocrect.hub import Offer


def megabytes(size: int) -> str:
    """A size for people, as ``98 MB`` or ``3.29 GB``."""
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


class DownloadBar:
    """Shows downloads on standard error."""

    def __init__(self) -> None:
        self._bar: Any = None

    def offered(self, offer: Offer) -> None:
        """One line: files, size, licence and where they go."""
        size = megabytes(offer.size) if offer.size else "of unknown size"
        names = offer.files[0] if len(offer.files) == 1 else f"{offer.files[0]} and {len(offer.files) - 1} more"
        print(
            f"ocrect: downloading {names} of {offer.repo} ({size}, licence {offer.license or 'not stated'}) to {offer.folder}",
            file=sys.stderr,
        )

    def progress(self, done: int, total: int, /) -> None:
        """Moves the bar, which goes away when all is there."""
        from tqdm import tqdm

        if self._bar is None:
            self._bar = tqdm(total=total, unit="B", unit_scale=True, desc="model", leave=False, disable=not sys.stderr.isatty())
        self._bar.total = total
        self._bar.update(done - self._bar.n)
        if done >= total:
            self._bar.close()
            self._bar = None
