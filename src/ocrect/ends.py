"""What two texts, or sequences of any kind, begin and end with alike."""

from __future__ import annotations

from collections.abc import Sequence


def alike(one: Sequence[object], other: Sequence[object]) -> tuple[int, int]:
    """How many items the two begin, and behind these end, alike; the shorter is never counted twice."""
    most = min(len(one), len(other))
    head = next((k for k in range(most) if one[k] != other[k]), most)
    tail = next((k for k in range(most - head) if one[-1 - k] != other[-1 - k]), most - head)
    return head, tail
