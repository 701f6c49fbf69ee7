"""``o`` in the forms of companies: *Sp. z o.o.* in Polish, *s.r.o.* in Czech and Slovak. Tills print it much like a zero, and
the points beside it let it look like a number, but no company is one with 0.0.
"""

from __future__ import annotations

import re

from ocrect.engines.ppocr.recognise import BoxReading, with_sign

LIKELIER = 4.5  # nats by which the 0 may be likelier, as among digits; on two unseen receipts the four were .2 to .9

_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<!\w)sp[.,]? ?z ?(0)[.,] ?[0o][.,]?(?!\w)",
        r"(?<!\w)sp[.,]? ?z ?[0o][.,] ?(0)[.,]?(?!\w)",
        r"(?<!\w)s[.,] ?r[.,] ?(0)[.,]?(?!\w)",
    )
)


def with_companies(reading: BoxReading) -> BoxReading:
    """The reading with ``o`` for each 0 in the form of a company, as far as the pixels allow it."""
    for form in _FORMS:
        reading = with_sign(reading, "o", form, LIKELIER)
    return reading
