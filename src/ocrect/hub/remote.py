"""What a hub says of a repo, and what its refusals mean for the user."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ocrect.errors import ModelDownloadError, ModelError, ModelNotFoundError, OcrectError

log = logging.getLogger("ocrect")
T = TypeVar("T")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_PLAIN = re.compile(r"[^/\\:\0][^\\:\0]*")  # a relative path that stays where it is put


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a download waits (seconds) and how often it tries again without a byte gained before it gives up.

    The wait doubles after each failure. A server that asks for more than ``longest_wait`` is not waited for.
    """

    stall: float = 30.0
    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 60.0


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file as the hub declares it; ``sha256`` is empty where it declares none."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RemoteRepo:
    """A repo at one commit."""

    repo: str
    commit: str
    license: str
    files: dict[str, RemoteFile]


class TransientError(Exception):
    """A failure that may pass: ``error`` is what the user sees if it does not; ``wait`` is what the server asks for."""

    def __init__(self, error: OcrectError, wait: float = 0.0) -> None:
        super().__init__(str(error))
        self.error, self.wait = error, wait


def endpoint() -> str:
    """The hub's address as ``huggingface_hub`` reads it from ``HF_ENDPOINT``, also where that was set later."""
    from huggingface_hub import constants

    return (os.environ.get("HF_ENDPOINT") or constants.ENDPOINT).rstrip("/")


def is_offline() -> bool:
    """Whether ``HF_HUB_OFFLINE`` forbids the network, also where it was set after ``huggingface_hub`` was imported."""
    from huggingface_hub import constants

    set_now = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return constants.is_offline_mode() or set_now.upper() in constants.ENV_VARS_TRUE_VALUES


def patiently(action: Callable[[], T], patience: Patience, *, gained: Callable[[], int] = lambda: 0) -> T:
    """The result of ``action``, tried again with doubling waits while it raises :class:`TransientError`.

    An attempt after which ``gained()`` has grown starts the count anew.
    """
    failures, before = 0, gained()
    while True:
        try:
            return action()
        except TransientError as refused:
            failures = 1 if gained() > before else failures + 1
            before = gained()
            wait = max(refused.wait, patience.first_wait * 2 ** (failures - 1))
            if failures >= patience.attempts or refused.wait > patience.longest_wait:
                raise refused.error from refused.__cause__
            wait = min(wait, patience.longest_wait)
            log.warning("%s; trying again in %.0f s (%d of %d)", refused, wait, failures, patience.attempts - 1)
        time.sleep(wait)


def listing(repo: str, revision: str, patience: Patience) -> RemoteRepo:
    """The repo's files with size and hash.

    Raises:
        ModelError: the repo is missing, closed to the user, or the hub cannot be reached; the hint says what to do.
    """
    from huggingface_hub import HfApi

    def ask() -> Any:
        with explained(f"{repo}@{revision}"):
            api = HfApi(endpoint=endpoint(), library_name="ocrect")
            return api.model_info(repo, revision=revision, files_metadata=True, timeout=patience.stall)

    info = patiently(ask, patience)
    if not _COMMIT.fullmatch(info.sha or ""):
        raise ModelDownloadError(f"{endpoint()} names no commit for {repo}@{revision}", hint="Check HF_ENDPOINT.")
    files = {
        s.rfilename: RemoteFile(s.rfilename, s.lfs.size if s.lfs else s.size or 0, s.lfs.sha256 if s.lfs else "")
        for s in info.siblings or ()
        if _PLAIN.fullmatch(s.rfilename) and ".." not in s.rfilename
    }
    tagged = next((t.removeprefix("license:") for t in info.tags or () if t.startswith("license:")), "")
    declared = getattr(info.card_data, "license_name", None) or getattr(info.card_data, "license", None)
    return RemoteRepo(repo, info.sha, str(declared or tagged), files)


class explained:  # noqa: N801 - reads as `with explained(what):`
    """Turns what ``huggingface_hub`` raises inside into :class:`TransientError` (may pass) or a :class:`ModelError` (stays)."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from huggingface_hub import errors

        if isinstance(error, errors.HfHubHTTPError):
            raise _by_status(self.what, error) from error
        if isinstance(error, errors.OfflineModeIsEnabled):
            raise ModelNotFoundError(f"{self.what} is not here, and HF_HUB_OFFLINE is set", hint="Unset it.") from error
        if isinstance(error, errors.HFValidationError):
            raise ModelNotFoundError(f"{self.what} is no repo id: {error}", hint="A repo id reads owner/name.") from error
        # The library's HTTP errors; which package they come from has changed between its versions.
        if isinstance(error, errors.HTTPError):  # type: ignore[attr-defined]
            slow = "imeout" in type(error).__name__
            reason = "no byte came for too long" if slow else str(error) or type(error).__name__
            raise TransientError(
                ModelDownloadError(
                    f"the download of {self.what} from {endpoint()} broke off: {reason}",
                    hint="Check the connection and run it again: what has come so far is kept.",
                )
            ) from error


def _by_status(what: str, error: Any) -> Exception:
    from huggingface_hub import errors

    status = error.response.status_code
    server = endpoint()
    if isinstance(error, errors.GatedRepoError):
        return ModelError(
            f"{what} is gated: its owner asks for consent first (HTTP {status})",
            hint=f"Accept the terms on {server}/{what.partition('@')[0]}, then set HF_TOKEN to your access token.",
        )
    if isinstance(error, errors.RevisionNotFoundError):
        return ModelNotFoundError(f"{what}: there is no such revision", hint="Set revision to a branch, tag or commit.")
    if isinstance(error, errors.EntryNotFoundError):
        return ModelNotFoundError(f"{what}: there is no such file", hint="Choose another quantization or file.")
    if status in (401, 404):
        return ModelNotFoundError(
            f"{what} is not on {server}, or it is private (HTTP {status})",
            hint="Check the spelling; for a private repo set HF_TOKEN to an access token that may read it.",
        )
    if status == 403:
        return ModelError(f"{server} refuses {what} (HTTP 403)", hint="Set HF_TOKEN to an access token that may read it.")
    if status == 429:
        wait = _seconds(error.response.headers.get("Retry-After"))
        return TransientError(
            ModelDownloadError(
                f"{server} is asked too often (HTTP 429)",
                hint=f"Try again {f'in {wait:.0f} seconds' if wait else 'later'}; with HF_TOKEN set the limits are wider.",
            ),
            wait,
        )
    failed = ModelDownloadError(f"{server} failed on {what} (HTTP {status})", hint="Try again later.")
    return TransientError(failed) if status >= 500 or status == 408 else ModelError(str(failed))


def _seconds(header: str | None) -> float:
    return float(header) if header and header.strip().isdecimal() else 0.0
