"""The fonts that the benchmarks draw with: those of this machine."""

from __future__ import annotations

import re
from pathlib import Path


def fonts(preferred: str = "") -> list[Path]:
    """The TrueType fonts whose file names begin with the pattern ``preferred``, or all where there are none, by path.

    Raises:
        SystemExit: this machine has no TrueType fonts.
    """
    found = sorted(Path("/usr/share/fonts").rglob("*.ttf"))
    if not found:
        raise SystemExit("this benchmark needs TrueType fonts (Debian: apt-get install fonts-dejavu)")
    return [font for font in found if re.match(preferred, font.name)] or found
