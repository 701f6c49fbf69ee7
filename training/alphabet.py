"""The symbols that the head reads: those of PP-OCRv6 for Latin pages, and the letters and signs that it lacks."""

from __future__ import annotations

import unicodedata

from ocrect.engines.ppocr import models

VIETNAMESE = (
    "".join(
        dict.fromkeys(
            unicodedata.normalize("NFC", vowel + tone)
            for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
            for tone in ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
        )
    )
    + "đĐ"
)
"""The vowels of Vietnamese with their tones, and đ."""
LACKING = "„‚‹›¡ẞ№⁰⁴⁵⁶⁷⁸⁹☐☒☑₫ẀẁẂẃẄẅṢṣẸẹỌọƏəŊŋƁɓƊɗƘƙƐɛƆɔǍǎǏǐǑǒǓǔḂḃĊċḊḋḞḟĠġṀṁṖṗṠṡṪṫ"
"""Letters of other languages in Latin script, and signs, wanted beside those of PP-OCRv6 that are kept."""


_BLOCKS = ((0x20, 0x17F), (0x2010, 0x2044), (0x2070, 0x209C), (0x20A0, 0x20C0), (0x391, 0x3C9))
"""Of PP-OCRv6's symbols those from here are kept: Latin to Extended-A, punctuation, currency, super- and subscripts, Greek,"""
_EXTRA = set("ƒƠơƯưȘșȚț℃℉™←↑→↓↔⇒⇔∂∆∏∑−√∞∫≈≠≡≤≥■□▪▫▲△▶▼▽◆◇○●★☆☐☑☒♀♂✓✔✕✘①②③④⑤⑥⑦⑧⑨⑩")
"""and these."""


def _wanted() -> tuple[str, ...]:
    known = models.symbols(models.model_file(models.RECOGNITION_FILE).read_bytes())
    old = [s for s in known if len(s) == 1 and (s in _EXTRA or any(low <= ord(s) <= high for low, high in _BLOCKS))]
    return tuple(dict.fromkeys((*(s for s in old if unicodedata.normalize("NFC", s) == s), *VIETNAMESE, *LACKING)))


SYMBOLS = _wanted()
LETTERS = "".join(SYMBOLS)

DRAWN = frozenset(LETTERS) - set("¨¯´¸·ˇˆ˜‐‑‒―−∙⁃∆∑∏µ℃℉⁄∕ŀĿŉſ⁻⁺⁼⁽⁾₊₋₌₍₎‖′″‵‗‾\u00ad")
"""What lines are drawn with: of symbols that look the same, one; the old head's word on the others stands."""
