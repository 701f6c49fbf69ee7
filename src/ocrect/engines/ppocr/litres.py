"""Litres below a unit: ``U/l``, ``mmol/l``. In most faces that letter and a capital ``I`` are one sign, and the recogniser sees
no word there: it takes the letter for either, or for a 1.
"""

from __future__ import annotations

import re

from ocrect.engines.ppocr.recognise import BoxReading, with_sign

LITRE = "l"
LIKELIER = 5.0
"""Nats by which the other sign may be likelier. In laboratory values drawn in eight faces a printed ``l`` was at most 2.5 nats
less likely; a printed ``1`` at least 7.5 nats likelier, and a capital ``I`` with serifs 6.7.
"""

_BELOW = re.compile(r"(?<![^\W\d_])(?:[kmnpfuµμ]?(?:g|mol|eq|Eq|val|osm|Osm|kat|U|E)|m?IU|IE|KE)/([I1|])(?![^\W_])")


def with_litres(reading: BoxReading) -> BoxReading:
    """The reading with the litre below each unit, as far as the pixels allow it."""
    return with_sign(reading, LITRE, _BELOW, LIKELIER)
