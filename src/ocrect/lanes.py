"""Pages read side by side: in their order, with few held at a time, over the ends of files."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocrect import native
from ocrect.errors import InputError
from ocrect.record.document import Page, PageImage

if TYPE_CHECKING:
    from ocrect.source.layered import Layered

PAGES = 8  # after so many, and at the end of a file, freed memory is given back


@dataclass(frozen=True, slots=True)
class End:
    """Where a file ends, or breaks off with an ``error``."""

    error: InputError | None = None


def side_by_side(
    read: Callable[[PageImage | Layered], Page],
    found: Iterator[PageImage | Layered | Page | End],
    lanes: Callable[[], int],
) -> Generator[Page | End, None, None]:
    """``read`` of all that is ``found``, in its order, by as many threads as ``lanes()`` says; pages and ends as they are.

    ``found`` is asked in the caller's thread, for one more than there are lanes, so that all of them have work while the
    caller is busy with a page. It is asked for nothing beyond a page with a text layer before that is read: what is learnt
    from one such page counts for the next.
    """
    waiting: deque[Future[Page | End]] = deque()
    tidied = _Tidier()
    with _Readers(read, lanes) as readers:
        try:
            for item in found:
                waiting.append(readers.begin(item))
                while len(waiting) > readers.count:
                    yield tidied(waiting.popleft().result())
            while waiting:
                yield tidied(waiting.popleft().result())
        finally:
            for future in waiting:
                future.cancel()


class _Tidier:
    """Gives freed memory back now and then: after each page would cost a page's worth of faults each time."""

    def __init__(self) -> None:
        self._pages = 0

    def __call__(self, found: Page | End) -> Page | End:
        """What was found, passed on."""
        self._pages += 1
        if isinstance(found, End) or self._pages >= PAGES:
            self._pages = 0
            native.give_back()
        return found


class _Readers:
    """The threads, begun when there is something to read."""

    def __init__(self, read: Callable[[PageImage | Layered], Page], lanes: Callable[[], int]) -> None:
        self._read, self._lanes = read, lanes
        self._pool: ThreadPoolExecutor | None = None
        self.count = 1

    def begin(self, item: PageImage | Layered | Page | End) -> Future[Page | End]:
        """What comes of an item."""
        if isinstance(item, Page | End):
            done: Future[Page | End] = Future()
            done.set_result(item)
            return done
        if self._pool is None:
            self.count = self._lanes()
            self._pool = ThreadPoolExecutor(self.count, "ocrect-page")
        future: Future[Page | End] = self._pool.submit(self._read, item)
        if not isinstance(item, PageImage):
            wait([future])
        return future

    def __enter__(self) -> _Readers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
