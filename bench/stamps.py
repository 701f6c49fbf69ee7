"""Drawn invoices with a coloured stamp or strokes of a pen over their lines: is every line read, and the stamp?

    python -m bench.stamps [--pages 24] [--seed 1]

A line or a stamp is right where a line that was read is the same to the last sign, white space aside. A line that is lost is
*unsaid* where no unread place of text lies over it.
"""

from __future__ import annotations

import argparse
import random

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bench.fonts import fonts
from bench.reading import pipeline
from ocrect.record.document import TEXT_LIKE, Box, PageImage

_FACES = "DejaVuSans|DejaVuSerif|Liberation|Carlito|Caladea"
_ITEMS = (
    "Office paper A4|Toner black|Delivery|Desk lamp|Archive boxes|Pencils HB|Rubber bands|Envelopes C5|Folding chair".split("|")
)
_MARKS = "PAID|RECEIVED|BEZAHLT|COPY|APPROVED|PAGADO|EINGANG|URGENT".split("|")
_COLOURS = (200, 40, 50), (40, 60, 180), (120, 40, 140), (30, 120, 60), (220, 60, 120), (20, 90, 150)
_SIZES, _LARGER, _DEGREES = (22, 40), (2.0, 4.0), (-30.0, 30.0)

Row = tuple[str, Box]


def drawn(dice: random.Random, faces: list[str]) -> tuple[PageImage, list[Row], str]:
    """A page, its lines with their places, and the words of its stamp; none for strokes of a pen."""
    size = dice.randint(*_SIZES)
    face, width, height = ImageFont.truetype(dice.choice(faces), size), 34 * size, 30 * size
    page = Image.new("RGB", (width, height), (250, 249, 246))
    draw, rows, top = ImageDraw.Draw(page), list[Row](), 2.0 * size
    for _ in range(11):
        amount = f"{dice.randint(1, 9999):,}.{dice.randint(0, 99):02}"
        text = f"{dice.choice(_ITEMS)} {dice.randint(1, 99)} pieces {amount}"
        draw.text((2 * size, top), text, font=face, fill=(35, 35, 35))
        rows.append((text, Box(*draw.textbbox((2 * size, top), text, font=face))))
        top += size * dice.uniform(1.5, 2.4)
    mark = dice.choice(_MARKS) if dice.random() < 0.75 else ""
    ink = Image.new("RGB", page.size, (255, 255, 255))
    x, y = round(dice.uniform(2, 12) * size), round(dice.uniform(2, 14) * size)
    if mark:
        ink.paste(_stamp(dice, mark, ImageFont.truetype(dice.choice(faces), round(size * dice.uniform(*_LARGER)))), (x, y))
    else:
        points = [(x + n * size, y + round(dice.uniform(0, 5) * size)) for n in range(9)]
        ImageDraw.Draw(ink).line(points, fill=dice.choice(_COLOURS), width=max(3, size // 8), joint="curve")
    both = np.asarray(page, np.float32) * np.asarray(ink, np.float32) / 255  # as ink that lets print through
    grain = np.random.default_rng(dice.randrange(2**32)).normal(0, 4, both.shape)
    pixels = np.clip(cv2.GaussianBlur(both, (0, 0), 0.7) + grain, 0, 255).astype(np.uint8)
    return PageImage(pixels, 1, 200.0), rows, mark


def _stamp(dice: random.Random, mark: str, face: ImageFont.FreeTypeFont) -> Image.Image:
    """A word in a frame or by itself, turned."""
    colour, pad = dice.choice(_COLOURS), round(0.3 * face.size)
    _, _, right, bottom = face.getbbox(mark)
    stamp = Image.new("RGB", (round(right) + 2 * pad, round(bottom) + 2 * pad), (255, 255, 255))
    draw = ImageDraw.Draw(stamp)
    draw.text((pad, pad), mark, font=face, fill=colour)
    if dice.random() < 0.6:
        draw.rectangle((2, 2, stamp.width - 3, stamp.height - 3), outline=colour, width=max(3, pad // 3))
    white = (255, 255, 255)
    return stamp.rotate(dice.uniform(*_DEGREES), expand=True, resample=Image.Resampling.BICUBIC, fillcolor=white)


def _is_said(box: Box, places: list[Box]) -> bool:
    middle = (box.top + box.bottom) / 2
    return any(place.left < box.right and place.right > box.left and place.top < middle < place.bottom for place in places)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    faces, reader = [str(font) for font in fonts(_FACES) if "Oblique" not in font.name], pipeline("en", {"runtime": "none"})
    lines = lost = unsaid = stamps = read = 0
    for number in range(options.pages):
        image, rows, mark = drawn(random.Random(options.seed * 1000 + number), faces)
        page = reader.recognize(image)
        texts = {line.text.replace(" ", "") for line in page.lines()}
        missing = [(text, box) for text, box in rows if text.replace(" ", "") not in texts]
        places = [item.box for item in page.unread if item.why in TEXT_LIKE]
        lines, lost = lines + len(rows), lost + len(missing)
        unsaid += sum(not _is_said(box, places) for _, box in missing)
        stamps, read = stamps + bool(mark), read + bool(mark and mark in texts)
        print(
            number, mark or "a pen", [text for text, _ in missing], "" if mark in texts or not mark else "not read", flush=True
        )
    print(f"{lines} lines: {lost} wrong or lost, {unsaid} of them unsaid; {stamps} stamps: {read} read")


if __name__ == "__main__":
    main()
