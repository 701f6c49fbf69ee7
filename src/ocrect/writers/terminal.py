"""Text for a terminal: control characters that stood on a page or in a file's name are shown, not obeyed."""

from __future__ import annotations

import re

_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""C0 and C1 but tab and newline, and the marks that turn the direction of what follows."""


def visible(text: str) -> str:
    """``text`` with each such character as Python writes it, as ``\\x1b``."""
    return _COMMANDS.sub(lambda found: ascii(found[0])[1:-1], text)
