"""The error tree. Exit code, HTTP status, hint and whether a retry can help stand on the class.

Front ends print ``str(error)`` and ``error.hint``, exit with ``error.exit_code`` and hold no table of their own.
Exit codes follow OCRmyPDF's ``ocrmypdf.exceptions.ExitCode`` where one fits.
"""

from __future__ import annotations

from typing import ClassVar, Self


class OcrectError(Exception):
    """Root of every error that ocrect raises on purpose; a bug is never wrapped in one.

    ``hint`` is the next step for the person who reads it; the class gives a general one, the raiser a better one.
    """

    exit_code: ClassVar[int] = 15
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    hint: str = ""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint

    def about(self, file: str) -> Self:
        """The same error, whose message names ``file``, for good."""
        if file not in str(self):
            self.args = (f"{file}: {self}",)
        return self

    @property
    def in_full(self) -> str:
        """The message and the next step in one line, each a sentence."""
        message = str(self)
        end = "" if not self.hint or message.endswith((".", "!", "?", ":")) else "."
        return f"{message}{end} {self.hint}".strip()


class SettingsError(OcrectError):
    """An unknown, impossible or contradictory setting."""

    exit_code = 1
    http_status = 400


class MissingDependencyError(SettingsError):
    """An engine, its language data or a runtime that the settings ask for is not installed."""

    exit_code = 3
    http_status = 501


class InputError(OcrectError):
    """A file that cannot be read as an image or a PDF."""

    exit_code = 2
    http_status = 422


class InputNotFoundError(InputError):
    """A path that does not exist, is a directory, or may not be read; or a page that the file does not have."""

    exit_code = 5
    http_status = 404


class DamagedInputError(InputError):
    """An empty, truncated or corrupt file."""


class EncryptedInputError(InputError):
    """A PDF that asks for a password that was not given or is wrong."""

    exit_code = 8
    hint = "Give the password with --password (or OCRECT_PASSWORD)."


class UnsupportedInputError(InputError):
    """A file of a kind that ocrect does not read."""

    http_status = 415
    hint = "ocrect reads PNG, JPEG, TIFF, WebP, BMP, GIF and PDF."


class InputTooLargeError(InputError):
    """More pixels or pages than the limits allow."""

    http_status = 413
    hint = "Raise --max-pixels or --max-pages if you trust the file."


class ModelError(OcrectError):
    """The language model cannot be had or cannot be run."""

    exit_code = 7
    http_status = 503


class ModelNotFoundError(ModelError):
    """No model file matches the settings, here or on the hub."""

    http_status = 404


class ModelDownloadError(ModelError):
    """A download broke off, stalled or was refused."""

    retryable = True


class ModelChecksumError(ModelError):
    """A model file is not what its source declares: wrong size, hash or header."""


class ModelMemoryError(ModelError):
    """The model does not fit into the memory at hand."""

    retryable = True


class ModelLoadError(ModelError):
    """The runtime refused the model file."""


class PageError(OcrectError):
    """One page failed; the others go on."""


class RecognitionError(PageError):
    """The engine failed on the page."""


class GenerationError(PageError):
    """The language model failed while it corrected the page."""

    retryable = True


class ExportError(OcrectError):
    """The result could not be written."""

    exit_code = 5


class DiskError(ExportError):
    """Nothing more can be kept: the disk is full, broken or not to be written to, or the manifest on it cannot be used."""


class RequestError(OcrectError):
    """A request that the service does not take as it is."""

    exit_code = 1
    http_status = 400


class UnauthorizedError(RequestError):
    """No key, or one that the service does not know."""

    http_status = 401
    hint = "Send a key that `ocrect serve --new-key NAME` gave: Authorization: Bearer KEY."


class ForbiddenError(RequestError):
    """A request that comes from another site's page, or is addressed to another host."""

    http_status = 403


class JobNotFoundError(RequestError):
    """A document that the service does not have, no longer has, or has for another key."""

    http_status = 404
    hint = "Results expire, and a deleted document is gone: send the file again."


class ConflictError(RequestError):
    """What is asked for does not exist in the state that the document is in."""

    http_status = 409


class IdempotencyError(RequestError):
    """An Idempotency-Key that came before with another request."""

    http_status = 422
    hint = "Send a new Idempotency-Key with a new request."


class SlowRequestError(RequestError):
    """The body of a request did not come in time."""

    http_status = 408
    retryable = True


class BusyError(RequestError):
    """More work than the service takes at a time, or than a key may ask for."""

    http_status = 429
    retryable = True
    hint = "Try again after the seconds that Retry-After says."

    def __init__(self, message: str, *, hint: str | None = None, after: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.after = after
        """Seconds until it is worth to try again."""


class StorageFullError(RequestError):
    """The disk that the service may fill is full."""

    http_status = 507
    retryable = True
    hint = "Delete documents that are done with, or wait until results expire."


def of_kind(kind: str, message: str, hint: str) -> OcrectError:
    """The error of the class named ``kind``, as it was raised elsewhere: on a page of a document, in another process."""
    found = globals().get(kind)
    if isinstance(found, type) and issubclass(found, OcrectError):
        return found(message, hint=hint)
    return OcrectError(message, hint=hint)
