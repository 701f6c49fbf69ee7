"""What was worked out once, kept up to a number of bytes: the newest of it, however much or little each part takes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by their keys, the least recently asked for given up where they take more than ``most`` bytes together; one that
    takes more by itself is made anew each time. Several threads may ask.
    """

    def __init__(self, most: int) -> None:
        self._most, self._bytes = most, 0
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value], size: int) -> Value:
        """The value of ``key``, made where none is kept; it takes about ``size`` bytes."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key][0]
        made = make()
        with self._lock:
            if size <= self._most and key not in self._values:
                self._values[key] = made, size
                self._bytes += size
                while self._bytes > self._most:
                    _, (_, freed) = self._values.popitem(last=False)
                    self._bytes -= freed
        return made
