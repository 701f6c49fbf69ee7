"""What another engine's reading says about an edit."""

import pytest

from ocrect.correcting.case import Case
from ocrect.correcting.readers.check import build
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.record.document import Line, SecondReading
from ocrect.settings import Settings
from ocrect.testing import posterior

TEXT = "Total: $1O0.00 due"
EDIT = Edit(7, 14, "$1O0.00", "$100.00")


IN_DOUBT = posterior(TEXT, alternatives={9: {"0": 0.4}})


def judged(*readings, edit=EDIT, evidence=None, own=IN_DOUBT):
    seconds = tuple(SecondReading("tesseract", reading, evidence) for reading in readings)
    line = Line("1", TEXT, evidence=own, second_readings=seconds)
    return build(Settings())(Case.of(line, edit, Context([line])))


def test_the_same_correction_read_by_the_other_engine_is_support():
    finding = judged("Total: $100.00 due")
    assert (finding.supports, finding.score, finding.witness) == (True, 0.0, "image")
    assert finding.reason == "tesseract reads '$100.00' too"


def test_differences_elsewhere_on_the_line_do_not_matter():
    assert judged("Totol : $100.00 doe").supports is True
    assert judged("$100.00").supports is True


@pytest.mark.parametrize("own", [posterior(TEXT), None])
def test_the_other_engines_word_alone_does_not_change_a_digit(own):
    finding = judged("Total: $100.00 due", own=own)
    assert (finding.supports, finding.reason) == (None, "tesseract reads '$100.00' too")


@pytest.mark.parametrize(
    ("read", "other", "supports"),
    [("Totel", "Total", True), ("Qty", "Oty", None), ("Total", "Totel", None)],
)
def test_letters_need_the_lexicon_besides(read, other, supports):
    evidence = posterior(read, alternatives={0: {"O": 0.4}, 3: {"a": 0.3} if len(read) > 3 else {}})
    line = Line("1", read, evidence=evidence, second_readings=(SecondReading("tesseract", other),))
    edit = Edit(0, len(read), read, other)
    assert build(Settings())(Case.of(line, edit, Context([line]))).supports is supports


@pytest.mark.parametrize(("read", "other", "supports"), [("Tbe", "The", None), ("tbe", "the", True), ("Tbere", "There", True)])
def test_a_short_word_with_a_capital_may_be_a_name(read, other, supports):
    line = Line(
        "1", read, evidence=posterior(read, alternatives={1: {"h": 0.3}}), second_readings=(SecondReading("tesseract", other),)
    )
    assert build(Settings())(Case.of(line, Edit(0, len(read), read, other), Context([line]))).supports is supports


def test_evidence_of_the_other_engine_counts_where_the_own_cannot_score():
    other = posterior("Total: $100.00 due")
    assert judged("Total: $100.00 due", evidence=other, own=None).supports is True


def test_two_engines_that_agree_speak_against_the_edit():
    finding = judged("Total : $1O0.00")
    assert (finding.supports, finding.score) == (False, 0.0)


@pytest.mark.parametrize("reading", ["Total: $180.00 due", "Total: due", "", "Total: x$100.00 due"])
def test_a_second_engine_that_reads_neither_side_of_the_edit_supports_and_opposes_nothing(reading):
    finding = judged(reading)
    assert (finding.supports, finding.score) == (None, None)


def test_one_of_several_readings_that_has_the_edit_is_enough():
    assert judged("Total: $1O0.00 due", "Total: $100.00 due").supports is True


def test_an_engine_in_doubt_about_its_own_reading_does_not_oppose():
    evidence = posterior(TEXT, alternatives={9: {"0": 0.4}})
    finding = judged(TEXT, evidence=evidence)
    assert finding.supports is None
    assert finding.score == pytest.approx(-0.4, abs=0.05)


def test_an_engine_sure_of_its_own_reading_opposes_with_its_score():
    finding = judged(TEXT, evidence=posterior(TEXT))
    assert finding.supports is False
    assert finding.score < -5


def test_no_other_engine_means_nothing_to_say():
    finding = judged()
    assert (finding.supports, finding.score) == (None, None)


def test_signs_that_look_alike_are_no_difference():
    line = Line("1", "don't", second_readings=(SecondReading("tesseract", "don’t"),))
    assert build(Settings())(Case.of(line, Edit(0, 5, "don't", "don’t"), Context([line]))).supports is None
