"""How evidence of a plug-in's own kind gets into a document's JSON and back.

A package whose engine gives evidence that is neither a posterior nor a lattice writes it as a :class:`SavedEvidence` and names
what makes it again: ``[project.entry-points."ocrect.evidence"]``, the kind = a callable from what :meth:`~SavedEvidence.saved`
gave to the evidence. The callable is given what stands in a file, which may be damaged or hostile: it raises ``ValueError``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any, Protocol, runtime_checkable

from ocrect.evidence.protocol import Evidence

GROUP = "ocrect.evidence"


@runtime_checkable
class SavedEvidence(Evidence, Protocol):
    """Evidence that can be saved. ``kind`` is the name under which it is found again."""

    kind: str

    def saved(self) -> Mapping[str, Any]:
        """All there is to keep, as JSON values."""


def restorer(kind: str) -> Callable[[Mapping[str, Any]], Evidence] | None:
    """What makes evidence of that kind again; ``None`` where no installed package does."""
    for point in entry_points(group=GROUP, name=kind):
        restore: Callable[[Mapping[str, Any]], Evidence] = point.load()
        return restore
    return None
