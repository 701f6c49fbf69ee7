"""Which places of a page a person is asked about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect import bars
from ocrect.correcting.case import Case
from ocrect.correcting.judging import MOST_CARDS
from ocrect.correcting.questions import answered
from ocrect.correcting.words.mixtures import may_be_either
from ocrect.pipeline import Pipeline
from ocrect.plugins import Context
from ocrect.record import review
from ocrect.record.correction import Edit, Verdict
from ocrect.record.document import Block, Document, Line, Page
from ocrect.settings import Settings
from ocrect.testing import posterior


def a_line(name: str, text: str, at: int, rival: str, share: float) -> Line:
    return Line(name, text, evidence=posterior(text, alternatives={at: {rival: share}}))


def corrected(*lines: Line) -> Document:
    with Pipeline(Settings(runtime="none", language="en")) as pipeline:
        return pipeline.correct(Document("x", (Page(1, blocks=(Block(lines),)),)))


def asked(document: Document) -> list[Verdict]:
    return [verdict for line in document.lines() for verdict in line.verdicts if verdict.decision == "review"]


@pytest.mark.parametrize(
    ("text", "at", "rival"), [("Model G812 here", 7, "B"), ("Reg 1125830-U there", 12, "V"), ("Flour 12X8506 bag", 12, "G")]
)
def test_a_person_is_asked_about_a_code_that_the_image_hardly_tells_from_another(text: str, at: int, rival: str) -> None:
    done = corrected(a_line("1", text, at, rival, 0.48))
    (verdict,) = asked(done)
    assert verdict.edit.after == text.split()[1].replace(text[at], rival)
    assert done.corrected == text
    assert asked(corrected(a_line("1", text, at, rival, 0.1))) == []


@pytest.mark.parametrize(
    ("text", "before", "after", "expected"),
    [
        ("see G812 there", "G812", "GB12", True),
        ("see BO03 there", "BO03", "B003", True),
        ("see :0012 there", ":0012", "10012", True),
        ("cost 0.75 now", "0.75", "O.75", False),  # a number, and no code
        ("cost 19.98 now", "19.98", "19.9B", False),
        ("see SH0B1 there", "SH0B1", "SHOB1", False),  # no eye tells the two apart
        ("see A17B there", "A17B", "Al7B", False),
        ("see 12X there", "12X", "12x", False),
        ("sum of 0 now", "of 0", "of θ", False),
        ("see G812 there", "G812", "G8 12", False),
        ("see G812 there", "G812", "G82", False),
        ("see words there", "words", "wards", False),
        ("GST @6% there", "@6%", "06%", False),  # at a rate
    ],
)
def test_a_rival_of_a_word_with_digits_is_one_that_may_be_printed_there(
    text: str, before: str, after: str, *, expected: bool
) -> None:
    start = text.index(before)
    line = Line("1", text, evidence=posterior(text))
    case = Case.of(line, Edit(start, start + len(before), before, after), Context((line,)))
    assert case.fact(may_be_either) is expected


def test_no_more_places_of_a_page_are_asked_about_than_a_person_looks_at_and_the_likeliest_misread_are_taken() -> None:
    lines = [a_line(str(n), f"Model G8{n}2 here", 7, "B", 0.38 + n / 1000) for n in range(10, 10 + 2 * MOST_CARDS)]
    found = asked(corrected(*lines))
    assert len(found) == MOST_CARDS
    last = [line.text.split()[1] for line in lines[-MOST_CARDS:]]
    assert sorted(verdict.edit.before for verdict in found) == sorted(last)


def test_what_a_person_said_of_a_number_is_not_asked_again() -> None:
    done = corrected(a_line("1", "Model G812 here", 7, "B", 0.48))
    (verdict,) = asked(done)
    kept = review.decide(done, "1", verdict.edit, accept=False)
    with Pipeline(Settings(runtime="none", language="en")) as pipeline:
        again = pipeline.correct(kept)
    assert asked(again) == []
    assert again.corrected == done.text


def test_the_bar_lies_where_the_image_still_prefers_what_was_read_by_little() -> None:
    assert bars.LOCKED_HARDLY < bars.NUMBER_UNCLEAR < 0.0


@given(st.from_regex("[A-Z]{2}[2-9]{3}", fullmatch=True), st.booleans(), st.booleans())
def test_nobody_is_asked_about_a_code_that_the_page_has_again_unless_it_has_the_rival_too(
    code: str, again: bool, other: bool
) -> None:
    rival = code[:4] + ("2" if code[4] == "9" else "9")
    lines = [a_line("1", f"Model {code} here", 10, rival[4], 0.48)]
    lines += [Line("2", f"the {code} of all", evidence=posterior(f"the {code} of all"))] * again
    lines += [Line("3", f"no {rival} of all", evidence=posterior(f"no {rival} of all"))] * other
    found = [verdict.edit.after for verdict in asked(corrected(*lines))]
    assert found == ([] if again and not other else [rival])


@pytest.mark.parametrize(
    ("text", "at", "rival", "others", "expected"),
    [
        ("sum of 47,751 here", 9, ".", ["52,965 80,112"], False),  # the page parts its thousands by commas
        ("sum of 47.751 here", 9, ",", ["52,965 80,112"], True),
        ("sum of 47,751 here", 9, ".", ["52.965 80.112"], True),
        ("we saw Kelly here", 7, "k", [], False),
    ],
)
def test_what_the_page_answers_is_not_asked(text: str, at: int, rival: str, others: list[str], *, expected: bool) -> None:
    more = [Line(str(n), other, evidence=posterior(other)) for n, other in enumerate(others, 2)]
    assert bool(asked(corrected(a_line("1", text, at, rival, 0.48), *more))) is expected


@pytest.mark.parametrize(("before", "after", "is_asked"), [("60", "6.0", False), ("212", "2.12", True), ("34", "3:4", False)])
def test_a_sign_that_makes_no_amount_of_digits_is_not_asked_about(before: str, after: str, *, is_asked: bool) -> None:
    line = Line("1", f"of {before} there", evidence=posterior(f"of {before} there"))
    case = Case.of(line, Edit(3, 3 + len(before), before, after), Context((line,)))
    assert bool(case.fact(answered)) is not is_asked
