"""What the page's sums prove."""

from __future__ import annotations

from ocrect.correcting import arithmetic
from ocrect.correcting.case import Case
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.record.document import Line


def an_edit(text: str, before: str, after: str) -> Edit:
    start = text.index(before)
    return Edit(start, start + len(before), before, after)


def adds_up(text: str, before: str, after: str) -> bool | None:
    return arithmetic.check(Case.of(Line("1", text), an_edit(text, before, after), Context(()))).supports


def test_arithmetic_knows_the_rate_of_a_tax_and_a_total_that_stands_on_another_line() -> None:
    assert adds_up("SR 6% 140.00 8.90", "8.90", "8.40") is True
    lines = (Line("1", "SR 60.18 3.61"), Line("2", "Total 63.80"))
    assert arithmetic.check(Case.of(lines[0], an_edit(lines[0].text, "60.18", "60.19"), Context(lines))).supports is True
    assert arithmetic.check(Case.of(lines[0], an_edit(lines[0].text, "60.18", "60.16"), Context(lines))).supports is None


def test_arithmetic_knows_the_price_of_one_and_the_change_of_cash() -> None:
    assert adds_up("WATER 1 0.50 0.60", "0.50", "0.60") is True
    lines = (Line("1", "TOTAL 12.15"), Line("2", "CASH 50.15"), Line("3", "CHANGE 33.00"))
    assert arithmetic.check(Case.of(lines[2], an_edit(lines[2].text, "33.00", "38.00"), Context(lines))).supports is True


def test_small_numbers_that_are_a_product_by_chance_prove_nothing() -> None:
    assert adds_up("pages 2 and 3, 5 of 9", "5", "6") is None
    assert adds_up("9.9<0.5<0.16, 0.99", "0.16", "0.10") is None
    assert adds_up("2 x 3.00 8.00", "8.00", "6.00") is True
    assert adds_up("20 x 15.000 800.000", "800.000", "300.000") is True


def test_arithmetic_counts_amounts_with_the_code_of_their_tax_and_malformed_ones_with_one_repair() -> None:
    texts = ["TEA RM11.60S", "CAKE RM2.7OS", "ICE RM5.80 S", "TOTAL RM16.90", "MILK RM1O.00", "SUM RM26.90"]
    lines = tuple(Line(str(i), text) for i, text in enumerate(texts[:1] + texts[2:4]))
    assert arithmetic.check(Case.of(lines[1], an_edit(texts[2], "5.80", "5.30"), Context(lines))).supports is True
    lines = (Line("1", texts[3]), Line("2", texts[4]), Line("3", "SUM RM28.90"))
    assert arithmetic.check(Case.of(lines[2], an_edit("SUM RM28.90", "28.90", "26.90"), Context(lines))).supports is True


def test_arithmetic_takes_a_minus_for_one_and_a_range_for_no_number() -> None:
    lines = (Line("1", "SUB 12.19"), Line("2", "ROUNDING -0.04"), Line("3", "TOTAL 12.75"))
    assert arithmetic.check(Case.of(lines[2], an_edit("TOTAL 12.75", "12.75", "12.15"), Context(lines))).supports is True
    assert adds_up("2 x 5-10.00 1020.08", "1020.08", "1020.00") is None


def test_arithmetic_knows_a_price_with_three_decimals_on_lines_that_are_near() -> None:
    lines = (Line("1", "39.42 litre"), Line("2", "2170 RM / litre"), Line("3", "Total RM 85.54"))
    assert arithmetic.check(Case.of(lines[1], an_edit(lines[1].text, "2170", "2.170"), Context(lines))).supports is True
    assert arithmetic.check(Case.of(lines[1], an_edit(lines[1].text, "2170", "21.70"), Context(lines))).supports is None


def test_arithmetic_looks_only_at_the_numbers_around_the_edit() -> None:
    text = " ".join(["3 x 4.50 = 18.50", *(f"{i}.25" for i in range(1000)), "2 x 7.10 = 14.30"])
    assert adds_up(text, "14.30", "14.20") is True
    assert adds_up(text, "18.50", "13.50") is True
    assert adds_up(text, "500.25", "500.75") is None


def test_a_product_or_a_rate_tells_nothing_of_the_sign_of_what_is_taken_off() -> None:
    for taken, kept in (("-1.00", "1.00"), ("1.00", "-1.00")):
        assert adds_up(f"REBATE 1.00% of 100.00 {taken}", f" {taken}", f" {kept}") is None
    assert adds_up("REBATE 2 x 15.00 -30.00", "-30.00", "30.00") is None
    assert adds_up("REBATE 1.00% of 100.00 -1.10", "-1.10", "-1.00") is True
    assert adds_up("SCOTCH 0.72 -1 -0.72", " -1", " 1") is None
