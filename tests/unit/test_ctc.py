"""CTC on arrays small enough to check by hand."""

import math

import numpy as np
import pytest

from ocrect.evidence import beam, ctc


def logs(*frames):
    with np.errstate(divide="ignore"):
        return np.log(np.array(frames))


def test_greedy_decoding_merges_repeats_and_keeps_doubled_letters_apart_by_blanks():
    found = ctc.greedy(logs([0.1, 0.9], [0.3, 0.7], [0.8, 0.2], [0.2, 0.8]))
    assert [(s.label, s.start, s.end) for s in found] == [(1, 0, 2), (1, 3, 4)]


def test_a_span_carries_the_highest_probability_of_its_frames():
    (span,) = ctc.greedy(logs([0.1, 0.9], [0.3, 0.7]))
    assert span.probability == pytest.approx(0.9)


def test_a_posterior_of_blanks_spells_nothing():
    assert ctc.greedy(logs([0.9, 0.1], [0.8, 0.2])) == []


def test_the_forward_score_sums_all_ways_to_spell_a_label():
    # "a" over two frames: a-, -a, aa.
    score = ctc.log_likelihoods(logs([0.4, 0.6], [0.5, 0.5]), [(1,)])[0]
    assert math.exp(score) == pytest.approx(0.6 * 0.5 + 0.4 * 0.5 + 0.6 * 0.5)


def test_a_doubled_label_needs_a_blank_between():
    frames = logs([0.1, 0.9], [0.2, 0.8], [0.3, 0.7])
    assert math.exp(ctc.log_likelihoods(frames, [(1, 1)])[0]) == pytest.approx(0.9 * 0.2 * 0.7)
    assert ctc.log_likelihoods(frames[:2], [(1, 1)])[0] == -math.inf


def test_nothing_asked_is_nothing_answered():
    assert len(ctc.log_likelihoods(logs([0.4, 0.6]), [])) == 0


def test_a_probability_of_zero_gives_a_very_low_finite_score():
    score = ctc.log_likelihoods(logs([1.0, 0.0], [1.0, 0.0]), [(1,), ()])
    assert score[0] < -700
    assert np.isfinite(score[0])
    assert score[1] == pytest.approx(0.0)


def test_a_thousand_unlikely_frames_do_not_underflow():
    frames = np.full((1000, 4), -30.0)
    frames[:, 0] = -1e-9
    scores = ctc.log_likelihoods(frames, [(1, 2, 3) * 40, (1, 2, 3) * 40 + (1,)])
    assert np.isfinite(scores).all()
    assert scores[1] < scores[0] < -1000


def test_a_label_beyond_the_columns_has_the_floor_in_every_frame():
    frames = logs([0.4, 0.6], [0.5, 0.5])
    widened = np.concatenate([frames, np.full((2, 1), -9.0)], axis=1)
    assert ctc.Scorer(frames, (1,), floor=-9.0)([(77,)]) == pytest.approx(ctc.log_likelihoods(widened, [(2,)]))


def test_a_posterior_without_frames_is_refused():
    with pytest.raises(ValueError, match="at least one frame"):
        ctc.Scorer(np.empty((0, 3)), ())


def test_forced_alignment_finds_the_frames_of_an_unlikely_text():
    frames = logs([0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.8, 0.1, 0.1], [0.1, 0.6, 0.3], [0.9, 0.05, 0.05])
    spans = ctc.align(frames, (1, 2))
    assert [(s.label, s.start, s.end) for s in spans] == [(1, 1, 2), (2, 3, 4)]
    assert spans[1].probability == pytest.approx(0.3)


def test_forced_alignment_of_nothing_is_nothing():
    assert ctc.align(logs([0.5, 0.5]), ()) == []


def test_forced_alignment_says_when_the_text_does_not_fit():
    with pytest.raises(ValueError, match="do not fit into 2 frames"):
        ctc.align(logs([0.5, 0.5], [0.5, 0.5]), (1, 1))


def test_the_n_best_branch_only_where_the_network_is_in_doubt():
    frames = logs([0.0004, 0.9994, 0.0002], [0.9994, 0.0004, 0.0002], [0.01, 0.59, 0.4])
    assert [labels for labels, _ in beam.nbest(frames, 10)] == [(1, 1), (1, 2), (1,)]


def test_the_n_best_add_up_the_paths_of_a_reading():
    # The best single path is blank-blank (0.36), but "a" has three paths (0.64).
    (first, score), (second, _) = beam.nbest(logs([0.6, 0.4], [0.6, 0.4]), 2)
    assert (first, second) == ((1,), ())
    assert math.exp(score) == pytest.approx(0.64)
