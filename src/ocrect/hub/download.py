"""Fetches model files: resumed, checked, and visible under their name only when whole.

``huggingface_hub`` gives the address, the token, the proxies and the locks; the transfer itself is ours, over plain HTTP,
because its own keeps nothing across a killed process, checks no hash, and may hang for ever inside the Xet library.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ocrect.checksum import sha256_of
from ocrect.errors import ModelChecksumError, ModelDownloadError, ModelError
from ocrect.hub import cache, sums
from ocrect.hub.names import Candidate
from ocrect.hub.remote import Patience, RemoteFile, RemoteRepo, TransientError, endpoint, explained, patiently

log = logging.getLogger("ocrect")
Progress = Callable[[int, int], None]
_SPARE = 64 * 1024 * 1024  # bytes of disk left free


def fetch(
    remote: RemoteRepo, wanted: Candidate, folder: Path | None, revision: str, patience: Patience, progress: Progress | None
) -> tuple[Path, ...]:
    """Downloads all files of a model into ``folder``, or into the hub's cache; ``progress(bytes done, bytes in all)``.

    Raises:
        ModelDownloadError: the connection kept breaking or stalling.
        ModelChecksumError: what came is not what the hub declares.
        ModelError: no room on the disk, or the folder cannot be written.
    """
    files = [_declared(remote, remote.files[name], patience) for name in wanted.files]
    total = sum(file.size for file in files)
    paths, done = [], 0
    for file in files:

        def report(bytes_done: int, before: int = done) -> None:
            if progress is not None:
                progress(before + bytes_done, total)

        place = _place(remote, file, folder)
        _fetch_file(remote, file, place, patience, report)
        if folder and file.sha256:
            sums.note(place.target, file.sha256)
        paths.append(place.target if folder else cache.place(place.target, remote.repo, revision, remote.commit, file.name))
        done += file.size
    return tuple(paths)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a file goes, and the lock that one downloader at a time holds."""

    target: Path
    lock: Path


def _place(remote: RemoteRepo, file: RemoteFile, folder: Path | None) -> _Place:
    name = Path(file.name).name
    if folder is not None:
        return _Place(folder / name, folder / f".{name}.lock")
    blob = file.sha256 or f"{remote.commit}-{name}"
    repo = cache.repo_folder(remote.repo)
    return _Place(repo / "blobs" / blob, repo.parent / ".locks" / repo.name / f"{blob}.lock")


def _is_there(target: Path, file: RemoteFile) -> bool:
    if not target.is_file() or target.stat().st_size != file.size:
        return False
    return not file.sha256 or sha256_of(target) == file.sha256


def _declared(remote: RemoteRepo, file: RemoteFile, patience: Patience) -> RemoteFile:
    """``file`` with what the hub's answer to HEAD adds, where the listing (a mirror's, say) gave no hash."""
    if file.sha256:
        return file
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    def ask() -> RemoteFile:
        with explained(f"{remote.repo}/{file.name}"):
            url = hf_hub_url(remote.repo, file.name, revision=remote.commit, endpoint=endpoint())
            head = get_hf_file_metadata(url, timeout=patience.stall)
        sha256 = head.etag if head.etag and len(head.etag) == 64 else ""
        return replace(file, size=head.size or file.size, sha256=sha256)

    found = patiently(ask, patience)
    if not found.sha256:
        log.warning("%s declares no SHA-256 for %s: only its size and header are checked", endpoint(), file.name)
    return found


def _fetch_file(remote: RemoteRepo, file: RemoteFile, place: _Place, patience: Patience, report: Callable[[int], None]) -> None:
    from huggingface_hub.utils import WeakFileLock  # type: ignore[attr-defined]  # in the docs, not in __all__

    target, lock = place.target, place.lock

    with _disk_errors(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        lock.parent.mkdir(parents=True, exist_ok=True)
        with WeakFileLock(lock):
            if not _is_there(target, file):
                transfer = _Transfer(remote, file, target, patience, report)
                _check_room(target.parent, file.size - transfer.done)
                patiently(transfer.run, patience, gained=lambda: transfer.gained)
                transfer.finish()
    report(file.size)


class _Transfer:
    """One file on its way: what has come is kept beside the target and hashed as it comes."""

    def __init__(
        self, remote: RemoteRepo, file: RemoteFile, target: Path, patience: Patience, report: Callable[[int], None]
    ) -> None:
        self.remote, self.file, self.target, self.report = remote, file, target, report
        self.stall = patience.stall
        self.part = target.with_name(f".{target.name}.{(file.sha256 or remote.commit)[:16]}.part")
        self.gained = 0
        self.done, self._digest = 0, hashlib.sha256()
        if self.part.exists():
            self._resume()

    def _resume(self) -> None:
        with self.part.open("rb") as kept:
            while block := kept.read(1 << 20):
                self._digest.update(block)
                self.done += len(block)
        if self.done > self.file.size:
            self._restart()

    def _restart(self) -> None:
        self.part.unlink(missing_ok=True)
        self.done, self._digest = 0, hashlib.sha256()

    def run(self) -> None:
        """One connection: fetches what is missing.

        Raises:
            TransientError: it broke off, and may be tried again.
        """
        from huggingface_hub import get_session, hf_hub_url
        from huggingface_hub.utils import build_hf_headers, hf_raise_for_status  # type: ignore[attr-defined]

        if self.done == self.file.size:
            return
        url = hf_hub_url(self.remote.repo, self.file.name, revision=self.remote.commit, endpoint=endpoint())
        headers = {**build_hf_headers(library_name="ocrect"), "Accept-Encoding": "identity", "Range": f"bytes={self.done}-"}
        with (
            explained(f"{self.remote.repo}/{self.file.name}"),
            get_session().stream("GET", url, headers=headers, timeout=self.stall, follow_redirects=True) as response,
        ):
            if response.status_code == 416:  # what has come is all there is
                self.finish()
            hf_raise_for_status(response)
            if response.status_code != 206:
                self._restart()
            with self.part.open("ab") as out:
                for block in response.iter_bytes():
                    out.write(block)
                    self._digest.update(block)
                    self.done += len(block)
                    self.gained += len(block)
                    if self.done > self.file.size:
                        return
                    self.report(self.done)
        if self.done < self.file.size and _length(response) is None:
            raise TransientError(ModelDownloadError(f"the download of {self.file.name} ended early", hint="Run it again."))

    def finish(self) -> None:
        """Compares the download with its declared size and SHA-256, and renames it to its final name.

        Raises:
            ModelChecksumError: it differs; the bytes are thrown away.
        """
        wrong = ""
        if self.done != self.file.size:
            wrong = f"has {'more than ' if self.done > self.file.size else ''}{min(self.done, self.file.size):,} bytes"
            wrong += "" if self.done > self.file.size else f" instead of {self.file.size:,}"
        elif self.file.sha256 and self._digest.hexdigest() != self.file.sha256:
            wrong = f"has the SHA-256 {self._digest.hexdigest()} instead of {self.file.sha256}"
        if wrong:
            self.part.unlink(missing_ok=True)
            raise ModelChecksumError(
                f"{self.file.name} as it came from {endpoint()} {wrong}; it was thrown away",
                hint="Run it again; if it stays so, a proxy or the mirror alters the file.",
            )
        self.part.replace(self.target)


def _length(response: Any) -> str | None:
    length: str | None = response.headers.get("Content-Length")
    return length


def _check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE:
        raise ModelError(
            f"{folder} has {free / 1e9:.2f} GB free, the model needs {(needed + _SPARE) / 1e9:.2f} GB",
            hint="Make room, or set models_folder to a folder on another disk.",
        )


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ModelDownloadError(
                f"the disk of {folder} is full", hint="Make room and run it again: what has come so far is kept."
            ) from error
        raise ModelError(
            f"cannot write to {folder}: {error.strerror or error}", hint="Set models_folder to a folder that can be written."
        ) from error
