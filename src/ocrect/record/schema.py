"""A document as JSON, and back, without loss: text, boxes, evidence, corrections, verdicts, findings, provenance, failures.

The layout follows the dataclasses of :mod:`ocrect.record.document` and :mod:`ocrect.record.correction`, field by field; what is
empty is left out. Differences:

- A box is ``[left, top, right, bottom]``; a number that JSON lacks is ``"inf"``, ``"-inf"`` or ``"nan"``.
- A line that was corrected also says ``corrected``, for readers that do not apply edits themselves (it is not read back).
- A correction also says ``decided``, a sign for each verdict (``+`` accepted, ``?`` review, ``-`` rejected). A verdict whose
  decision is no longer what its sign says was decided by hand in the file: it is read as a person's word
  (:mod:`ocrect.record.review`), which a later correction keeps.
- A line's ``glyphs`` have their ``texts`` (one string where each is one character, else a list) and ``numbers``: left, top,
  right, bottom and confidence of each, little-endian float64, column by column, compressed by zlib, in base64. A list of
  glyphs with ``text``, ``box`` and ``confidence``, as version 1.0 had it, is read too.
- Evidence says its ``kind``. A ``ctc`` posterior's ``log_probs`` are little-endian float16, row by row, compressed by zlib, in
  base64, beside their ``shape``; the symbols that an engine knows stand once, in the document's ``alphabets``. A ``lattice``
  has its ``slots``. A plug-in's evidence is saved by itself (:mod:`ocrect.evidence.saving`).

Nothing is lost here; what the command line leaves out by default is :mod:`ocrect.record.compact`'s.

A reader accepts every file of its own major version and ignores fields that it does not know.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import types
import zlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache, lru_cache
from typing import Any, Literal, NoReturn, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

from ocrect.errors import DamagedInputError, ExportError, UnsupportedInputError
from ocrect.evidence import CtcPosterior, Evidence, LatticeEvidence, Reading
from ocrect.evidence.saving import SavedEvidence, restorer
from ocrect.record import review
from ocrect.record.correction import Correction
from ocrect.record.document import Box, Document, Glyph, Line

VERSION = "1.1"
FORMAT = "ocrect"
MAX_POSTERIOR_BYTES = 2**26
"""Most bytes of one posterior, or of a line's glyphs, unpacked."""
MAX_EVIDENCE_BYTES = 2**32
"""Most bytes of all posteriors and glyphs of a document, unpacked."""

T = TypeVar("T")

_NUMBERS = {"inf": float("inf"), "-inf": float("-inf"), "nan": float("nan")}


def dump(document: Document) -> dict[str, Any]:
    """The document as JSON values.

    Raises:
        ExportError: a line's evidence is of a kind that cannot be saved.
    """
    writer = _Writer()
    body = writer.value(document)
    return {"format": FORMAT, "version": VERSION, **body, "alphabets": list(writer.alphabets)}


def load(values: Any) -> Document:
    """The document that :func:`dump` gave. Nothing in ``values`` is trusted.

    Raises:
        UnsupportedInputError: it is another major version's, or no document of ocrect.
        DamagedInputError: something does not fit; the message says where, as in ``pages[0].blocks[1].lines[3].box``.
    """
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise UnsupportedInputError("this JSON is no document of ocrect", hint="Give what `ocrect read --format json` wrote.")
    version = values.get("version")
    if not isinstance(version, str) or version.partition(".")[0] != VERSION.partition(".")[0]:
        raise UnsupportedInputError(
            f"the document is of version {version!r}, and this ocrect reads {VERSION}",
            hint="Update ocrect, or read the scan again.",
        )
    alphabets = _read(tuple[str, ...], values.get("alphabets", []), "alphabets", _Reader(()))
    return cast("Document", _read(Document, values, "", _Reader(alphabets)))


def dumps(document: Document) -> str:
    """The document as JSON text, which any encoding can hold. Raises :class:`~ocrect.errors.ExportError` as :func:`dump`."""
    text = json.dumps(dump(document), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # A file name may hold half a surrogate pair. Inside JSON's strings, the escape that Python makes is JSON's own.
    return text.encode("utf-8", "backslashreplace").decode()


def loads(text: str) -> Document:
    """The document in JSON text. Raises as :func:`load`, and :class:`~ocrect.errors.DamagedInputError` for no JSON."""
    try:
        values = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise DamagedInputError(f"the JSON cannot be read: {error}", hint="Write it again with --format json.") from error
    return load(values)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


@cache
def _is_record(kind: type) -> bool:
    """Whether objects of this class are written field by field. Cached: ``issubclass`` with a protocol is slow."""
    return is_dataclass(kind) and not issubclass(kind, Evidence)


class _Writer:
    """Values of a document as JSON; collects the alphabets."""

    def __init__(self) -> None:
        self.alphabets: dict[str, int] = {}

    def value(self, value: Any) -> Any:
        if isinstance(value, np.generic):  # an engine's confidence, say
            value = value.item()
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        if value is None or isinstance(value, (str, bool, int, float)):
            return value
        if isinstance(value, Sequence):
            return [self.value(item) for item in value]
        if isinstance(value, Mapping):
            return dict(value)
        if isinstance(value, Box):
            return [self.value(side) for side in (value.left, value.top, value.right, value.bottom)]
        if isinstance(value, (CtcPosterior, LatticeEvidence)):
            return self._evidence(value)
        if _is_record(cast("Hashable", type(value))):
            return self._record(value)
        if isinstance(value, SavedEvidence):
            return {**value.saved(), "kind": value.kind}
        raise ExportError(f"evidence of the type {type(value).__name__} cannot be saved as JSON", hint="Use --format text.")

    def _record(self, record: Any) -> dict[str, Any]:
        names = [f.name for f in fields(record) if not _may_be_left_out(f, record)]
        written = {name: _packed(record.glyphs) if name == "glyphs" else self.value(getattr(record, name)) for name in names}
        if isinstance(record, Correction):
            written["decided"] = review.signs(record)
        if isinstance(record, Line) and record.corrected != record.text:
            written["corrected"] = record.corrected
        return written

    def _evidence(self, evidence: CtcPosterior | LatticeEvidence) -> dict[str, Any]:
        if isinstance(evidence, LatticeEvidence):
            slots = [[[reading.text, self.value(reading.log_likelihood)] for reading in slot] for slot in evidence.slots]
            return {"kind": "lattice", "slots": slots}
        packed = zlib.compress(evidence.log_probs.astype("<f2").tobytes(), 9)
        return {
            "kind": "ctc",
            "shape": list(evidence.log_probs.shape),
            "log_probs": base64.b64encode(packed).decode("ascii"),
            "alphabet": "".join(evidence.alphabet),
            "floor": evidence.floor,
            "known": self.alphabets.setdefault(evidence.known, len(self.alphabets)),
        }


def _may_be_left_out(f: Field[Any], record: Any) -> bool:
    """Whether the field is empty, and empty is what it is when it is not given."""
    value = getattr(record, f.name)
    if value is not None and (not isinstance(value, (str, Sequence, Mapping)) or value):
        return False
    default = f.default if f.default_factory is MISSING else f.default_factory()
    return bool(default == value)


class _Reader:
    """What reading needs beside the values: the alphabets, and how many bytes of evidence may still come."""

    def __init__(self, alphabets: tuple[str, ...]) -> None:
        self.alphabets = alphabets
        self.room = MAX_EVIDENCE_BYTES

    def evidence(self, value: Any, path: str) -> Evidence:
        kind = _record(value, path).get("kind")
        if kind == "lattice":
            slots = _read(tuple[tuple[tuple[str, float], ...], ...], value.get("slots"), f"{path}.slots", self)
            return _made(LatticeEvidence, path, slots=tuple(tuple(Reading(*reading) for reading in slot) for slot in slots))
        if kind != "ctc":
            return _restored(kind, value, path)
        frames, columns = _read(tuple[int, int], value.get("shape"), f"{path}.shape", self)
        alphabet = _read(str, value.get("alphabet"), f"{path}.alphabet", self)
        known = _read(int, value.get("known"), f"{path}.known", self)
        if not 0 <= known < len(self.alphabets):
            raise _wrong(f"{path}.known", f"there is no alphabet {known}")
        data = self.unpacked(value.get("log_probs"), self.size(frames, columns, 2, f"{path}.shape"), f"{path}.log_probs")
        return _made(
            CtcPosterior,
            path,
            log_probs=np.frombuffer(data, "<f2").reshape(frames, columns),
            alphabet=tuple(alphabet),
            floor=_read(float, value.get("floor"), f"{path}.floor", self),
            known=self.alphabets[known],
        )

    def size(self, rows: int, columns: int, width: int, path: str) -> int:
        """Bytes of so many numbers of ``width`` bytes, taken off the room that is left."""
        size = rows * columns * width
        if rows < 1 or columns < 1 or size > min(MAX_POSTERIOR_BYTES, self.room):
            raise _wrong(path, f"{rows} × {columns} numbers are not allowed")
        self.room -= size
        return size

    def unpacked(self, packed: Any, size: int, path: str) -> bytes:
        unpacker = zlib.decompressobj()
        try:
            data = unpacker.decompress(base64.b64decode(_read(str, packed, path, self), validate=True), size + 1)
        except (binascii.Error, ValueError, zlib.error) as error:
            raise _wrong(path, f"it cannot be unpacked: {error}") from error
        if len(data) != size or not unpacker.eof:
            raise _wrong(path, f"it does not hold {size} bytes")
        return data


def _restored(kind: Any, value: dict[str, Any], path: str) -> Evidence:
    """Evidence of a plug-in's kind."""
    restore = restorer(kind) if isinstance(kind, str) else None
    if restore is None:
        raise _wrong(path, f"evidence of an unknown kind, {kind!r}")
    try:
        return restore({name: part for name, part in value.items() if name != "kind"})
    except (ValueError, TypeError, LookupError) as error:
        raise _wrong(path, f"evidence of the kind {kind!r}: {error}") from error


def _packed(glyphs: Sequence[Glyph]) -> dict[str, Any]:
    texts = [glyph.text for glyph in glyphs]
    numbers = np.array([(g.box.left, g.box.top, g.box.right, g.box.bottom, g.confidence) for g in glyphs], "<f8")
    return {
        "texts": "".join(texts) if all(len(text) == 1 for text in texts) else texts,
        "numbers": base64.b64encode(zlib.compress(np.ascontiguousarray(numbers.T).tobytes(), 9)).decode("ascii"),
    }


def _glyphs(value: dict[str, Any], path: str, reader: _Reader) -> tuple[Glyph, ...]:
    texts = value.get("texts")
    texts = tuple(texts) if isinstance(texts, str) else _read(tuple[str, ...], texts, f"{path}.texts", reader)
    data = reader.unpacked(value.get("numbers"), reader.size(5, len(texts), 8, f"{path}.texts"), f"{path}.numbers")
    columns = np.frombuffer(data, "<f8").reshape(5, len(texts)).T.tolist()
    return tuple(Glyph(text, Box(*numbers[:4]), numbers[4]) for text, numbers in zip(texts, columns, strict=True))


def _read(hint: Any, value: Any, path: str, reader: _Reader) -> Any:
    """``value`` as the type ``hint`` says, or DamagedInputError with its path."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return None if value is None else _read(parts[0], value, path, reader)
    if origin is tuple:
        return _items(parts, value, path, reader)
    if origin is Sequence:
        return _items((*parts, ...), value, path, reader)
    if origin is Literal:
        if value not in parts:
            raise _wrong(path, f"{value!r} is none of {', '.join(map(repr, parts))}")
        return value
    if hint is Evidence:
        return reader.evidence(value, path)
    if hint is Box:
        return Box(*_items((float,) * 4, value, path, reader))
    if is_dataclass(hint):
        return _instance(cast("type", hint), _record(value, path), path, reader)
    if origin is not None and issubclass(origin, Mapping):
        return _record(value, path)
    return _plain(hint, value, path)


def _plain(hint: type, value: Any, path: str) -> Any:
    if hint is float and isinstance(value, str) and value in _NUMBERS:
        return _NUMBERS[value]
    allowed = (int, float) if hint is float else (hint,)
    if type(value) not in allowed:
        names = {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}
        raise _wrong(path, f"{names[hint]} is needed, not {_shown(value)}")
    try:
        return hint(value)
    except OverflowError as error:
        raise _wrong(path, f"{_shown(value)} is larger than numbers can be") from error


def _items(parts: tuple[Any, ...], value: Any, path: str, reader: _Reader) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _wrong(path, f"a list is needed, not {_shown(value)}")
    if parts[-1] is not Ellipsis and len(value) != len(parts):
        raise _wrong(path, f"a list of {len(parts)} is needed, not of {len(value)}")
    hints = [parts[0]] * len(value) if parts[-1] is Ellipsis else parts
    return tuple(_read(hint, item, f"{path}[{i}]", reader) for i, (hint, item) in enumerate(zip(hints, value, strict=True)))


def _instance(kind: type, value: dict[str, Any], path: str, reader: _Reader) -> Any:
    given = {}
    for f in fields(kind):
        where = f"{path}.{f.name}".lstrip(".")
        if f.name == "glyphs" and isinstance(value.get("glyphs"), dict):
            given["glyphs"] = _glyphs(value["glyphs"], where, reader)
        elif f.name in value:
            given[f.name] = _read(_hints(kind)[f.name], value[f.name], where, reader)
        elif f.default is MISSING and f.default_factory is MISSING:
            raise _wrong(where, "it is missing")
    made: Any = _made(kind, path, **given)
    if isinstance(made, Line):
        _check_line(made, path)
        decided = (value.get("correction") or {}).get("decided")
        return review.by_hand(made, decided) if isinstance(decided, str) else made
    return made


def _check_line(line: Line, path: str) -> None:
    """The offsets of words and edits lie within the text that they speak of."""
    for i, word in enumerate(line.words):
        if not 0 <= word.start <= word.end <= len(line.text):
            raise _wrong(f"{path}.words[{i}]", f"{word.start}…{word.end} lies outside the line's text")
    for i, verdict in enumerate(line.verdicts):
        edit = verdict.edit
        if not edit.fits(line.text):
            raise _wrong(f"{path}.correction.verdicts[{i}].edit", f"{edit.before!r} does not stand at {edit.start} of the line")


def _made(kind: type[T], path: str, /, **given: Any) -> T:
    try:
        return kind(**given)
    except ValueError as error:
        raise _wrong(path, str(error)) from error


def _record(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(path, f"an object is needed, not {_shown(value)}")
    return value


@lru_cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:40] + "…"


def _wrong(path: str, what: str) -> DamagedInputError:
    return DamagedInputError(f"{path or 'the document'}: {what}", hint="Write the JSON again with --format json.")
