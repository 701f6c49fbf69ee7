"""Files that stand under their name only when they are whole, so that a run that was stopped goes on from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, beside ``path``; it gets that name once it is written."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        yield file
    part.replace(path)
