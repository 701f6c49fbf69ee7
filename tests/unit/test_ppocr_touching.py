"""Words found in two boxes: which boxes touch, and when the reading of both as one counts."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ocrect.engines.ppocr.lines import leveled
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.engines.ppocr.touching import OVERLAP, TOUCH, is_better, touching
from ocrect.evidence import CtcPosterior

HEIGHT = 40.0


def box(text: str, confidence: float = 0.99, left: float = 0.0, top: float = 0.0, width: float = 200.0) -> BoxReading:
    """A reading of which each sign has that confidence."""
    alphabet = tuple(sorted(set(text)) or "a")
    frames = np.full((2 * len(text) + 1, 1 + len(alphabet)), 1e-9)
    frames[::2, 0] = 1.0
    for n, sign in enumerate(text):
        frames[2 * n + 1, [0, 1 + alphabet.index(sign)]] = 1 - confidence, confidence
    right, bottom = left + width, top + HEIGHT
    quad = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return BoxReading(quad, CtcPosterior(np.log(frames), alphabet), float(len(frames)))


@given(st.floats(-2.0, 2.0), st.floats(0, 300), st.integers(1, 30))
def test_two_boxes_of_a_row_are_a_pair_where_they_touch(gap: float, top: float, lines: int) -> None:
    many = [box("a whole line", top=top + 100 * (n + 1), width=900) for n in range(lines)]
    readings = [box("TOT", left=100, top=top), *many, box("AL", left=300 + gap * HEIGHT, top=top + 3)]
    pairs = list(touching(readings, leveled(readings)))
    if -OVERLAP + 0.05 < gap < TOUCH - 0.05:
        ((members, quad),) = pairs
        assert members == [0, len(readings) - 1]
        assert quad[:, 0].min() == 100
        assert abs(quad[:, 0].max() - (500 + gap * HEIGHT)) < 1
    elif not -OVERLAP - 0.05 < gap < TOUCH + 0.05:
        assert not pairs


def test_no_box_is_in_two_pairs() -> None:
    readings = [box("tea", left=200.0 * n) for n in range(7)]
    members = [i for pair, _ in touching(readings, leveled(readings)) for i in pair]
    assert len(members) == len(set(members)) == 6


def test_both_read_as_one_count_where_that_is_surer_and_loses_nothing() -> None:
    cut = [box("U/P DISC%", 0.93), box("AHOUNT", 0.94)]
    assert is_better(box("U/P DISC% AMOUNT"), cut)
    assert not is_better(box("U/P DISC% AMOUNT", 0.93), cut), "no surer"
    assert not is_better(box("U/P DISC% MOUNT"), cut), "a sign is lost"
    assert not is_better(box("U/PDISC%AMOUNT"), cut), "a space is lost"
    assert not is_better(box("U/P DISC% AHOUNT"), cut), "it says the same"
    assert not is_better(box("thank you", 0.7), [box("---uQ", 0.5), box("you", 0.96)]), "both are guesses"


def test_digits_of_two_boxes_stay_as_they_were_read() -> None:
    assert not is_better(box("1500 metres"), [box("1580", 0.9), box("metres", 0.9)])
    assert is_better(box("1580 metres"), [box("1580", 0.9), box("netres", 0.9)])
    assert is_better(box("ACCESS", 0.95), [box("TC", 0.42), box("5", 0.5)]), "what was guessed binds nobody"
