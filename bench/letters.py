"""Every letter of twelve languages in Latin script, on drawn pages as a worn scanner leaves them: how many of each are right.

Words are those of each language, frequent ones where these have the letter, chosen so that every letter of its alphabet stands
often on the pages, small and capital; the fonts are families that the recogniser's head was not trained on (training/faces.py).
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein
from wordfreq import top_n_list

from bench import scan
from bench.fonts import fonts
from ocrect.pipeline import Pipeline
from ocrect.record.document import Document, PageImage
from ocrect.settings import Settings

FACES = "Andika|Cabin|LinLibertine_R|Roboto-Regular|RobotoSlab-Regular|Vollkorn-Regular|texgyrepagella-regular"
LETTERS = {
    "vi": "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ",
    "de": "abcdefghijklmnopqrstuvwxyzäöüß",
    "fr": "abcdefghijklmnopqrstuvwxyzàâæçéèêëîïôœùûüÿ",
    "es": "abcdefghijklmnopqrstuvwxyzáéíñóúü",
    "pt": "abcdefghijklmnopqrstuvwxyzáâãàçéêíóôõú",
    "pl": "aąbcćdeęfghijklłmnńoóprsśtuwyzźż",
    "cs": "aábcčdďeéěfghiíjklmnňoópqrřsštťuúůvwxyýzž",
    "hu": "aábcdeéfghiíjklmnoóöőpqrstuúüűvwxyz",
    "ro": "aăâbcdefghiîjklmnopqrsștțuvwxyz",
    "tr": "abcçdefgğhıijklmnoöprsştuüvyz",
    "sv": "abcdefghijklmnopqrstuvwxyzåäö",
    "lv": "aābcčdeēfgģhiījkķlļmnņoprsštuūvzž",
}
LISTED = 20_000, 1_000_000
"""Frequent words of a language; and all that are listed, for letters that none of these has: *æquo*, *Haÿ*."""
UNLISTED = "außer fuß gemäß groß größer heißen heißt maß schließen schließlich spaß straße süß weiß weißen".split()
"""German words with ``ß``, for which the lists have ``ss``."""

WANTED = 0.98
EACH = 12  # times that a letter is to stand on the pages of its language, small and capital each
SIZE, MARGIN, LEADING, WIDTH, LINES = 30, 60, 1.6, 1240, 30  # pixels; lines a page: 10 to 11 points at 200 dots to the inch


@dataclass
class Recall:
    """Of each letter: how often it stands on the pages, and how often it was read there."""

    stands: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)

    def add(self, truth: str, text: str) -> None:
        self.stands.update(truth)
        for block in Levenshtein.editops(truth, text).as_matching_blocks():
            self.read.update(truth[block.a : block.a + block.size])

    def missed(self, letters: str) -> list[str]:
        """The letters read less often than wanted, with their counts."""
        return [f"{x} {self.read[x]}/{self.stands[x]}" for x in letters if self.read[x] < WANTED * self.stands[x]]


def run(seed: int) -> None:
    """Print a row for each language."""
    print("language  letters  read of all  letters below 98 %")
    for language, letters in LETTERS.items():
        both = letters + "".join(dict.fromkeys(x.upper() for x in letters if len(x.upper()) == 1))
        recall = Recall()
        with Pipeline(Settings().with_(language=language, engine="ppocr")) as reader:
            for number, lines in enumerate(_pages(language, both, random.Random(f"{seed}/{language}"))):
                page = reader.recognize(_drawn(lines, random.Random(f"{seed}/{language}/{number}"), number + 1))
                recall.add("\n".join(lines), Document("", (page,)).text)
        found = sum(recall.read[x] for x in both) / sum(recall.stands[x] for x in both)
        print(f"{language:8}  {len(both):7}  {found:11.2%}  {', '.join(recall.missed(both)) or '–'}", flush=True)


def _pages(language: str, letters: str, dice: random.Random) -> list[list[str]]:
    """Lines of words, the pages' worth that it takes until every letter stands often enough."""
    frequent, listed = ([word for word in top_n_list(language, n) if word.isalpha() and 1 < len(word) < 14] for n in LISTED)
    holding = {
        x: next(filter(None, ([word for word in words if x.lower() in word] for words in (frequent, listed, UNLISTED))))
        for x in letters
    }
    stands: Counter[str] = Counter()
    chosen: list[str] = []
    for letter in letters:
        while stands[letter] < EACH:
            word = dice.choice(holding[letter])
            word = word.upper() if letter.isupper() else word
            chosen.append(word)
            stands.update(word)
    dice.shuffle(chosen)
    lines = [""]
    for word in chosen:
        if len(lines[-1]) + len(word) > 62:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [lines[i : i + LINES] for i in range(0, len(lines), LINES)]


def _drawn(lines: list[str], dice: random.Random, number: int) -> PageImage:
    font = ImageFont.truetype(str(dice.choice(fonts(FACES))), SIZE)
    picture = Image.new("RGB", (WIDTH, round(LINES * SIZE * LEADING) + 2 * MARGIN), "white")
    pen = ImageDraw.Draw(picture)
    for row, text in enumerate(lines):
        pen.text((MARGIN, MARGIN + round(row * SIZE * LEADING)), text, font=font, fill="black")
    return scan.page(PageImage(np.asarray(picture), number, 200.0), "light", name=lines[0])


if __name__ == "__main__":
    run(seed=1)
