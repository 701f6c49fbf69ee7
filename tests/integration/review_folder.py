"""A folder as ``ocrect batch`` leaves it, drawn, not read: receipts whose misreadings are known, with what was proposed."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from ocrect.batch.manifest import Found, Manifest, owner
from ocrect.batch.run import manifest_of
from ocrect.batch.work import Plan
from ocrect.evidence import CtcPosterior
from ocrect.record.correction import Correction, Edit, Finding, Verdict
from ocrect.record.document import Block, Box, Doubt, Line, Page, Unread, Word
from ocrect.settings import Settings
from ocrect.testing import posterior

WIDTH, HEIGHT, SIZE = 620, 420, 26
LINES = (
    ("Invoice 2041 of 12.03.2018", "Invoice 2041 of 12.03.2018", "2041", "2047"),
    ("Tea and rnilk", "Tea and milk", "rnilk", "milk"),
    ("3 x 4.50", "3 x 4.50", "", ""),
    ("Total S13.50", "Total $13.50", "S13.50", "$13.50"),
)
"""Lines of a receipt: as read, as printed, and what is proposed for which words."""
TRUTH = [printed for _, printed, _, _ in LINES]


def page(number: int) -> Page:
    """A page as read: amounts, a code and a word in doubt, a contradiction, and a place that was not read."""
    lines = []
    for place, (read, _, before, after) in enumerate(LINES):
        top = 30 + 60 * place
        box = Box(40, top, 40 + 15 * len(read), top + SIZE + 6)
        words = [
            Word(m.group(), Box(40 + 15 * m.start(), top, 40 + 15 * m.end(), box.bottom), 0.9, *m.span())
            for m in re.finditer(r"\S+", read)
        ]
        correction = None
        if before:
            at = read.index(before)
            findings = (
                Finding("image", None, "neither for nor against", 0.4, "image"),
                Finding("locked", False, "a number would change", asks=True),
            )
            correction = Correction((Verdict(Edit(at, at + len(before), before, after), "review", findings, "nbest"),), "nbest")
        doubts = (Doubt(4, 8, "3 × 4.50 is 13.50"),) if place == 2 else ()
        evidence = _evidence(read)
        lines.append(
            Line(f"p{number}-l{place}", read, box, tuple(words), evidence=evidence, correction=correction, doubts=doubts)
        )
    unread = (Unread(Box(40, 300, 240, 332), "faint", "Thank you"),)
    return Page(number, WIDTH, HEIGHT, blocks=(Block(tuple(lines[:2])), Block(tuple(lines[2:]), "table")), unread=unread)


def _evidence(read: str) -> CtcPosterior:
    """What the image says: an S may be a 5."""
    return posterior(read, alternatives={place: {"5": 0.3} for place, sign in enumerate(read) if sign == "S"})


def draw(path: Path) -> None:
    """The scan of a page."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(SIZE)
    for place, printed in enumerate(TRUTH):
        pen.text((40, 30 + 60 * place), printed, "black", font)
    pen.text((40, 300), "Thank you", "black", font)
    image.save(path)


def folder(root: Path, names: tuple[str, ...] = ("a.png", "b.png"), formats: str = "text") -> Plan:
    """A folder of scans and the manifest of one that they were read into."""
    inputs, outputs = root / "in", root / "out"
    inputs.mkdir(exist_ok=True)
    with Manifest(manifest_of(outputs)) as manifest:
        manifest.remember(inputs, Settings().public())
        for name in names:
            draw(inputs / name)
            manifest.add(Found(name, 1, 1, name), "settings", formats)
            job = manifest.claim(owner(1))
            assert job is not None
            manifest.add_page(job, page(1))
            manifest.complete(job, 1)
            manifest.finish(job, [], 0.1)
    return Plan(manifest_of(outputs), inputs, outputs, Settings(), tuple(formats.split(",")))
