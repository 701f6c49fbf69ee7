"""What a worker has to know, and where a service keeps what. It imports nothing heavy: see :mod:`ocrect.server.worker`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ocrect.batch.limits import Limits
from ocrect.settings import Settings

UPLOADS, RESULTS, REVIEWED, MANIFEST = "uploads", "results", "reviewed", "manifest.sqlite"


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

    @property
    def uploads(self) -> Path:
        return self.folder / UPLOADS

    @property
    def reviewed(self) -> Path:
        """Where the review pages write documents anew."""
        return self.folder / REVIEWED

    def upload(self, job: str) -> Path:
        return self.uploads / job

    def results(self, job: str) -> Path:
        return self.folder / RESULTS / job
