"""Check "locked": no number, amount, date, dose or code changes without the image's support.

It is always among the checks. It opposes every edit that changes, adds or removes a locked token (:mod:`ocrect.numbers.tokens`)
of the line, unless one of these holds:

- The image supports that very change: it is clearly likelier than what was read (signs inside a number are too small for
  that), or there is a gap wherever a space is put, and inside what could be one number or code a proof beside the gap.
- Another engine reads spaces so, and the image leaves room for them.
- The token is malformed, exactly one repair by listed confusions makes it well-formed, and nothing else changes.
- Readers that do not know the page's letters read a path, an address or a word there (:mod:`ocrect.correcting.readers.paths`).
- Without an image, one digit stands for all the page's euro signs.
- The page's sums prove it, and the image leaves room for it: more of it for one of several repairs of a malformed token than
  for a change of a well-formed one.
- Its form proves it (:mod:`ocrect.correcting.locked.form`): the page's own way to write amounts, the calendar, a repeat on the
  page.

Where the image hardly tells the two readings apart, its opposition asks for a person: what is doubtful is visible, and nothing
is fixed in silence.

:func:`violations` and :func:`last_look` hold all accepted edits of a line together to the same rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocrect import bars
from ocrect.correcting.case import Case, Check, LineFacts
from ocrect.correcting.locked import form
from ocrect.correcting.locked.arithmetic import sums
from ocrect.correcting.readers import paths
from ocrect.correcting.readers.heard import is_believed
from ocrect.correcting.score import Score
from ocrect.correcting.spaces.gaps import as_seen, gaps_seen, may_hold, spaces_put, splits_a_number
from ocrect.numbers.notation import misread_euros, with_euros
from ocrect.numbers.parting import parts_a_token, proof
from ocrect.numbers.tokens import LockedToken, differs, locked_tokens, repairs
from ocrect.plugins import Context
from ocrect.record.correction import Correction, Edit, Finding, Verdict, apply, around, edits
from ocrect.record.document import Line
from ocrect.settings import Settings

NAME = "locked"

_CODES = frozenset({"iban", "card", "tax-id", "url", "email"})


class LockedCheck:
    """The check, with its word on all accepted edits of a line together."""

    def __call__(self, case: Case, /) -> Finding:
        """See :func:`check`."""
        return case.fact(check)

    def together(self, about: LineFacts, correction: Correction, /) -> Correction:
        """See :func:`last_look`."""
        return last_look(about, correction)


def build(settings: Settings) -> Check:
    """The check; it has no settings and cannot be switched off."""
    del settings
    return LockedCheck()


def check(case: Case, /) -> Finding:
    """Opposition where the edit would change a locked token without support; support for a malformed one's only repair."""
    changed = case.changed
    if not changed:
        return Finding(NAME, None, "no number, amount, date or code changes")
    repaired = case.fact(_repaired)
    if repaired is not None and not repaired[1]:
        malformed = repaired[0]
        repair = repairs(malformed)[0]
        if "€" in repair and "€" not in malformed.text and not _counts_in_euros(case):
            return Finding(NAME, False, f"{malformed.text!r} may lack a euro sign, but nothing else on the page is in euros")
        return Finding(NAME, True, f"{malformed.text!r} is no number as it stands; {repair!r} is the only one it can be")
    if case.line.evidence is None and (digit := _misread_euro(case)):
        return Finding(NAME, True, f"all numbers of three decimals on the page end in {digit}: its euro sign, misread")
    names = ", ".join(dict.fromkeys(repr(token.text) for token in changed))
    scored = case.score
    support = scored and (_image_support(case, scored) or _proved_by_sums(case, scored.value))
    support = support or paths.read_by_strangers(case)
    if support:
        return Finding(NAME, None, f"{names} would change; {support}")
    if scored and (proved := form.proof(case, scored.value)):
        return Finding(NAME, True, f"{names} would change; {proved}")
    reason = f"{names} would change without the image's support"
    if scored and scored.value >= bars.LOCKED_HARDLY:
        hardly = f"but it hardly tells {case.edit.before!r} from {case.edit.after!r} ({scored.value:+.1f} nats a character)"
        return Finding(NAME, False, f"{reason}, {hardly}", asks=True)
    return Finding(NAME, False, reason)


def violations(about: LineFacts, corrected: str, changes: Sequence[Edit] | None = None) -> tuple[LockedToken, ...]:
    """The locked tokens that differ between the line as read and ``corrected`` though nothing allows it; empty: all is well.

    Every change of the corrected line must be allowed by itself, and together they must change no token more. ``changes`` are
    the edits that were made, where they are known; else they are found by comparing the two.
    """
    text = about.line.text
    if not differs(text, corrected):
        return ()
    allowed: list[Edit] = []
    for case in about.cases(edits(text, corrected) if changes is None else changes):
        if case.fact(check).supports is False:
            return case.changed
        if case.changed:
            allowed.append(case.edit)
    return differs(apply(text, allowed), corrected)


def last_look(about: LineFacts, correction: Correction) -> Correction:
    """``correction``, or, where its edits together change a locked token that none of them may, all of it for review.

    What a person accepted stays: nobody is asked about that, only about what the other edits do beside it.
    """
    broken = _broken(about, correction)
    if not broken:
        return correction
    finding = Finding(NAME, False, f"together the edits would change {', '.join(repr(t.text) for t in broken)}")

    def demoted(verdict: Verdict) -> Verdict:
        if verdict.decision != "accepted" or verdict.by_person:
            return verdict
        return replace(verdict, decision="review", findings=(*verdict.findings, finding))

    return replace(correction, verdicts=tuple(map(demoted, correction.verdicts)))


def _broken(about: LineFacts, correction: Correction) -> tuple[LockedToken, ...]:
    """The locked tokens that the accepted edits change though nothing and nobody allows it."""
    line = about.line
    accepted = [verdict for verdict in correction.verdicts if verdict.decision == "accepted"]
    decided = apply(line.text, [verdict.edit for verdict in accepted if verdict.by_person])
    unseen = [verdict.edit for verdict in accepted if not verdict.by_person]
    others = apply(line.text, unseen)
    if differs(line.text, others):
        return violations(about, others, unseen)
    return differs(decided, correction.apply(line.text))


def _repaired(case: Case) -> tuple[LockedToken, list[Edit]] | None:
    """The malformed token that the edit repairs, and its other repairs."""
    text, edit = case.line.text, case.edit
    for token in case.about.tokens:
        if token.end < edit.start or edit.end < token.start:
            continue
        versions = [Edit(token.start, token.end, token.text, version) for version in repairs(token)]
        others = [version for version in versions if apply(text, [version]) != case.edited]
        if len(others) < len(versions):
            return token, others
    return None


def _image_support(case: Case, scored: Score) -> str:
    """How the image supports the edit, by itself or beside another engine, in words; empty where it does not."""
    clear = bars.LOCKED_CLEAR_DIGITS if case.kind == "digits" else bars.LOCKED_CLEAR
    if scored.difference >= clear and not case.moves_number_marks and not case.fact(_is_unproved):
        return f"the image makes the line {scored.difference:.1f} nats likelier with it"
    if seen := _gaps_are_sure(case):
        return seen
    if _leaves_room(case, scored.value) and case.fact(is_believed):
        return (
            f"another engine reads {case.edit.after!r} and the image leaves room for it ({scored.value:.1f} nats a character)"
        )
    return ""


def _gaps_are_sure(case: Case) -> str:
    """The gaps at all the spaces that the edit puts, in words; empty where one is not seen, or is all that speaks for a space
    inside what could be one number or code (:mod:`ocrect.numbers.parting`).
    """
    seen = case.fact(gaps_seen)
    if not case.fact(may_hold) or _within_a_code(case) or case.fact(_is_unproved):
        return ""
    if any(gap.log_odds < (bars.GAP_SURE if splits_a_number(case.line.text, gap.at) else bars.GAP_PARTED) for gap in seen):
        return ""
    proofs = filter(None, case.fact(_proofs).values())
    return "; ".join([as_seen(min(seen, key=lambda gap: gap.log_odds)), *proofs])


def _proofs(case: Case) -> dict[int, str]:
    """For each place where the edit puts a space into what could be one token: what proves beside the gap that it is two."""
    text = case.line.text
    places = (at for at in case.fact(spaces_put) if parts_a_token(text, at))
    return {at: proof(text, at, case.lexicon, case.context.texts) for at in places}


def _is_unproved(case: Case) -> bool:
    """True where for one of these places there is no proof."""
    return not all(case.fact(_proofs).values())


def _leaves_room(case: Case, value: float) -> bool:
    """Whether another engine's word counts: for spaces outside codes, never between two letters, which a code may have.

    Of digits it is no proof: on 60 receipts it put none right and two wrong where the first engine's image left room for it.
    ``value`` is the image's score of the edit, in nats a character.
    """
    places, text = case.fact(spaces_put), case.line.text
    if case.kind != "spaces" or _within_a_code(case):
        return False
    if any(text[at - 1 : at + 1].isalpha() for at in places):
        return False
    if any(splits_a_number(text, at) for at in places):
        return value >= bars.LOCKED_TIED
    return value >= bars.IMAGE_OPPOSES["spaces"] or case.fact(may_hold)


def _within_a_code(case: Case) -> bool:
    """True where the edit touches an account number or an address, whose spaces are nobody's to change."""
    return any(t.kind in _CODES and t.start < case.edit.end and case.edit.start < t.end for t in case.about.tokens)


def _proved_by_sums(case: Case, value: float) -> str:
    """How the page's sums prove the edit, in words, where the image leaves room for it; empty where they do not.

    ``value`` is the image's score of the edit, in nats a character.
    """
    if value < bars.LOCKED_NOT_OPPOSED:
        return ""
    repaired = case.fact(_repaired)
    if repaired is None and (value < bars.LOCKED_ROOM or not _keeps_numbers_apart(case)):
        return ""
    if not form.keeps_style(case):
        return ""
    found = case.fact(sums)
    if not found.prove or (repaired and any(_is_as_good(case.about.case(rival), value) for rival in repaired[1])):
        return ""
    return f"{'it was no number as it stood' if repaired else 'the image leaves room for it'}, and {found.reason}"


def _keeps_numbers_apart(case: Case) -> bool:
    """True where as many tokens stand there as before: the pieces of a parted number make up equations by chance."""
    before, after = around(case.line.text, case.edit)
    return len(locked_tokens(before)) == len(locked_tokens(after))


def _is_as_good(rival: Case, value: float) -> bool:
    """True for a repair that the sums prove as well, and that the image does not make less likely by a nat a character."""
    return rival.score is not None and rival.score.value > value - bars.LOCKED_CLEARLY and rival.fact(sums).prove


def _misread_euro(case: Case) -> str:
    """The digit that is the page's euro sign misread, where the edit puts the sign in its place; else empty."""
    text, edited = case.line.text, case.edited
    if "€" not in edited:
        return ""
    digit = case.context.fact(_page_euro)
    found = with_euros(text, digit)
    return digit if any(text[:start] + repair + text[end:] == edited for start, end, repair in found) else ""


def _page_euro(context: Context) -> str:
    """The digit that stands for all the page's euro signs; empty where none does."""
    return misread_euros(context.texts, in_euros=context.fact(_page_in_euros))


def _counts_in_euros(case: Case) -> bool:
    """True where some line of the page names the euro and none another currency."""
    return case.context.fact(_page_in_euros) if case.context.lines else _in_euros((case.line,))


def _page_in_euros(context: Context) -> bool:
    return _in_euros(context.lines)


def _in_euros(lines: Sequence[Line]) -> bool:
    tokens = [t for line in lines for t in locked_tokens(line.text) if t.kind in ("amount", "currency") and t.well_formed]
    named = {code for t in tokens for code in t.value.split()[-1:] if t.kind == "amount"}
    named |= {"EUR" if t.text == "€" else t.text for t in tokens if t.kind == "currency" and t.text not in "%‰°"}
    euros = "EUR" in named or any("eur" in line.text.lower() for line in lines)
    return euros and not named - {"EUR"}
