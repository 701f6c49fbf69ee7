"""The reading that makes a page's sums agree: proposed where the image has room for it alone, taken where sums prove it."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from ocrect.correcting.accused import propose
from ocrect.pipeline import Pipeline
from ocrect.plugins import Context
from ocrect.record.document import Block, Document, Line, Page
from ocrect.settings import Settings
from ocrect.testing import posterior


def receipt(seed: int) -> tuple[list[str], int, str, str]:
    """The lines of a receipt whose total has a wrong digit, its place in the last line, and the digits read and right."""
    dice = random.Random(seed)
    prices = [Decimal(dice.randint(110, 4999)) / 100 for _ in range(3)]
    total = f"{sum(prices):.2f}"
    at = dice.randrange(len(total) - 3)
    wrong = dice.choice([d for d in "123456789" if d != total[at]])
    lines = [f"{name} {price:.2f}" for name, price in zip(("COFFEE", "BREAD", "BUTTER"), prices, strict=True)]
    return [*lines, f"TOTAL {total[:at]}{wrong}{total[at + 1 :]}"], 6 + at, wrong, total[at]


def pages(texts: list[str], at: int, right: str, share: float) -> tuple[Line, ...]:
    *others, last = texts
    lines = [Line(str(n), text, evidence=posterior(text)) for n, text in enumerate(others)]
    doubts = {at: {right: share}} if share else {}
    return (*lines, Line("total", last, evidence=posterior(last, alternatives=doubts)))


@pytest.mark.parametrize("seed", range(6))
def test_a_total_is_put_right_where_the_image_leaves_room_for_it(seed: int) -> None:
    texts, at, _, right = receipt(seed)
    lines = pages(texts, at, right, 0.3)
    true = f"{texts[-1][:at]}{right}{texts[-1][at + 1 :]}"
    assert [edit.after for edit in propose(lines, Context(lines))[-1]] == [true.removeprefix("TOTAL ")]
    with Pipeline(Settings(runtime="none", language="en")) as pipeline:
        done = list(pipeline.correct(Document("d", (Page(1, blocks=(Block(lines),)),))).lines())
    assert done[-1].corrected == true
    assert [line.corrected for line in done[:-1]] == texts[:-1]


@pytest.mark.parametrize("seed", range(6))
def test_a_number_that_the_image_is_sure_of_is_accused_and_not_changed(seed: int) -> None:
    texts, at, _, right = receipt(seed)
    lines = pages(texts, at, right, 0.0)
    assert propose(lines, Context(lines)) == [[], [], [], []]
    with Pipeline(Settings(runtime="none", language="en")) as pipeline:
        done = list(pipeline.correct(Document("d", (Page(1, blocks=(Block(lines),)),))).lines())
    assert [line.corrected for line in done] == texts
    assert any(line.doubts for line in done)


def test_nothing_is_proposed_where_two_readings_would_make_the_sum_agree() -> None:
    texts, at, _, right = receipt(1)
    first, second, third, last = pages(texts, at, right, 0.3)
    doubted = texts[0].index(".") - 1
    changed = str((int(texts[0][doubted]) + int(texts[-1][at]) - int(right)) % 10) if texts[-1][at] != right else "0"
    first = Line("0", texts[0], evidence=posterior(texts[0], alternatives={doubted: {changed: 0.3}}))
    lines = (first, second, third, last)
    assert len([edit for edits in propose(lines, Context(lines)) for edit in edits]) <= 1


def test_text_without_an_image_is_only_accused() -> None:
    texts, *_ = receipt(2)
    lines = tuple(Line(str(n), text) for n, text in enumerate(texts))
    assert propose(lines, Context(lines)) == [[], [], [], []]
