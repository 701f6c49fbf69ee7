"""The GGUF header reader, on small files made here and on damaged copies of a real one."""

from __future__ import annotations

import random
import shutil
import struct
from pathlib import Path

import pytest

from ocrect import hub
from ocrect.errors import ModelChecksumError, ModelNotFoundError
from ocrect.hub.gguf import GgufHeader, read_header, read_headers
from ocrect.hub.gguf.types import BLOCKS

U32, F32, STRING, ARRAY = 4, 6, 8, 9


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def entry(key: str, value: int | str | list[str] | list[int]) -> bytes:
    if isinstance(value, int):
        return text(key) + struct.pack("<II", U32, value)
    if isinstance(value, str):
        return text(key) + struct.pack("<I", STRING) + text(value)
    if value and isinstance(value[0], int):
        return text(key) + struct.pack("<IIQ", ARRAY, U32, len(value)) + b"".join(struct.pack("<I", v) for v in value)
    return text(key) + struct.pack("<IIQ", ARRAY, STRING, len(value)) + b"".join(text(str(v)) for v in value)


METADATA: dict[str, int | str | list[str] | list[int]] = {
    "general.architecture": "llama",
    "general.name": "Small",
    "general.license": "mit",
    "general.file_type": 7,
    "llama.block_count": 2,
    "llama.context_length": 512,
    "llama.embedding_length": 64,
    "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": [2, 2],
    "tokenizer.ggml.tokens": ["a", "b", "c"],
    "tokenizer.chat_template": "{{ messages }}",
}
TENSORS = [("token_embd.weight", (64, 3), 0), ("blk.0.attn_q.weight", (64, 64), 8), ("blk.1.attn_q.weight", (64, 64), 8)]


def gguf(metadata=METADATA, tensors=TENSORS, *, version=3, missing=0) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(metadata))
    head += b"".join(entry(k, v) for k, v in metadata.items())
    offset = 0
    for name, shape, kind in tensors:
        head += text(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
        head += struct.pack("<IQ", kind, offset)
        elements, (block, size) = 1, BLOCKS[kind]
        for length in shape:
            elements *= length
        offset += -(-(elements // block * size) // 32) * 32
    head += b"\0" * (-len(head) % 32)
    return head + b"\0" * (offset - missing)


@pytest.fixture
def write(tmp_path):
    def written(data: bytes, name: str = "model.gguf") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return written


def test_a_header_tells_what_the_model_is(write):
    header = read_header(write(gguf()))
    assert (header.architecture, header.name, header.license, header.quantization) == ("llama", "Small", "mit", "q8_0")
    assert (header.layers, header.context_length, header.embedding_length, header.vocabulary) == (2, 512, 64, 3)
    assert header.has_chat_template
    assert header.layer_bytes == (64 * 64 // 32 * 34,) * 2
    assert header.other_bytes == 64 * 3 * 4
    assert header.cache_bytes_per_token == 2 * 2 * (16 + 16)


def test_a_file_one_byte_short_of_its_tensors_is_reported_as_cut(write):
    with pytest.raises(ModelChecksumError, match=r"blk\.1\.attn_q\.weight.* ends at byte"):
        read_header(write(gguf(missing=1)))


def test_an_empty_file_is_reported_as_empty(write):
    with pytest.raises(ModelChecksumError, match="empty"):
        read_header(write(b""))


def test_a_web_page_saved_as_a_model_is_named_as_such(write):
    with pytest.raises(ModelChecksumError, match="not a GGUF file") as caught:
        read_header(write(b"<!doctype html><title>Login</title>"))
    assert "web page" in caught.value.hint


def test_a_missing_file_is_not_found(tmp_path):
    with pytest.raises(ModelNotFoundError, match="No such file"):
        read_header(tmp_path / "none.gguf")


@pytest.mark.parametrize("version", [0, 1, 4, 0x03000000])
def test_an_unknown_version_is_refused(write, version):
    with pytest.raises(ModelChecksumError, match="version"):
        read_header(write(gguf(version=version)))


@pytest.mark.parametrize("count", [2**63, 2**40, 10**6])
@pytest.mark.parametrize("field", [8, 16])
def test_a_hostile_count_is_refused_before_anything_is_allocated(write, count, field):
    data = bytearray(gguf())
    struct.pack_into("<Q", data, field, count)
    with pytest.raises(ModelChecksumError, match="more than the file can hold"):
        read_header(write(bytes(data)))


def test_a_hostile_text_length_is_refused(write):
    data = bytearray(gguf())
    struct.pack_into("<Q", data, 24, 2**62)
    with pytest.raises(ModelChecksumError, match="claims to be"):
        read_header(write(bytes(data)))


def test_a_hostile_array_length_is_refused(write):
    data = gguf({**METADATA, "x": [7]})
    at = data.index(text("x")) + 9 + 8
    broken = data[:at] + struct.pack("<Q", 2**61) + data[at + 8 :]
    with pytest.raises(ModelChecksumError, match="elements"):
        read_header(write(broken))


def test_a_tensor_that_lies_elsewhere_is_reported(write):
    data = gguf()
    at = data.index(b"blk.0.attn_q.weight") + 19 + 4 + 16 + 4
    broken = data[:at] + struct.pack("<Q", 0) + data[at + 8 :]
    with pytest.raises(ModelChecksumError, match=r"lies at 0 instead of 768"):
        read_header(write(broken))


@pytest.mark.parametrize("alignment", [0, 3, 2**31])
def test_an_impossible_alignment_is_refused(write, alignment):
    with pytest.raises(ModelChecksumError, match="alignment"):
        read_header(write(gguf({**METADATA, "general.alignment": alignment})))


def test_the_tensors_of_all_parts_are_added(write):
    first = write(gguf({**METADATA, "split.count": 2}, TENSORS[:2]), "m-00001-of-00002.gguf")
    second = write(gguf({"split.count": 2}, TENSORS[2:]), "m-00002-of-00002.gguf")
    header = read_headers([first, second])
    assert header.tensors == 3
    assert header.layer_bytes == (64 * 64 // 32 * 34,) * 2
    assert header.file_bytes == first.stat().st_size + second.stat().st_size


def test_a_split_model_with_a_part_missing_is_not_loaded(write):
    with pytest.raises(ModelNotFoundError, match="one of 2 parts"):
        read_headers([write(gguf({**METADATA, "split.count": 2}))])


def test_the_table_of_tensor_types_agrees_with_the_library():
    llama_cpp = pytest.importorskip("llama_cpp")
    import ctypes

    libraries = list((Path(llama_cpp.__file__).parent / "lib").glob("*ggml-base.*"))
    if not libraries:
        pytest.skip("the library lies elsewhere")
    ggml = ctypes.CDLL(str(libraries[0]))
    ggml.ggml_type_size.restype = ctypes.c_size_t
    ggml.ggml_blck_size.restype = ctypes.c_int64
    assert {kind: (ggml.ggml_blck_size(kind), ggml.ggml_type_size(kind)) for kind in BLOCKS} == BLOCKS


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> tuple[Path, GgufHeader, int]:
    """A copy of a real model with its header and, in place of the weights, a hole; and where the header ends."""
    embedded_model = hub.embedded_path()
    if embedded_model is None:
        pytest.skip("the embedded model is not installed")
    header = read_header(embedded_model)
    data_bytes = sum(header.layer_bytes) + header.other_bytes
    end = header.file_bytes - data_bytes
    copy = tmp_path_factory.mktemp("gguf") / "real.gguf"
    with embedded_model.open("rb") as source, copy.open("wb") as target:
        target.write(source.read(end))
        target.truncate(header.file_bytes)
    return copy, header, end


def test_a_real_model_cut_at_any_of_200_places_is_refused(real, tmp_path):
    path, header, end = real
    dice = random.Random(1)
    places = [dice.randrange(end) for _ in range(100)] + [dice.randrange(header.file_bytes) for _ in range(100)]
    copy = tmp_path / "cut.gguf"
    shutil.copyfile(path, copy)
    for place in sorted(places, reverse=True):
        with copy.open("r+b") as file:
            file.truncate(place)
        with pytest.raises(ModelChecksumError):
            read_header(copy)


def test_any_of_200_flipped_bits_in_a_real_header_gives_a_header_or_a_clear_error(real):
    path, header, end = real
    dice = random.Random(2)
    refused = 0
    for _ in range(200):
        # Half of them in the counts, the plain metadata and the tensor table, where they do harm; the rest anywhere.
        place = dice.choice([dice.randrange(4_000), end - 1 - dice.randrange(16_000), dice.randrange(end), dice.randrange(end)])
        with path.open("r+b") as file:
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ (1 << dice.randrange(8))]))
        try:
            assert read_header(path).file_bytes == header.file_bytes
        except ModelChecksumError:
            refused += 1
        with path.open("r+b") as file:
            file.seek(place)
            file.write(bytes([byte]))
    assert refused > 20
    assert read_header(path).layers == header.layers
