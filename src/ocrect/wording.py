"""Numbers in sentences."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """``1 page``, ``2 pages``, ``1,000 pages``: a number with the noun in the form that it asks for."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
