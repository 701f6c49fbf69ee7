"""Letters without their accents and strokes, joined ones apart, small and capital: one home, so that all who compare agree."""

from __future__ import annotations

import unicodedata

_STROKES = str.maketrans("đĐøØłŁħĦıðÐ", "dDoOlLhHidD")
"""Letters that Unicode does not decompose."""


def without_accents(text: str) -> str:
    """``text`` with each letter as the plain one that it is made of: ``Đã`` as ``Da``, ``Łódź`` as ``Lodz``."""
    parts = unicodedata.normalize("NFD", text.translate(_STROKES))
    return "".join(c for c in parts if not unicodedata.combining(c))


_JOINED = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}


def apart(text: str) -> str:
    """``text`` with the Latin letters that type joins (``ﬁ``, ``ﬄ``) as the letters that they are, as engines read them."""
    return text.translate(_JOINED)


_TURKIC = frozenset({"tr", "az"})
"""Languages whose ``i`` keeps its dot as a capital, ``İ``, and whose ``I`` has none as a small letter, ``ı``."""


def small(text: str, language: str = "") -> str:
    """``text`` in small letters, as ``language`` (ISO 639-1) has them."""
    return (text.replace("İ", "i").replace("I", "ı") if language in _TURKIC else text).lower()


def capital(text: str, language: str = "") -> str:
    """``text`` in capitals, as ``language`` has them."""
    return (text.replace("i", "İ") if language in _TURKIC else text).upper()
