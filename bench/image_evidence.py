"""How well does the image's evidence tell a true correction from a false one? The thresholds of the check come from here.

    python -m bench.image_evidence [--lines 1000] [--seed 1]

Draws lines of text (words of English, German and French by frequency, made-up invoices) with the fonts of this machine,
degrades them like bad scans, reads them with the PP-OCRv6 recogniser that the rapidocr wheel carries, and scores edits:

    true         what was misread, put right
    wrong        what was misread, "repaired" to something else that is false
    invented     a plausible false change of a word that was read rightly
    n-best       another of the engine's own readings of a word that was read rightly

Printed for each kind of edit ("number marks": what changes a sign or space inside a number) are the share of each group whose
score S reaches a threshold, and what the check says. Other seeds give other lines: tune on one, report another.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageDraw, ImageFont
from wordfreq import top_n_list

from bench import scan
from bench.fonts import fonts
from ocrect.correcting import image
from ocrect.correcting.case import Case
from ocrect.correcting.nbest import propose
from ocrect.evidence import CtcPosterior, fold
from ocrect.measure import metrics
from ocrect.plugins import Context
from ocrect.record.correction import Edit, apply, edits
from ocrect.record.document import Line

GROUPS = ("true", "wrong", "invented", "n-best")
GRID = (-5.0, -4.0, -3.5, -2.5, -1.5, -1.0, -0.7, -0.4, -0.2, 0.0, 0.3)
LOOKALIKES = {
    "0": "86O", "1": "7lI", "2": "7Z", "3": "8", "4": "9", "5": "6S", "6": "85", "7": "1", "8": "30B", "9": "4g",
    "a": "oeä", "b": "h", "c": "eo", "d": "cl", "e": "cé", "f": "t", "g": "q", "h": "b", "i": "lj", "l": "i1I", "m": "n",
    "n": "mu", "o": "ac", "r": "n", "s": "z5", "t": "fl", "u": "nv", "v": "uy", "w": "v", "y": "v", "é": "eè", "ä": "aà",
    "ö": "o", "ü": "u", "è": "é", ".": ",", ",": ".", ":": ";", "-": " ", "O": "0", "I": "l1", "S": "5", "B": "8", "D": "O",
}  # fmt: skip
ITEMS = (
    "Widget",
    "Paper A4",
    "Toner",
    "Chair",
    "Service",
    "Cable 2m",
    "Delivery",
    "Battery AA",
    "Lamp",
    "Rent",
    "Aspirin 500 mg",
)


def texts(random_: random.Random, n: int) -> Iterator[str]:
    """Lines to draw: half prose, half invoice."""
    words = {language: top_n_list(language, 8000) for language in ("en", "de", "fr")}
    for _ in range(n):
        if random_.random() < 0.5:
            chosen = random_.choices(words[random_.choices(("en", "de", "fr"), (3, 1, 1))[0]], k=random_.randint(4, 8))
            prose = " ".join(w.capitalize() if random_.random() < 0.2 else w for w in chosen) + random_.choice(("", ".", ","))
            yield prose[0].upper() + prose[1:]
        else:
            yield invoice_line(random_)


def invoice_line(random_: random.Random) -> str:
    price, count = random_.randint(100, 999_999) / 100, random_.randint(1, 24)
    number = random_.randint(10_000, 99_999)
    return random_.choice(
        (
            f"Invoice No. INV-{number}",
            f"Total: ${price:,.2f}",
            f"Date: 20{random_.randint(10, 29)}-{random_.randint(1, 12):02}-{random_.randint(1, 28):02}",
            f"{count} x {random_.choice(ITEMS)} {price:,.2f} {price * count:,.2f}",
            f"{random_.choice(ITEMS)}   EUR {price:.2f}".replace("   ", " "),
            f"VAT {random_.choice((7, 19, 20, 21))}% {price:.2f} Balance due {price * 2:.2f}",
            f"Tel. +49 30 {number}{random_.randint(10, 99)}, Customer {number * 7}",
            f"Dose {random_.choice((5, 10, 50, 100, 250, 500))} mg, {count} tablets",
        )
    )


def drawn(text: str, font: Path, random_: random.Random) -> Image.Image:
    """The line as a bad scan: drawn small, blurred, noisy, saved as JPEG."""
    face = ImageFont.truetype(str(font), random_.randint(24, 40))
    left, top, right, bottom = face.getbbox(text)
    picture = Image.new("L", (int(right - left) + 16, int(bottom - top) + 12), random_.randint(215, 255))
    ImageDraw.Draw(picture).text((8 - left, 6 - top), text, font=face, fill=random_.randint(0, 90))
    return scan.line(picture, random_)


class Recogniser:
    """PP-OCRv6's recogniser as the rapidocr wheel carries it, a line at a time."""

    def __init__(self) -> None:
        spec = find_spec("rapidocr")
        if spec is None or spec.origin is None:
            raise SystemExit("this benchmark needs the rapidocr package")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        model = Path(spec.origin).parent / "models" / "PP-OCRv6_rec_small.onnx"
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._known = "".join(self._session.get_modelmeta().custom_metadata_map["character"].split("\n")[:18708]) + " "

    def __call__(self, picture: Image.Image) -> CtcPosterior:
        width = max(16, round(picture.width * 48 / picture.height))
        pixels = np.asarray(picture.convert("RGB").resize((width, 48), Image.Resampling.BILINEAR), dtype=np.float32)
        batch = (pixels[None, :, :, ::-1].transpose(0, 3, 1, 2) / 255 - 0.5) / 0.5
        return CtcPosterior.from_softmax(self._session.run(None, {"x": np.ascontiguousarray(batch)})[0][0], self._known)


def mutations(word: str, random_: random.Random) -> list[str]:
    """Plausible false versions of a word, of several kinds."""
    found = []
    for at in random_.sample(range(len(word)), min(2, len(word))):
        c = word[at]
        options = list(LOOKALIKES.get(c, ""))
        if c.isdigit():
            options += [str(random_.randint(0, 9)), "", c + c, c + "."]
        elif c.isalpha():
            options += [c.swapcase(), "", c + c, c + " "]
        else:
            options += ["", " "]
        found += [word[:at] + option + word[at + 1 :] for option in options if option != c]
    return random_.sample(found, min(3, len(found)))


def candidates(truth: str, line: Line, random_: random.Random) -> Iterator[tuple[str, Edit]]:
    """Edits of the line as read, each with its group."""
    repairs = edits(line.text, truth)
    for edit in repairs:
        yield "true", edit
        for after in mutations(edit.after, random_) if edit.after else ():
            if after not in (edit.before, edit.after):
                yield "wrong", Edit(edit.start, edit.end, edit.before, after)
    start = 0
    for word in line.text.split(" "):
        here = Edit(start, start + len(word), word, "\0")
        if word and not any(here.overlaps(repair) for repair in repairs):
            for after in mutations(word, random_):
                yield "invented", Edit(here.start, here.end, word, after)
        start += len(word) + 1
    for edit in propose([line], Context([line]))[0]:
        if not any(edit.overlaps(repair) for repair in repairs):
            yield "n-best", edit


def measure(lines: int, seed: int) -> tuple[dict[tuple[str, str], list[float]], Counter[tuple[str, str, str]], metrics.Counts]:
    """Scores by kind and group, what the check says by kind, group and word, and the engine's character errors."""
    random_ = random.Random(seed)
    faces = fonts("DejaVuS")
    recognise = Recogniser()
    scores: dict[tuple[str, str], list[float]] = defaultdict(list)
    said: Counter[tuple[str, str, str]] = Counter()
    total = metrics.Counts()
    for truth in texts(random_, lines):
        evidence = recognise(drawn(truth, random_.choice(faces), random_))
        line = Line("1", evidence.text, evidence=evidence)
        errors = metrics.cer(line.text, truth)
        total += errors
        if errors.rate > 0.3:
            continue
        for group, edit in candidates(truth, line, random_):
            if fold(apply(line.text, [edit])) == fold(line.text):
                continue
            case = Case.of(line, edit, Context([line]))
            finding = image.check(case)
            if finding.score is not None:
                kind = "number marks" if case.moves_number_marks else case.kind
                scores[kind, group].append(finding.score)
                said[kind, group, {True: "for", False: "against", None: "silent"}[finding.supports]] += 1
    return scores, said, total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.perf_counter()
    scores, said, total = measure(given.lines, given.seed)
    print(f"{given.lines} lines, CER {total.rate:.1%}, {time.perf_counter() - began:.0f} s\n")
    print("share whose S reaches   " + "".join(f"{t:7.1f}" for t in GRID))
    kinds = sorted({kind for kind, _ in scores})
    for kind in kinds:
        for group in GROUPS:
            values = np.array(scores[kind, group])
            if len(values):
                print(f"{kind:12} {group:8} {len(values):5}" + "".join(f"{(values >= t).mean():7.1%}" for t in GRID))
    print("\nthe check says            for  silent against")
    for kind in kinds:
        for group in GROUPS:
            n = len(scores[kind, group])
            if n:
                shares = "".join(f"{said[kind, group, word] / n:8.1%}" for word in ("for", "silent", "against"))
                print(f"{kind:12} {group:8} {n:5} {shares}")


if __name__ == "__main__":
    main()
