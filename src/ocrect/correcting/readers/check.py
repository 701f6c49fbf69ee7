"""Check "second-engine": what did another engine read at that place? What its word is worth is worked out in
:mod:`ocrect.correcting.readers.heard`.
"""

from __future__ import annotations

from ocrect.correcting.case import Case, Check
from ocrect.correcting.readers.heard import heard
from ocrect.record.correction import Finding
from ocrect.settings import Settings

NAME = "second-engine"


def build(settings: Settings) -> Check:
    """The check; it has no settings."""
    del settings
    return check


def check(case: Case, /) -> Finding:
    """Support where some second reading has exactly the edit and is to be believed, opposition where one has the text as it
    was, else silence.
    """
    found = case.fact(heard)
    if not found:
        return Finding(NAME, None, "no other engine has read this line", witness="image", weighed=True)
    said = next(said for wanted in (True, False, None) for said in found if said.supports is wanted)
    return Finding(NAME, said.supports, said.reason, said.nats, "image", weighed=True)
