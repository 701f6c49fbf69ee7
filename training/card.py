"""The head's model card: what it is, what it was trained on, how it reads held-out lines, how far its posterior is right."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence, Sized
from pathlib import Path

from training import faces, texts
from training.calibrate import Calibration
from training.train import Errors


def facts(history: Sequence[str], lines: int, test: Sized, errors: Errors) -> dict[str, str]:
    """What the file says about itself; ``history``: the commands that led to it, each run from the weights of the last one."""
    return {
        "licence": "Apache-2.0",
        "made_by": "; ".join(history),
        "lines": str(lines),
        "families": str(len(faces.training().names)),
        "held_out_lines": str(len(test)),
        "held_out_errors": str(errors),
    }


def written(path: Path, about: Mapping[str, str], found: Calibration, symbols: int) -> str:
    """The card, in Markdown."""
    rows = "\n".join(f"| {b.low:.2f} | {b.symbols:,} | {b.confidence:.4f} | {b.right:.4f} |" for b in found.bins)
    return f"""# The head for Latin letters (`{path.name}`)

A small network in the place of PP-OCRv6's last layer: {symbols} symbols, every letter of Vietnamese and of the other languages
in Latin script among them. It reads what the layers before it make of a line; small corrections of these are in the file too.
It was trained on drawn lines only: no page of any person or office was used. Where a line cannot be read it invents, like any
recogniser; its posterior says how sure it is.

- File: {path.stat().st_size:,} bytes, SHA-256 `{hashlib.sha256(path.read_bytes()).hexdigest()}`, licence {about["licence"]}
- Made by `{about["made_by"]}`
- Trained, in the last of these runs, on {about["lines"]} lines drawn in {about["families"]} font families, in
  {", ".join(sorted(texts.LANGUAGES))};
  the sources and their licences are listed in `training/README.md`
- Held out: {about["held_out_lines"]} lines in families that no training line has
  ({", ".join(sorted(faces.HELD_OUT))});
  characters read wrong: {about["held_out_errors"]}. These lines are harder than most pages
- Temperature {found.temperature}; expected calibration error of symbols {100 * found.error:.2f} %
  (before: {100 * found.error_before:.2f} %), on the half of the held-out lines that the temperature was not chosen on

| confidence from | symbols | mean confidence | right |
|---|---|---|---|
{rows}

Figures on real pages: `bench/README.md`.
"""
