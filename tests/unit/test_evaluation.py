"""What a correction did, on documents that can be judged by hand."""

import json

import pytest

from ocrect.measure.evaluation import Sample, evaluate, words_right
from ocrect.measure.metrics import Counts
from ocrect.record.correction import Correction, Edit, Verdict, edits
from ocrect.record.document import Block, Document, Line, Page


def line(text, *proposals):
    """A line with edits: pairs of the whole text with one change made, and the decision on it."""
    verdicts = []
    for wanted, decision in proposals:
        (edit,) = edits(text, wanted)
        verdicts.append(Verdict(edit, decision))
    return Line("1", text, correction=Correction(tuple(verdicts)))


def document(*pages, source="scan.png"):
    return Document(source, tuple(Page(n, blocks=(Block(tuple(lines)),)) for n, lines in enumerate(pages, 1)))


def outcomes(report):
    return [(j.edit.after, j.decision, j.outcome) for j in report.judged]


def test_a_right_edit_lowers_the_error_and_is_called_right():
    read = line("Pleaso pay 12.50", ("Please pay 12.50", "accepted"))
    report = evaluate([Sample(document([read]), "Please pay 12.50", "en")])
    assert report.total.cer == (Counts(1, 16), Counts(0, 16))
    assert report.total.wer == (Counts(1, 3), Counts(0, 3))
    assert (report.total.better, report.total.worse, report.total.same) == (1, 0, 0)
    assert outcomes(report) == [("Please", "accepted", "right")]
    assert not report.missed


def test_a_right_number_made_wrong_is_listed_and_counted_as_harm():
    read = line("Total 60.00 EUR", ("Total 600.00 EUR", "accepted"))
    report = evaluate([Sample(document([read]), "Total 60.00 EUR")])
    assert report.harmed_numbers == [("scan.png", "60.00")]
    assert report.total.harm == Counts(1, 3)
    assert report.worse_pages == [("scan.png", 1)]
    (judged,) = report.judged
    assert (judged.outcome, judged.harm, judged.kind, judged.truth) == ("wrong", True, "digits", "60.00")


def test_what_nobody_proposed_is_missed_under_its_kind():
    report = evaluate([Sample(document([line("Pleaso pay l2.50 to us")]), "Please pay 12.50 to Us")])
    assert dict(report.missed) == {"letters": 1, "digits": 1, "case": 1}


def test_a_right_edit_that_was_not_made_is_no_miss():
    read = line("Pleaso pay", ("Please pay", "review"))
    report = evaluate([Sample(document([read]), "Please pay")])
    assert outcomes(report) == [("Please", "review", "right")]
    assert not report.missed
    assert report.total.same == 1


def test_a_word_half_repaired_is_partly_right_and_a_number_never_is():
    words = line("lnvoico 8O1.5O", ("Invoico 8O1.5O", "accepted"), ("lnvoico 801.5O", "review"))
    report = evaluate([Sample(document([words]), "Invoice 801.50")])
    assert outcomes(report) == [("Invoico", "accepted", "partly"), ("801.5O", "review", "wrong")]
    assert not any(j.harm for j in report.judged)


def test_parted_words_are_judged_together():
    read = line("or telep hone now", ("or telephone now", "accepted"))
    report = evaluate([Sample(document([read]), "or telephone now")])
    assert outcomes(report) == [("telephone", "accepted", "right")]
    (judged,) = report.judged
    assert judged.kind == "spaces"


def test_a_word_left_out_is_not_held_against_its_neighbour():
    read = line("Pleaso us today", ("Please us today", "accepted"))
    report = evaluate([Sample(document([read]), "Please pay us today")])
    assert outcomes(report) == [("Please", "accepted", "right")]
    assert report.elsewhere == 1


def test_an_edit_that_brings_back_a_lost_word_is_right():
    read = Line("1", "Please us", correction=Correction((Verdict(Edit(6, 6, "", " pay"), "accepted"),)))
    report = evaluate([Sample(document([read]), "Please pay us")])
    assert outcomes(report) == [(" pay", "accepted", "right")]


def test_an_edit_where_the_truth_has_nothing_alike_is_unplaced():
    read = line("alpha qqqq omega", ("alpha qqqz omega", "accepted"))
    report = evaluate([Sample(document([read]), "alpha bcdefgh omega")])
    assert outcomes(report) == [("qqqz", "accepted", "unplaced")]


def test_case_may_be_ignored():
    read = line("TOTAL due", ("TOTAL duo", "rejected"))
    report = evaluate([Sample(document([read]), "Total Due")], ignore_case=True)
    assert report.total.cer[0].errors == 0
    assert report.judged[0].harm
    assert "case ignored" in report.as_json()["normalisation"]


def test_an_edit_of_what_is_ignored_is_not_counted():
    report = evaluate([Sample(document([line("TOTAL due", ("Total due", "accepted"))]), "total due")], ignore_case=True)
    assert report.judged == []


def test_the_edits_of_every_page_and_line_are_found_at_their_place():
    first = [line("one"), line("tvo", ("two", "accepted"))]
    third = [line("fonr", ("four", "accepted")), line("five 5S", ("five 55", "accepted"))]
    report = evaluate([Sample(document(first, [], third), "one\ntwo\n\nfour\nfive 55")])
    assert [j.outcome for j in report.judged] == ["right"] * 3
    assert [j.place for j in report.judged] == [
        "scan.png, page 1, line 2",
        "scan.png, page 3, line 1",
        "scan.png, page 3, line 2",
    ]
    assert report.total.pages == 1


def test_a_truth_with_form_feeds_is_compared_page_by_page():
    pages = [line("tvo", ("two", "accepted"))], [line("three", ("thee", "accepted"))]
    report = evaluate([Sample(document(*pages), "two\n\fthree\n\f")])
    assert (report.total.pages, report.total.better, report.total.worse) == (2, 1, 1)
    assert report.worse_pages == [("scan.png, page 2", 1)]
    assert [j.place for j in report.judged] == ["scan.png, page 1, line 1", "scan.png, page 2, line 1"]


def test_languages_are_summed_apart_and_together():
    samples = [Sample(document([line("ab")]), "ac", "de"), Sample(document([line("x" * 98)]), "x" * 98, "fr")]
    report = evaluate(samples)
    assert report.languages["de"].cer[0] == Counts(1, 2)
    assert report.languages["fr"].cer[0] == Counts(0, 98)
    assert report.total.cer[0].rate == pytest.approx(0.01)


def test_the_report_is_json_and_says_what_was_counted():
    read = line("Pleaso pay 1O.00", ("Please pay 1O.00", "accepted"), ("Pleaso pay 10.00", "review"))
    report = evaluate([Sample(document([read]), "Please pay 10.00", "en"), Sample(document([line("x")]), "", "en")])
    values = json.loads(json.dumps(report.as_json(), allow_nan=False))
    assert values["pages"] == {"all": 2, "better": 1, "worse": 0, "same": 1}
    assert values["number_recall"]["before"] == {"rate": 0.0, "found": 0, "of": 1}
    assert values["kinds"]["letters"]["accepted"] == {"right": 1, "partly": 0, "wrong": 0, "unplaced": 0}
    assert values["kinds"]["digits"]["review"]["right"] == 1
    assert [e["truth"] for e in values["edits"]] == ["Please", "10.00"]


def test_nothing_to_evaluate_is_an_empty_report():
    report = evaluate([])
    assert (report.documents, report.total.pages, report.edits()) == (0, 0, {})


def test_each_word_is_told_right_wrong_or_without_a_place_in_the_truth():
    assert [(start, end, right) for start, end, right in words_right("Tota1 5.00 ~~~", "Total 5.00")] == [
        (0, 5, False),
        (6, 10, True),
        (11, 14, None),
    ]
