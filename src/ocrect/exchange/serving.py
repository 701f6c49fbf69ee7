"""The own side of a process of ours (:mod:`ocrect.exchange.process`), run as ``python -m MODULE PARENT``.

It reads requests from standard input and writes replies to standard output (:mod:`ocrect.exchange.wire`); what native code
prints goes to standard error. It ends when its input ends or its parent is another than ``PARENT``, in the middle of anything.
"""

from __future__ import annotations

import logging
import os
import queue
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ocrect.errors import OcrectError
from ocrect.exchange import wire

_LOOK = 2.0  # seconds between two looks at who the parent is

Answer = tuple[Any, Sequence[memoryview]]
"""A result, and the blocks that go with it."""


class Service(Protocol):
    """What a process does for its caller."""

    def answer(self, do: str, arguments: dict[str, Any], blocks: Sequence[bytearray]) -> Answer:
        """What is to be done. An error of ours is sent as one, any other as a bug."""
        ...

    def state(self) -> wire.Message:
        """What every reply says besides."""
        ...

    def rest(self) -> float | None:
        """Seconds to wait for the next request before the process ends; ``None``: as long as the caller is there."""
        ...


def serve(begin: Callable[[wire.Message], Service]) -> None:
    """Answer the caller's requests until it is gone; ``begin`` is given the first message."""
    requests, replies = _own_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the caller, who ends us
    start = wire.receive(requests)
    if start is None:
        return
    out = _Out(replies)
    _send_logs(out, start["log_levels"])
    service = begin(start)
    waiting: queue.SimpleQueue[wire.Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting, int(sys.argv[1])), daemon=True).start()
    while True:
        try:
            message = waiting.get(timeout=service.rest())
        except queue.Empty:
            os._exit(0)
        reply, blocks = _answered(service, message)
        out.send({"id": message["id"], **reply, **service.state()}, blocks)
        del message, reply, blocks  # which may be large, while the next one is waited for


def _answered(service: Service, message: wire.Message) -> tuple[wire.Message, Sequence[memoryview]]:
    try:
        result, blocks = service.answer(message["do"], message["with"], message.get("blocks", ()))
    except OcrectError as error:
        return {"error": {"kind": type(error).__name__, "message": str(error), "hint": error.hint}}, ()
    except Exception:  # noqa: BLE001 - a bug is reported as one, in the caller
        return {"bug": traceback.format_exc()}, ()
    return {"result": result}, blocks


def _own_pipes() -> tuple[int, int]:
    """Standard input and output as descriptors that nothing else in this process writes to or reads from."""
    requests, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies


def _listen(requests: int, waiting: queue.SimpleQueue[wire.Message], parent: int) -> None:
    """Passes requests on, and ends the process at once when the caller is gone, whatever native code is doing."""
    try:
        while _parent_is_there(requests, parent):
            message = wire.receive(requests)
            if message is None:
                break
            waiting.put(message)
            del message
    finally:
        os._exit(0)


def _parent_is_there(requests: int, parent: int) -> bool:
    """Waits for the next request. A process that the parent forked may hold the pipe open when the parent is gone."""
    if os.name != "posix":
        return True
    while os.getppid() == parent:
        if select.select([requests], [], [], _LOOK)[0]:
            return True
    return False


class _Out:
    """Writes whole messages, also from several threads."""

    def __init__(self, pipe: int) -> None:
        self._pipe, self._lock = pipe, threading.Lock()

    def send(self, message: wire.Message, blocks: Sequence[memoryview] = ()) -> None:
        try:
            with self._lock:
                wire.send(self._pipe, message, blocks)
        except OSError:
            os._exit(0)


class _ToCaller(logging.Handler):
    """Sends log records to the caller, whose loggers decide what becomes of them."""

    def __init__(self, out: _Out) -> None:
        super().__init__()
        self._out = out

    def emit(self, record: logging.LogRecord) -> None:
        self._out.send({"log": [record.name, record.levelno, record.getMessage()]})


def _send_logs(out: _Out, levels: dict[str, int]) -> None:
    logging.getLogger().addHandler(_ToCaller(out))
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
