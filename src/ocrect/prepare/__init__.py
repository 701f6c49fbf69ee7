"""What is done to a page's pixels before an engine reads them: turned upright, straightened, and made flat.

``prepare.read(image, engine)`` reads a page turned upright; ``prepare.turns`` and ``prepare.tilt`` only tell by how much it
has to be turned. See :mod:`ocrect.prepare.upright`.
"""

from __future__ import annotations

from ocrect.prepare.upright import Read, Upright, held, read, tilt, turns

__all__ = ["Read", "Upright", "held", "read", "tilt", "turns"]
