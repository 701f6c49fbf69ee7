"""The pages that a user asks for, as in ``1-3,7``."""

from __future__ import annotations

import re

from ocrect.errors import InputNotFoundError, SettingsError
from ocrect.wording import counted

_PART = re.compile(r"([0-9]{1,9})(?:\s*(-)\s*([0-9]{1,9})?)?")


def select(wanted: str, total: int) -> list[int]:
    """The page numbers, from 1, that ``wanted`` names, each once and ascending; all where it is empty.

    ``3`` is a page, ``3-5`` a range, ``3-`` from there to the end; several are joined by commas.

    Raises:
        SettingsError: it cannot be understood.
        InputNotFoundError: it names a page that a file of ``total`` pages does not have.
    """
    chosen: set[int] = set()
    for first, last in ranges(wanted) or [(1, total)]:
        end = max(first, total) if last is None else last
        if end > total:
            raise InputNotFoundError(
                f"pages={wanted!r}: the file has {counted(total, 'page')}",
                hint=f"Ask for pages 1 to {total}." if total > 1 else "Leave --pages out.",
            )
        chosen.update(range(first, end + 1))
    return sorted(chosen)


def ranges(wanted: str) -> list[tuple[int, int | None]]:
    """The first and the last page of each range that ``wanted`` names, ``None`` for one to the end; none where it is empty.

    Raises:
        SettingsError: it cannot be understood, whatever file it is meant for.
    """
    return [_bounds(part.strip(), wanted) for part in wanted.split(",")] if wanted.strip() else []


def _bounds(part: str, wanted: str) -> tuple[int, int | None]:
    match = _PART.fullmatch(part)
    if match is None:
        raise _wrong(wanted, f"{part!r} is neither a page nor a range")
    first, dash, last = match.groups()
    if int(first) == 0:
        raise _wrong(wanted, "pages count from 1")
    if last and int(last) < int(first):
        raise _wrong(wanted, f"{part} runs backwards; write {last}-{first}")
    return int(first), int(last) if last else (None if dash else int(first))


def _wrong(wanted: str, why: str) -> SettingsError:
    return SettingsError(f"pages={wanted!r}: {why}", hint="Write pages as in 1-3,7 or 5- (from the fifth to the last).")
