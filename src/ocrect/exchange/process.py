"""A process of ours around native code: started with a module, asked over pipes a call at a time, and ended when it must be.

The process's own side is :mod:`ocrect.exchange.serving`.
"""

from __future__ import annotations

import io
import logging
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from typing import IO, Any, cast

from ocrect.exchange import interpreter, wire
from ocrect.exchange.reader import MalformedError, ended_after

log = logging.getLogger("ocrect")
_PATIENCE = 5.0  # seconds between asking the process to end and making it


class UnsentError(Exception):
    """The process had ended before the call reached it."""


class GoneError(Exception):
    """The process ended during a call."""


class LateError(GoneError):
    """The process was ended, since a call took longer than it may."""


class Process:
    """One process, from its start to its end. Threads share it, one call at a time.

    ``start`` is the first message that it is sent, beside the levels of ``loggers``: the names that it logs to, the last one
    with what native code prints.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(
        self, module: str, start: wire.Message, loggers: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        self.closed = False
        self.said: deque[str] = deque(maxlen=20)
        """The last lines that native code printed."""
        self._calls = 0
        self._wrong = ""  # what it sent that is no message
        self._lock = threading.Lock()  # held during a call
        self.process = _started(module, environment or {})
        self._stdin, self._stdout = cast("IO[bytes]", self.process.stdin), cast("IO[bytes]", self.process.stdout)
        self._listener = threading.Thread(target=_listen, args=(self.process.stderr, self.said, loggers[-1]), daemon=True)
        self._listener.start()
        levels = {name: logging.getLogger(name).getEffectiveLevel() for name in loggers}
        try:
            wire.send(self._stdin.fileno(), {**start, "log_levels": levels})
        except OSError:
            log.debug("the process ended before it was told what to do")  # the first call says so with the reason

    def call(
        self, do: str, arguments: dict[str, Any], blocks: Sequence[memoryview] = (), *, seconds: float = 0.0
    ) -> wire.Reply:
        """What the process replies. It is ended where that takes more than so many ``seconds`` (0: whatever it takes).

        Raises:
            UnsentError, GoneError: the process has ended.
            LateError: it was ended, since it took longer.
        """
        with self._lock:
            if self.closed or self.process.poll() is not None:
                raise UnsentError
            self._calls += 1
            with ended_after(seconds, self.process.kill) as late:
                try:
                    wire.send(self._stdin.fileno(), {"id": self._calls, "do": do, "with": arguments}, blocks)
                    return self._reply(self._calls)
                except (OSError, GoneError):
                    raise (LateError if late.is_set() else GoneError) from None
                except MalformedError as error:
                    self._wrong = str(error)
                    self.process.kill()
                    raise GoneError from None
                except BaseException:  # interrupted: the reply that comes later would be taken for another call's
                    self.closed = True
                    self.process.kill()
                    raise

    def _reply(self, number: int) -> wire.Reply:
        while True:
            message = wire.receive(self._stdout.fileno())
            if message is None:
                raise GoneError
            match wire.heard(message):
                case wire.LogRecord(logger, level, text):
                    logging.getLogger(logger).log(level, "%s", text)
                case wire.Reply() as reply if reply.number == number:
                    return reply

    def close(self) -> None:
        """Ends the process; a call that is running ends with it."""
        self.closed = True
        self.process.terminate()
        self.reap()

    def reap(self) -> None:
        """Waits for the end, makes it where it does not come, and closes the pipes."""
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self._lock.acquire(timeout=1.0):  # in vain in a signal handler above a call, which closes them itself
            self._stdin.close()
            self._stdout.close()
            self._lock.release()
        self._listener.join(1.0)

    def disown(self) -> None:
        """In a forked process: closes the pipes, so that the owner's end is noticed at the other end of them."""
        for pipe in (self._stdin, self._stdout, self.process.stderr):
            if pipe is not None and not pipe.closed:
                pipe.close()
        self.process.returncode = 0  # not ours to wait for

    @property
    def ended_by(self) -> str:
        """The name of the signal that ended the process; empty where it ended by itself, sent what is no message, or runs."""
        code = None if self._wrong else self.process.returncode
        return signal.Signals(-code).name if code is not None and -code in set(signal.Signals) else ""

    @property
    def end(self) -> str:
        """How the process ended, in words that follow its name."""
        if self._wrong:
            return f"sent what is no message: {self._wrong}"
        return f"was ended by {self.ended_by}" if self.ended_by else f"ended with exit code {self.process.returncode}"


def _started(module: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A process that waits to be told what to do; in a group of its own, so that Ctrl-C in a terminal does not reach it."""
    group: dict[str, Any] = {"process_group": 0}
    if sys.platform == "win32":
        group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    pipe = subprocess.PIPE
    return subprocess.Popen(  # noqa: S603 - this interpreter and a module of ours
        interpreter.command(module, str(os.getpid())),
        bufsize=0,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        env={**environment, **interpreter.environment()},
        **group,
    )


def _listen(stderr: io.RawIOBase, said: deque[str], logger: str) -> None:
    """Keeps the last lines that native code printed, until the process ends."""
    with io.BufferedReader(stderr) as lines:
        for raw in lines:
            line = raw.decode("utf-8", errors="replace").strip()
            if line:
                said.append(line)
                logging.getLogger(logger).debug("%s", line)
