"""A worker's process: confined before it loads anything that could open an upload, then a job after the other.

Imports are late: what runs threads (numpy, onnxruntime) must not be there before the filter is, which holds for later threads.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from ocrect.batch.limits import Limits
from ocrect.server import confine
from ocrect.settings import LOG_LEVEL, Settings

UPLOADS, RESULTS, MANIFEST = "uploads", "results", "manifest.sqlite"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker has to know; it travels to its process. ``folder`` holds the manifest, the uploads and the results."""

    folder: Path
    settings: Settings
    limits: Limits

    @property
    def manifest(self) -> Path:
        return self.folder / MANIFEST

    @property
    def needs_network(self) -> bool:
        """Whether the language model is behind a server: then a worker's network stays open."""
        return bool(self.settings.model_url)

    def upload(self, job: str) -> Path:
        return self.folder / UPLOADS / job

    def results(self, job: str) -> Path:
        return self.folder / RESULTS / job


def main(plan: Plan, owner: str, parent: int) -> None:
    """Work until there is nothing to do for a while, the process has grown, or it is told to end (SIGTERM)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    stop = threading.Event()

    def heed(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    signal.signal(signal.SIGTERM, heed)
    logging.basicConfig(format="ocrect: worker: %(message)s", level=(os.environ.get(LOG_LEVEL) or "WARNING").upper())
    confine.say_no_texts()
    confine.end_with_parent(parent)
    confine.limit(plan.limits.worker_memory)
    if not plan.needs_network:
        confine.close_network()  # the parent has said it where that does not work
    os.umask(0o077)

    from ocrect.server.job import work

    work(plan, owner, parent, stop)
