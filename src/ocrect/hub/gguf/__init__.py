"""Reads the header of a GGUF file and checks that the file is whole, before any native code sees it.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3, little endian). The reader is bounded:
no count in the file decides how much is allocated, every length is held against the bytes that the file really has.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from ocrect.errors import ModelChecksumError, ModelNotFoundError
from ocrect.hub.gguf.types import BLOCKS, FILE_TYPES

MAX_HEADER = 512 * 1024 * 1024
_MAX_KEY = 65_535
_MAX_NAME = 1_024
_MAX_DIMENSIONS = 4
_KEPT_ARRAY = 4_096
_STEP = 1 << 20

_NUMBERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What a GGUF file says of itself.

    ``layer_bytes`` holds the bytes of weights of each repeated layer; ``other_bytes`` those of all other tensors (embeddings,
    output head). ``cache_bytes_per_token`` is the key-value cache of one layer and one token at 16 bits. Counts that the
    file does not give are 0, texts empty. ``parameters`` counts the weights, all elements of all tensors. For a split model
    bytes and parameters are those of all parts.
    """

    path: Path
    version: int
    architecture: str
    name: str
    license: str
    quantization: str
    layers: int
    context_length: int
    embedding_length: int
    vocabulary: int
    has_chat_template: bool
    tensors: int
    layer_bytes: tuple[int, ...]
    other_bytes: int
    cache_bytes_per_token: int
    parts: int
    file_bytes: int
    parameters: int = 0


@dataclass(frozen=True, slots=True)
class _Tensor:
    name: str
    elements: int
    size: int
    offset: int


def read_header(path: Path | str) -> GgufHeader:
    """The header of one GGUF file, with its tensor table held against the file's size.

    Raises:
        ModelNotFoundError: the file cannot be opened.
        ModelChecksumError: it is no GGUF file, or damaged or cut short; the message says where.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            return _read(path, file, path.stat().st_size)
    except OSError as error:
        raise ModelNotFoundError(f"cannot read {path}: {error.strerror or error}") from error


def read_headers(paths: Sequence[Path]) -> GgufHeader:
    """The header of a model of one or more files: the first file's, with the tensors of all.

    Raises:
        ModelNotFoundError: a file cannot be opened, or parts of a split model are missing.
        ModelChecksumError: as :func:`read_header`.
    """
    headers = [read_header(path) for path in paths]
    first = headers[0]
    if len(headers) != first.parts:
        raise ModelNotFoundError(
            f"{first.path.name} is one of {first.parts} parts, and {len(headers)} are here",
            hint="Put all parts of the model into one folder.",
        )
    layers = max((len(h.layer_bytes) for h in headers), default=0)
    sums = [sum(h.layer_bytes[i] for h in headers if i < len(h.layer_bytes)) for i in range(layers)]
    return replace(
        first,
        tensors=sum(h.tensors for h in headers),
        layer_bytes=tuple(sums),
        other_bytes=sum(h.other_bytes for h in headers),
        file_bytes=sum(h.file_bytes for h in headers),
        parameters=sum(h.parameters for h in headers),
    )


class _Reader:
    """The beginning of a file, read as far as asked and never further than the file goes."""

    def __init__(self, path: Path, file: IO[bytes], size: int) -> None:
        self.path, self.size, self.at = path, size, 0
        self._file = file
        self.data = bytearray()

    def damaged(self, what: str) -> ModelChecksumError:
        return ModelChecksumError(
            f"{self.path} is damaged: {what}", hint="Delete the file and fetch it again (a download may have broken off)."
        )

    def need(self, count: int, what: str) -> None:
        """Makes ``count`` bytes at the present place available."""
        end = self.at + count
        if end > self.size:
            raise self.damaged(f"the file ends within {what} ({self.size:,} bytes, {end:,} or more needed)")
        if end > MAX_HEADER:
            raise self.damaged(f"the header goes on beyond {MAX_HEADER:,} bytes, at {what}")
        if end > len(self.data):
            self.data += self._file.read(max(_STEP, end - len(self.data)))
            if end > len(self.data):
                raise self.damaged(f"the file became shorter while it was read, at {what}")

    def number(self, format: str, what: str) -> Any:
        size = struct.calcsize(format)
        self.need(size, what)
        (value,) = struct.unpack_from(format, self.data, self.at)
        self.at += size
        return value

    def string(self, what: str, longest: int) -> str:
        length = self.number("<Q", what)
        if length > longest:
            raise self.damaged(f"{what} claims to be {length:,} bytes long")
        self.need(length, what)
        raw = self.data[self.at : self.at + length]
        self.at += length
        return raw.decode("utf-8", errors="replace")

    def skip_strings(self, count: int, what: str) -> None:
        read = struct.Struct("<Q").unpack_from
        for _ in range(count):
            if self.at + 8 > len(self.data):
                self.need(8, what)
            self.at += 8 + read(self.data, self.at)[0]
            if self.at > len(self.data):
                self.need(0, what)

    def value(self, kind: int, what: str) -> Any:
        """A metadata value; of texts and of a long array only how many there are (as a ``range``)."""
        if kind in _NUMBERS:
            return self.number(_NUMBERS[kind], what)
        if kind == _STRING:
            return self.string(what, self.size)
        if kind != _ARRAY:
            raise self.damaged(f"{what} has the unknown value type {kind}")
        inner, count = self.number("<I", what), self.number("<Q", what)
        if inner != _STRING and inner not in _NUMBERS:
            raise self.damaged(f"{what} has elements of the unknown type {inner}")
        least = 8 if inner == _STRING else struct.calcsize(_NUMBERS[inner])
        if count * least > self.size - self.at:
            raise self.damaged(f"{what} claims {count:,} elements, more than the file can hold")
        if inner == _STRING:
            self.skip_strings(count, what)
            return range(count)
        self.need(count * least, what)
        if count > _KEPT_ARRAY:
            self.at += count * least
            return range(count)
        return [self.number(_NUMBERS[inner], what) for _ in range(count)]


def _read(path: Path, file: IO[bytes], size: int) -> GgufHeader:
    reader = _Reader(path, file, size)
    if size == 0:
        raise reader.damaged("it is empty")
    reader.need(min(4, size), "the magic number")
    if reader.data[:4] != b"GGUF":
        raise ModelChecksumError(
            f"{path} is not a GGUF file (it begins with {bytes(reader.data[:12])!r})",
            hint="A web page saved under a model's name looks like this: fetch the file itself.",
        )
    reader.at = 4
    version = reader.number("<I", "the version")
    if version not in (2, 3):
        raise reader.damaged(f"GGUF version {version} is unknown (2 and 3 are read)")
    tensors, pairs = reader.number("<Q", "the tensor count"), reader.number("<Q", "the metadata count")
    metadata = _metadata(reader, pairs)
    table = _tensors(reader, tensors)
    _check_data(reader, metadata, table)
    return _header(path, size, version, metadata, table)


def _metadata(reader: _Reader, count: int) -> dict[str, Any]:
    if count * 13 > reader.size:
        raise reader.damaged(f"it claims {count:,} metadata entries, more than the file can hold")
    found: dict[str, Any] = {}
    for i in range(count):
        key = reader.string(f"the key of metadata entry {i}", _MAX_KEY)
        if key in found:
            raise reader.damaged(f"the metadata key {key!r} comes twice")
        found[key] = reader.value(reader.number("<I", key), f"the metadata entry {key!r}")
    return found


def _tensors(reader: _Reader, count: int) -> list[_Tensor]:
    if count * 24 > reader.size:
        raise reader.damaged(f"it claims {count:,} tensors, more than the file can hold")
    found = []
    names = set()
    for i in range(count):
        name = reader.string(f"the name of tensor {i}", _MAX_NAME)
        what = f"the entry of tensor {name!r}"
        if name in names:
            raise reader.damaged(f"{what} comes twice")
        names.add(name)
        dimensions = reader.number("<I", what)
        if dimensions > _MAX_DIMENSIONS:
            raise reader.damaged(f"{what} claims {dimensions} dimensions")
        shape = [reader.number("<Q", what) for _ in range(dimensions)]
        kind = reader.number("<I", what)
        if kind not in BLOCKS:
            raise reader.damaged(f"{what} has the unknown type {kind}")
        block, block_bytes = BLOCKS[kind]
        elements = 1
        for length in shape:
            elements *= length
        if elements == 0 or (shape and shape[0] % block):
            raise reader.damaged(f"{what} has the impossible shape {shape}")
        found.append(_Tensor(name, elements, elements // block * block_bytes, reader.number("<Q", what)))
    return found


def _check_data(reader: _Reader, metadata: dict[str, Any], table: list[_Tensor]) -> None:
    """Tensors lie one after the other, aligned, and end within the file."""
    alignment = metadata.get("general.alignment", 32)
    if not isinstance(alignment, int) or not 1 <= alignment <= _STEP or alignment & (alignment - 1):
        raise reader.damaged(f"the alignment {alignment!r} is no power of two")
    start = -(-reader.at // alignment) * alignment
    expected = 0
    for tensor in table:
        if tensor.offset != expected:
            raise reader.damaged(f"tensor {tensor.name!r} lies at {tensor.offset:,} instead of {expected:,}")
        if start + expected + tensor.size > reader.size:
            raise reader.damaged(
                f"tensor {tensor.name!r} ends at byte {start + expected + tensor.size:,}, the file has {reader.size:,}"
            )
        expected += -(-tensor.size // alignment) * alignment


def _header(path: Path, size: int, version: int, metadata: dict[str, Any], table: list[_Tensor]) -> GgufHeader:
    architecture = _text(metadata.get("general.architecture"))

    def count(key: str) -> int:
        value = metadata.get(f"{architecture}.{key}", 0)
        value = max((v for v in value if isinstance(v, int)), default=0) if isinstance(value, (list, range)) else value
        return value if isinstance(value, int) and value >= 0 else 0

    heads = count("attention.head_count")
    width = count("embedding_length") // heads if heads else 0
    cached = (count("attention.key_length") or width) + (count("attention.value_length") or width)
    layers, other = _bytes_by_layer(table)
    tokens = metadata.get("tokenizer.ggml.tokens")
    kind = metadata.get("general.file_type")
    return GgufHeader(
        path=path,
        version=version,
        architecture=architecture,
        name=_text(metadata.get("general.name")),
        license=_text(metadata.get("general.license")),
        quantization=FILE_TYPES.get(kind, "") if isinstance(kind, int) else "",
        layers=count("block_count"),
        context_length=count("context_length"),
        embedding_length=count("embedding_length"),
        vocabulary=len(tokens) if isinstance(tokens, range) else 0,
        has_chat_template=bool(_text(metadata.get("tokenizer.chat_template"))),
        tensors=len(table),
        layer_bytes=layers,
        other_bytes=other,
        cache_bytes_per_token=2 * (count("attention.head_count_kv") or heads) * cached,
        parts=max(1, int(metadata.get("split.count", 1))) if isinstance(metadata.get("split.count", 1), int) else 1,
        file_bytes=size,
        parameters=sum(tensor.elements for tensor in table),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _bytes_by_layer(table: list[_Tensor]) -> tuple[tuple[int, ...], int]:
    by_layer: dict[int, int] = {}
    other = 0
    for tensor in table:
        match = re.match(r"blk\.(\d{1,4})\.", tensor.name)
        if match:
            by_layer[int(match[1])] = by_layer.get(int(match[1]), 0) + tensor.size
        else:
            other += tensor.size
    return tuple(by_layer.get(i, 0) for i in range(max(by_layer, default=-1) + 1)), other
