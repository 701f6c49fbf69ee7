"""Sizes such as ``3 x 5``: their short spaces are easily missed, as the recogniser knows ``3x5`` as well.

Where the sign is printed close to its numbers there is no room for a space, and the posterior says so by far.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from ocrect.engines.ppocr.recognise import SURELY, BoxReading

LEAST = -6.0
"""Log-probability from which a space may stand there, in nats. On 80 drawn lines (light scans, many fonts) it was -3.8 and more
where a space was printed and not read, and -9 and less where none was printed.
"""

_TIMES = frozenset("xX×")
_SIZE = re.compile(r"(?<=\d)(?<!\b0) ?[xX×] ?(?=\d)")  # but not in 0x1F


def with_spaced_sizes(reading: BoxReading) -> BoxReading:
    """The reading with the spaces around each ``x`` between numbers that the pixels have room for, weighed as the likelier."""
    posterior = reading.posterior
    if " " not in posterior.alphabet or _TIMES.isdisjoint(posterior.alphabet):
        return reading
    symbols, column = reading.symbols, 1 + posterior.alphabet.index(" ")
    text = reading.text
    gaps = [(at - 1, at) for size in _SIZE.finditer(text) for at in range(size.start(), size.end() + 1)]
    if not gaps:
        return reading
    log_probs = posterior.log_probs.astype(np.float32)
    changed = False
    for before, behind in gaps:
        between = log_probs[symbols[before].end : symbols[behind].start]
        if " " in (symbols[before].text, symbols[behind].text) or not len(between) or between[:, column].max() < LEAST:
            continue
        at = symbols[before].end + int(np.argmax(between[:, column]))
        both = np.logaddexp(log_probs[at, 0], log_probs[at, column]) - np.log1p(np.exp(-SURELY))
        log_probs[at, [0, column]] = both - SURELY, both
        changed = True
    return replace(reading, posterior=replace(posterior, log_probs=log_probs.astype(np.float16))) if changed else reading
