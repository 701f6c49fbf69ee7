"""The kinds of evidence: the CTC posterior and the lattice."""

import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from ocrect.evidence import CtcPosterior, Evidence, LatticeEvidence, Reading, fold
from ocrect.testing import posterior


def test_posterior_and_lattice_fulfil_the_protocol_of_evidence():
    assert isinstance(posterior("a"), Evidence)
    assert isinstance(LatticeEvidence(((Reading("a", 0.0),),)), Evidence)


def test_quotes_dashes_and_spaces_that_look_alike_are_folded_and_accents_composed():
    assert fold("“e\u0301” – ’\u00a0−") == '"é" - \' -'


def test_the_text_is_the_greedy_reading_with_its_frames():
    evidence = posterior("Hello")
    assert evidence.text == "Hello"
    assert [(s.text, s.start, s.end) for s in evidence.spans()][2:4] == [("l", 5, 6), ("l", 7, 8)]
    assert min(evidence.confidences()) > 0.99


def test_scores_of_texts_differ_by_the_log_of_how_much_likelier_the_image_makes_them():
    evidence = posterior("Invoic", alternatives={5: {"e": 0.3}})
    read, doubted, invented = evidence.log_likelihood(["Invoic", "Invoie", "Invoix"])
    assert read > doubted > invented
    assert read - doubted == pytest.approx(math.log(0.7 / 0.3), abs=0.02)


def test_a_symbol_that_the_engine_cannot_write_is_no_evidence():
    assert posterior("abc").log_likelihood(["abc", "абв"])[1] is None
    assert posterior("abc").log_likelihood(["абв"]) == [None]


def test_a_pruned_symbol_is_very_unlikely_but_known():
    probabilities = np.full((3, 5), 1e-9)
    probabilities[[0, 1, 2], [0, 2, 0]] = 1 - 4e-9
    evidence = CtcPosterior.from_softmax(probabilities, "abcd")
    assert evidence.alphabet == ("b",)
    read, pruned, unknown = evidence.log_likelihood(["b", "d", "z"])
    assert read == pytest.approx(0.0, abs=0.01)
    assert pruned == pytest.approx(evidence.floor, abs=2.0)
    assert unknown is None


def test_two_different_pruned_symbols_in_a_row_need_no_blank_between():
    evidence = CtcPosterior(np.log([[0.5, 0.5], [0.5, 0.5]]), ("a",), known="abc")
    different, same = evidence.log_likelihood(["bc", "bb"])
    assert different == pytest.approx(2 * evidence.floor)
    assert same == pytest.approx(evidence.floor * evidence.frames)


def test_a_text_too_long_for_the_frames_is_unlikely_not_impossible():
    (score,) = posterior("a").log_likelihood(["aaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])
    assert math.isfinite(score)
    assert score < -40


def test_a_curly_quote_is_as_likely_as_the_straight_one_that_the_engine_reads():
    straight, curly = posterior("don't").log_likelihood(["don't", "don’t"])
    assert straight == curly


def test_columns_of_lookalike_symbols_count_as_one():
    both = CtcPosterior(np.log([[0.02, 0.49, 0.49]]), ("'", "’"))
    assert both.log_likelihood(["'", "’"]) == [pytest.approx(math.log(0.98), abs=0.01)] * 2


@pytest.mark.parametrize("alike", ["'’", "’'", "‘'", '"”', "-–", "—-"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.45])
def test_signs_that_no_image_tells_apart_on_frames_in_a_row_are_one_and_which_it_is_is_no_doubt(alike, share):
    rows = [(0, 1, 0, 0, 0), (0, 0, 0, 0.9 - share, share + 0.1), (0, 0, 0, share, 1 - share), (0, 0, 1, 0, 0)]
    evidence = CtcPosterior(np.log(np.clip(rows, 1e-6, 1 - 5e-6)), ("a", "b", *alike))
    assert evidence.text == f"a{alike[1]}b"
    assert evidence.confidences() == pytest.approx([1, 1, 1], abs=0.01)
    assert evidence.alternatives(3)[0].text == evidence.text


def test_the_engine_s_own_reading_comes_first_among_the_alternatives():
    evidence = posterior("$1O0", alternatives={2: {"0": 0.4, "Q": 0.05}})
    readings = evidence.alternatives(3)
    assert [reading.text for reading in readings] == ["$1O0", "$100", "$1Q0"]
    assert readings[0].log_likelihood > readings[1].log_likelihood > readings[2].log_likelihood


def test_a_line_without_doubt_has_no_alternatives():
    assert [reading.text for reading in posterior("clear").alternatives(10)] == ["clear"]


def test_alignment_places_a_corrected_text_on_the_frames():
    evidence = posterior("Invoic", alternatives={5: {"o": 0.3}})
    assert [(s.text, s.start) for s in evidence.align("Invoio")][-1] == ("o", 11)
    assert evidence.align("Ж") is None
    assert evidence.align("much too long for so few frames") is None


def test_joined_boxes_read_as_one_line_with_spaces():
    line = CtcPosterior.concatenate([posterior("Total:"), posterior("$10")])
    assert line.text == "Total: $10"
    apart, together = line.log_likelihood(["Total: $10", "Total:$10"])
    assert apart > together + 5


def test_joined_boxes_keep_a_letter_on_both_sides_of_an_empty_separator():
    assert CtcPosterior.concatenate([posterior("ab"), posterior("bc")], separator="").text == "abbc"


def test_joined_boxes_know_all_symbols_that_the_engine_knows():
    part = CtcPosterior(np.log([[0.1, 0.9]]), ("a",), known="abc")
    line = CtcPosterior.concatenate([part, part])
    assert line.known is part.known
    assert line.log_likelihood(["a c"])[0] is not None


def test_the_fields_rebuild_an_equal_posterior():
    before = posterior("Rechnung Nr. 7", alternatives={3: {"b": 0.2}})
    stored = before.log_probs.tobytes()
    array = np.frombuffer(stored, np.float16).reshape(before.frames, -1)
    after = CtcPosterior(array, before.alphabet, before.floor, before.known)
    assert after == before
    assert hash(after) == hash(before)
    assert after.log_likelihood(["Rechnung Nr. 1"]) == before.log_likelihood(["Rechnung Nr. 1"])


def test_different_posteriors_are_not_equal():
    assert posterior("a") != posterior("b")
    assert posterior("a") != "a"


def test_a_posterior_cannot_be_changed():
    evidence = posterior("a")
    with pytest.raises(ValueError, match="read-only"):
        evidence.log_probs[0, 0] = 0.0
    with pytest.raises(FrozenInstanceError):
        evidence.floor = -1.0


@pytest.mark.parametrize(
    ("array", "alphabet"),
    [
        (np.zeros((2, 2)), ("a", "b")),
        (np.zeros((0, 2)), ("a",)),
        (np.array([[0.2, 0.8]]), ("a",)),
        (np.array([[np.nan, -1.0]]), ("a",)),
        (np.full((1, 2), -1.0), ("ab",)),
        (np.full((1, 3), -2.0), ("a", "a")),
        (np.log([[0.9, 0.1], [0.6, 0.55]]), ("a",)),
    ],
    ids=["wrong width", "no frame", "probabilities", "not a number", "two code points", "a symbol twice", "more than 1"],
)
def test_an_array_that_is_no_posterior_is_refused(array, alphabet):
    with pytest.raises(ValueError, match=r"fit|logarithms|code points|sum to 1\.15"):
        CtcPosterior(array, alphabet)


def lattice():
    return LatticeEvidence(
        (
            (Reading("r", -0.1), Reading("rn", -2.0)),
            (Reading("n", -0.2), Reading("m", -1.0), Reading("", -4.0)),
        )
    )


def test_a_lattice_scores_the_texts_along_it_and_no_others():
    own, other, outside = lattice().log_likelihood(["rn", "rm", "xy"])
    assert other == pytest.approx(-1.1)
    assert outside is None
    assert own == pytest.approx(math.log(math.exp(-0.3) + math.exp(-6.0)))  # r+n, and rn+nothing


def test_a_lattice_must_be_used_to_its_end():
    assert lattice().log_likelihood(["r", "rnn", ""]) == [pytest.approx(-4.1), pytest.approx(-2.2), None]


def test_a_lattice_lists_its_readings_best_first_each_once():
    texts = [reading.text for reading in lattice().alternatives(10)]
    assert texts == ["rn", "rm", "rnn", "rnm", "r"]


def test_the_lattice_s_own_reading_comes_first_even_where_another_scores_better():
    evidence = LatticeEvidence(((Reading("O", -2.0), Reading("0", -1.0)),))
    assert [r.text for r in evidence.alternatives(2)] == ["O", "0"]
    assert evidence.text == "O"


@pytest.mark.parametrize("slot", [(), (Reading("a"),)], ids=["empty", "without likelihood"])
def test_a_slot_needs_readings_with_likelihoods(slot):
    with pytest.raises(ValueError, match="each slot needs readings"):
        LatticeEvidence((slot,))


def test_a_lattice_that_says_the_same_in_many_ways_is_not_searched_for_ever():
    slot = (Reading("a", 0.0), Reading("", -0.1), Reading("aa", -0.1))
    assert LatticeEvidence((slot,) * 400).alternatives(20)[0].text == "a" * 400


@pytest.mark.parametrize("value", [None, math.inf, -math.inf, math.nan])
def test_a_lattice_needs_finite_numbers(value):
    with pytest.raises(ValueError, match="finite log-likelihood"):
        LatticeEvidence(((Reading("a", value),),))
