"""Pages that are loaded one at a time, so that memory does not grow with the length of a document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from ocrect.record.document import Page


class LazyPages(Sequence[Page]):
    """``count`` pages, each loaded anew whenever it is asked for: ``load(index)``, from 0."""

    def __init__(self, count: int, load: Callable[[int], Page]) -> None:
        self._indices: Sequence[int] = range(count)
        self._load = load

    def __len__(self) -> int:
        return len(self._indices)

    @overload
    def __getitem__(self, index: int) -> Page: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Page]: ...
    def __getitem__(self, index: int | slice) -> Page | Sequence[Page]:
        if isinstance(index, slice):
            chosen = self._indices[index]
            return LazyPages(len(chosen), lambda i: self._load(chosen[i]))
        return self._load(self._indices[index])


def changed(pages: Sequence[Page], change: Callable[[Page], Page]) -> Sequence[Page]:
    """The pages, each as ``change`` makes it; lazy ones when they are asked for."""
    if isinstance(pages, LazyPages):
        return LazyPages(len(pages), lambda index: change(pages[index]))
    return tuple(map(change, pages))
