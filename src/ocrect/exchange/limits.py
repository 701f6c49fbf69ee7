"""What a process of ours may take."""

from __future__ import annotations

import sys


def limit_memory(most: int) -> None:
    """At most so many bytes of address space for this process, or fewer where it has a limit already.

    Native code that finds no more ends the process or fails: its caller is told, and no other program is the victim. Systems
    other than Linux do not hold processes to it and are left alone.
    """
    if sys.platform != "linux":
        return
    import resource  # not on Windows

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
