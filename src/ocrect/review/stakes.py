"""What it costs to be wrong about a place: amounts and doses most, then dates, codes, other numbers, names, and words."""

from __future__ import annotations

import re

from ocrect.numbers.tokens import LockedToken, locked_tokens

STAKES = ("amount", "dose", "date", "code", "number", "name", "word", "ink")
"""What a place may be, the costliest first; ``ink`` is a place that looks like text and was not read."""

_KINDS = {
    **dict.fromkeys(("amount", "currency", "percent", "misgrouped"), "amount"),
    **dict.fromkeys(("dose", "packed"), "dose"),
    **dict.fromkeys(("date", "time", "glued"), "date"),
    **dict.fromkeys(("iban", "card", "tax-id", "phone", "code", "url", "email"), "code"),
}
_MONEY = re.compile(r"[0-9][.,:][0-9]{2}(?![0-9])")
_NAME = re.compile(r"[^\W\d_]*\b[A-ZÀ-ỸĐ][^\W\d_]")


def stake(text: str, start: int, end: int) -> str:
    """What stands in ``text[start:end]``, one of :data:`STAKES`: the costliest of what it touches."""
    touched = [token for token in locked_tokens(text) if token.start < end and start < token.end]
    found = [_of(token) for token in touched]
    if not found:
        own = text[start:end]
        inside = bool(text[:start].strip())
        found = ["code" if re.search(r"\d", own) else "name" if inside and _NAME.match(own.lstrip("('\"")) else "word"]
    return min(found, key=STAKES.index)


def _of(token: LockedToken) -> str:
    kind = _KINDS.get(token.kind, "number")
    return "amount" if kind == "number" and _MONEY.search(token.text) else kind
