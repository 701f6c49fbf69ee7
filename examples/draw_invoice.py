"""Draw examples/invoice.jpg: an invoice as an office scanner of bad mood would give it. `python examples/draw_invoice.py`

Everything on the page is invented. The degradation is that of a cheap scan: low resolution, a skewed sheet, ink that
spreads, sensor noise, uneven light and JPEG blocks. The seed is fixed, so the picture is always the same.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

HERE = Path(__file__).parent
SIZE = (1654, 2339)  # A4 at 200 dots per inch
INK = (25, 25, 30)
ITEMS = [
    ("Document scanner, duplex", "2", "449.00", "898.00"),
    ("Maintenance contract, twelve months", "1", "360.00", "360.00"),
    ("Archive boxes, acid free", "25", "3.80", "95.00"),
    ("Delivery and installation", "1", "147.00", "147.00"),
]
TOTALS = [("Subtotal", "$1,500.00"), ("Sales tax 8 %", "$120.00"), ("Total amount due", "$1,620.00")]
FOOT = [
    "Payment is due within thirty days of the invoice date. Please quote the invoice",
    "number with your remittance. Goods remain our property until paid in full.",
    "Questions about this invoice? Contact accounts@harbour-lane.example",
    "or telephone 020 7946 0182 during business hours.",
]


def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        return ImageFont.truetype("DejaVuSerif-Bold.ttf" if bold else "DejaVuSerif.ttf", size)
    except OSError:
        return ImageFont.load_default(size)


def draw() -> Image.Image:
    page = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(page)
    pen.text((140, 150), "Harbour Lane Office Supplies Ltd", INK, font(44, bold=True))
    for row, text in enumerate(("17 Harbour Lane", "Bristol BS1 4QA", "United Kingdom")):
        pen.text((140, 215 + 36 * row), text, INK, font(26))
    pen.text((1060, 300), "INVOICE", INK, font(60, bold=True))
    for row, (name, value) in enumerate(
        (("Invoice number", "INV-2023-0715"), ("Invoice date", "2023-07-15"), ("Due date", "2023-08-14"))
    ):
        pen.text((900, 400 + 44 * row), name, INK, font(27))
        pen.text((1220, 400 + 44 * row), value, INK, font(27))
    for row, text in enumerate(
        ("Bill to", "Meadow Bridge Veterinary Practice", "Accounts department", "3 Mill Street, Gloucester")
    ):
        pen.text((140, 420 + 40 * row), text, INK, font(27, bold=row == 0))
    table(pen, 690)
    for row, text in enumerate(FOOT):
        pen.text((140, 1370 + 42 * row), text, INK, font(25))
    return page


def table(pen: ImageDraw.ImageDraw, top: int) -> None:
    columns = (140, 1000, 1200, 1500)
    for x, text in zip(columns, ("Description", "Quantity", "Unit price", "Amount"), strict=True):
        pen.text((x, top), text, INK, font(26, bold=True), anchor="la" if x == 140 else "ra")
    pen.line((130, top + 46, 1510, top + 46), INK, 3)
    for row, item in enumerate(ITEMS):
        for x, text in zip(columns, item, strict=True):
            pen.text((x, top + 66 + 48 * row), text, INK, font(26), anchor="la" if x == 140 else "ra")
    pen.line((800, top + 280, 1510, top + 280), INK, 2)
    for row, (name, amount) in enumerate(TOTALS):
        last = row == len(TOTALS) - 1
        pen.text((850, top + 300 + 50 * row), name, INK, font(28, bold=last))
        pen.text((1500, top + 300 + 50 * row), amount, INK, font(28, bold=last), anchor="ra")


def scanned(page: Image.Image, seed: int = 7) -> Image.Image:
    random = np.random.default_rng(seed)
    page = page.rotate(0.6, Image.Resampling.BICUBIC, fillcolor="white")
    page = page.filter(ImageFilter.GaussianBlur(1.5)).resize(
        (SIZE[0] * 11 // 20, SIZE[1] * 11 // 20), Image.Resampling.BILINEAR
    )
    pixels = np.asarray(page.convert("L"), dtype=np.float32)
    light = np.linspace(0.86, 1.0, pixels.shape[1])[None, :] * np.linspace(1.0, 0.92, pixels.shape[0])[:, None]
    grain = random.normal(0, 13, pixels.shape)
    pixels = np.clip(40 + pixels * 0.8 * light + grain, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels)


if __name__ == "__main__":
    scanned(draw()).save(HERE / "invoice.jpg", "JPEG", quality=38, dpi=(110, 110))
