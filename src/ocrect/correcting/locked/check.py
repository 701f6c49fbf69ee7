"""Check "locked": no number, amount, date, dose or code changes without the image's support.

It is always among the checks. It opposes every edit that changes, adds or removes a locked token (:mod:`ocrect.numbers.tokens`)
of the line, unless one of these holds:

- The image supports that very change: it is clearly likelier than what was read (signs inside a number are too small for
  that), or there is a gap wherever a space is put.
- Another engine reads spaces so, and the image leaves room for them.
- The token is malformed, exactly one repair by listed confusions makes it well-formed, and nothing else changes.
- Readers that do not know the page's letters read a path, an address or a word there (:mod:`ocrect.correcting.readers.paths`).
- Without an image, one digit stands for all the page's euro signs.
- The page's sums prove it, and the image leaves room for it: more of it for one of several repairs of a malformed token than
  for a change of a well-formed one.
- Its form proves it (:mod:`ocrect.correcting.locked.form`): the page's own way to write amounts, the calendar, a repeat on the
  page.

:func:`violations` and :func:`last_look` hold all accepted edits of a line together to the same rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocrect.correcting.image import OPPOSES, changes_number_marks, line_score
from ocrect.correcting.locked import arithmetic, form
from ocrect.correcting.readers import check as second_engine
from ocrect.correcting.readers import paths
from ocrect.correcting.spaces import check as spacing
from ocrect.correcting.spaces.gaps import SURE, new_spaces, splits_a_number
from ocrect.numbers.notation import misread_euros, with_euros
from ocrect.numbers.tokens import LockedToken, differs, locked_tokens, repairs
from ocrect.plugins import Check, Context
from ocrect.record.correction import Correction, Edit, Finding, Verdict, apply, around, edits, kind_of
from ocrect.record.document import Line
from ocrect.settings import Settings

NAME = "locked"

CLEAR_DIGITS, CLEAR = 3.0, 1.5
"""Nats by which the line must be likelier with the edit than as read for the image alone to support it: digits, all else."""

NOT_OPPOSED = -3.5
"""Nats a character: from here up the image leaves room for a repair that the page's sums prove."""

ROOM = -2.5
"""Nats a character: from here up the image leaves room for a change of a well-formed number that the page's sums prove. On
1,800 drawn lines 47 of 342 true changes of numbers and of the signs in them were proved above it; of 1,021 wrong repairs two,
right in value but not in their decimal sign; of 2,311 changes of right numbers none."""

REACH = 160
"""Characters before and behind an edit in which a locked token can change by it: more than the longest one with spaces has."""

PARTED = 1.5
"""Log-odds of a gap from which a space is put beside a number or code; inside what would be a number it is ``spacing.SURE``."""

CLEARLY = 1.0
"""Nats a character by which the image must prefer one repair to another where the sums prove both."""

TIED = -0.7
"""Nats a character: from here up the image leaves room for spaces in a number that another engine reads."""

_CODES = frozenset({"iban", "card", "tax-id", "url", "email"})


def build(settings: Settings) -> Check:
    """The check; it has no settings and cannot be switched off."""
    del settings
    return check


def check(line: Line, edit: Edit, context: Context, /) -> Finding:
    """Opposition where ``edit`` would change a locked token without support; support for a malformed one's only repair."""
    changed = changed_tokens(line.text, edit)
    if not changed:
        return Finding(NAME, None, "no number, amount, date or code changes")
    edited = apply(line.text, [edit])
    repaired = _repaired(line.text, edit)
    if repaired is not None and not repaired[1]:
        malformed = repaired[0]
        repair = repairs(malformed)[0]
        if "€" in repair and "€" not in malformed.text and not _counts_in_euros(context.lines or (line,)):
            return Finding(NAME, False, f"{malformed.text!r} may lack a euro sign, but nothing else on the page is in euros")
        return Finding(NAME, True, f"{malformed.text!r} is no number as it stands; {repair!r} is the only one it can be")
    if line.evidence is None and (digit := _misread_euro(line.text, edited, context)):
        return Finding(NAME, True, f"all numbers of three decimals on the page end in {digit}: its euro sign, misread")
    names = ", ".join(dict.fromkeys(repr(token.text) for token in changed))
    scored = line_score(line, edit)
    support = scored and (_image_support(line, edit, context, *scored) or _proved_by_sums(line, edit, context, scored[0]))
    support = support or paths.read_by_strangers(line, edit, context)
    if support:
        return Finding(NAME, None, f"{names} would change; {support}")
    if scored and (proved := form.proof(line, edit, context, scored[0])):
        return Finding(NAME, True, f"{names} would change; {proved}")
    return Finding(NAME, False, f"{names} would change without the image's support")


def violations(line: Line, corrected: str, context: Context, changes: Sequence[Edit] | None = None) -> tuple[LockedToken, ...]:
    """The locked tokens that differ between the line as read and ``corrected`` though nothing allows it; empty: all is well.

    Every change of the corrected line must be allowed by itself, and together they must change no token more. ``changes`` are
    the edits that were made, where they are known; else they are found by comparing the two.
    """
    if not differs(line.text, corrected):
        return ()
    allowed: list[Edit] = []
    for edit in edits(line.text, corrected) if changes is None else changes:
        changed = changed_tokens(line.text, edit)
        if check(line, edit, context).supports is False:
            return changed
        if changed:
            allowed.append(edit)
    return differs(apply(line.text, allowed), corrected)


def last_look(line: Line, correction: Correction, context: Context) -> Correction:
    """``correction``, or, where its edits together change a locked token that none of them may, all of it for review.

    What a person accepted stays: nobody is asked about that, only about what the other edits do beside it.
    """
    broken = _broken(line, correction, context)
    if not broken:
        return correction
    finding = Finding(NAME, False, f"together the edits would change {', '.join(repr(t.text) for t in broken)}")

    def demoted(verdict: Verdict) -> Verdict:
        if verdict.decision != "accepted" or verdict.by_person:
            return verdict
        return replace(verdict, decision="review", findings=(*verdict.findings, finding))

    return replace(correction, verdicts=tuple(map(demoted, correction.verdicts)))


def _broken(line: Line, correction: Correction, context: Context) -> tuple[LockedToken, ...]:
    """The locked tokens that the accepted edits change though nothing and nobody allows it."""
    accepted = [verdict for verdict in correction.verdicts if verdict.decision == "accepted"]
    decided = apply(line.text, [verdict.edit for verdict in accepted if verdict.by_person])
    unseen = [verdict.edit for verdict in accepted if not verdict.by_person]
    others = apply(line.text, unseen)
    if differs(line.text, others):
        return violations(line, others, context, unseen)
    return differs(decided, correction.apply(line.text))


def changed_tokens(text: str, edit: Edit) -> tuple[LockedToken, ...]:
    """The locked tokens that ``edit`` of ``text`` changes, adds or removes."""
    return differs(*around(text, edit, REACH))


def _repaired(text: str, edit: Edit) -> tuple[LockedToken, list[Edit]] | None:
    """The malformed token that ``edit`` repairs, and its other repairs."""
    edited = apply(text, [edit])
    for token in locked_tokens(text):
        if token.end < edit.start or edit.end < token.start:
            continue
        versions = [Edit(token.start, token.end, token.text, version) for version in repairs(token)]
        others = [version for version in versions if apply(text, [version]) != edited]
        if len(others) < len(versions):
            return token, others
    return None


def _image_support(line: Line, edit: Edit, context: Context, value: float, difference: float) -> str:
    """How the image supports ``edit``, by itself or beside another engine, in words; empty where it does not.

    ``value`` and ``difference`` are what :func:`ocrect.correcting.image.score` gives.
    """
    kind = kind_of(edit)
    if difference >= (CLEAR_DIGITS if kind == "digits" else CLEAR) and not changes_number_marks(line.text, edit):
        return f"the image makes the line {difference:.1f} nats likelier with it"
    if kind == "spaces":
        if form.parts_cents(line, edit, context):
            return ""
        if seen := _gaps_seen(line, edit):
            return seen
    if _leaves_room(line, edit, value) and second_engine.check(line, edit, context).supports:
        return f"another engine reads {edit.after!r} and the image leaves room for it ({value:.1f} nats a character)"
    return ""


def _gaps_seen(line: Line, edit: Edit) -> str:
    """The gaps at all the spaces that ``edit`` puts, in words; empty where one is not seen, or not surely inside a number."""
    places = new_spaces(edit)
    seen = spacing.gaps_at(line, places)
    if not places or len(seen) < len(places) or _within_a_code(line.text, edit):
        return ""
    if any(gap.log_odds < (SURE if splits_a_number(line.text, gap.at) else PARTED) for gap in seen):
        return ""
    return spacing.check(line, edit, Context(())).reason


def _leaves_room(line: Line, edit: Edit, value: float) -> bool:
    """Whether another engine's word counts: for spaces outside codes, never between two letters, which a code may have.

    Of digits it is no proof: on 60 receipts it put none right and two wrong where the first engine's image left room for it.
    ``value`` is the image's score of the edit, in nats a character.
    """
    places = new_spaces(edit)
    if kind_of(edit) != "spaces" or _within_a_code(line.text, edit):
        return False
    if any(line.text[at - 1 : at + 1].isalpha() for at in places):
        return False
    if any(splits_a_number(line.text, at) for at in places):
        return value >= TIED
    return value >= OPPOSES["spaces"] or spacing.may_hold(line, edit)


def _within_a_code(text: str, edit: Edit) -> bool:
    """True where the edit touches an account number or an address, whose spaces are nobody's to change."""
    return any(t.kind in _CODES and t.start < edit.end and edit.start < t.end for t in locked_tokens(text))


def _proved_by_sums(line: Line, edit: Edit, context: Context, value: float) -> str:
    """How the page's sums prove the edit, in words, where the image leaves room for it; empty where they do not.

    ``value`` is the image's score of the edit, in nats a character.
    """
    if value < NOT_OPPOSED:
        return ""
    repaired = _repaired(line.text, edit)
    if repaired is None and (value < ROOM or not _keeps_numbers_apart(line.text, edit)):
        return ""
    if not form.keeps_style(line, edit, context):
        return ""
    sums = arithmetic.check(line, edit, context)
    if not sums.supports or (repaired and any(_is_as_good(line, rival, value, context) for rival in repaired[1])):
        return ""
    return f"{'it was no number as it stood' if repaired else 'the image leaves room for it'}, and {sums.reason}"


def _keeps_numbers_apart(text: str, edit: Edit) -> bool:
    """True where as many tokens stand there as before: the pieces of a parted number make up equations by chance."""
    before, after = around(text, edit)
    return len(locked_tokens(before)) == len(locked_tokens(after))


def _is_as_good(line: Line, rival: Edit, value: float, context: Context) -> bool:
    """True for a repair that the sums prove as well, and that the image does not make less likely by a nat a character."""
    scored = line_score(line, rival)
    return scored is not None and scored[0] > value - CLEARLY and arithmetic.check(line, rival, context).supports is True


def _misread_euro(text: str, edited: str, context: Context) -> str:
    """The digit that is the page's euro sign misread, where ``edited`` puts the sign in its place; else empty."""
    if "€" not in edited:
        return ""
    digit = misread_euros([line.text for line in context.lines], in_euros=_counts_in_euros(context.lines))
    found = with_euros(text, digit)
    return digit if any(text[:start] + repair + text[end:] == edited for start, end, repair in found) else ""


def _counts_in_euros(lines: Sequence[Line]) -> bool:
    """True where some line names the euro and none another currency."""
    tokens = [t for line in lines for t in locked_tokens(line.text) if t.kind in ("amount", "currency") and t.well_formed]
    named = {code for t in tokens for code in t.value.split()[-1:] if t.kind == "amount"}
    named |= {"EUR" if t.text == "€" else t.text for t in tokens if t.kind == "currency" and t.text not in "%‰°"}
    euros = "EUR" in named or any("eur" in line.text.lower() for line in lines)
    return euros and not named - {"EUR"}
