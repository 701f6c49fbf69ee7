"""What the image says about an edit."""

from types import SimpleNamespace

import pytest

from ocrect.correcting.case import Case
from ocrect.correcting.image import build
from ocrect.correcting.score import changes_number_marks
from ocrect.evidence import LatticeEvidence, Reading
from ocrect.plugins import Context
from ocrect.record.correction import Edit, edits
from ocrect.record.document import Line
from ocrect.settings import Settings
from ocrect.testing import posterior


def judged(text, wanted, evidence=None):
    line = Line("1", text, evidence=evidence)
    (edit,) = edits(text, wanted)
    return build(Settings())(Case.of(line, edit, Context([line])))


def score(evidence, text, edit):
    return Case.of(Line("1", text, evidence=evidence), edit).score


def test_what_the_image_makes_clearly_likelier_is_supported():
    # Each frame prefers to spell the "m", but all the ways to spell "n" together weigh more.
    evidence = LatticeEvidence(((Reading("m", -1.4), Reading("n", -0.3)), (Reading("o", 0.0),)))
    finding = judged("mo", "no", evidence)
    assert finding.supports is True
    assert finding.score == pytest.approx(1.1)
    assert finding.witness == "image"


def test_an_invented_word_is_opposed_in_words_that_a_person_understands():
    finding = judged("Invoic", "Invoice", posterior("Invoic"))
    assert finding.supports is False
    assert finding.reason.startswith("the image makes 'Invoic' ")
    assert finding.reason.endswith(" nats likelier than 'Invoice'")


def test_a_doubtful_letter_is_left_to_other_witnesses():
    finding = judged("Invoico", "Invoice", posterior("Invoico", alternatives={6: {"e": 0.3}}))
    assert finding.supports is None
    assert finding.score == pytest.approx(-0.85, abs=0.02)
    assert "neither for nor against" in finding.reason


def test_digits_have_a_stricter_bar_than_letters():
    letters = judged("cab", "cob", posterior("cab", alternatives={1: {"o": 0.015}}))
    digits = judged("718", "728", posterior("718", alternatives={1: {"2": 0.015}}))
    assert letters.score == pytest.approx(digits.score, abs=0.01)
    assert (letters.supports, digits.supports) == (None, False)


def test_without_evidence_the_image_has_not_spoken():
    finding = judged("Invoic", "Invoice")
    assert (finding.supports, finding.score) == (None, None)


def test_a_symbol_that_the_engine_cannot_write_is_not_judged():
    finding = judged("Tong", "Tổng", posterior("Tong"))
    assert (finding.supports, finding.score) == (None, None)
    assert "does not know" in finding.reason


def test_signs_that_look_alike_are_not_told_apart():
    finding = judged("don't", "don’t", posterior("don't"))
    assert (finding.supports, finding.score) == (None, 0.0)


def test_a_sign_inside_a_number_is_never_changed_on_the_image_s_word_alone():
    evidence = LatticeEvidence(((Reading("12", 0.0),), (Reading(".", -1.4), Reading(",", -0.3)), (Reading("5", 0.0),)))
    finding = judged("12.5", "12,5", evidence)
    assert finding.supports is None
    assert finding.score > 0
    assert "another witness" in finding.reason


def test_a_likely_change_does_not_carry_an_unlikely_one_along():
    evidence = posterior("barn", alternatives={0: {"c": 0.45}})
    edit = Edit(0, 4, "barn", "carx")
    both, difference = score(evidence, "barn", edit)
    assert both < difference / 2 - 1


def test_an_inserted_word_is_not_made_cheap_by_its_letters():
    evidence = posterior("to pay")
    value, difference = score(evidence, "to pay", Edit(2, 2, "", " not"))
    assert value == difference


def test_evidence_that_cannot_score_the_parts_alone_scores_the_whole():
    whole = {"ab": -1.0, "xyab": -5.0}
    evidence = SimpleNamespace(log_likelihood=lambda texts: [whole.get(text) for text in texts])
    assert score(evidence, "ab", Edit(0, 2, "ab", "xyab")) == (-2.0, -4.0)
    parts = {"a-b": -1.0, "x-y": -5.0}
    evidence = SimpleNamespace(log_likelihood=lambda texts: [parts.get(text) for text in texts])
    assert score(evidence, "a-b", Edit(0, 3, "a-b", "x-y")) == (-2.0, -4.0)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("12.50", "12,50"),
        ("1234", "1,234"),
        ("-5", "5"),
        ("$5", "€5"),
        ("5%", "5"),
        ("1 234", "1234"),
        ("INV-7", "INV7"),
    ],
)
def test_separators_signs_and_spaces_of_numbers_are_seen(text, wanted):
    (edit,) = edits(text, wanted)
    assert changes_number_marks(text, edit)


@pytest.mark.parametrize(("text", "wanted"), [("$1O0.00", "$100.00"), ("1O.OO", "10.00"), ("Due 5.", "Due 5"), ("a.b", "a,b")])
def test_digits_full_stops_and_words_are_not_separators(text, wanted):
    (edit,) = edits(text, wanted)
    assert not changes_number_marks(text, edit)


def test_an_edit_of_one_character_is_seen_in_its_number():
    assert changes_number_marks("Sum 12.50", Edit(6, 7, ".", ","))
    assert changes_number_marks("Sum 1 250", Edit(5, 6, " ", ""))
