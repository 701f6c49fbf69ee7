"""A malformed token (:mod:`ocrect.numbers.malformed`) as a rule: found by its form; its only repair needs no image."""

from __future__ import annotations

from collections.abc import Iterator

from ocrect.numbers.forms.rule import Claim, Form, Found, Proof
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Malformed
from ocrect.numbers.tokens import locked_tokens, repairs


def as_form(malformed: Malformed) -> Form:
    """The rule of a malformed token."""

    def find(text: str, style: Style) -> Iterator[Found]:
        del style
        for token in locked_tokens(text):
            if token.form == malformed.name and (versions := repairs(token)):
                yield Found(token.start, token.end, versions)

    def prove(claim: Claim) -> Proof | None:
        if len(claim.found.versions) > 1:
            return None
        if malformed.currency and not claim.style.is_in(malformed.currency):
            sign = f"the sign of {malformed.currency}"
            return Proof(f"{claim.read!r} may lack {sign}, but nothing else on the page is in it", holds=False)
        return Proof(f"{claim.read!r} is no number as it stands; {claim.version!r} is the only one it can be")

    return Form(
        name=malformed.name,
        says=malformed.says,
        set_on=malformed.set_on,
        cases=malformed.cases,
        experimental=malformed.experimental,
        find=find,
        prove=prove,
        bar="",
        malformed=True,
        impossible="is no number" if malformed.impossible else "",
    )
