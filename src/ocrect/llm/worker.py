"""The language model's process: ``python -m ocrect.llm.worker PARENT``, spoken to by :mod:`ocrect.llm.child`.

It reads requests from standard input and writes replies to standard output (:mod:`ocrect.llm.wire`); what native code prints
goes to standard error. It ends when its input ends or its parent is another than ``PARENT``, in the middle of anything.
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
from pathlib import Path
from typing import Any

from ocrect import hub
from ocrect.errors import ModelMemoryError, OcrectError
from ocrect.hub.gguf import GgufHeader
from ocrect.llm import wire
from ocrect.llm.llama_cpp import LlamaCpp
from ocrect.settings import Settings

_LOOK = 2.0  # seconds between two looks at who the parent is


def main() -> None:
    """Serve until the caller is gone."""
    requests, replies = _own_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the caller, who ends us
    start = wire.receive(requests)
    if start is None:
        return
    out = _Out(replies)
    _send_logs(out, start["log_levels"])
    model = LlamaCpp(_model(start["model"]), Settings(**start["settings"]))
    waiting: queue.SimpleQueue[wire.Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting, int(sys.argv[1])), daemon=True).start()
    while True:
        message = waiting.get()
        out.send({"id": message["id"], **_answered(model, message["do"], message["with"]), "loaded": model.loaded})


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


def _model(sent: dict[str, Any]) -> hub.ModelFile:
    header = sent["header"]
    header.update(path=Path(header["path"]), layer_bytes=tuple(header["layer_bytes"]))
    return hub.ModelFile(**{**sent, "paths": tuple(map(Path, sent["paths"])), "header": GgufHeader(**header)})


def _answered(model: LlamaCpp, do: str, arguments: dict[str, Any]) -> wire.Message:
    try:
        return {"result": getattr(model, do)(**arguments)}
    except OcrectError as error:
        return _failed(error)
    except MemoryError:
        return _failed(ModelMemoryError("the language model's process is out of memory", hint="Use a smaller model."))
    except Exception:  # noqa: BLE001 - a bug is reported as one, in the caller
        return {"bug": traceback.format_exc()}


def _failed(error: OcrectError) -> wire.Message:
    return {"error": {"kind": type(error).__name__, "message": str(error), "hint": error.hint}}


class _Out:
    """Writes whole messages, also from several threads."""

    def __init__(self, pipe: int) -> None:
        self._pipe, self._lock = pipe, threading.Lock()

    def send(self, message: wire.Message) -> None:
        try:
            with self._lock:
                wire.send(self._pipe, message)
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


if __name__ == "__main__":
    main()
