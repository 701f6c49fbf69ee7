"""Objects that start anew in a forked process: their locks may be held by threads that do not exist there."""

from __future__ import annotations

import os
from typing import Protocol
from weakref import WeakSet


class Restarts(Protocol):
    """Something that can forget what belongs to the process that it was made in."""

    def after_fork(self) -> None: ...


_known: WeakSet[Restarts] = WeakSet()


def restart_after_fork(thing: Restarts) -> None:
    """Have ``thing.after_fork()`` called in every forked process, before anything else runs there."""
    _known.add(thing)


def _forked() -> None:
    for thing in list(_known):
        thing.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
