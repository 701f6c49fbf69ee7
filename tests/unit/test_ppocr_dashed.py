"""What is read of a rule is told by its ink and its doubt, as readings and pieces made here."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ocrect.engines.ppocr.dashed import FLAT, LOW, is_dashes, is_rule
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.evidence import CtcPosterior
from ocrect.ink import Ink
from ocrect.testing import posterior

HIGH = 40.0  # of the page's lines, pixels


def row(width: float, height: float, many: int = 12, other: float = 1.0) -> Ink:
    """So many pieces of that size side by side in the box of :func:`boxed`, every other one as many times as wide."""
    lefts = 100 + 25 * np.arange(many)
    widths = np.where(np.arange(many) % 2, width, width * other)
    boxes = np.stack([lefts, np.full(many, 120 - height / 2), lefts + widths, np.full(many, 120 + height / 2)], axis=1)
    none = np.zeros(many, bool)
    return Ink(boxes.astype(np.float32), (widths * height).astype(np.float32), np.full(many, 150, np.float32), none, none, none)


def boxed(text: str, sure: float) -> BoxReading:
    """A box in which each sign was read with that confidence."""
    quad = np.array([[95, 100], [420, 100], [420, 140], [95, 140]], np.float32)
    read = posterior(text)
    frames, own = np.arange(1, 2 * len(text), 2), read.log_probs[1::2].argmax(axis=1)
    log_probs = read.log_probs.copy()
    log_probs[frames, own] = np.log(sure)
    read = CtcPosterior(log_probs, read.alphabet)
    return BoxReading(quad, read, float(len(read.log_probs)))


@given(st.sampled_from(["[1111111111", "IIIIIIII", "2m22mm2", "eeeeeeee"]), st.floats(0.05, FLAT - 0.01), st.floats(0.2, 0.9))
def test_flat_ink_read_as_the_same_signs_in_doubt_is_a_rule(text: str, high: float, sure: float) -> None:
    assert is_rule(boxed(text, sure), row(15, high * HIGH), HIGH)


@given(st.sampled_from(["1111", "00000000", "IIIIIIII", "8888"]), st.floats(LOW + 0.02, 1.0), st.floats(0.1, 1.0))
def test_ink_as_high_as_letters_is_none(text: str, high: float, sure: float) -> None:
    assert not is_rule(boxed(text, sure), row(6, high * HIGH), HIGH)


@given(st.floats(LOW - 0.15, LOW - 0.01), st.floats(0.2, 0.9))
def test_higher_ink_is_one_only_where_its_pieces_are_alike(high: float, sure: float) -> None:
    stars = boxed("Beeeeeeeeeee", sure)
    assert is_rule(stars, row(10, high * HIGH), HIGH)
    assert not is_rule(stars, row(6, high * HIGH, other=3.0), HIGH)


@given(st.sampled_from(["Toner", "12.50", "rule", "no"]), st.floats(0.2, 0.9))
def test_what_differs_from_sign_to_sign_and_is_of_several_pieces_is_none(text: str, sure: float) -> None:
    assert not is_rule(boxed(text, sure), row(10, 0.1 * HIGH), HIGH)


def test_what_is_surely_read_is_none_and_grain_does_not_tell() -> None:
    flat = row(15, 0.1 * HIGH)
    assert not is_rule(boxed("11111111", 0.99), flat, HIGH)
    tall, specks = row(6, 0.6 * HIGH), row(4, 0.1 * HIGH)
    both = Ink(*(np.concatenate(sides) for sides in zip(tall, specks._replace(contrasts=specks.contrasts / 4), strict=True)))
    assert not is_rule(boxed("11111111", 0.5), both, HIGH)


@given(st.text("-–—_=", min_size=12, max_size=60), st.sampled_from(["", " "]))
def test_many_dashes_are_a_rule_and_few_stand_for_a_value(text: str, between: str) -> None:
    assert is_dashes(between.join(text))
    assert not is_dashes(between.join(text[:8]))
    assert not is_dashes(between.join(f"{text}7"))
