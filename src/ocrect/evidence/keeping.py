"""What was worked out once of something, kept as long as that lives and up to a number of bytes: the newest of it."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values of owners, by a key for each, the least recently asked for given up where they take more than ``most`` bytes
    together; one that takes more by itself is made anew each time. With its owner a value goes, so it must not hold it. Several
    threads may ask.
    """

    def __init__(self, most: int) -> None:
        self._most, self._bytes = most, 0
        self._values: OrderedDict[tuple[weakref.ref[Any], Hashable], tuple[Value, int]] = OrderedDict()
        self._lock = threading.RLock()  # an owner may go while its own thread is in here

    def get(self, owner: Any, key: Hashable, make: Callable[[], Value], size: int) -> Value:
        """The value of an owner for ``key``, made where none is kept; it takes about ``size`` bytes."""
        place = weakref.ref(owner), key
        with self._lock:
            if place in self._values:
                self._values.move_to_end(place)
                return self._values[place][0]
        made = make()
        with self._lock:
            if size <= self._most and place not in self._values:
                self._values[weakref.ref(owner, self._gone), key] = made, size
                self._bytes += size
                while self._bytes > self._most:
                    _, (_, freed) = self._values.popitem(last=False)
                    self._bytes -= freed
        return made

    def _gone(self, owner: weakref.ref[Any]) -> None:
        with self._lock:
            for place in [place for place in self._values if place[0] is owner]:
                self._bytes -= self._values.pop(place)[1]
