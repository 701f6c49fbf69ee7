"""What is done to a page's pixels before an engine reads them: turned upright, and straightened.

``prepare.read(image, engine)`` reads a page held as it should be; ``prepare.turns`` and ``prepare.tilt`` only tell how it
should be held. See :mod:`ocrect.prepare.upright`.
"""

from __future__ import annotations

from ocrect.prepare.upright import Read, Upright, held, read, tilt, turns

__all__ = ["Read", "Upright", "held", "read", "tilt", "turns"]
