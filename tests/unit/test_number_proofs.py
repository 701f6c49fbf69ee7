"""What proves that a number was misread: the page's sums, the way it writes amounts, the calendar, a repeat on the page."""

from __future__ import annotations

import pytest

from ocrect.correcting.case import Case
from ocrect.correcting.locked import arithmetic
from ocrect.correcting.locked import check as locked
from ocrect.evidence import CtcPosterior
from ocrect.numbers.notation import lettered_numbers
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.testing import posterior


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


# form


AMOUNTS = tuple(Line(str(i), text) for i, text in enumerate(["Tea 1.20", "Milk 2.35", "Ice 12.00", "Sum 1,115.55"], 10))


def on_a_page(evidence: CtcPosterior, before: str, after: str, others: tuple[Line, ...] = ()) -> bool | None:
    line = Line("1", evidence.text, evidence=evidence)
    return locked.check(Case.of(line, an_edit(line.text, before, after), Context((line, *others)))).supports


@pytest.mark.parametrize(
    ("text", "at", "before", "after", "allowed"),
    [
        ("Tin 7,50", 5, "7,50", "7.50", True),
        ("Tin 1.107.50", 5, "1.107.50", "1,107.50", True),
        ("Tin RM5:00", 7, "5:00", "5.00", True),
        ("At 5:00", 4, "5:00", "5.00", False),  # it may be a time
        ("Psalm 119:10", 9, "119:10", "119.10", False),
        ("Tin 7,500", 5, "7,500", "7.500", False),  # thousands
        ("Tin 7.50", 5, "7.50", "7,50", False),  # the other way round
    ],
)
def test_an_amount_is_written_as_the_page_writes_all_others(text: str, at: int, before: str, after: str, allowed: bool) -> None:
    sign = after[at - text.index(before)]
    evidence = posterior(text, alternatives={at: {sign: 0.2}})
    assert on_a_page(evidence, before, after, AMOUNTS) is allowed
    assert on_a_page(evidence, before, after) is False
    assert on_a_page(posterior(text), before, after, AMOUNTS) is False


def test_an_amount_written_the_other_way_throughout_is_not_misread() -> None:
    commas = tuple(Line(str(i), f"Ware 1{i},50") for i in range(10, 16))
    foreign = posterior("USD 1,250.00", alternatives={5: {".": 0.3}, 9: {",": 0.3}})
    assert on_a_page(foreign, "1,250.00", "1.250,00", commas) is False
    torn = posterior("EUR 1.250.00", alternatives={9: {",": 0.3}})
    assert on_a_page(torn, "1.250.00", "1.250,00", commas) is True


@pytest.mark.parametrize(
    ("text", "date", "at", "sign"),
    [
        ("29/12/1439", "29/12/1939", 7, "9"),
        ("1397/05/31", "1997/05/31", 1, "9"),
        ("10.12.20.15", "10.12.2015", 8, ""),
        ("20-19-01-15", "2019-01-15", 2, ""),
    ],
)
def test_dates_of_other_calendars_and_codes_of_four_parts_become_no_dates(text: str, date: str, at: int, sign: str) -> None:
    assert on_a_page(posterior(text, alternatives={at: {sign: 0.3}}), text, date) is False


def test_a_point_between_few_digits_is_none_of_the_amounts_on_a_page_of_commas() -> None:
    others = tuple(Line(str(i), f"Ware 1{i},50") for i in range(10, 16))
    assert on_a_page(posterior("am 24.12 um", alternatives={5: {",": 0.3}}), "24.12", "24,12", others) is False
    assert on_a_page(posterior("Ware 124.12", alternatives={8: {",": 0.3}}), "124.12", "124,12", others) is True


def test_what_is_no_date_becomes_one_where_the_image_knows_no_other() -> None:
    lone = posterior("DD: 25/10/20:7", alternatives={12: {"1": 0.1}})
    torn = posterior("DD: 25/10/20:7", alternatives={12: {"1": 0.1, "0": 0.09}})
    seen = (Line("2", "Date: 25/10/2017"),)
    assert on_a_page(lone, "25/10/20:7", "25/10/2017") is True
    assert on_a_page(torn, "25/10/20:7", "25/10/2017") is False
    assert on_a_page(torn, "25/10/20:7", "25/10/2017", seen) is True
    assert on_a_page(torn, "25/10/20:7", "25/10/2007", seen) is False
    assert on_a_page(posterior("DD: 25/10/20:7"), "25/10/20:7", "25/10/2017", seen) is False


def test_a_date_that_can_be_is_not_changed_into_one_that_stands_elsewhere() -> None:
    evidence = posterior("DD: 25/10/2013", alternatives={13: {"8": 0.3}})
    assert on_a_page(evidence, "25/10/2013", "25/10/2018", (Line("2", "Date: 25/10/2018"),)) is False


def test_no_rate_begins_with_a_0_before_another_digit() -> None:
    evidence = posterior("GST 06% 0.60% 10.06%", alternatives={4: {"@": 0.1}, 8: {"@": 0.1}, 17: {"@": 0.1}})
    assert on_a_page(evidence, "06%", "@6%") is True
    assert on_a_page(evidence, "0.60%", "@.60%") is False
    assert on_a_page(posterior("GST 06%"), "06%", "@6%") is False
    for text in ("GST @06%", "GST @ 06%"):
        at = text.index("0")
        assert on_a_page(posterior(text, alternatives={at: {"@": 0.1}}), "06%", "@6%") is False


def test_letters_become_digits_where_the_word_stands_so_elsewhere() -> None:
    evidence = posterior("PEN 50OA", alternatives={6: {"0": 0.1}})
    assert on_a_page(evidence, "50OA", "500A", (Line("2", "PEN 500A"),)) is True
    assert on_a_page(evidence, "50OA", "500A", (Line("2", "PEN 500A"), Line("3", "CAP 50OA"))) is False
    assert on_a_page(evidence, "50OA", "500A") is False
    other = posterior("PEN 501A", alternatives={6: {"0": 0.1}})
    assert on_a_page(other, "501A", "500A", (Line("2", "PEN 500A"),)) is False


@pytest.mark.parametrize(("word", "other"), [("500G", "5006"), ("10GB", "106B"), ("1.50S", "1.505"), ("RM2.70S", "RM2.705")])
def test_the_letters_of_a_unit_or_a_tax_code_are_no_digits(word: str, other: str) -> None:
    at = next(i for i, (a, b) in enumerate(zip(word, other, strict=True)) if a != b)
    evidence = posterior(word, alternatives={at: {other[at]: 0.3}})
    assert on_a_page(evidence, word, other, (Line("2", other),)) is False


LETTERED = [
    ("take l000 mg daily", "l000", "1000"),
    ("inject O.5 mL slowly", "O.5", "0.5"),
    ("1O mg in the evening", "1O", "10"),
    ("printed in l984 by", "l984", "1984"),
    ("see plate l and", "l", "1"),
    ("on page l2 of", "l2", "12"),
    ("factor l.0 is", "l.0", "1.0"),
]


@pytest.mark.parametrize(("text", "read", "meant"), LETTERED)
def test_letters_become_digits_where_a_dose_a_year_or_the_number_of_a_page_stands(text: str, read: str, meant: str) -> None:
    at = text.index(f" {read} ") + 1 if f" {read} " in text else 0
    changed = [k for k, (a, b) in enumerate(zip(read, meant, strict=True)) if a != b]
    evidence = posterior(text, alternatives={at + k: {meant[k]: 0.2} for k in changed})
    assert (at, at + len(read), meant) in set(lettered_numbers(text))
    assert on_a_page(evidence, f"{read} " if at else read, f"{meant} " if at else meant) is True
    assert on_a_page(posterior(text), f"{read} " if at else read, f"{meant} " if at else meant) is False


@pytest.mark.parametrize(
    "text",
    ["plate I and", "5 l of milk", "lO mg", "l'eau", "page l'un", "the l is tall", "ISO 1984", "B2O mg/l", "go to l."],
)
def test_roman_numerals_litres_words_and_codes_are_no_numbers_with_letters(text: str) -> None:
    assert list(lettered_numbers(text)) == []
