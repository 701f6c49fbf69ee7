"""Names of files as the manifest keeps them: text that tells any name, also one whose bytes are no UTF-8.

Such a byte is written ``\\xff``, and a backslash twice, so that both ways are exact.
"""

from __future__ import annotations

import re

_LOWEST, _HIGHEST = "\udc80", "\udcff"
"""How Python shows a byte of a file name that is no UTF-8 (PEP 383)."""
_WRITTEN = re.compile(r"\\(?:\\|x([0-9a-f]{2}))")


def kept(path: str) -> str:
    """The name of the path ``path``, as Python gives it."""
    return "".join(_kept(c) for c in path)


def on_disk(name: str) -> str:
    """The path of the name ``name``, as Python takes it."""
    return _WRITTEN.sub(lambda found: chr(0xDC00 + int(found[1], 16)) if found[1] else "\\", name)


def _kept(c: str) -> str:
    if _LOWEST <= c <= _HIGHEST:
        return f"\\x{ord(c) - 0xDC00:02x}"
    return "\\\\" if c == "\\" else c
