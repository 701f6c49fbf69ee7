"""A worker's process: confined before it loads anything that could open an upload, then a job after the other.

Imports are late: what runs threads (numpy, onnxruntime) must not be there before the filter is, which holds for later threads.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from types import FrameType

from ocrect.server import confine
from ocrect.server.plan import Plan
from ocrect.settings import LOG_LEVEL


def main(plan: Plan, owner: str) -> None:
    """Work until there is nothing to do for a while, the process has grown, or it is told to end (SIGTERM)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    stop = threading.Event()

    def heed(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    signal.signal(signal.SIGTERM, heed)
    logging.basicConfig(format="ocrect: worker: %(message)s", level=(os.environ.get(LOG_LEVEL) or "WARNING").upper())
    confine.say_no_texts()
    confine.end_with_parent()
    confine.limit(plan.limits.worker_memory)
    confine.keep_memory_small()
    if not plan.needs_network:
        confine.close_network()  # the parent has said it where that does not work
    os.umask(0o077)

    from ocrect.server.job import work

    work(plan, owner, stop)
