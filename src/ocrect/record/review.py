"""A person's word on what was read: it decides, it is kept with name and time, and it can be taken back.

A word is about one edit, or about a line as a whole, which then reads as the person wrote it. Edits that it leaves no room for
lose; what the checks had decided stays beside it (:attr:`~ocrect.record.correction.Verdict.machine`). A later correction judges
the rest anew and puts every word back in its place (:func:`replayed`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ocrect.record.correction import SETTLE, Correction, Decision, Edit, Finding, Verdict, settle, strength
from ocrect.record.document import Document, Line

_SIGNS: dict[Decision, str] = {"accepted": "+", "review": "?", "rejected": "-"}

PERSON = "person"
"""The check that a person's findings name, and the source of an edit that only a person proposed."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said about one edit; ``source`` is what proposed the edit."""

    edit: Edit
    finding: Finding
    source: str = PERSON


def decide(
    document: Document, line: str, said: Edit | str, *, accept: bool = True, who: str = "", when: datetime | None = None
) -> Document:
    """``document`` with a person's word on the line whose id is ``line``.

    ``said`` is an edit of the line's text, accepted or (``accept=False``) refused, whether anything proposed it or not; or the
    whole line as it should read, which may be what was read. ``when`` is now unless it is given. A later word on the same
    characters takes the place of an earlier one.

    Raises:
        KeyError: there is no such line.
        ValueError: the edit's ``before`` is not what stands in the line.
    """
    time = (when or datetime.now(UTC)).astimezone(UTC).isoformat()
    word = Finding(PERSON, accept, _told(accept, who), witness="person", who=who, when=time)

    def decided(found: Line) -> Line:
        if isinstance(said, str):
            return replace(found, correction=written(found, said, word))
        if not said.fits(found.text):
            raise ValueError(f"{said.before!r} does not stand at {said.start} of {found.text!r}")
        correction = found.correction or Correction()
        return replace(
            found, correction=_over(correction, _by_checks(correction), [*_said(correction), Word(said, word)], None)
        )

    return _with(document, line, decided)


def undo(document: Document, line: str, edit: Edit | None = None) -> Document:
    """``document`` without what persons said about ``edit``, or about anything on the line: the checks' decision stands again.

    Raises:
        KeyError: there is no such line.
    """

    def undone(found: Line) -> Line:
        correction = found.correction or Correction()
        kept = [word for word in _said(correction) if edit is not None and word.edit != edit]
        whole = correction.person if edit is not None else None
        return replace(found, correction=_over(correction, _by_checks(correction), kept, whole))

    return _with(document, line, undone)


def written(line: Line, text: str, word: Finding) -> Correction:
    """The correction of ``line`` after a person's ``word`` that it reads ``text``, whatever was said about it before."""
    correction = line.correction or Correction()
    edit = [Word(Edit(0, len(line.text), line.text, text), word)] if text != line.text else []
    return _over(correction, _by_checks(correction), edit, word)


def replayed(old: Correction | None, new: Correction) -> Correction:
    """``new``, with every word of a person that ``old`` holds in its place again."""
    if old is None or (old.person is None and not any(verdict.by_person for verdict in old.verdicts)):
        return new
    said = _said(old)
    judged = _by_checks(new)
    told = {word.edit for word in said} - {verdict.edit for verdict in judged}
    kept = [verdict for verdict in _by_checks(old) if verdict.edit in told]
    return _over(new, [*judged, *kept], said, old.person)


def signs(correction: Correction) -> str:
    """The decisions in a word, a sign each: what :func:`by_hand` holds them against."""
    return "".join(_SIGNS[verdict.decision] for verdict in correction.verdicts)


def by_hand(line: Line, decided: str) -> Line:
    """``line`` of a file in which somebody may have changed decisions since it was written: what was changed is their word.

    ``decided`` are the :func:`signs` as they were written. A decision set to ``review`` is nobody's word. Where there are more
    or fewer verdicts than then, nothing can be told.
    """
    correction = line.correction
    if correction is None or len(decided) != len(correction.verdicts):
        return line
    before: dict[str, Decision] = {sign: decision for decision, sign in _SIGNS.items()}
    told = [_told_by_hand(v, before.get(sign)) for v, sign in zip(correction.verdicts, decided, strict=True)]
    return replace(line, correction=replace(correction, verdicts=tuple(told)))


def _told_by_hand(verdict: Verdict, before: Decision | None) -> Verdict:
    if before in (None, verdict.decision) or verdict.decision == "review":
        return verdict
    word = Finding(PERSON, verdict.decision == "accepted", "decided by hand in the file", witness="person")
    findings = tuple(finding for finding in verdict.findings if finding.witness != "person")
    return replace(verdict, findings=(*findings, word), machine=verdict.machine or before)


def words(line: Line) -> Iterator[tuple[Edit | None, Finding]]:
    """What persons said about the line, in order of time; without an edit: about the line as a whole."""
    correction = line.correction or Correction()
    told: list[tuple[Edit | None, Finding]] = [(word.edit, word.finding) for word in _said(correction)]
    told += [(None, correction.person)] if correction.person else []
    yield from sorted(told, key=lambda pair: pair[1].when)


def _told(accept: bool, who: str) -> str:
    return f"{'accepted' if accept else 'refused'} by {who or 'a person'}"


def _with(document: Document, name: str, change: Callable[[Line], Line]) -> Document:
    """``document`` with one line changed."""
    for i, page in enumerate(document.pages):
        for j, block in enumerate(page.blocks):
            for k, line in enumerate(block.lines):
                if line.id == name:
                    lines = (*block.lines[:k], change(line), *block.lines[k + 1 :])
                    blocks = (*page.blocks[:j], replace(block, lines=lines), *page.blocks[j + 1 :])
                    return replace(
                        document, pages=(*document.pages[:i], replace(page, blocks=blocks), *document.pages[i + 1 :])
                    )
    raise KeyError(f"there is no line {name!r} in {document.source}")


def _said(correction: Correction) -> list[Word]:
    """Persons' words on single edits, by time."""
    words = [
        Word(verdict.edit, finding, verdict.source)
        for verdict in correction.verdicts
        for finding in verdict.findings
        if finding.witness == "person" and finding.supports is not None
    ]
    return sorted(words, key=lambda word: word.finding.when)


def _by_checks(correction: Correction) -> list[Verdict]:
    """What the checks alone made of the line."""
    alone = (_without_persons(verdict) for verdict in correction.verdicts)
    return [verdict for verdict in alone if verdict is not None]


def _without_persons(verdict: Verdict) -> Verdict | None:
    """The verdict that the checks made; ``None`` where they made none."""
    findings = tuple(finding for finding in verdict.findings if finding.witness != "person")
    if verdict.by_person and verdict.machine is None:
        return None
    return replace(verdict, decision=verdict.machine or verdict.decision, findings=findings, machine=None)


def _over(correction: Correction, by_checks: Sequence[Verdict], words: Sequence[Word], whole: Finding | None) -> Correction:
    """``correction`` with persons' words laid over the checks' verdicts; the later word wins, and its rivals lose."""
    verdicts = {verdict.edit: verdict for verdict in by_checks}
    taken: list[Edit] = []
    for word in reversed(words):
        edit, finding = word.edit, word.finding
        verdict = verdicts.get(edit)
        if (verdict is not None and verdict.by_person) or (finding.supports and any(map(edit.overlaps, taken))):
            continue
        if finding.supports:
            taken.append(edit)
        decision: Decision = "accepted" if finding.supports else "rejected"
        before = verdict or Verdict(edit, decision, source=word.source)
        machine = verdict.decision if verdict else None
        verdicts[edit] = replace(before, decision=decision, findings=(*before.findings, finding), machine=machine)
    made = [_settled(verdict, taken, whole) for verdict in verdicts.values()]
    return replace(correction, verdicts=settle(sorted(made, key=strength, reverse=True)), person=whole)


def _settled(verdict: Verdict, taken: Sequence[Edit], whole: Finding | None) -> Verdict:
    """The verdict, rejected where a person's word leaves no room for its edit: nothing is left to ask there either."""
    rivals = [edit for edit in taken if edit.overlaps(verdict.edit)]
    if verdict.by_person or verdict.decision == "rejected" or not (rivals or whole):
        return verdict
    reason = f"a person reads {rivals[0].after!r} here" if rivals else "a person says how the line reads"
    lost = Finding(SETTLE, None, reason, witness="person")
    return replace(verdict, decision="rejected", findings=(*verdict.findings, lost), machine=verdict.decision)
