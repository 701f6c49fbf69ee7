"""Spaces that the posterior holds though the engine did not write them."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from ocrect import bars
from ocrect.correcting.case import Case
from ocrect.correcting.locked import check as locked
from ocrect.correcting.spaces import check as spacing
from ocrect.correcting.spaces.gaps import gaps, line_gaps, splits_a_number
from ocrect.correcting.spaces.propose import propose
from ocrect.evidence import CtcPosterior
from ocrect.pipeline import Pipeline
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.record.document import Line, SecondReading
from ocrect.settings import Settings
from ocrect.stages import Stages


def posterior(text: str, *, apart: dict[int, int] | None = None, space: dict[int, float] | None = None) -> CtcPosterior:
    """``text``, a frame between two peaks, ``apart[i]`` more before character i; ``space[i]``: log P of a space there."""
    alphabet = tuple(dict.fromkeys([*text, " "]))
    rows: list[dict[str, float]] = []
    for i, c in enumerate(text):
        for _ in range(1 + (apart or {}).get(i, 0)):
            rows.append({" ": (space or {}).get(i, -16.0)})
        rows.append({c: 0.0})
    log_probs = np.full((len(rows), 1 + len(alphabet)), -16.0)
    for frame, row in enumerate(rows):
        log_probs[frame, 0] = -9.0 if 0.0 in row.values() else float(np.log1p(-np.exp(min(row[" "], -0.01))))
        for c, value in row.items():
            log_probs[frame, 1 + alphabet.index(c)] = value
    return CtcPosterior(log_probs, alphabet)


def line(evidence: CtcPosterior) -> Line:
    return Line("p1-l1", evidence.text, evidence=evidence)


def only(edits: list[list[Edit]]) -> list[str]:
    return [edit.after for edit in edits[0]]


def test_letters_of_fixed_width_type_among_prose_stand_apart_without_spaces() -> None:
    text = "it is kept in usr/local"
    wide = dict.fromkeys(range(text.index("usr") + 1, len(text)), 3)
    alone = gaps(posterior("it is kept in usrlocal", apart={17: 3}, space={17: -1.5}))
    assert [(gap.at, gap.pitch, gap.is_likely) for gap in alone] == [(17, 2.5, True)]
    among = gaps(posterior(text, apart=wide, space={18: -1.5}))
    assert [(gap.at, gap.pitch, gap.is_likely) for gap in among] == [(18, 1.0, False)]


def test_characters_that_stand_apart_with_a_likely_space_between_them_are_a_gap() -> None:
    read = posterior("TAXINVOICE", apart={3: 2}, space={3: -1.0})
    (gap,) = gaps(read)
    assert (gap.at, gap.right) == (3, "I")
    assert gap.pitch == pytest.approx(2.0)
    assert gap.is_likely


@pytest.mark.parametrize(
    ("text", "at", "parted"), [("#####9165", 1, False), ("***-**", 2, False), ("a**b", 3, True), ("No#9165", 2, True)]
)
def test_signs_of_a_row_stand_apart_without_a_space(text: str, at: int, parted: bool) -> None:
    read = line(posterior(text, apart={at: 3}, space={at: -1.0}))
    assert any(gap.is_likely for gap in line_gaps(read)) is parted
    assert (f"{text[:at]} {text[at:]}" in only(propose([read], Context((read,))))) is parted


def test_a_space_that_the_posterior_all_but_excludes_is_none_however_wide_the_gap() -> None:
    (gap,) = gaps(posterior("20.40", apart={3: 4}, space={3: -3.0}))
    assert not gap.is_likely


def test_a_date_glued_to_a_time_is_taken_apart_and_its_digits_stay() -> None:
    read = line(posterior("16/02/201812:04", apart={10: 2}, space={10: -0.9}))
    assert only(propose([read], Context((read,)))) == ["16/02/2018 12:04"]
    (edit,) = propose([read], Context((read,)))[0]
    assert spacing.check(Case.of(read, edit, Context((read,)))).supports is True
    assert locked.check(Case.of(read, edit, Context((read,)))).supports is True


def test_spaces_beside_a_number_in_doubt_are_edits_by_themselves_that_leave_room_for_its_repair() -> None:
    read = line(posterior("DD:16/02/201812:04", apart={3: 2, 13: 1}, space={3: -0.9, 13: -3.5}))
    with Pipeline(Settings(runtime="none")) as pipeline:
        assert pipeline.correct_lines([read], Context((read,)))[0].corrected == "DD: 16/02/2018 12:04"


def test_the_number_of_an_item_is_parted_from_its_code_where_a_gap_may_be() -> None:
    read = line(posterior("1.8105-0032 CUP", apart={2: 1}, space={2: -3.0}))
    assert locked.check(Case.of(read, Edit(0, 11, "1.8105-0032", "1. 8105-0032"), Context((read,)))).supports is True
    for text, after in (("X 1.8105-0032", "X 1. 8105-0032"), ("1.8105 CUP", "1. 8105 CUP")):
        at = after.index(". ") + 1
        other = line(posterior(text, apart={at: 1}, space={at: -3.0}))
        assert locked.check(Case.of(other, Edit(0, len(text), text, after), Context((other,)))).supports is False
    tight = line(posterior("1.8105-0032 CUP"))
    assert locked.check(Case.of(tight, Edit(0, 11, "1.8105-0032", "1. 8105-0032"), Context((tight,)))).supports is False


PARTED = [
    ("9555060603117" + "1", 13, True),  # the check digit of an article number
    ("9555060603118" + "1", 13, False),
    ("12.00" + "12.50", 5, True),
    ("18/03/2018" + "12.50", 10, True),
    ("#19-" + "18/03/2018", 4, True),
    ("53.70" + "S", 5, True),
    ("RM" + "11.60", 2, True),
    ("500" + "mg", 3, True),
    ("3" + "x5", 1, True),
    ("2" + "Apples", 1, True),
    ("SKU" + "7222", 3, False),
    ("ZX-" + "7222", 3, False),
    ("471-494" + "1.", 7, False),
    ("03-6258" + "7191", 7, False),
    ("US$1" + "70", 4, False),
    ("35°421" + '44.6"', 6, False),
    ("35°42'" + '14.67"', 6, False),
    ("4.90" + "0.00", 4, False),  # it may be 4,900.00
    ("0" + "60", 1, False),
    ("1,2" + "34.50", 3, False),
]


@pytest.mark.parametrize(("text", "at", "allowed"), PARTED)
def test_a_gap_parts_what_could_be_one_token_only_beside_a_proof(text: str, at: int, allowed: bool) -> None:
    read = line(posterior(text, apart={at: 9}, space={at: -0.9}))
    edit = Edit(0, len(text), text, f"{text[:at]} {text[at:]}")
    assert gaps(read.evidence)[0].log_odds > bars.GAP_SURE  # type: ignore[arg-type]
    assert locked.check(Case.of(read, edit, Context((read,)))).supports is (None if allowed else False)


def test_letters_that_stand_by_themselves_elsewhere_on_the_page_are_parted_from_the_digits_behind_them() -> None:
    read = line(posterior("ZRL7222", apart={3: 3}, space={3: -0.9}))
    for other, supports in (("ZRL 7301", None), ("ZRL7301", False)):
        assert (
            locked.check(Case.of(read, Edit(0, 7, "ZRL7222", "ZRL 7222"), Context((read, Line("2", other))))).supports
            is supports
        )


def test_an_amount_is_not_split_by_a_gap_that_is_only_likely() -> None:
    read = line(posterior("1234.56", apart={1: 1}, space={1: -1.5}))
    edit = Edit(0, 7, "1234.56", "1 234.56")
    assert locked.check(Case.of(read, edit, Context((read,)))).supports is False


def test_the_check_says_nothing_of_an_edit_that_also_changes_a_letter() -> None:
    read = line(posterior("TAXINVOICE", apart={3: 2}, space={3: -1.0}))
    assert spacing.check(Case.of(read, Edit(0, 10, "TAXINVOICE", "TAX INVOICF"), Context((read,)))).supports is None


def test_a_colon_needs_a_wider_gap_before_it_than_a_letter() -> None:
    before_a_sign, before_a_letter = (posterior(t, apart={4: 1}, space={4: -1.6}) for t in ("Name:", "NameX"))
    assert [gap.is_likely for gap in gaps(before_a_sign) + gaps(before_a_letter)] == [False, True]


def test_without_evidence_nothing_is_proposed() -> None:
    read = Line("p1-l1", "TAXINVOICE")
    assert propose([read], Context((read,))) == [[]]


def test_two_spaces_on_one_line_are_each_judged_for_themselves() -> None:
    text = "95550606031171 14.9010.00"
    read = line(posterior(text, apart={13: 3, 20: 3}, space={13: -0.5, 20: -0.5}))
    with Pipeline(Settings(runtime="none"), stages=Stages(proposers=[propose])) as pipeline:
        (corrected,) = pipeline.correct_lines([read], Context((read,)))
    assert corrected.corrected == "9555060603117 1 14.90 10.00"


@pytest.mark.parametrize(
    ("text", "at", "splits"),
    [("RM11.60", 5, True), ("1.2012-0043", 2, False), ("16/02/201812:04", 10, False), ("53.70S", 5, False), ("1,234", 2, True)],
)
def test_a_space_splits_a_number_only_where_one_stands(text: str, at: int, splits: bool) -> None:
    assert splits_a_number(text, at) is splits


def test_where_another_engine_reads_a_space_a_narrow_gap_is_enough() -> None:
    evidence = posterior("ITEM24198", apart={4: 1}, space={4: -3.5})
    seen = Line("p1-l1", evidence.text, evidence=evidence, second_readings=(SecondReading("other", "ITEM 24198"),))
    with Pipeline(Settings(runtime="none")) as pipeline:
        alone, backed = (
            pipeline.correct_lines([read], Context((read,)))[0].corrected for read in (replace(seen, second_readings=()), seen)
        )
    assert (alone, backed) == ("ITEM24198", "ITEM 24198")


def test_another_engine_s_space_inside_an_amount_is_not_believed() -> None:
    evidence = posterior("RM11.60", apart={5: 1}, space={5: -3.0})
    read = Line("p1-l1", evidence.text, evidence=evidence, second_readings=(SecondReading("other", "RM11. 60"),))
    with Pipeline(Settings(runtime="none")) as pipeline:
        assert pipeline.correct_lines([read], Context((read,)))[0].corrected == "RM11.60"


def test_another_engine_s_space_between_the_letters_of_a_code_is_not_believed() -> None:
    evidence = posterior("VE05", apart={1: 1}, space={1: -2.5})
    read = Line("p1-l1", evidence.text, evidence=evidence, second_readings=(SecondReading("other", "V E05"),))
    with Pipeline(Settings(runtime="none")) as pipeline:
        assert pipeline.correct_lines([read], Context((read,)))[0].corrected == "VE05"


def test_an_amount_is_not_taken_apart_because_its_digits_make_a_product() -> None:
    text = "RM1234.56"
    read = line(posterior(text, apart=dict.fromkeys(range(1, len(text)), 1), space=dict.fromkeys(range(1, len(text)), -1.0)))
    with Pipeline(Settings(runtime="none")) as pipeline:
        assert pipeline.correct_lines([read], Context((read,)))[0].corrected == text


@pytest.mark.parametrize("seed", range(8))
def test_letters_of_a_name_that_a_sign_joins_to_a_number_are_not_parted_and_the_number_is(seed: int) -> None:
    """A gap of its own kind beside a number; among letters all witnesses judge, as if no number stood behind them."""
    draw = random.Random(seed)
    name = "".join(draw.choices("BCFGJKLPQRTVWXZ", k=draw.randint(4, 6)))
    text = f"{name}:{draw.randint(10, 99)}.{draw.randint(100, 999)}-{draw.randint(10, 99)}"
    within, beside = draw.randrange(2, len(name)), len(name) + 1
    for at, parted in ((within, False), (beside, True)):
        read = line(posterior(text, apart={at: 3}, space={at: -0.7}))
        with Pipeline(Settings(language="en", runtime="none")) as pipeline:
            (done,) = pipeline.correct_lines((read,), pipeline.context((read,)))
        assert done.corrected == (f"{text[:at]} {text[at:]}" if parted else text)
