"""What was worked out once of something, kept as long as that lives and up to a number of bytes: the newest of it."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values of owners, by a key for each, the least recently asked for given up where they take more than ``most`` bytes
    together; one that takes more by itself is made anew each time. With its owner a value goes, when the next one is asked
    for, so it must not hold it. Several threads may ask.
    """

    def __init__(self, most: int) -> None:
        self._most, self._bytes = most, 0
        self._values: OrderedDict[tuple[weakref.ref[Any], Hashable], tuple[Value, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._gone: deque[weakref.ref[Any]] = deque()  # owners may go at any moment, in the midst of an operation on the values

    def get(self, owner: Any, key: Hashable, make: Callable[[], Value], size: int) -> Value:
        """The value of an owner for ``key``, made where none is kept; it takes about ``size`` bytes."""
        place = weakref.ref(owner), key
        with self._lock:
            self._forget()
            if place in self._values:
                self._values.move_to_end(place)
                return self._values[place][0]
        made = make()
        with self._lock:
            if size <= self._most and place not in self._values:
                self._values[weakref.ref(owner, self._gone.append), key] = made, size
                self._bytes += size
                while self._bytes > self._most:
                    _, (_, freed) = self._values.popitem(last=False)
                    self._bytes -= freed
        return made

    def _forget(self) -> None:
        """Give up the values of owners that are gone."""
        while self._gone:
            owner = self._gone.popleft()
            for place in [place for place in self._values if place[0] is owner]:
                self._bytes -= self._values.pop(place)[1]
