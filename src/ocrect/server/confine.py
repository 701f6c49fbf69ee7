"""What a worker may not do: more memory or CPU than its share, the network, core dumps, words of a page in a traceback.

The network is closed by a seccomp filter (Linux 3.5, ``Documentation/userspace-api/seccomp_filter.rst``): ``socket`` fails with
EACCES, in the worker and all that it starts, and nothing opens it again. It needs no privilege, so it holds in containers too.
"""

from __future__ import annotations

import ctypes
import errno
import multiprocessing
import os
import platform
import re
import resource
import signal
import struct
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from ocrect.exchange.limits import limit_memory

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _FILTER = 1, 22, 38, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF: ld [k], jeq, jge, ret
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_CALLS = {
    # architecture: its AUDIT_ARCH, and the numbers of socket, ptrace, process_vm_readv, process_vm_writev, io_uring_setup
    "x86_64": (0xC000003E, (41, 101, 310, 311, 425)),
    "aarch64": (0xC00000B7, (198, 117, 270, 271, 425)),
}
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # malloc.h
_RETURNED = 4 * 2**20  # bytes: smaller blocks are used again too often to ask the system for each
_RESIDENT = re.compile(r"VmRSS:\s+(\d+) kB")
_X32 = 0x40000000  # numbers from here on are x86-64's second table


def limit(memory: int) -> None:
    """At most ``memory`` bytes of address space, no core dump."""
    limit_memory(memory)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def resident() -> int:
    """Resident memory of this process in bytes; 0 where the system does not say."""
    try:
        found = _RESIDENT.search(Path("/proc/self/status").read_text(encoding="ascii"))
    except OSError:
        return 0
    return 1024 * int(found[1]) if found else 0


def keep_memory_small() -> None:
    """Have glibc use one heap for all threads, and return freed blocks of 4 MB and more to the system at once (mallopt(3)).

    By default it has a heap for each thread, none of which shrinks while a small block at its end is in use, and raises the
    size from which freed blocks are returned up to 32 MB. Other C libraries are left as they are.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_M_ARENA_MAX, 1)
        set_option(_M_MMAP_THRESHOLD, _RETURNED)


def trim() -> None:
    """Give back to the system what the C library keeps of freed memory, where it can (glibc)."""
    give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if give_back is not None:
        give_back(0)


def children_cpu() -> float:
    """CPU seconds of this process's children that run; 0 where the system does not say."""
    ticks = 0
    for tasks in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError, ValueError, IndexError):
            for child in tasks.read_text(encoding="ascii").split():
                fields = Path(f"/proc/{child}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])  # utime and stime (proc(5), fields 14 and 15)
    return ticks / os.sysconf("SC_CLK_TCK")


def limit_cpu(seconds: float) -> None:
    """At most ``seconds`` of CPU time from now on; each child started from now on has the same limit for itself."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


def end_with_parent() -> None:
    """The process is killed when the one that started it ends, where the system can do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    parent = multiprocessing.parent_process()
    if parent is None or os.getppid() != parent.pid:
        os._exit(1)


def close_network() -> str:
    """Close the network for good; why it cannot be closed, empty where it is."""
    if sys.platform != "linux":
        return f"there is no seccomp on {sys.platform}"
    if platform.machine() not in _CALLS or sys.maxsize <= 2**32:
        return f"no filter is written for {platform.machine()}"

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    code = _filter(*_CALLS[platform.machine()])
    system = ctypes.CDLL(None, use_errno=True)
    program = Program(len(code) // 8, code)
    if system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or system.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0):
        return f"the kernel refuses a seccomp filter: {os.strerror(ctypes.get_errno())}"
    return ""


def _filter(architecture: int, calls: tuple[int, ...]) -> bytes:
    """The filter's instructions: refuse another architecture, its second table, and the calls; allow the rest."""
    last = 5 + len(calls)  # the refusing return; a jump counts from the instruction behind its own
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 0, last - 2, architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, last - 4, 0, _X32),
        *((_EQUAL, last - at - 1, 0, number) for at, number in enumerate(calls, 4)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def say_no_texts() -> None:
    """Tracebacks of bugs say where and what kind, not the values: a message may quote the page."""
    sys.excepthook = _told


def _told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    del error
    sys.stderr.write("".join(["ocrect: a bug in a worker\n", *traceback.format_tb(trace), f"{kind.__qualname__}\n"]))
