"""What is no image and no PDF, or cannot be opened at all, is refused with what it is and what to do."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from ocrect import source
from ocrect.errors import DamagedInputError, InputNotFoundError, InputTooLargeError, UnsupportedInputError
from ocrect.settings import Settings


def read(given):
    return list(source.pages(given, Settings()))


def png():
    out = io.BytesIO()
    Image.new("RGB", (60, 40)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("wrong", [5, None, ["a.png"], Image.new("L", (3, 3)), {"file": "a.png"}])
def test_what_is_no_path_no_bytes_and_no_stream_is_refused_with_what_to_give(wrong):
    with pytest.raises(TypeError, match=f"a path, bytes or a binary stream .* not {type(wrong).__name__}"):
        read(wrong)


def test_a_stream_of_text_is_told_to_be_opened_as_bytes():
    with pytest.raises(TypeError, match="mode 'rb'"):
        read(io.StringIO("no picture"))


def test_a_missing_path_is_not_found(tmp_path):
    with pytest.raises(InputNotFoundError, match="does not exist"):
        read(tmp_path / "none.png")


@pytest.mark.parametrize("path", ["a\0b.png", "x" * 5000])
def test_a_path_that_no_file_can_have_is_not_found(path):
    with pytest.raises(InputNotFoundError, match="cannot be opened"):
        read(path)


def test_a_directory_in_the_place_of_a_file_is_not_found_and_said_to_be_one(tmp_path):
    with pytest.raises(InputNotFoundError, match="is a directory"):
        read(tmp_path)


def test_a_file_that_may_not_be_read_is_reported(tmp_path):
    path = tmp_path / "secret.png"
    path.write_bytes(png())
    path.chmod(0)
    script = (
        "import os, sys; from ocrect import source; from ocrect.settings import Settings\n"
        "from ocrect.errors import OcrectError\n"
        "path = os.open(sys.argv[1], os.O_PATH) if os.getuid() == 0 else None\n"
        "if path is not None: os.setuid(65534)\n"
        "try: source.numbers(f'/proc/self/fd/{path}' if path is not None else sys.argv[1], Settings())\n"
        "except OcrectError as error: print(type(error).__name__, error)"
    )
    out = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True).stdout
    assert out.startswith("InputNotFoundError")
    assert "may not be read" in out


@pytest.mark.timeout(20)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_refused_and_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnsupportedInputError, match="named pipe"):
        read(tmp_path / "pipe")


@pytest.mark.timeout(20)
@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
def test_a_device_is_refused():
    with pytest.raises(UnsupportedInputError, match="device"):
        read("/dev/zero")


def test_an_empty_file_is_reported_as_damaged():
    with pytest.raises(DamagedInputError, match="empty"):
        read(b"")


def test_a_file_of_zeros_is_reported_as_damaged():
    with pytest.raises(DamagedInputError, match="only zero bytes"):
        read(bytes(10_000))


OTHERS = {
    b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml" + b"word/document.xml": "a Word document",
    b"PK\x03\x04" + bytes(26) + b"notes.txt": "a ZIP archive",
    b"\n<!DOCTYPE html><html></html>": "an HTML page",
    b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>': "an SVG drawing",
    b"\0\0\0\x18ftypavif\0\0\0\0avifmif1": "an AVIF image",
    b"GGUF\x03\0\0\0": "a language model",
    "Sehr geehrte Damen und Herren, €\n".encode() * 500: "plain text",
    b"BMW, a car maker in Munich.\n": "plain text",
    bytes(range(1, 256)): "no image and no PDF",
}


@pytest.mark.parametrize("data", OTHERS, ids=OTHERS.values())
def test_other_files_are_named(data):
    with pytest.raises(UnsupportedInputError, match=OTHERS[data]) as caught:
        read(data)
    assert "PNG, JPEG, TIFF" in caught.value.hint


class Endless(io.RawIOBase):
    def readinto(self, buffer):
        buffer[:] = b"\xff" * len(buffer)
        return len(buffer)


def test_a_stream_is_read_up_to_a_limit():
    with pytest.raises(InputTooLargeError, match="more than 5000000 bytes"):
        source.buffered(Endless(), 5_000_000)
    assert source.buffered(io.BytesIO(b"abc")) == b"abc"


def test_text_is_read_as_utf_8(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfZ\xc3\xbcrich")
    assert source.read_text(tmp_path / "a.txt") == "Zürich"
    with pytest.raises(DamagedInputError, match="not UTF-8: byte 1"):
        source.read_text(b"Z\xfcrich")


@pytest.mark.parametrize("data", [b"%PDF-1.4\n1 0 obj\n", b"GIF89a words", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"])
def test_a_scan_given_as_a_text_is_called_so(data: bytes) -> None:
    with pytest.raises(UnsupportedInputError, match="no text") as caught:
        source.read_text(data)
    assert "`ocrect read`" in caught.value.hint


def test_an_empty_file_is_an_empty_text_unless_a_scan_is_named(tmp_path: Path) -> None:
    for name in ("a.txt", "a.json", "a"):
        (tmp_path / name).touch()
        assert source.read_text(tmp_path / name) == ""
    for name in ("a.pdf", "a.PNG"):
        (tmp_path / name).touch()
        with pytest.raises(DamagedInputError, match="empty"):
            source.read_text(str(tmp_path / name))
    assert source.read_text(b"The header %PDF-1.7 of a file") == "The header %PDF-1.7 of a file"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_a_text_of_wide_characters_is_called_so_and_none_of_it_is_read(encoding: str) -> None:
    with pytest.raises(DamagedInputError, match="looks like UTF-16") as caught:
        source.read_text("The company is due.".encode(encoding))
    assert "iconv" in caught.value.hint


def test_an_address_in_place_of_a_file_is_told_how_it_is_read():
    with pytest.raises(InputNotFoundError) as caught:
        read(Path("https://ocr.example/a.pdf"))
    assert "Addresses are not fetched" in caught.value.hint
