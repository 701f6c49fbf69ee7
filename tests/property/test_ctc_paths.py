"""The fast algorithms against plain enumeration of all paths."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocrect.evidence import CtcPosterior, beam, ctc

SYMBOLS = 3


@st.composite
def log_posteriors(draw, most=5):
    frames = draw(st.integers(1, most))
    weights = draw(st.lists(st.floats(-12, 0), min_size=frames * SYMBOLS, max_size=frames * SYMBOLS))
    logits = np.array(weights).reshape(frames, SYMBOLS)
    return logits - ctc.logsumexp(logits)[:, None]


labels = st.lists(st.integers(1, SYMBOLS - 1), max_size=4).map(tuple)


def spelled(path):
    return tuple(k for k, _ in itertools.groupby(path) if k != ctc.BLANK)


def enumerated(log_probs):
    """Every reading with the log-probabilities of all its paths."""
    found = {}
    for path in itertools.product(range(SYMBOLS), repeat=len(log_probs)):
        found.setdefault(spelled(path), []).append((sum(log_probs[t, k] for t, k in enumerate(path)), path))
    return found


def summed(paths):
    return math.log(math.fsum(math.exp(score) for score, _ in paths))


@given(log_posteriors(), st.lists(labels, min_size=1, max_size=6))
def test_the_forward_score_is_the_sum_over_all_paths(log_probs, sequences):
    found = enumerated(log_probs)
    scores = ctc.log_likelihoods(log_probs, sequences)
    expected = [summed(found[s]) if s in found else -math.inf for s in sequences]
    assert scores.tolist() == pytest.approx(expected, abs=1e-9)


@given(log_posteriors(), labels, st.lists(labels, min_size=1, max_size=4))
def test_the_score_does_not_depend_on_the_reference(log_probs, reference, sequences):
    alone = [ctc.log_likelihoods(log_probs, [s])[0] for s in sequences]
    assert ctc.Scorer(log_probs, reference)(sequences).tolist() == pytest.approx(alone, abs=1e-9)


def long_line(seed):
    """A posterior of a line of 120 to 300 labels with doubts, gaps and repeats, its reading, and readings that resemble it."""
    drawn = np.random.default_rng(seed)
    size, symbols = int(drawn.integers(120, 300)), 8
    reading = drawn.integers(1, symbols, size)
    frames = []
    for label in reading:
        wide = int(drawn.choice([1, 2, 3, 40], p=[0.4, 0.4, 0.195, 0.005]))
        for k in range(wide + 1):
            row = drawn.normal(-9, 2, symbols)
            row[0 if k == wide else label] = 3
            if drawn.random() < 0.1:
                row[drawn.integers(1, symbols)] = 3 - drawn.exponential(2)
            frames.append(row)
    logits = np.array(frames)
    log_probs = logits - ctc.logsumexp(logits)[:, None]
    own = tuple(int(k) for k in reading)
    others = [own]
    for _ in range(12):
        at, length = int(drawn.integers(0, size)), int(drawn.choice([0, 1, 2, 20]))
        changed = tuple(int(k) for k in drawn.integers(1, symbols, int(drawn.choice([0, 1, 2, 19, 60]))))
        others.append(own[:at] + changed + own[at + length :])
    others.append((*own[:3], 1, 2, *own[4 : size - 5], *own[size - 4 :]))
    return log_probs, own, others


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_long_line_scores_as_it_does_on_all_its_frames(seed):
    log_probs, own, others = long_line(seed)
    narrow, whole = ctc.Scorer(log_probs, own), ctc.Scorer(log_probs, own, reach=len(own) + 1)
    scores = whole(others)
    assert narrow._width < whole._width == len(log_probs)
    assert narrow(others).tolist() == pytest.approx(scores.tolist(), rel=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_reference_that_is_not_what_stands_there_changes_no_score_that_counts(seed):
    log_probs, own, _ = long_line(seed)
    elsewhere = tuple(1 + (k % 7) for k in own)
    scores = ctc.Scorer(log_probs, own, reach=len(own) + 1)([own, elsewhere])
    for reference in (elsewhere, own[:-40], own[60:]):
        found = ctc.Scorer(log_probs, reference)([own, elsewhere])
        assert found[0] == pytest.approx(scores[0], rel=1e-9)
        assert found[1] <= scores[1] + 1e-6 < scores[0] - 500  # paths are left out, never added, of what is nowhere near


def copied_nbest(log_probs, n, width=16, doubt=0.001):
    """The same beam search with whole prefixes as keys, as the paper writes it."""
    beam = {(): (0.0, -math.inf)}
    for frame in log_probs:
        tried = [k for k in range(len(frame)) if frame[k] > math.log(doubt) or k == frame.argmax()]
        grown = {}

        def put(prefix, blank, label, grown=grown):
            old = grown.get(prefix, (-math.inf, -math.inf))
            grown[prefix] = (np.logaddexp(old[0], blank), np.logaddexp(old[1], label))

        for prefix, (blank, label) in beam.items():
            for k in tried:
                if k == ctc.BLANK:
                    put(prefix, np.logaddexp(blank, label) + frame[k], -math.inf)
                elif prefix[-1:] == (k,):
                    put(prefix, -math.inf, label + frame[k])
                    put((*prefix, k), -math.inf, blank + frame[k])
                else:
                    put((*prefix, k), -math.inf, np.logaddexp(blank, label) + frame[k])
        grown = {prefix: ends for prefix, ends in grown.items() if max(ends) > -math.inf}
        beam = dict(sorted(grown.items(), key=lambda item: -np.logaddexp(*item[1]))[:width])
    return {prefix: float(np.logaddexp(*ends)) for prefix, ends in list(beam.items())[:n]}


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_n_best_of_a_long_line_are_those_of_the_search_with_whole_prefixes(seed):
    log_probs, _, _ = long_line(seed)
    found, expected = dict(beam.nbest(log_probs, 8)), copied_nbest(log_probs, 8)
    assert sorted(found.values()) == pytest.approx(sorted(expected.values()), abs=1e-9)
    assert max(found, key=found.get) == max(expected, key=expected.get)


@given(log_posteriors(most=4))
def test_all_readings_together_have_probability_one(log_probs):
    every = [s for n in range(5) for s in itertools.product(range(1, SYMBOLS), repeat=n)]
    assert ctc.logsumexp(ctc.log_likelihoods(log_probs, every)) == pytest.approx(0.0, abs=1e-9)


@given(log_posteriors(), labels)
def test_forced_alignment_finds_a_best_path(log_probs, sequence):
    paths = enumerated(log_probs).get(sequence)
    if paths is None:
        with pytest.raises(ValueError, match="do not fit"):
            ctc.align(log_probs, sequence)
        return
    path = [ctc.BLANK] * len(log_probs)
    for span in ctc.align(log_probs, sequence):
        path[span.start : span.end] = [span.label] * (span.end - span.start)
    assert spelled(path) == sequence
    assert sum(log_probs[t, k] for t, k in enumerate(path)) == pytest.approx(max(paths)[0], abs=1e-9)


@given(log_posteriors())
def test_an_unlimited_beam_finds_the_likeliest_readings_with_their_exact_scores(log_probs):
    expected = sorted((summed(paths) for paths in enumerated(log_probs).values()), reverse=True)
    found = beam.nbest(log_probs, 5, width=1000, doubt=1e-300, behind=math.inf)
    assert [score for _, score in found] == pytest.approx(expected[:5], abs=1e-9)


@given(log_posteriors(), st.sampled_from([0.001, 0.1, 0.5]))
def test_every_reading_of_the_beam_has_a_path(log_probs, doubt):
    found = enumerated(log_probs)
    for sequence, score in beam.nbest(log_probs, 10, width=4, doubt=doubt):
        assert -math.inf < score <= summed(found[sequence]) + 1e-9


@given(log_posteriors())
def test_greedy_spans_spell_the_likeliest_path(log_probs):
    best = tuple(log_probs.argmax(axis=1).tolist())
    spans = ctc.greedy(log_probs)
    assert tuple(span.label for span in spans) == spelled(best)
    assert all(best[t] == span.label for span in spans for t in range(span.start, span.end))


@given(st.lists(st.floats(-1e4, 1e4) | st.just(-math.inf), min_size=1, max_size=6), st.floats(-1e4, 1e4))
def test_logsumexp_is_stable_under_shifts(values, shift):
    moved = ctc.logsumexp(np.array(values) + shift)
    assert moved == pytest.approx(ctc.logsumexp(np.array(values)) + shift, abs=1e-6)
    assert moved >= max(values) + shift - 1e-9


@given(log_posteriors(), st.text("abé“", max_size=4))
def test_a_posterior_made_of_a_posterior_s_fields_is_equal(log_probs, text):
    before = CtcPosterior(log_probs, ("a", "b"), known="abé")
    after = CtcPosterior(before.log_probs.copy(), before.alphabet, before.floor, before.known)
    assert after == before
    assert after.log_likelihood([before.text, text]) == before.log_likelihood([before.text, text])
    assert after.text == before.text


@given(st.integers(0, 2**32 - 1), st.integers(1, 400), st.floats(0.1, 12))
def test_no_real_softmax_is_refused_pruned_joined_or_moved(seed, symbols, sharpness):
    random = np.random.default_rng(seed)
    known = "".join(map(chr, range(0x4E00, 0x4E00 + symbols)))
    parts = []
    for frames in (1, 7, 20):
        probabilities = np.exp(sharpness * random.standard_normal((frames, 1 + symbols)))
        parts.append(CtcPosterior.from_softmax(probabilities / probabilities.sum(axis=1, keepdims=True), known))
    joined = CtcPosterior.concatenate([CtcPosterior.concatenate(parts[:2]), parts[2]])
    assert joined.frames == sum(part.frames for part in parts) + 2
    assert np.exp(joined.log_probs.astype(float)).sum(axis=1).max() < 1.01


@given(log_posteriors(), st.lists(st.text("abc", max_size=6), min_size=1, max_size=4))
def test_known_texts_have_finite_scores_and_no_reading_beats_the_sum(log_probs, texts):
    for score in CtcPosterior(log_probs, ("a", "b"), known="abc").log_likelihood(texts):
        assert score is not None
        assert math.isfinite(score)
        assert score < 0.1
