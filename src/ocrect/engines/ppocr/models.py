"""The PP-OCRv6 models inside the ``rapidocr`` wheel: where they are, their alphabet, the recogniser cut to the symbols wanted.

The recogniser ends in ``Softmax(features @ W + b)`` over 18,710 classes, most of them CJK ideographs. For Latin scripts the
columns of ``W`` and ``b`` that are not wanted are removed before the model is loaded, which takes a quarter to a third off
its time. The remaining probabilities are those of the whole model divided by their sum, a factor for each frame; by CTC's
product over frames it is one constant for the line, so that no difference of log-likelihoods between two texts changes.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from ocrect.errors import MissingDependencyError

DETECTION_FILE = "PP-OCRv6_det_small.onnx"
RECOGNITION_FILE = "PP-OCRv6_rec_small.onnx"
_HINT = "Run: pip install rapidocr==3.10.0"

# Field numbers of onnx.proto3.
_MODEL_GRAPH, _MODEL_METADATA = 7, 14
_GRAPH_INITIALIZER = 5
_TENSOR_DIMS, _TENSOR_RAW_DATA = 1, 9
_ENTRY_KEY, _ENTRY_VALUE = 1, 2

_LATIN_BLOCKS = ((0x20, 0x17F), (0x2010, 0x2044), (0x2070, 0x209C), (0x20A0, 0x20C0))
_LATIN_EXTRA = set("ƒƠơƯưȘșȚțΔΠΣΩαβγδεθλμπρστφω℃℉™←↑→↓↔⇒⇔∂∆∏∑−√∞∫≈≠≡≤≥■□▪▫▲△▶▼▽◆◇○●★☆☐☑☒♀♂✓✔✕✘①②③④⑤⑥⑦⑧⑨⑩")


def is_latin(symbol: str) -> bool:
    """True for what pages in Latin script hold: letters up to Latin Extended-A, digits, punctuation, currency, a few signs."""
    return len(symbol) == 1 and (symbol in _LATIN_EXTRA or any(low <= ord(symbol) <= high for low, high in _LATIN_BLOCKS))


def is_symbol(symbol: str) -> bool:
    """True for every single code point: the whole alphabet."""
    return len(symbol) == 1


def model_file(name: str) -> Path:
    """The path of a model inside the installed ``rapidocr`` package; nothing is imported or downloaded.

    Raises:
        MissingDependencyError: the package, or this model in it, is missing.
    """
    try:
        path = Path(str(distribution("rapidocr").locate_file(f"rapidocr/models/{name}")))
    except PackageNotFoundError:
        raise MissingDependencyError("the package rapidocr, which carries the PP-OCR models, is missing", hint=_HINT) from None
    if not path.is_file():
        raise MissingDependencyError(f"this version of rapidocr carries no {name}", hint=_HINT)
    return path


@lru_cache(maxsize=8)
def sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def session(model: bytes, threads: int) -> ort.InferenceSession:
    """An onnxruntime session on the CPU; ``threads`` 0: as many as physical cores."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Threads that wait sleep: spinning ones cost a third more CPU time on two cores and take it from other processes.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def recogniser(model: bytes, wanted: Callable[[str], bool]) -> tuple[bytes, tuple[str, ...]]:
    """The recognition model with only the ``wanted`` symbols, and these: the symbols of its output columns 1… (0 is blank).

    A symbol that is not in Unicode's normal form C is never kept, since text is NFC.
    """
    symbols = _symbols(model)
    keep = [i for i, s in enumerate(symbols) if wanted(s) and unicodedata.normalize("NFC", s) == s]
    if len(keep) == len(symbols):
        return model, symbols
    columns = np.array([0, *(i + 1 for i in keep)])
    classes = len(symbols) + 1

    def cut_graph(graph: bytes) -> bytes:
        return _rewritten(graph, _GRAPH_INITIALIZER, lambda tensor: _cut_tensor(tensor, classes, columns))

    return _rewritten(model, _MODEL_GRAPH, cut_graph), tuple(symbols[i] for i in keep)


def _symbols(model: bytes) -> tuple[str, ...]:
    """The recogniser's symbols in the order of its classes 1…; the last one is the space, which its metadata leaves out."""
    for number, entry, _ in _fields(model):
        if number == _MODEL_METADATA:
            pair = {number: value for number, value, _ in _fields(entry)}
            if pair[_ENTRY_KEY] == b"character":
                return (*pair[_ENTRY_VALUE].decode("utf-8").rstrip("\n").split("\n"), " ")
    raise MissingDependencyError("the recognition model does not name its symbols", hint=_HINT)


def _cut_tensor(tensor: bytes, classes: int, columns: NDArray[np.int64]) -> bytes:
    """A float32 tensor whose last axis runs over the classes, with only the given columns; any other tensor unchanged."""
    fields = list(_fields(tensor))
    dims = [int.from_bytes(value, "little") for number, value, _ in fields if number == _TENSOR_DIMS]
    if not dims or dims[-1] != classes:
        return tensor
    data = next(value for number, value, _ in fields if number == _TENSOR_RAW_DATA)
    cut = np.frombuffer(data, np.float32).reshape(dims)[..., columns]
    rest = b"".join(raw for number, _, raw in fields if number not in (_TENSOR_DIMS, _TENSOR_RAW_DATA))
    shape = b"".join(_varint(_TENSOR_DIMS << 3) + _varint(d) for d in cut.shape)
    return shape + rest + _length_delimited(_TENSOR_RAW_DATA, cut.tobytes())


# The wire format of protocol buffers (protobuf.dev/programming-guides/encoding): a message is a run of fields, each a tag
# (number << 3 | type) and a value: 0 a varint, 1 eight bytes, 2 a length and as many bytes, 5 four bytes.


def _rewritten(message: bytes, number: int, change: Callable[[bytes], bytes]) -> bytes:
    """``message`` with each length-delimited field of that number replaced by what ``change`` makes of it."""
    return b"".join(
        _length_delimited(number, change(value)) if found == number else raw for found, value, raw in _fields(message)
    )


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """The fields of a message: number, value (a varint as little-endian bytes), and the whole field as it stands."""
    position = 0
    while position < len(message):
        start = position
        tag, position = _read_varint(message, position)
        kind = tag & 7
        if kind == 0:
            number, position = _read_varint(message, position)
            value = number.to_bytes(8, "little")
        else:
            length = {1: 8, 5: 4}.get(kind)
            if length is None:
                length, position = _read_varint(message, position)
            value = message[position : position + length]
            position += length
        yield tag >> 3, value, message[start:position]


def _read_varint(message: bytes, position: int) -> tuple[int, int]:
    """The varint at ``position`` and the position behind it."""
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _length_delimited(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value
