"""Locks of native libraries that know one thread only: whoever calls one in this process does so under its lock."""

from __future__ import annotations

import threading

PDFIUM = threading.RLock()
"""Held around every call of pdfium."""
