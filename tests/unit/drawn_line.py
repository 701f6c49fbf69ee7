"""Lines drawn with fonts for the tests of what ink tells: what was read in them, and their ink."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.evidence import CtcPosterior
from ocrect.ink import Ink, find

FOLDERS = [Path("/usr/share/fonts/truetype/dejavu"), Path("/usr/share/fonts/dejavu")]
NAMES = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSerif", "DejaVuSerif-Italic", "DejaVuSansMono")
FACES = [path for folder in FOLDERS for name in NAMES if (path := folder / f"{name}.ttf").exists()]
LEFT, TOP, FRAME = 40, 40, 2  # pixels; two narrow letters of a kind need a blank frame between them


def drawn(
    printed: str, read: Sequence[str], rivals: Sequence[str], face: Path, size: int = 34, behind: float = 2.0, tilt: float = 0.0
) -> tuple[BoxReading, Ink]:
    """What was read of a printed line, and its ink.

    For each printed sign, ``read`` has the one read in its place, or ``""``, and ``rivals`` another one, so many nats behind.
    """
    font = ImageFont.truetype(str(face), size)
    ends = [font.getlength(printed[:i]) for i in range(len(printed) + 1)]
    picture = Image.new("RGB", (round(ends[-1]) + 2 * LEFT, 3 * size + TOP), "white")
    ImageDraw.Draw(picture).text((LEFT, TOP), printed, font=font, fill="black")
    picture = picture.rotate(tilt, Image.Resampling.BICUBIC, fillcolor="white")
    alphabet = tuple(sorted({*read, *rivals} - {""}))
    log_probs = np.full((round(ends[-1] / FRAME) + 1, 1 + len(alphabet)), -14.0, np.float32)
    log_probs[:, 0] = -0.01
    for sign, rival, left, right in zip(read, rivals, ends, ends[1:], strict=False):
        if sign:
            frame = log_probs[int((left + right) / 2 / FRAME)]
            frame[0], frame[1 + alphabet.index(rival)] = -6.0, -0.1 - behind
            frame[1 + alphabet.index(sign)] = -0.1
    top, bottom, right = TOP - 0.1 * size, TOP + 1.3 * size, LEFT + FRAME * len(log_probs)
    quad = np.array([[LEFT, top], [right, top], [right, bottom], [LEFT, bottom]], np.float32)
    return BoxReading(quad, CtcPosterior(log_probs, alphabet), float(len(log_probs))), find(np.asarray(picture, np.uint8))
