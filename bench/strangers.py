"""Pages of what no word list knows, drawn and scanned: what the correction makes of it.

    python -m bench.strangers [--pages N] [--seed N] [--scan strong] [--keep FOLDER] [--told]

Names of people and places (words of other languages with capitals), Latin, forms with short labels (``ID:``, ``Email:``),
laboratory reports with their units (``mg/L``), capitals without accents, tax numbers, codes and trade marks with capitals of
their own. A misreading of such a line is seldom mended, and what was read right is easily spoilt. Counted are the accepted
edits: right, where they bring their line nearer to what was drawn, or wrong; and those of them that change a word that was read
right. ``--keep`` holds the readings, so that one drawing can be corrected again.
"""

from __future__ import annotations

import argparse
import random
import string
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein
from wordfreq import top_n_list

from bench import scan
from bench.fonts import fonts
from bench.truths import Known, known_lines
from ocrect.letters import without_accents
from ocrect.measure.metrics import as_users_read
from ocrect.pipeline import Pipeline
from ocrect.record import schema
from ocrect.record.correction import apply
from ocrect.record.document import Document, Line, PageImage
from ocrect.settings import Settings

LINES, DPI = 25, 150
_SIZE, _MARGIN, _LEADING = (1240, 1754), 110, 60
_FOREIGN = ("fi", "hu", "it", "id", "pl", "nb")
_LATIN = (
    "lorem ipsum dolor sit amet consectetur adipiscing elit sed non risus suspendisse lectus tortor dignissim nec cras "
    "elementum ultrices diam maecenas ligula massa varius semper congue euismod mi proin porttitor orci nullam nulla nisl "
    "tristique gravida quam fusce molestie eget lacus vivamus iaculis ante quis felis curabitur turpis vel mauris odio "
    "praesent aliquet leo ut enim ad minim veniam nostrud exercitation ullamco laboris nisi aliquip ex ea commodo aute irure "
    "in reprehenderit voluptate velit esse cillum fugiat pariatur excepteur sint occaecat cupidatat culpa qui officia deserunt"
).split()
_LABELS = {
    "en": "Email ID Tel Fax Ref Date Name Attn Dept P.O. Site SKU Qty Unit Terms Re cc BIC IBAN VAT Ship-to Agent Route Lot",
    "de": "E-Mail ID Tel. Fax Zeichen Datum Name z.Hd. Abt. Ort Pos. Menge BIC IBAN USt-IdNr. Konto BLZ Str. Kd.-Nr. Charge",
    "fr": "Courriel ID Tél. Fax Réf. Date Nom Attn Service N° Qté P.U. BIC IBAN TVA SIRET APE RCS Page Lot Charge Objet",
}
_SUBSTANCES = (
    "Ferritin Transferrin Creatinine Bilirubin Troponin Albumin Lipase Urate Folate Cortisol TSH FT4 PSA CRP GGT ALT AST LDH "
    "HbA1c Retinol Zinc Selenium Aldolase Prolactin Insulin"
).split()
_UNITS = "mg/L ug/L U/L mmol/L g/dL nmol/L mU/L IU/L pg/mL ng/mL 10^9/L /L /uL mg/24h kU/L % s fL".split()
_MARKS = (
    "iDEAL eBay iPhone LaTeX McKay GmbH YouTube PostgreSQL USt-ID DocuSign SaaS KfW eInvoice pH kWh XRechnung PayPal O2 B2B 3M "
    "iOS macOS e.V. S.A.R.L. BVBA Sp. S.p.A. OÜ"
).split()

Dice = random.Random


@lru_cache
def _foreign(language: str) -> list[str]:
    """Words of a language that are rare enough to look like names elsewhere."""
    return [w for w in top_n_list(language, 9000)[1500:] if w.isalpha() and w.isascii() and 4 <= len(w) <= 11]


def _name(dice: Dice) -> str:
    return dice.choice(_foreign(dice.choice(_FOREIGN))).capitalize()


def _person(dice: Dice) -> str:
    first = dice.choice((_name(dice), f"{dice.choice(string.ascii_uppercase)}.", f"{_name(dice)} {dice.choice('ABCDGHKLMT')}."))
    return f"{first} {_name(dice)}"


def _code(dice: Dice) -> str:
    letters, digits = "".join(dice.choices("ABCDEGHKLMNPRSTVX", k=2)), "".join(dice.choices("0123456789", k=dice.randint(3, 6)))
    return dice.choice((f"{letters}-{digits}", f"{digits}/{letters}", f"{letters}{digits}", f"{digits[:3]}-{digits}"))


def _people(dice: Dice, language: str) -> str:
    del language
    sign = dice.choice((", ", "; ", " & ", " / "))
    return sign.join(_person(dice) for _ in range(dice.randint(1, 3))) + dice.choice((".", "", ",", f", {_name(dice)}"))


def _latin(dice: Dice, language: str) -> str:
    del language
    words = dice.choices(_LATIN, k=dice.randint(5, 8))
    cut = dice.randrange(1, len(words))
    words[cut - 1] += dice.choice((",", ".", ";"))
    words[cut] = words[cut].capitalize() if words[cut - 1].endswith(".") else words[cut]
    return f"{' '.join(words).capitalize() if dice.random() < 0.3 else ' '.join(words)}{dice.choice(('.', '', ','))}"


def _label(dice: Dice, language: str) -> str:
    values: tuple[Callable[[], str], ...] = (
        lambda: _person(dice),
        lambda: (
            f"{_name(dice).lower()}.{_name(dice).lower()}@{_name(dice).lower()}.{dice.choice(('com', 'org', 'de', 'fr', 'eu'))}"
        ),
        lambda: _code(dice),
        lambda: f"+{dice.randint(30, 99)} {dice.randint(10, 999)} {dice.randint(100000, 9999999)}",
        lambda: _name(dice).upper(),
        lambda: _mark(dice, language),
    )
    parts = [
        f"{label if dice.random() < 0.8 else label.upper()}: {dice.choice(values)()}"
        for label in dice.sample(_LABELS[language].split(), dice.randint(1, 2))
    ]
    return "   ".join(parts)


def _laboratory(dice: Dice, language: str) -> str:
    del language
    low, unit = dice.randint(1, 90), dice.choice(_UNITS)
    return f"{dice.choice(_SUBSTANCES)} {dice.randint(1, 400)} {unit} ({low}-{low + dice.randint(5, 300)} {unit})"


def _capitals(dice: Dice, language: str) -> str:
    words = [w for w in top_n_list(language, 4000)[300:] if w.isalpha() and len(w) > 3]
    return " ".join(without_accents(dice.choice(words)).upper() for _ in range(dice.randint(2, 5)))


def _mark(dice: Dice, language: str) -> str:
    del language
    numbers = "".join(dice.choices("0123456789", k=9))
    tax = dice.choice((f"NL{numbers}B0{dice.randint(1, 9)}", f"DE{numbers}", f"FR{dice.choice('ABKS')}{numbers[0]}{numbers}"))
    return dice.choice((dice.choice(_MARKS), f"{dice.choice(_MARKS)} {_name(dice)}", tax, _code(dice)))


_KINDS = (_people, _latin, _label, _label, _laboratory, _capitals, _mark)


def drawn(number: int, seed: int) -> tuple[str, str, PageImage]:
    """A page's language, its text, and its clean pixels; the same ones for the same number, seed and fonts."""
    dice = random.Random(f"{seed} {number}")
    language = dice.choice(tuple(_LABELS))
    lines = [dice.choice(_KINDS)(dice, language) for _ in range(LINES)]
    face = ImageFont.truetype(str(dice.choice(fonts("DejaVuS|Liberation|Carlito|Cousine"))), dice.randint(13, 21))
    picture = Image.new("RGB", _SIZE, (255, 255, 255))
    for at, line in enumerate(lines):
        ImageDraw.Draw(picture).text((_MARGIN, _MARGIN + at * _LEADING), line, font=face, fill=(dice.randint(0, 60),) * 3)
    return language, "\n".join(lines), PageImage(np.asarray(picture), 1, float(DPI))


def read(pages: int, seed: int, strength: str, keep: Path | None) -> Iterator[tuple[str, str, Document]]:
    """Each page's language, text and reading."""
    for number in range(pages):
        language, text, image = drawn(number, seed)
        path = keep / f"strangers-{seed}-{number}-{strength}.json" if keep else None
        if path and path.exists():
            yield language, text, schema.loads(path.read_text(encoding="utf-8"))
            continue
        with Pipeline(Settings(engine="ppocr", language=language, runtime="none")) as pipeline:
            page = pipeline.recognize(scan.page(image, strength, name=f"{number}", seed=seed))
            document = Document(f"strangers {number}", (page,))
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(schema.dumps(document), encoding="utf-8")
        yield language, text, document


def judged(known: Known, line: Line) -> Iterator[tuple[str, str]]:
    """What each accepted edit of a line did, and the edit in words."""
    truth = as_users_read(known.truth)
    for verdict in line.verdicts:
        if verdict.decision == "accepted":
            edit, text = verdict.edit, line.text
            was, becomes = (Levenshtein.distance(as_users_read(t), truth) for t in (text, apply(text, [edit])))
            became = "right" if becomes < was else "wrong" if becomes > was else "neutral"
            spoilt = became == "wrong" and edit.before.strip() in known.truth.split()
            yield ("harm" if spoilt else became), f"{edit.before!r} → {edit.after!r} in {text!r} ({verdict.reason})"


def run(pages: int, seed: int, strength: str, keep: Path | None, *, told: bool) -> None:
    """Print the counts, and each edit that is not right."""
    counts = Counter[str]()
    for language, text, document in read(pages, seed, strength, keep):
        known = {one.line.id: one for one in known_lines(document, text)}
        with Pipeline(Settings(engine="ppocr", language=language, runtime="none")) as pipeline:
            done = pipeline.correct(document)
        for line in done.lines():
            if (one := known.get(line.id)) is None:
                continue
            counts["lines"] += 1
            counts["errors"] += Levenshtein.distance(as_users_read(line.text), as_users_read(one.truth))
            counts["errors corrected"] += Levenshtein.distance(as_users_read(line.corrected), as_users_read(one.truth))
            for became, words in judged(one, line):
                counts[became] += 1
                if told or became != "right":
                    print(f"  {document.source} ({language}) {became}: {words}", flush=True)
    print(f"{pages} pages, seed {seed}, {strength}: {dict(counts)}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, default=20)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--scan", default="strong", choices=sorted(scan.STRENGTHS))
    options.add_argument("--keep", type=Path)
    options.add_argument("--told", action="store_true")
    chosen = options.parse_args()
    run(chosen.pages, chosen.seed, chosen.scan, chosen.keep, told=chosen.told)
