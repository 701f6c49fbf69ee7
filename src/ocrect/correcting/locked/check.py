"""Check "locked": no number, amount, date, dose or code changes without the image's support.

It is always among the checks. It opposes every edit that changes, adds or removes a locked token (:mod:`ocrect.numbers.tokens`)
of the line, unless one of these holds:

- The image supports that very change: it is clearly likelier than what was read (signs inside a number are too small for
  that), or there is a gap wherever a space is put, and inside what could be one number or code a proof beside the gap.
- Another engine reads spaces so, and the image leaves room for them.
- A rule of how numbers are misread proves it (:mod:`ocrect.numbers.forms`): the token is malformed and has one repair, the page
  writes its amounts so, the calendar, a repeat on the page. Each names the bar that the image must leave to it.
- Letters become digits in a number, or digits letters in a word, and nothing else: all witnesses together judge that
  (:mod:`ocrect.correcting.words.mixtures`).
- The page's sums prove it, and the image leaves room for it: more of it for one of several repairs of a malformed token than
  for a change of a well-formed one.

Where the image hardly tells the two readings apart, its opposition asks for a person: what is doubtful is visible, and nothing
is fixed in silence.

:func:`violations` and :func:`last_look` hold all accepted edits of a line together to the same rule.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ocrect import bars
from ocrect.correcting.arithmetic import sums
from ocrect.correcting.case import REACH, Case, Check, LineFacts
from ocrect.correcting.readers.heard import is_believed
from ocrect.correcting.rules import claims, line_style, parts
from ocrect.correcting.score import Score
from ocrect.correcting.spaces.gaps import as_seen, gaps_seen, may_hold, spaces_put, splits_a_number
from ocrect.correcting.words.mixtures import mixed_up, spoils, takes_a_tax_for_a_digit
from ocrect.numbers.forms.parting import parts_a_token
from ocrect.numbers.forms.rule import Claim, Form, Parting, Proof
from ocrect.numbers.forms.style import decimal_marks
from ocrect.numbers.grammar import has_known_form
from ocrect.numbers.tokens import LockedToken, differs, locked_tokens
from ocrect.plugins import Context
from ocrect.record.correction import Correction, Edit, Finding, Verdict, apply, around, edits
from ocrect.settings import Settings

NAME = "locked"

_CODES = frozenset({"iban", "card", "tax-id", "url", "email"})
_FORMED = frozenset({"tax-id", "iban", "card", "url", "email", "phone", "roman"})
"""Kinds of tokens that have a form besides those of numbers."""

_OF_NUMBERS = frozenset(".,-−+%@$€£¥ ")
"""Signs that belong to a number."""

_BETWEEN, _BEHIND_A_SIGN = re.compile(r"\d (?=\d)"), re.compile(r"\d[.,:] (?=\d)")
"""Spaces between digits."""

_THOUSANDS = re.compile(r"(?<!\d)\d{1,3}[.,]\d{3}(?!\d)")
_AMOUNT = re.compile(r"\d[.,:]\d\d\d?(?!\d)")
LIST = 4
"""Numbers with a sign and a space before others on a page, from which such a sign parts them: an index, a table of places."""


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
    known = case.fact(claims)
    for form, claim in known:
        if not form.bar and (proof := _proof(form, claim)):
            return Finding(NAME, proof.holds, proof.words)
    names = ", ".join(dict.fromkeys(repr(token.text) for token in changed))
    scored = case.score
    if scored and (mixture := case.fact(mixed_up)):
        return Finding(NAME, None, f"{names}: a {mixture} misread for a mixture of letters and digits is weighed")
    if counted := _any_gap_tells(case):
        return Finding(NAME, True, f"{names} would change; {counted}, and a gap may be behind it")
    support = scored and (_image_support(case, scored) or _proved_by_sums(case, scored.value))
    if support:
        return Finding(NAME, None, f"{names} would change; {support}")
    for form, claim in known:
        has_room = scored and form.bar and scored.value >= bars.IMAGE_OPPOSES[form.bar]
        if has_room and (proof := _proof(form, claim)):
            return Finding(NAME, proof.holds, f"{names} would change; {proof.words}")
    reason = f"{names} would change without the image's support"
    if scored and scored.value >= bars.LOCKED_HARDLY and _may_be_meant(case):
        hardly = f"but it hardly tells {case.edit.before!r} from {case.edit.after!r} ({scored.value:+.1f} nats a character)"
        return Finding(NAME, False, f"{reason}, {hardly}", asks=True)
    return Finding(NAME, False, reason)


def _may_be_meant(case: Case) -> bool:
    """Whether a person is asked where the image hardly tells: about what a page may print as well, and what means something
    else. As well is what keeps each form that was read, in the page's style, and what sums of the page that hold need no less.
    """
    if _means_the_same(case) or takes_a_tax_for_a_digit(case) or case.fact(spoils):
        return False
    return _keeps_forms(case) and _keeps_style(case) and not _exchanges_signs(case) and not case.fact(sums).lost


def _keeps_forms(case: Case) -> bool:
    """False where a token of a known form would have none, a number none but that of an amount or of one longer number, or a
    space would part it; and for tax numbers, which are never read as others.
    """
    was, becomes = (Counter(t.kind for t in side if _has_a_form(t)) for side in case.fact(_both))
    if any(token.kind == "tax-id" for token in case.changed if token in case.about.tokens) or set(was - becomes) - {"number"}:
        return False
    _, before, after = case.words
    return len(after.split()) <= len(before.split()) if case.kind == "spaces" else becomes.total() >= was.total()


def _has_a_form(token: LockedToken) -> bool:
    return token.well_formed and (token.kind in _FORMED or has_known_form(token.text))


def _both(case: Case) -> tuple[tuple[LockedToken, ...], tuple[LockedToken, ...]]:
    """The locked tokens around the edit as read and as edited."""
    before, after = around(case.line.text, case.edit, REACH)
    return locked_tokens(before), locked_tokens(after)


def _exchanges_signs(case: Case) -> bool:
    """True for digits in signs, or in a longer word, that have none, and for digits that become signs."""
    _, before, after = case.words
    if any(map(str.isnumeric, after)) and not any(map(str.isnumeric, before)) and not (before.isalnum() and len(before) == 1):
        return True
    pairs = (pair for atom in case.atoms for pair in zip(atom.before, atom.after, strict=False))
    return any(old.isdecimal() and not (new.isalnum() or new.isspace()) for old, new in pairs)


def _means_the_same(case: Case) -> bool:
    """True where the tokens stand for what they stood for (``x0.31`` and ``x0,31``, ``@6%`` and ``06%``), as far as one can
    know what a sign with three digits behind it is; or where a space goes that is not between digits (``$ 3,00``), in what
    becomes no amount (``100, 3528``), or in a list of numbers (``36, 5.``).
    """
    if case.kind != "spaces":
        was, becomes = ([(t.kind, t.value.casefold()) for t in side] for side in case.fact(_both))
        return was == becomes and not any(_THOUSANDS.search(token.text) for token in case.changed)
    _, before, after = case.words
    if len(_BETWEEN.findall(before)) != len(_BETWEEN.findall(after)):
        return False
    if len(_BEHIND_A_SIGN.findall(before)) == len(_BEHIND_A_SIGN.findall(after)):
        return True
    return not _AMOUNT.search(after) or case.context.fact(_lists_numbers) > LIST


def _lists_numbers(context: Context) -> int:
    """How often a number, a sign and a space stand before another number on the page."""
    return sum(len(_BEHIND_A_SIGN.findall(text)) for text in context.texts)


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

    What a person accepted stays; in question is only what the other edits do beside it.
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
    """The locked tokens that the accepted edits change and that neither the check nor a person allows to change."""
    line = about.line
    accepted = [verdict for verdict in correction.verdicts if verdict.decision == "accepted"]
    decided = apply(line.text, [verdict.edit for verdict in accepted if verdict.by_person])
    unseen = [verdict.edit for verdict in accepted if not verdict.by_person]
    others = apply(line.text, unseen)
    if differs(line.text, others):
        return violations(about, others, unseen)
    return differs(decided, correction.apply(line.text))


def _proof(form: Form, claim: Claim) -> Proof | None:
    """What the rule says of the claim; ``None`` where it has no word on it."""
    if form.prove is None:
        return None
    return form.prove(claim)


def _rivals(case: Case) -> list[Edit] | None:
    """The other repairs of the malformed token that the edit repairs; ``None`` where it repairs none."""
    for form, claim in case.fact(claims):
        if form.malformed:
            start, end, versions = claim.found
            return [Edit(start, end, claim.read, version) for version in versions if version != claim.version]
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
    proofs = filter(None, (words for _, words in case.fact(_proofs).values()))
    return "; ".join([as_seen(min(seen, key=lambda gap: gap.log_odds)), *proofs])


def _proofs(case: Case) -> dict[int, tuple[Parting | None, str]]:
    """For each place where the edit puts a space into what could be one token: the rule that says that it is two, and why."""
    text = case.line.text
    return {at: parts(case, at) for at in case.fact(spaces_put) if parts_a_token(text, at)}


def _any_gap_tells(case: Case) -> str:
    """Why the one space that the edit puts parts two tokens, where a gap that may be none is enough beside that."""
    proofs = list(case.fact(_proofs).values())
    rule, words = proofs[0] if len(proofs) == len(case.fact(spaces_put)) == 1 else (None, "")
    return words if rule and rule.any_gap and case.fact(may_hold) else ""


def _is_unproved(case: Case) -> bool:
    """True where for one of these places there is no proof."""
    return not all(words for _, words in case.fact(_proofs).values())


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
    """True where the edit touches an account number or an address, whose spaces no edit may change."""
    return any(t.kind in _CODES and t.start < case.edit.end and case.edit.start < t.end for t in case.about.tokens)


def _proved_by_sums(case: Case, value: float) -> str:
    """How the page's sums prove the edit, in words, where the image leaves room for it; empty where they do not.

    ``value`` is the image's score of the edit, in nats a character.
    """
    if value < bars.LOCKED_NOT_OPPOSED or not _brings_numbers_alone(case):
        return ""
    rivals = case.fact(_rivals)
    if rivals is None and (value < bars.LOCKED_ROOM or not _keeps_numbers_apart(case)):
        return ""
    if not _keeps_style(case) or not _changes_value(case):
        return ""
    found = case.fact(sums)
    if not found.prove or any(_is_as_good(case.about.case(rival), value) for rival in rivals or ()):
        return ""
    return f"{'the image leaves room for it' if rivals is None else 'it was no number as it stood'}, and {found.reason}"


def _keeps_style(case: Case) -> bool:
    """False where the edit writes an amount otherwise than the page does, or in a currency not named there, and it was not
    so before.
    """
    style, sides = case.about.fact(line_style), around(case.line.text, case.edit)
    before, after = (Counter(decimal_marks(text)) for text in sides)
    was, becomes = ({t.value.split()[-1] for t in locked_tokens(side) if t.kind == "amount"} for side in sides)
    return (not style.mark or not set(after - before) - {style.mark}) and becomes - was <= style.currencies


def _changes_value(case: Case) -> bool:
    """False where the numbers stand for what they stood for, a space alone takes or gives a sign (``Disc. -0,50`` as
    ``Disc.-0,50``), or a well-formed one becomes none (``4.904,94`` as ``4,904,94``): no sum can ask for that.
    """
    before, after = (locked_tokens(side) for side in around(case.line.text, case.edit))
    if all(token.well_formed for token in before) and not all(token.well_formed for token in after):
        return False
    signs = "-" if case.kind == "spaces" else ""
    was, becomes = (Counter(token.value.lstrip(signs) for token in side) for side in (before, after))
    return was != becomes


def _brings_numbers_alone(case: Case) -> bool:
    """False where letters or other signs come in beside the number that a sum asks for: ``☑4`` for ``40``, which is 4."""
    edit = case.edit
    brought = Counter(edit.after) - Counter(edit.before)
    return all(c.isdecimal() or c in _OF_NUMBERS for c in brought)


def _keeps_numbers_apart(case: Case) -> bool:
    """True where as many tokens stand there as before: the pieces of a parted number make up equations by chance."""
    before, after = around(case.line.text, case.edit)
    return len(locked_tokens(before)) == len(locked_tokens(after))


def _is_as_good(rival: Case, value: float) -> bool:
    """True for a repair that the sums prove as well, and that the image does not make less likely by a nat a character."""
    return rival.score is not None and rival.score.value > value - bars.LOCKED_CLEARLY and rival.fact(sums).prove
