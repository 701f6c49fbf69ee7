"""What holds of locked tokens in any text, and the invariant that they carry: no number changes without the image."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from ocrect.correcting import arithmetic, scope
from ocrect.correcting.case import Case, LineFacts
from ocrect.correcting.locked import check as locked
from ocrect.correcting.spaces import propose as spacing
from ocrect.correcting.words import listed as lexicon
from ocrect.numbers.tokens import differs, locked_tokens, repairs
from ocrect.plugins import Context
from ocrect.record.correction import Correction, apply, decide, edits, settle
from ocrect.record.document import Line
from ocrect.testing import posterior

PIECES = st.sampled_from(
    [
        "1",
        "0",
        "O",
        "l",
        "5",
        "S",
        ".",
        ",",
        " ",
        "$",
        "€",
        "-",
        "/",
        ":",
        "mg",
        "July",
        "2023",
        "Invoic",
        "total",
        "the",
        "%",
        "đ",
        "٣",
        "\u00a0",
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join))


@given(TEXTS)
def test_tokens_lie_in_order_within_the_text_and_hold_every_digit(text: str) -> None:
    tokens = locked_tokens(text)
    end = 0
    for token in tokens:
        assert end <= token.start < token.end
        assert text[token.start : token.end] == token.text
        end = token.end
    covered = {i for token in tokens for i in range(token.start, token.end)}
    assert all(i in covered for i, c in enumerate(text) if c.isdecimal())


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert differs(text, text) == ()


def _digits(text: str) -> list[str]:
    """The digits that are locked: those of words with a digit in them may go."""
    return [c for t in locked_tokens(text) if t.kind != "word" for c in t.text if c.isdecimal()]


@given(TEXTS, TEXTS)
def test_texts_with_other_digits_differ(one: str, other: str) -> None:
    if one != other and _digits(one) != _digits(other):
        assert differs(one, other)


@given(TEXTS)
def test_a_repair_is_well_formed_and_keeps_every_digit(text: str) -> None:
    for token in locked_tokens(text):
        for version in repairs(token):
            assert all(t.well_formed for t in locked_tokens(version))
            if token.kind == "glued":
                assert version.replace(" ", "") == token.text
            elif token.kind != "iban":
                assert len(version) == len(token.text)
                assert all(a == b for a, b in zip(token.text, version, strict=True) if a.isdecimal())


@given(TEXTS, TEXTS)
def test_whatever_the_model_replies_no_well_formed_token_changes_without_the_image(text: str, reply: str) -> None:
    line = Line("1", text)
    context = Context((line,), runtime=lambda: None)
    checks = (locked.check, scope.check, arithmetic.check, lexicon.check)
    about = LineFacts(line, context)
    cases = about.cases(edits(text, reply))
    verdicts = [decide(e.edit, [c(e) for c in checks], "rewrite", accept_text_only=True) for e in cases]
    corrected = Correction(settle(verdicts), "rewrite").apply(text)
    if locked.violations(LineFacts(line, Context(())), corrected):
        return  # the pipeline takes all of it back
    lost = differs(text, corrected)
    malformed = [t.text for t in locked_tokens(text) if repairs(t)]
    assert all(t.text in malformed for t in lost if t in locked_tokens(text))


def _grouped(sign: str) -> st.SearchStrategy[str]:
    return st.integers(1000, 99_999_999).map(lambda n: f"{n:,}".replace(",", sign))


DIGITS = st.from_regex(r"[1-9][0-9]{1,9}", fullmatch=True)
CENTS = st.integers(0, 99).map("{:02}".format)
FORMS = st.one_of(
    DIGITS,
    _grouped(","),
    st.tuples(st.sampled_from(["$", "US$", "€", "£", "RM", ""]), st.one_of(DIGITS, _grouped(",")), CENTS).map(
        "{0[0]}{0[1]}.{0[2]}".format
    ),
    st.tuples(_grouped("."), CENTS, st.sampled_from(["", "%"])).map("{0[0]},{0[1]}{0[2]}".format),
    st.dates().map(lambda d: "{2}/{1}/{0}".format(*d.isoformat().split("-"))),
    st.dates().map(lambda d: d.isoformat()),
    st.times().map(lambda t: t.strftime("%H:%M")),
    st.from_regex(r"0[1-9][0-9]?-[0-9]{7,8}\.?", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{2}-[0-9]{4}\.?", fullmatch=True),
    st.from_regex(r"\+[1-9][0-9] [0-9]{2} [0-9]{4} [0-9]{3}", fullmatch=True),
    st.from_regex(r"[1-8][0-9]°[0-5][0-9]'?[0-5][0-9]\.[0-9]{1,2}\"", fullmatch=True),
    st.from_regex(r"[XQZJV]{2,4}-?[0-9]{4,8}", fullmatch=True),
    st.from_regex(r"[0-9]{2,5}[QZJV]{1,2}[0-9]{2,5}", fullmatch=True),
)
FRAMES = st.sampled_from(["{}", "({})", "at {} or", "{}."])


@settings(max_examples=60)
@given(FORMS, FRAMES)
def test_gaps_everywhere_in_a_well_formed_token_part_it_nowhere(token: str, frame: str) -> None:
    text = frame.format(token)
    at = text.index(token)
    for places in (range(at + 1, at + len(token)), *([place] for place in range(at + 1, at + len(token)))):
        seen = {place: 0.45 for place in places if not text[place - 1 : place + 1].count(" ")}
        evidence = posterior(text, gaps=seen)
        line = Line("1", text, evidence=evidence)
        context = Context((line,))
        for edit in spacing.propose([line], context)[0]:
            if locked.check(Case.of(line, edit, context)).supports is not False:
                parted = apply(text, [edit])
                assert [t.value for t in locked_tokens(parted)] == [t.value for t in locked_tokens(text)]
                assert not re.search(r"\d \d", parted.replace(token if " " in token else "\0", ""))


@given(TEXTS)
def test_a_correction_that_changes_nothing_violates_nothing(text: str) -> None:
    assert locked.violations(LineFacts(Line("1", text), Context(())), apply(text, ())) == ()
