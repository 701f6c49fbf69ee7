"""All proposals for the lines of a page judged: every edit a case, every case before every check, and the decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ocrect.correcting.case import Case, Check, LineFacts
from ocrect.record import review
from ocrect.record.correction import Correction, Edit, Finding, decide, settle, strength


def judged(
    about: LineFacts, proposals: Mapping[Edit, str], checks: Sequence[Check], *, accept_text_only: bool = False
) -> Correction:
    """The correction of a line: every proposed edit (with who proposed it) decided, and kept with its findings.

    What a person decided on the line before stays as it is.
    """
    by_person = [decide(v.edit, v.findings, v.source) for v in about.line.verdicts if v.by_person]
    told = {verdict.edit for verdict in by_person}
    verdicts = [
        decide(case.edit, list(_findings(case, checks)), proposals[case.edit], accept_text_only=accept_text_only)
        for case in about.cases(edit for edit in proposals if edit not in told)
    ]
    settled = settle(sorted([*by_person, *verdicts], key=strength, reverse=True))
    correction = Correction(settled, ", ".join(dict.fromkeys(proposals.values())))
    for check in checks:
        together = getattr(check, "together", None)
        correction = together(about, correction) if together else correction
    return review.replayed(about.line.correction, correction)


def _findings(case: Case, checks: Iterable[Check]) -> Iterator[Finding]:
    """What the checks say; those that cost much are asked last, and not about what is already opposed."""
    costly: list[Check] = []
    opposed = False
    for check in checks:
        if getattr(check, "is_costly", False):
            costly.append(check)
            continue
        finding = check(case)
        opposed = opposed or finding.supports is False
        yield finding
    for check in () if opposed else costly:
        yield check(case)
