"""Draw the test pages: small grey PNGs with known text, degraded as scans are, and ``pages.json`` with what stands on them.

    python tests/data/draw_pages.py [FOLDER_OF_DEJAVU_FONTS]

The tests read the committed images only; the fonts are needed just to draw them anew.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

HERE = Path(__file__).parent
FONTS = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype/dejavu")
LEVELS = 16  # shades of grey kept, for small files

ENGLISH = """Invoice 2023-0715
Harbour Lane 12, Bristol
Date: 15/07/2023
Copper pipe, 22 mm
Delivery within 3 days
Total: $1,304.50
Thank you for your order"""
GERMAN = """Rechnung Nr. 471102
Müller & Söhne, Köln
Leistung vom 03.05.2024
Prüfgebühr für Öfen
Zwischensumme 1.234,56 €
Umsatzsteuer 19 % 234,57 €
Zahlbar bis 17.05.2024"""
FRENCH = """Reçu de caisse
Café crème et gâteau
Le 11/12/2016 à 14:50
Élève payé par chèque
Total TTC 14,70 €
À bientôt, merci"""
VIETNAMESE = """Hóa đơn bán hàng
Số tiền phải trả
Ngày 15 tháng 7 năm 2023
Cà phê sữa đá hai ly
Tổng cộng: 1.234.567 đ
Cảm ơn quý khách"""
RECEIPT = [
    ("Oat milk 1 L", "2.49"),
    ("Rye bread", "3.15"),
    ("Apples 1.2 kg", "4.08"),
    ("Coffee beans", "11.90"),
    ("TOTAL", "21.62"),
]
LEFT = """The harbour was quiet that
morning and the boats lay
still upon the grey water.
Nobody had come down the
hill since the bell rang."""
RIGHT = """Across the bay a thin line
of smoke rose slowly from
the chimney of the mill and
drifted over the meadows
towards the distant wood."""


def font(size: int, serif: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / ("DejaVuSerif.ttf" if serif else "DejaVuSans.ttf")), size)


def blank(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", (width, height), 250)
    return image, ImageDraw.Draw(image)


def paragraph(text: str, size: int = 30) -> Image.Image:
    lines = text.splitlines()
    image, draw = blank(760, 60 + len(lines) * size * 2)
    for number, line in enumerate(lines):
        draw.text((50, 40 + number * size * 2), line, fill=20, font=font(size))
    return image


def receipt() -> Image.Image:
    image, draw = blank(620, 60 + len(RECEIPT) * 56)
    for number, (what, price) in enumerate(RECEIPT):
        y = 40 + number * 56
        draw.text((40, y), what, fill=25, font=font(28))
        draw.text((580, y), price, fill=25, font=font(28), anchor="ra")
    return image


def two_columns() -> Image.Image:
    image, draw = blank(1080, 320)
    for x, text in ((40, LEFT), (570, RIGHT)):
        for number, line in enumerate(text.splitlines()):
            draw.text((x, 40 + number * 48), line, fill=20, font=font(30, serif=True))
    return image


def degrade(image: Image.Image, *, blur: float, noise: float, tilt: float, seed: int) -> Image.Image:
    """As a scanner has it: tilted by some degrees, blurred, noisy."""
    image = image.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=250).filter(ImageFilter.GaussianBlur(blur))
    grain = np.random.default_rng(seed).normal(0, noise, (image.height, image.width))
    pixels = np.clip(np.asarray(image, np.float32) + grain, 0, 255)
    step = 256 / LEVELS
    return Image.fromarray((np.floor(pixels / step) * step).astype(np.uint8))


def main() -> None:
    pages = {
        "english": (degrade(paragraph(ENGLISH), blur=0.9, noise=5, tilt=0.6, seed=1), "en", ENGLISH),
        "german": (degrade(paragraph(GERMAN), blur=0.8, noise=5, tilt=-0.5, seed=2), "de", GERMAN),
        "french": (degrade(paragraph(FRENCH), blur=0.8, noise=5, tilt=0.4, seed=3), "fr", FRENCH),
        "vietnamese": (degrade(paragraph(VIETNAMESE), blur=0.5, noise=4, tilt=0.3, seed=4), "vi", VIETNAMESE),
        "receipt": (degrade(receipt(), blur=0.8, noise=6, tilt=0.7, seed=5), "en", "\n".join(map(" ".join, RECEIPT))),
        "columns": (degrade(two_columns(), blur=0.6, noise=4, tilt=0.0, seed=6), "en", f"{LEFT}\n{RIGHT}"),
    }
    for name, (image, _, _) in pages.items():
        image.quantize(LEVELS).save(HERE / f"{name}.png", optimize=True)
    truth = {name: {"language": language, "text": text} for name, (_, language, text) in pages.items()}
    (HERE / "pages.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
