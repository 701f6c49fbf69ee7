"""Images become pages; a file that is broken, monstrous or something else is refused with the reason."""

from __future__ import annotations

import io
import os
import random
import re
import struct
import subprocess
import sys
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFile, PngImagePlugin, TiffImagePlugin

from ocrect import source
from ocrect.errors import (
    DamagedInputError,
    InputError,
    InputNotFoundError,
    InputTooLargeError,
    SettingsError,
    UnsupportedInputError,
)
from ocrect.record.document import Page, PageImage
from ocrect.settings import Settings


def read(given, **changes):
    return list(source.pages(given, Settings(**changes)))


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def picture(mode="RGB", size=(60, 40)):
    """White with a black square in its upper left quarter, and some noise so that it does not compress to nothing."""
    rows = np.random.default_rng(7).integers(230, 256, (size[1], size[0], 3), dtype=np.uint8)
    rows[: size[1] // 2, : size[0] // 2] = 0
    return Image.fromarray(rows).convert(mode)


def quarters(pixels):
    """Mean of the four quarters, row by row."""
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    return [
        round(float(part.mean())) for half in (pixels[:height], pixels[height:]) for part in (half[:, :width], half[:, width:])
    ]


FRAMES = {"save_all": True, "append_images": [picture(), picture()]}
FILES = {
    "png": saved(picture(), "PNG"),
    "jpeg": saved(picture(), "JPEG", quality=95),
    "progressive jpeg": saved(picture(), "JPEG", progressive=True),
    "tiff": saved(picture(), "TIFF"),
    "tiff lzw": saved(picture(), "TIFF", compression="tiff_lzw"),
    "tiff deflate": saved(picture(), "TIFF", compression="tiff_adobe_deflate"),
    "tiff jpeg": saved(picture(), "TIFF", compression="jpeg", quality=95),
    "tiff group 4": saved(picture("1"), "TIFF", compression="group4"),
    "big tiff": saved(picture(), "TIFF", big_tiff=True),
    "webp": saved(picture(), "WEBP"),
    "webp lossless": saved(picture(), "WEBP", lossless=True),
    "bmp": saved(picture(), "BMP"),
    "bmp of one bit": saved(picture("1"), "BMP"),
    "gif": saved(picture("P"), "GIF"),
}
SEVERAL = {
    "tiff": saved(picture(), "TIFF", **FRAMES),
    "tiff lzw": saved(picture(), "TIFF", compression="tiff_lzw", **FRAMES),
    "gif": saved(picture("P"), "GIF", save_all=True, append_images=[picture("P").rotate(a) for a in (90, 180)]),
    "webp": saved(picture(), "WEBP", save_all=True, append_images=[picture().rotate(a) for a in (90, 180)]),
}


@pytest.mark.parametrize("kind", FILES)
def test_each_kind_gives_its_pixels(kind):
    (page,) = read(FILES[kind])
    assert isinstance(page, PageImage)
    assert (page.width, page.height, page.number) == (60, 40, 1)
    assert page.pixels.dtype == np.uint8
    assert page.pixels.flags.c_contiguous
    dark, *light = quarters(page.pixels)
    assert dark < 20
    assert min(light) > 215


def fax(lines=120):
    """White, with a black bar in every tenth row."""
    rows = np.full((lines, 400), 255, np.uint8)
    rows[::10, 50:350] = 0
    return Image.fromarray(rows).convert("1")


@pytest.mark.parametrize("density", [(204, 98), (204, 391), (100, 200)])
@pytest.mark.parametrize("kind", ["TIFF", "PNG", "JPEG", "BMP"])
def test_pixels_longer_than_wide_are_squared_and_the_record_says_so(kind, density):
    (page,) = read(saved(fax().convert("L"), kind, dpi=density))
    finer = max(density)
    wanted = (round(400 * finer / density[0]), round(120 * finer / density[1]))
    assert (page.width, page.height) == pytest.approx(wanted, abs=2)
    assert page.dpi == pytest.approx(finer, abs=0.5)
    assert [step.name for step in page.steps] == ["square"]


@pytest.mark.parametrize("density", [(200, 200), (204, 196), (300, 1), (9999, 9999), (600, 72), (0, 0)])
def test_pixels_stay_as_they_are_where_the_file_calls_them_square_or_lies(density):
    (page,) = read(saved(fax(), "TIFF", dpi=density))
    assert (page.width, page.height, page.steps) == (400, 120, ())


def test_pixels_of_a_picture_on_its_side_are_squared_the_right_way():
    for kind in ("TIFF", "JPEG"):
        exif = Image.Exif()
        exif[274] = 6
        data = saved(fax().convert("L"), kind, dpi=(204, 98), exif=exif)
        assert read(data)[0].pixels.shape == (400, pytest.approx(250, abs=2), 3)


def test_a_squared_page_may_not_pass_the_limit_either():
    with pytest.raises(InputTooLargeError):
        read(saved(fax(), "TIFF", dpi=(204, 98)), max_pixels=400 * 130)


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("kind", ["TIFF", "PNG"])
def test_grey_of_fewer_bits_in_sixteen_keeps_its_contrast(kind, bits):
    ink = np.asarray(fax()).astype(np.float32)
    values = (0.1 + 0.9 * ink) * (2**bits - 1)
    (page,) = read(saved(Image.fromarray(values.astype(np.uint16)), kind))
    assert page.pixels.min() < 40
    assert page.pixels.max() > 230


def bare_tiff(values, photometric, numbers=1, together=True):
    """A TIFF of the samples ``(height, width, colours)`` as they are in memory: Pillow writes none of these kinds."""
    height, width, colours = values.shape
    data = (values if together else np.moveaxis(values, 2, 0)).tobytes()
    each, bits = len(data) // colours, 8 * values.itemsize
    places, lengths = ([8], [len(data)]) if together else ([8 + i * each for i in range(colours)], [each] * colours)
    tags = {256: [width], 257: [height], 258: [bits] * colours, 259: [1], 262: [photometric], 273: places, 277: [colours]}
    tags |= {278: [height], 279: lengths, 284: [1 if together else 2], 339: [numbers] * colours}
    start, entries, tables = 8 + len(data), b"", b""
    for tag, found in sorted(tags.items()):
        packed = struct.pack(f"<{len(found)}I", *found)
        if len(found) > 1:
            place = start + 2 + 12 * len(tags) + 4 + len(tables)
            tables, packed = tables + packed, struct.pack("<I", place)
        entries += struct.pack("<HHI", tag, 4, len(found)) + packed
    return b"II*\0" + struct.pack("<I", start) + data + struct.pack("<H", len(tags)) + entries + bytes(4) + tables


@pytest.mark.parametrize("bits", [10, 12, 14, 16])
def test_colours_of_fewer_bits_in_sixteen_keep_their_contrast(bits):
    ink = np.repeat(np.asarray(fax()).astype(np.float32)[:, :, None], 3, axis=2)
    (page,) = read(bare_tiff(((0.1 + 0.9 * ink) * (2**bits - 1)).astype("<u2"), 2))
    assert page.pixels.min() < 70
    assert page.pixels.max() > 230


@pytest.mark.parametrize(("numbers", "kind"), [(1, "<u4"), (2, "<i4"), (3, "<f4")])
def test_grey_of_thirty_two_bits_is_as_bright_as_its_numbers(numbers, kind):
    grey = np.asarray(picture("L")).astype(float) / 255
    most = {"<u4": 2**32 - 1, "<i4": 2**31 - 1, "<f4": 1.0}[kind]
    (page,) = read(bare_tiff((grey * most).astype(kind)[:, :, None], 1, numbers))
    assert page.pixels[:15, :25].max() < 40
    assert page.pixels[25:].min() > 200


@pytest.mark.parametrize(
    "picture_of",
    [
        lambda rows: bare_tiff(rows.astype("<u2") * 257, 2, together=False),
        lambda rows: bare_tiff((rows[:, :, :1] / 255).astype("<f2"), 1, 3),
        lambda rows: bare_tiff(np.repeat(rows[:, :, :1], 5, axis=2), 5),
    ],
    ids=["colours of 16 bits that lie apart", "half-precision", "five inks"],
)
def test_pixels_of_a_rare_kind_are_unsupported_and_never_something_else(picture_of):
    with pytest.raises(UnsupportedInputError) as raised:
        read(picture_of(np.asarray(picture())))
    assert "RGB" in raised.value.hint


def test_noise_of_an_even_page_is_not_stretched_into_ink():
    noise = np.random.default_rng(3).integers(3900, 4000, (200, 200)).astype(np.uint16)
    assert np.ptp(read(saved(Image.fromarray(noise), "TIFF"))[0].pixels) < 12


def with_kinds(*kinds):
    """A TIFF of pages 60 × 40, 61 × 40, …, each with NewSubfileType as given."""
    out = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(out, True) as writer:
        for number, kind in enumerate(kinds):
            tags = TiffImagePlugin.ImageFileDirectory_v2()
            tags[254] = kind
            picture(size=(60 + number, 40)).save(writer, "TIFF", tiffinfo=tags)
            writer.newFrame()
    return out.getvalue()


@pytest.mark.parametrize(
    ("kinds", "widths"), [((0, 1), [60]), ((1, 0), [61]), ((2, 1, 2, 4, 2), [60, 62, 64]), ((1, 1), [60, 61]), ((5, 0), [61])]
)
def test_smaller_pictures_and_masks_of_pages_are_no_pages(kinds, widths):
    data = with_kinds(*kinds)
    assert [page.width for page in read(data)] == widths
    assert len(source.numbers(data, Settings())) == len(widths)


@pytest.mark.parametrize("compression", ["group3", "group4"])
@pytest.mark.parametrize("bad", [0, 1, 2])
def test_a_fax_page_whose_code_is_damaged_fails_and_the_others_come(compression, bad, capfd):
    pages = [fax(), fax(200), fax(150)]
    data = bytearray(saved(pages[0], "TIFF", compression=compression, save_all=True, append_images=pages[1:]))
    with Image.open(io.BytesIO(bytes(data))) as image:
        image.seek(bad)
        start, length = image.tag_v2[273][0], image.tag_v2[279][0]
    for place in range(start + length // 3, start + length):
        data[place] = 0xFF ^ (place * 37 & 255)
    found = read(bytes(data))
    assert [type(page) for page in found] == [Page if number == bad else PageImage for number in range(3)]
    assert found[bad].failure.error == "DamagedInputError"
    assert capfd.readouterr().err == ""


def test_a_file_of_one_damaged_fax_page_is_an_error():
    data = bytearray(saved(fax(), "TIFF", compression="group4"))
    with Image.open(io.BytesIO(bytes(data))) as image:
        start, length = image.tag_v2[273][0], image.tag_v2[279][0]
    data[start + length // 3 : start + length] = random.Random(4).randbytes(length - length // 3)
    with pytest.raises(DamagedInputError, match="decoder says"):
        read(bytes(data))


def test_photos_of_phones_are_read_upright_and_a_cut_one_is_damaged():
    heif = pytest.importorskip("pillow_heif", reason="pillow-heif, which writes HEIC, is not installed")
    out = io.BytesIO()
    heif.from_pillow(picture(size=(640, 480))).save(out, quality=90)
    (page,) = read(out.getvalue())
    assert (page.width, page.height) == (640, 480)
    dark, *light = quarters(page.pixels)
    assert dark < 30
    assert min(light) > 200
    with pytest.raises(InputTooLargeError, match="640 × 480"):
        read(out.getvalue(), max_pixels=1000)
    for cut in (30, 200, len(out.getvalue()) // 2):
        with pytest.raises(DamagedInputError):
            read(out.getvalue()[:cut])


@pytest.mark.parametrize("kind", SEVERAL)
def test_every_frame_is_a_page(kind):
    pages = read(SEVERAL[kind])
    assert [page.number for page in pages] == [1, 2, 3]
    assert source.numbers(SEVERAL[kind], Settings()) == [1, 2, 3]
    assert {page.pixels.shape for page in pages} == {(40, 60, 3)}


@pytest.mark.parametrize("given", ["path", "string", "bytes", "stream"])
def test_a_path_bytes_and_a_stream_are_the_same(given, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(FILES["png"])
    ways = {"path": path, "string": str(path), "bytes": FILES["png"], "stream": io.BytesIO(FILES["png"])}
    (page,) = read(ways[given])
    assert page.pixels.shape == (40, 60, 3)


def test_the_name_of_a_file_says_nothing_about_its_kind(tmp_path):
    (tmp_path / "scan.pdf").write_bytes(FILES["jpeg"])
    assert read(tmp_path / "scan.pdf")[0].width == 60


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_the_orientation_that_a_camera_notes_is_applied(kind, turn):
    upright = picture()
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    exif = Image.Exif()
    exif[274] = turn
    stored = upright.transpose(undo[turn]) if turn in undo else upright
    (page,) = read(saved(stored, kind, exif=exif))
    assert page.pixels.shape == (40, 60, 3)
    assert quarters(page.pixels)[0] < 30


def test_broken_exif_does_not_cost_the_image():
    assert read(saved(picture(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"))[0].width == 60


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white(mode):
    clear = picture("RGBA")
    alpha = np.full((40, 60), 255, np.uint8)
    alpha[20:] = 0
    clear.putalpha(Image.fromarray(alpha))
    dark, light, *below = quarters(read(saved(clear.convert(mode), "PNG"))[0].pixels)
    assert dark < 20
    assert light < 255
    assert below == [255, 255]


def test_a_colour_that_stands_for_transparent_is_white():
    black_is_clear = saved(picture("L"), "PNG", transparency=0)
    assert quarters(read(black_is_clear)[0].pixels)[0] == 255


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_becomes_rgb(kind):
    dark, *light = quarters(read(saved(picture("CMYK"), kind))[0].pixels)
    assert dark < 20
    assert min(light) > 215


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_grey_of_sixteen_bits_is_scaled_from_its_full_range(kind):
    grey = np.full((40, 60), 65535, np.uint16)
    grey[:20, :30] = 0x8000
    assert quarters(read(saved(Image.fromarray(grey), kind))[0].pixels) == [128, 255, 255, 255]


def test_grey_where_white_is_zero_is_turned_round():
    grey = np.zeros((40, 60), np.uint16)
    grey[:20, :30] = 65535
    file = bytearray(saved(Image.fromarray(grey), "TIFF"))
    entry = file.index(struct.pack("<HHIH", 262, 3, 1, 1))
    file[entry + 8] = 0
    assert quarters(read(bytes(file))[0].pixels) == [0, 255, 255, 255]


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_grey_of_other_numbers_is_scaled_from_darkest_to_brightest(dtype):
    grey = np.full((40, 60), 1000, dtype)
    grey[:20, :30] = 0
    assert quarters(read(saved(Image.fromarray(grey), "TIFF"))[0].pixels) == [0, 255, 255, 255]


def test_colours_that_this_pillow_cannot_convert_are_unsupported(monkeypatch):
    def convert(image, mode):
        raise ValueError("conversion not supported")  # as Pillow 11 says of LAB

    monkeypatch.setattr(TiffImagePlugin.TiffImageFile, "convert", convert)
    with pytest.raises(UnsupportedInputError, match="LAB"):
        read(saved(Image.new("LAB", (8, 8)), "TIFF"))


@pytest.mark.parametrize(
    ("stored", "given"), [((300, 300), 300), ((96, 96), 96), ((1, 1), None), ((5000, 5000), None), ((204, 98), 204)]
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP"])
def test_dots_per_inch_are_taken_where_they_make_sense(kind, stored, given):
    (page,) = read(saved(picture(), kind, dpi=stored))
    assert page.dpi == (None if given is None else pytest.approx(given, abs=0.1))


def test_pages_come_one_at_a_time():
    pages = source.pages(SEVERAL["tiff"], Settings())
    assert next(pages).number == 1
    pages.close()


@pytest.mark.parametrize(
    ("wanted", "numbers"), [("2", [2]), ("1-2", [1, 2]), ("3,1", [1, 3]), ("2-", [2, 3]), (" 1 - 3 , 2 ", [1, 2, 3])]
)
def test_pages_are_selected(wanted, numbers):
    assert [page.number for page in read(SEVERAL["gif"], pages=wanted)] == numbers
    assert source.numbers(SEVERAL["gif"], Settings(pages=wanted)) == numbers


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ("0", "count from 1"), ("0-2", "count from 1"), ("3-1", "runs backwards; write 1-3"),
        ("one", "neither a page nor a range"),
        ("1,,2", "neither"), ("-2", "neither"), ("1-2-3", "neither"), ("²", "neither"), ("9" * 5000, "neither"),
    ],
)  # fmt: skip
def test_a_wrong_selection_is_explained(wanted, why):
    with pytest.raises(SettingsError, match=why):
        read(SEVERAL["tiff"], pages=wanted)


@pytest.mark.parametrize("wanted", ["4", "1-999999999", "9-"])
def test_a_page_that_the_file_lacks_is_the_files_own_error(wanted):
    with pytest.raises(InputNotFoundError, match="the file has 3 pages"):
        read(SEVERAL["tiff"], pages=wanted)


# Truncated and damaged


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("kind", FILES)
def test_a_truncated_image_is_refused_as_truncated(kind, share):
    whole = FILES[kind]
    with pytest.raises(DamagedInputError, match="truncated"):
        read(whole[: int(len(whole) * share)])


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_progressive_jpeg_without_its_last_passes_is_read_and_told(mode, caplog):
    whole = saved(picture(mode), "JPEG", progressive=True)
    assert len(read(whole)) == 1
    assert not caplog.records
    passes = [found.start() for found in re.finditer(b"\xff\xda", whole)]
    for cut in passes[1:]:
        caplog.clear()
        assert len(read(whole[:cut] + b"\xff\xd9")) == 1
        assert "lacks its last passes" in caplog.text


@pytest.mark.parametrize("kind", ["jpeg", "progressive jpeg"])
def test_a_jpeg_cut_anywhere_in_its_head_is_damaged(kind):
    whole = FILES[kind]
    for length in range(3, whole.index(b"\xff\xda") + 16):
        with pytest.raises(DamagedInputError):
            read(whole[:length])


@pytest.mark.parametrize("kind", ["png", "jpeg", "progressive jpeg", "webp", "bmp", "gif"])
def test_an_image_without_its_last_byte_is_refused_as_truncated(kind):
    with pytest.raises(DamagedInputError, match="truncated"):
        read(FILES[kind][:-1])


def test_a_download_filled_up_with_zeros_is_refused():
    jpeg = FILES["jpeg"]
    with pytest.raises(DamagedInputError, match="truncated"):
        read(jpeg[: len(jpeg) // 2] + bytes(len(jpeg) // 2))


@pytest.mark.parametrize("how", [{}, {"optimize": True}, {"subsampling": 0}, {"restart_marker_blocks": 5}])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_jpeg_whose_data_end_before_its_end_mark_is_truncated(mode: str, how: dict[str, int]) -> None:
    """Its decoder fills the rest with one colour, as a margin has that is whole."""
    page = Image.new(mode, (400, 500), "white")
    page.paste(picture(size=(300, 200)), (20, 20))
    if mode == "L":
        how = {name: value for name, value in how.items() if name != "subsampling"}
    whole = saved(page, "JPEG", quality=90, **how)
    assert read(whole)[0].width == 400
    start = whole.index(b"\xff\xda")
    for share in (0.3, 0.6, 0.9):
        cut = whole[: start + int((len(whole) - start) * share)].rstrip(b"\xff")
        with pytest.raises(DamagedInputError, match="truncated"):
            read(cut + b"\xff\xd9")


@pytest.mark.parametrize("kind", ["tiff", "tiff lzw", "gif"])
def test_the_pages_before_the_cut_are_kept(kind):
    whole = SEVERAL[kind]
    first, *others = read(whole[: int(len(whole) * 0.6)])
    assert isinstance(first, PageImage)
    assert isinstance(others[-1], Page)
    assert others[-1].failure.error == "DamagedInputError"
    assert "truncated" in others[-1].failure.message


@pytest.mark.parametrize(("width", "height"), [(1, 1000), (60, 40), (900, 900)])
@pytest.mark.parametrize("whole_rows", [0, 25, -1])
def test_a_png_whose_data_end_at_the_end_of_a_row_is_truncated(width: int, height: int, whole_rows: int) -> None:
    """The decoder makes black rows of what is missing, and says nothing."""
    row = bytes(1 + width)
    assert read(png_of(width, height, rows=row * height))[0].width == width
    with pytest.raises(DamagedInputError, match="truncated"):
        read(png_of(width, height, rows=row * (whole_rows % height)))


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 5), (9, 8), (60, 41)])
def test_an_interlaced_png_is_whole_with_all_its_passes(width: int, height: int) -> None:
    passes = [(1, 8, 1, 8), (5, 8, 1, 8), (1, 4, 5, 8), (3, 4, 1, 4), (1, 2, 3, 4), (2, 2, 1, 2), (1, 1, 2, 2)]
    rows = [range(top, height + 1, down) for _, _, top, down in passes]
    lengths = [len(range(left, width + 1, across)) for left, across, _, _ in passes]
    need = sum(len(high) * (1 + wide) for high, wide in zip(rows, lengths, strict=True) if wide)
    assert read(png_of(width, height, rows=bytes(need), interlaced=1))[0].width == width
    with pytest.raises(DamagedInputError, match="truncated"):
        read(png_of(width, height, rows=bytes(need - 1), interlaced=1))


def test_a_flipped_bit_in_a_png_is_noticed():
    spoilt = bytearray(FILES["png"])
    spoilt[spoilt.index(b"IDAT") + 500] ^= 1
    with pytest.raises(DamagedInputError, match="checksum"):
        read(bytes(spoilt))


def test_truncated_images_are_refused_though_the_caller_lets_pillow_read_them(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    for kind in ("png", "jpeg", "gif", "bmp", "webp", "tiff"):
        with pytest.raises(DamagedInputError):
            read(FILES[kind][: len(FILES[kind]) * 2 // 3])


@pytest.mark.parametrize("kind", [*FILES, *(f"several {kind}" for kind in SEVERAL)])
def test_random_damage_gives_pages_or_an_input_error(kind):
    whole = SEVERAL[kind.removeprefix("several ")] if kind.startswith("several") else FILES[kind]
    chance = random.Random(kind)
    for _ in range(100):
        spoilt = bytearray(whole)
        for _ in range(chance.choice([1, 1, 3, 20])):
            spoilt[int(len(spoilt) * chance.random() ** 3)] = chance.randrange(256)  # mostly near the start
        if chance.random() < 0.3:
            del spoilt[chance.randrange(len(spoilt)) :]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                pages = read(bytes(spoilt), max_pixels=1_000_000)
            except InputError:
                continue
        assert all(isinstance(page, PageImage) or page.failure for page in pages)


# Too large


def png_of(width, height, chunks=b"", rows=b"", *, interlaced=0):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, interlaced))
    return b"\x89PNG\r\n\x1a\n" + header + chunks + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def bomb(tmp_path_factory):
    """400 million pixels in less than 400 kB."""
    path = tmp_path_factory.mktemp("bomb") / "bomb.png"
    path.write_bytes(png_of(20_000, 20_000, rows=bytes(20_001 * 20_000)))
    return path


def test_a_small_file_that_unpacks_to_gigabytes_is_refused_from_its_header(bomb):
    script = (
        "import pathlib, re, sys; from ocrect import source; from ocrect.settings import Settings\n"
        "from ocrect.errors import InputTooLargeError\n"
        "try: list(source.pages(sys.argv[1], Settings()))\n"
        "except InputTooLargeError as error: print(error); print(error.hint)\n"
        # not ru_maxrss, which a child process takes over from its parent
        "print(re.search(r'VmHWM:\\s+(\\d+)', pathlib.Path('/proc/self/status').read_text())[1])"
    )
    message, hint, peak = subprocess.run(
        [sys.executable, "-c", script, str(bomb)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert "20000 × 20000 = 400000000 pixels, more than the 100000000 allowed" in message
    assert "--max-pixels to 400000000" in hint
    assert int(peak) < 200_000  # kB


def test_for_a_size_beyond_all_reason_no_larger_limit_is_offered():
    with pytest.raises(InputTooLargeError) as refused:
        read(png_of(2_000_000_000, 2_000_000_000, rows=b""))
    assert "--max-pixels" not in refused.value.hint
    assert "damaged" in refused.value.hint


@pytest.mark.parametrize("size", [(1, 90_000), (90_000, 1), (3, 80_000)])
def test_a_line_of_pixels_is_no_page(size):
    with pytest.raises(UnsupportedInputError, match="no page is so long and narrow"):
        read(saved(Image.new("L", size, 255), "PNG"))
    assert len(read(saved(Image.new("L", (60, 90_000), 255), "PNG"))) == 1


@pytest.mark.parametrize("kind", FILES)
def test_more_pixels_than_allowed_are_refused_in_every_kind(kind):
    with pytest.raises(InputTooLargeError, match="60 × 40 = 2400 pixels, more than the 2399"):
        read(FILES[kind], max_pixels=2399)
    assert len(read(FILES[kind], max_pixels=2400)) == 1


def test_only_the_page_that_is_too_large_fails():
    small, large = picture(), picture(size=(600, 400))
    pages = read(saved(small, "TIFF", save_all=True, append_images=[large, small]), max_pixels=10_000)
    assert [isinstance(page, PageImage) for page in pages] == [True, False, True]
    assert pages[1].failure.error == "InputTooLargeError"


@pytest.mark.parametrize("kind", SEVERAL)
def test_more_pages_than_allowed_are_refused(kind):
    with pytest.raises(InputTooLargeError, match="pages"):
        read(SEVERAL[kind], max_pages=2)


@pytest.mark.parametrize("kind", sorted(FILES.keys() - {"webp", "webp lossless"}))
def test_the_limit_that_the_caller_gave_pillow_plays_no_part_and_stays(kind, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(read(FILES[kind])) == 1
    assert Image.MAX_IMAGE_PIXELS == 10


def test_pillows_own_limit_on_webp_is_named(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    with pytest.raises(InputTooLargeError) as caught:
        read(FILES["webp"])
    assert "PIL.Image.MAX_IMAGE_PIXELS" in caught.value.hint


def test_a_bomb_in_a_comment_is_not_unpacked():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 70_000_000, zip=True)
    assert read(saved(picture(), "PNG", pnginfo=info))[0].width == 60


def test_more_data_than_the_pixels_can_need_is_refused():
    with pytest.raises(DamagedInputError, match="more data than its size can need"):
        read(png_of(1, 1, rows=os.urandom(3_000_000)))


def test_a_progressive_jpeg_of_a_thousand_scans_is_refused():
    jpeg = FILES["progressive jpeg"]
    scan = jpeg.rindex(b"\xff\xda")
    with pytest.raises(DamagedInputError, match="scans"):
        read(jpeg[:scan] + jpeg[scan:-2] * 1000 + jpeg[-2:])


def test_an_image_has_no_text_layer():
    with pytest.raises(UnsupportedInputError, match="has no text layer"):
        read(FILES["png"], text_layer="only")
    assert isinstance(read(FILES["png"], text_layer="auto")[0], PageImage)
