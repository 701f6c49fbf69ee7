"""Pages in Latin letters with lines in another script, drawn and scanned: is each such line said or read, and is no other?

    python -m bench.other_scripts [--pages 24] [--seed 1] [--told]

A page is in one language of Latin letters; some of its lines are in one other script, and some in both. A line of the other
script is **said** where an unread place of text covers most of it, **read** where nine tenths of its letters are right, and
else **invented**: its place stands on the page as text that is not there, or as nothing. A line in Latin letters is a false
alarm where such a place covers a fifth of it.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein
from wordfreq import top_n_list

from bench import scan
from bench.fonts import fonts
from ocrect.measure.metrics import as_users_read
from ocrect.pipeline import Pipeline
from ocrect.record.document import TEXT_LIKE, Box, Page, PageImage
from ocrect.settings import Settings

_SIZE = (8.27, 11.0)  # inches
_LISTED = {"Greek": "el", "Hebrew": "he", "Cyrillic": "ru", "Arabic": "ar", "Devanagari": "hi", "Hangul": "ko"}
_WORDS = {
    "Armenian": "Բոլոր մարդիկ ծնվում են ազատ ու հավասար իրենց արժանապատվությամբ ու իրավունքներով Նրանք ունեն բանականություն "
    "ու խիղճ և միմյանց պետք է եղբայրաբար վերաբերվեն",
    "Georgian": "ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით მათ მინიჭებული აქვთ გონება და "
    "სინდისი და ერთმანეთის მიმართ უნდა იქცეოდნენ ძმობის სულისკვეთებით",
    "Thai": "มนุษย์ทั้งหลายเกิดมา มีอิสระและเสมอภาคกัน ในเกียรติศักดิ์ และสิทธิ ต่างมีเหตุผล และมโนธรรม และควรปฏิบัติ ต่อกัน ด้วยเจตนารมณ์ แห่งภราดรภาพ",
}
"""Words of scripts whose languages have no list here: the first article of the Universal Declaration of Human Rights."""

_FACES = {
    "Greek": "DejaVuS|Liberation|Carlito|FreeSerif|NotoSans-R",
    "Cyrillic": "DejaVuS|Liberation|Carlito|FreeSerif|NotoSans-R",
    "Hebrew": "DejaVuSans|Liberation|NotoSansHebrew|NotoSerifHebrew|FreeSans",
    "Arabic": "DejaVuSans|NotoNaskhArabic|NotoSansArabic",
    "Devanagari": "NotoSansDevanagari|NotoSerifDevanagari|FreeSans\\.",
    "Hangul": "NotoSansKR|NanumGothic|UnDotum",
    "Armenian": "DejaVuS|NotoSansArmenian|NotoSerifArmenian|FreeSerif",
    "Georgian": "DejaVuS|NotoSansGeorgian|NotoSerifGeorgian|FreeSerif",
    "Thai": "NotoSansThai-|NotoSerifThai-|NotoLoopedThai|FreeSerif\\.",
}
_LATIN_FACES = "DejaVuS|Liberation"
_LATIN = ("en", "de", "fr", "es", "pl", "vi")
_NEVER_ITALIC = ("Oblique", "Italic", "Condensed", "Math")


@dataclass(frozen=True)
class Drawn:
    """A line: its text, the part of it in another script, that part's box, and the box of the rest; ``None`` for none."""

    text: str
    other: str
    place: Box | None
    latin: Box | None


@lru_cache
def _words(script: str) -> list[str]:
    if script in _WORDS:
        return _WORDS[script].split()
    found = [word for word in top_n_list(_LISTED[script], 3000) if len(word) > 2 and not word.isascii() and word.isalpha()]
    return [re.sub("σ$", "ς", word) for word in found]  # the list writes every sigma alike


@lru_cache
def _latin_words(language: str) -> list[str]:
    return [word for word in top_n_list(language, 3000) if word.isalpha()]


def scripts() -> list[str]:
    """The scripts that this machine has a font for."""
    faces = {font.name for font in fonts()}
    return [script for script in _FACES if any(font.name in faces for font in _own_fonts(script))]


def _own_fonts(script: str) -> list[Path]:
    every = fonts()
    found = [] if (chosen := fonts(_FACES[script])) == every else chosen
    return [font for font in found if not any(part in font.name for part in _NEVER_ITALIC)]


def _line(dice: random.Random, words: list[str], length: int) -> str:
    text = ""
    while len(text) < length:
        text += f"{dice.choice(words)} "
    return text.strip()


def _latin_line(dice: random.Random, language: str) -> str:
    """Prose, a row of a table, or a number with its name."""
    words = _latin_words(language)
    if dice.random() < 0.2:
        return (
            f"{_line(dice, words, 8).title()} {dice.randint(1, 9999)}/{dice.randint(10, 99)} {dice.randint(1, 99999) / 100:.2f}"
        )
    text = _line(dice, words, dice.randint(15, 55))
    return text.upper() if dice.random() < 0.1 else text.capitalize() + dice.choice((".", "", ","))


def drawn(number: int, seed: int) -> tuple[str, str, list[Drawn], PageImage]:
    """A page's Latin language and other script, its lines, and its clean pixels; the same for the same number and seed."""
    dice = random.Random(f"other scripts {seed} {number}")
    every = scripts()
    script, language = every[number % len(every)], dice.choice(_LATIN)
    dpi, points = dice.choice((150, 200, 300)), dice.choice((9, 10, 11, 12, 14))
    size = round(points * dpi / 72)
    latin_faces = "DejaVuS" if language == "vi" else _LATIN_FACES  # the others lack its letters
    faces = [
        ImageFont.truetype(str(dice.choice([f for f in found if not any(p in f.name for p in _NEVER_ITALIC)])), size)
        for found in (fonts(latin_faces), _own_fonts(script))
    ]
    kinds = ["latin"] * 14 + ["other"] * 5 + ["both"] * 3
    if dice.random() < 0.5:
        dice.shuffle(kinds)
    picture = Image.new("RGB", (round(_SIZE[0] * dpi), round(_SIZE[1] * dpi)), (255, 255, 255))
    draw, lines, top = ImageDraw.Draw(picture), [], float(dpi)
    for kind in kinds:
        latin = (
            _latin_line(dice, language)
            if kind == "latin"
            else _line(dice, _latin_words(language), 12)
            if kind == "both"
            else ""
        )
        other = "" if kind == "latin" else _line(dice, _words(script), dice.randint(15, 40) if kind == "other" else 15)
        left, boxes = 0.8 * dpi, []
        for text, face in ((latin, faces[0]), (other, faces[1])):
            if text:
                draw.text((left, top), text, font=face, fill=(dice.randint(0, 50),) * 3)
                box = draw.textbbox((left, top), text, font=face)
                boxes.append(Box(*map(float, box)))
                left = box[2] + 0.6 * size
        lines.append(Drawn(f"{latin} {other}".strip(), other, boxes[-1] if other else None, boxes[0] if latin else None))
        top += size * 1.7
    return language, script, lines, PageImage(np.asarray(picture), 1, float(dpi))


def _covered(box: Box, places: list[Box]) -> float:
    """The part of a box's width that places on its height cover."""
    middle = (box.top + box.bottom) / 2
    taken = np.zeros(max(1, round(box.width)), bool)
    for place in places:
        if place.top < middle < place.bottom:
            taken[max(0, round(place.left - box.left)) : max(0, round(place.right - box.left))] = True
    return float(taken.mean())


def _text_at(page: Page, box: Box) -> str:
    """The words that were read in a box."""
    words = [word for line in page.lines() for word in line.words]
    middles = [(w, (w.box.left + w.box.right) / 2, (w.box.top + w.box.bottom) / 2) for w in words]
    return " ".join(w.text for w, x, y in middles if box.left <= x <= box.right and box.top <= y <= box.bottom)


def judged(lines: list[Drawn], page: Page) -> list[tuple[str, Drawn, str]]:
    """What became of each part of each line, and what stands at its place."""
    places = [item.box for item in page.unread if item.why in TEXT_LIKE]
    found = []
    for line in lines:
        kind = "other" if not line.latin else "both"
        if line.place:
            text = _text_at(page, line.place)
            right = 1 - Levenshtein.normalized_distance(as_users_read(text), as_users_read(line.other))
            became = (
                "said" if _covered(line.place, places) >= 0.5 else "read" if right >= 0.9 else "invented" if text else "lost"
            )
            found.append((f"{kind}: {became}", line, text))
        if line.latin:
            text, truth = _text_at(page, line.latin), line.text.removesuffix(line.other).strip()
            right = 1 - Levenshtein.normalized_distance(as_users_read(text), as_users_read(truth))
            alarm = _covered(line.latin, places) >= 0.2
            became = "alarm" if alarm else "read" if right >= 0.9 else "wrong"
            found.append((f"Latin {'half' if line.place else 'line'}: {became}", line, text))
    return found


def run(pages: int, seed: int, *, told: bool) -> None:
    """Print the counts of each script, and what was invented."""
    sums = Counter[str]()
    for number in range(pages):
        language, script, lines, image = drawn(number, seed)
        with Pipeline(Settings(runtime="none")) as pipeline:
            page = pipeline.recognize(scan.page(image, "light", name=f"{number}", seed=seed))
        found = judged(lines, page)
        counts = Counter(became for became, _, _ in found)
        sums += counts
        print(f"{number} {language} + {script}, {image.dpi:.0f} dpi: {dict(sorted(counts.items()))}", flush=True)
        for became, line, text in found:
            if told and became.split(": ")[1] in ("invented", "lost", "alarm", "wrong"):
                print(f"    {became}: {line.text!r} → {text!r}", flush=True)
    print(dict(sorted(sums.items())))


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, default=24)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--told", action="store_true")
    chosen = options.parse_args()
    run(chosen.pages, chosen.seed, told=chosen.told)
