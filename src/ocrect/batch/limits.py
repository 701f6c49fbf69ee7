"""How much a service takes, each limit once: the flags of ``ocrect serve`` and the table in docs/service.md come from it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from ocrect.errors import SettingsError


def _limit(default: int, help: str) -> int:
    made: int = field(default=default, metadata={"help": help})
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All limits, checked when made.

    Raises:
        SettingsError: one is negative, or 0 where nothing could be done then.
    """

    body_bytes: int = _limit(50_000_000, "most bytes of a request")
    body_seconds: int = _limit(60, "most seconds that a request's body may take to come")
    document_pages: int = _limit(500, "most pages of a document")
    document_seconds: int = _limit(900, "most seconds of work on a document")
    queue: int = _limit(200, "most documents that wait or are in work")
    jobs_per_key: int = _limit(100, "most of them for one key")
    pages_per_day: int = _limit(0, "most pages read for one key in 24 hours (0: any number)")
    disk_bytes: int = _limit(5_000_000_000, "most bytes of uploads and results on the disk")
    keep_seconds: int = _limit(86_400, "seconds after which a document that is done is deleted with its results")
    connections: int = _limit(256, "most requests at a time")
    worker_memory: int = _limit(8_000_000_000, "most bytes of a worker's address space, and of its language model's")
    worker_growth: int = _limit(1_500_000_000, "bytes of resident memory from which a worker is replaced between documents")
    worker_idle: int = _limit(300, "seconds after which a worker without work ends")

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if value < 0 or (value == 0 and item.name not in ("pages_per_day", "keep_seconds", "worker_idle")):
                raise SettingsError(f"{item.name}={value} is not allowed", hint="Give a number above 0.")
