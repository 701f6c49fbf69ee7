"""The page accuses itself: numbers that contradict one another are found, and a page that is right accuses nobody."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from ocrect.correcting.doubts import as_read, doubted
from ocrect.numbers import relations
from ocrect.numbers.contradictions import contradictions
from ocrect.numbers.terms import to_cents
from ocrect.record.correction import Correction, Edit, Verdict, apply
from ocrect.record.document import Block, Document, Line, Page
from ocrect.writers import record


def accused(*texts: str) -> list[str]:
    """The numbers in doubt, in order."""
    found = {(p.line, p.start, p.end) for c in contradictions(texts) for p in c.parts}
    return [texts[line][start:end] for line, start, end in sorted(found)]


@pytest.mark.parametrize(
    ("texts", "doubtful"),
    [
        (("SR @ 6% 129.00 774",), ["774"]),  # 7.74 that lost its point
        (("Steuer 19% 200.00 88.00",), ["88.00"]),
        (("Tee 3 2.15 6.40",), ["6.40"]),
        (("2 x 7.10 14.30", "Total 14.20"), ["14.30"]),
        (("Tea 1.20", "Milk 2.35", "Bread 4.00", "Total 7.65"), ["1.20", "2.35", "4.00", "7.65"]),
        (("Total 12.15", "Cash 50.15", "Change 33.00"), ["12.15", "33.00"]),
        (("Total 5.18", "VISA 5.18", "Amount due 5.13"), ["5.13"]),
        (("SR @ 6% 7.25 0.44", "Total 7.71"), ["7.25"]),  # a net amount that has that tax too
        (("WATER 1 0.90 0.60",), ["0.90"]),
        (("10.50 NOS X 0.70 7.00",), ["10.50"]),
        (("CAKE 0.75 20 9 0 11 7.92",), ["0.75"]),  # sold, less what came back
        (("Due 19.20", "Pay 25.00", "Change 0.80"), ["25.00"]),
        (("SUB-TOTAL 29.06", "DISC 0.00", "GST 2.94", "ROUNDING 0.00", "TOTAL 52.00"), ["29.06"]),
        (("Total 3.00", "Discount 0.00", "Total 3.00", "Final total 6.00", "Cash 20.00", "Change 17.00"), ["6.00"]),
        (("Tea 1.20", "Milk 2.35", "Bread 4.00", "SUBTŪTAL 7.65"), ["7.65"]),  # a label with a letter misread
        (("DD 31/02/2019",), ["31/02/2019"]),
        (("take l000 mg",), ["l000"]),
        (("at O.5 mL",), ["O.5"]),
        (("IBAN DE89 3704 0044 0532 0130 01",), ["DE89 3704 0044 0532 0130 01"]),
    ],
)
def test_what_does_not_come_out_by_a_digit_is_in_doubt(texts: tuple[str, ...], doubtful: list[str]) -> None:
    assert set(accused(*texts)) & set(doubtful)


@pytest.mark.parametrize("seed", range(12))
def test_a_list_of_payments_is_no_summary_whose_amounts_add_up(seed: int) -> None:
    dice = random.Random(seed)
    balance, rows = Decimal(dice.randint(200_000, 900_000)) / 100, []
    for day in range(1, 25):
        paid = Decimal(dice.choice((999, 1250, 1999, 449, dice.randint(100, 3000)))) / 100
        balance -= paid
        rows.append(f"{day:02d} Jan Card Payment to Shop {dice.choice('ABC')} {paid}" + (f" {balance}" if day % 2 else ""))
        rows.append(f"at VISA Exchange Rate {dice.randint(101, 199) / 100}" if day % 3 == 0 else "On the day")
    assert accused(*rows) == []


def test_a_tax_within_its_gross_amount_and_a_gross_amount_before_net_and_tax_accuse_nobody() -> None:
    for cents in range(1031, 3000, 7):
        gross = to_cents(Decimal(cents) / 100)
        for rate in (5, 7, 19, 20):
            tax = to_cents(gross * rate / (100 + rate))
            others = [f"Tea {gross + step}" for step in (Decimal("0.07"), Decimal("0.30"))]
            assert accused(f"MwSt {rate}% von {gross} {tax}", *others) == []
            assert accused(f"F {rate},00 % {gross} {gross - tax} {tax}", *others) == []


def test_no_amount_is_said_to_be_naught() -> None:
    assert (
        accused("1 PC * 9.000 0.00 9.00", "Total : 9.00", "Rounding 0.00", "Rounded total 9.00", "Cash 10.00", "Change 1.00")
        == []
    )
    assert accused("Total facture 24.99 5.00 29.99", "TVA 20% payée 5.00", "Somme à payer 29.99", "Montant prélevé 29.99") == []


def test_the_price_and_the_amount_of_one_piece_are_no_net_and_tax() -> None:
    for cents in range(5, 200):
        amount = f"{cents // 100},{cents % 100:02d}"
        assert accused(f"Fee 1,000 pcs {amount} {amount} 21 %") == []


@pytest.mark.parametrize("seed", range(8))
def test_a_year_long_before_all_others_of_a_list_is_in_doubt_and_several_are_history(seed: int) -> None:
    dice = random.Random(seed)
    years = [str(dice.randint(1955, 1999)) for _ in range(6)]
    misread = years[3][0] + dice.choice("3456") + years[3][2:]
    forms = [
        dice.choice(("Clay Minerals, in press ({}).", "Drewes, H. D., {}, Faults of the valley", "(March, {}a)")) for _ in years
    ]
    rows = [form.format(year) for form, year in zip(forms, years, strict=True)]
    assert accused(*rows) == []
    assert accused(*rows[:3], forms[3].format(misread), *rows[4:]) == [misread]
    assert accused(*rows[:2], forms[3].format(misread)) == []  # too few to tell from
    assert accused(*rows, "In the reigns (1327), (1377), (1399) and (1413)") == []
    assert accused(*rows, f"sold {misread} tons, of 1.{misread}") == []


@pytest.mark.parametrize(
    "texts",
    [
        ("Tea 1.20", "Milk 2.35", "Bread 4.00", "Total 7.55"),
        ("Tea 1.20", "Milk 2.35", "Bread 4.00", "Total 19.90"),  # far from it: it was never meant to be their sum
        ("Total 12.13", "Rounding 0.02", "Total 12.15", "Cash 50.15", "Change 38.00"),
        ("SR @ 6% 129.00 7.74", "Room 12 from 14.30"),
        ("GST 6% included 0.74", "Total 13.10"),
        ("SR @ 6% 7.26 0.44", "Total 7.70", "Cash 10.00", "Change 2.30"),
        ("WATER 1 0.60 0.60", "CAKE 0.72 20 9 0 11 7.92"),
        ("pages 2 and 3, 5 of 9", "B 12.50 C 13.50"),
        ("1 Test for 23 fields 1 $100.00", "SUBTOTAL $100.00", "SALES TAX $10.00", "TOTAL $110.00"),  # one item
        ("1.000,00 UN 10.000,00 10.000,00",),
        ("1 27/01/14 40,00 2 26/02/14 40,00 3 28/03/14 40,00 4 27/04/14 40,00 5 27/05/14 40,00",),  # instalments
        ("RESTANT DÛ 13,50 € 15,00 € 1,50 € 16,50 €",),  # net, tax and gross beside something else
        ("Base 95.05", "Base + B 95.19 (+0.14)", "Base + M 95.48 (+0.43)", "Others 230 95.11", "Best 183 83.34 96.33"),
        ("Taxe Nord 14,28 € 20,00 %", "Taxe Sud 13,98 € 20,00 %", "Taxe Est 28,56 € 20,00 %"),
        ("JABLKA 0.99 x 39.00 Kč / kg 38.60", "MANDARINKY 0.95 x 29.90 Kč / kg 28.40"),  # rounded to coins
        ("DD 28/02/2019 14:30", "IBAN DE89 3704 0044 0532 0130 00", "1000 mg, 0.5 mL"),
    ],
)
def test_a_page_that_is_right_or_was_never_meant_to_add_up_accuses_nobody(texts: tuple[str, ...]) -> None:
    assert accused(*texts) == []


def _receipt(drawn: random.Random) -> list[str]:
    """Rows of quantity, price and amount, a total, cash and change."""
    rows, total = [], Decimal(0)
    for _ in range(drawn.randrange(3, 7)):
        quantity, price = drawn.randrange(2, 9), Decimal(drawn.randrange(105, 999)) / 100
        total += quantity * price
        rows.append(f"{drawn.choice(['Tea', 'Rice', 'Oil'])} {quantity} {price:.2f} {quantity * price:.2f}")
    cash = Decimal(int(total) // 50 * 50 + 50)
    return [*rows, f"Total {total:.2f}", f"Cash {cash}.00", f"Change {cash - total:.2f}"]


@pytest.mark.parametrize("seed", range(30))
def test_a_drawn_receipt_accuses_nobody_until_a_digit_of_it_is_changed(seed: int) -> None:
    drawn = random.Random(seed)
    texts = _receipt(drawn)
    assert contradictions(texts) == []
    place = drawn.randrange(len(texts))
    at = drawn.choice([at for at, c in enumerate(texts[place][:-1]) if c.isdecimal()])  # cents may be rounded
    other = drawn.choice([d for d in "123456789" if d != texts[place][at]])
    edited = [*texts[:place], texts[place][:at] + other + texts[place][at + 1 :], *texts[place + 1 :]]
    found = contradictions(edited)
    assert any(part.line == place and part.start <= at < part.end for c in found for part in c.parts)


def test_a_balance_that_does_not_go_on_is_in_doubt_where_the_others_do() -> None:
    rows = ["fee 10.00 90.00", "rent 25.50 64.50", "pay 40.00 104.50", "shop 4.25 100.25", "bus 2.00 93.25", "tea 3.00 95.25"]
    assert "93.25" in accused(*rows)
    assert accused(*rows[:4]) == []


def test_a_doubt_stands_where_the_number_was_read_and_goes_where_an_edit_mends_it() -> None:
    edit = Edit(0, 3, "Tce", "Teaa")
    line = Line("1", "Tce 3 2.15 6.40", correction=Correction((Verdict(edit, "accepted"),)))
    (done,) = doubted([line])
    assert [line.text[d.start : d.end] for d in done.doubts if "6.45" in d.reason][-1] == "6.40"
    mended = Correction((Verdict(Edit(11, 15, "6.40", "6.45"), "accepted"),))
    (done,) = doubted([Line("1", line.text, correction=mended)])
    assert done.doubts == ()


def test_places_before_behind_and_inside_edits_are_found_again_in_the_text_as_read() -> None:
    text, edits = "ab cd ef", (Edit(0, 2, "ab", "xyz"), Edit(3, 5, "cd", ""))
    assert apply(text, edits) == "xyz  ef"
    assert [as_read(at, edits) for at in (0, 1, 3, 5, 7)] == [0, 0, 2, 6, 8]
    assert as_read(3, edits, end=True) == 2


def test_the_record_names_what_is_in_doubt() -> None:
    (line,) = doubted([Line("1", "Tee 3 2.15 6.40")])
    shown = list(record.lines(Document("x", (Page(1, blocks=(Block((line,)),)),))))
    assert any(row.startswith("! page 1, line 1: '6.40' is in doubt: 3 × 2.15 is 6.45") for row in shown)


@pytest.mark.parametrize("rows", [50, 400])
def test_a_page_of_sums_costs_relations_in_proportion_to_its_lines(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    original = relations.added

    def counted(*terms: Any) -> Any:
        made.append(1)
        return original(*terms)

    monkeypatch.setattr(relations, "added", counted)
    contradictions([f"Total tax {i}.50 0.{i % 90 + 10}" for i in range(rows)])
    assert len(made) < 120 * rows


@pytest.mark.parametrize("seed", range(10))
def test_a_row_of_factors_around_one_accuses_nobody_and_a_quantity_of_one_beside_its_price_does(seed: int) -> None:
    draw = random.Random(seed)
    least, step = draw.randint(2, 8), draw.randint(5, 9)
    factors = [f"{(100 + step * k + draw.choice((0, 1))) / 100:.2f}" if k else "1.00" for k in range(-2, 3)]
    assert contradictions([f"from {least}000 {' '.join(factors)}"] * 2) == []
    price = draw.randint(211, 988)
    wrong = price + draw.choice((10, -10))
    assert contradictions([f"Tea 1.00 {price / 100:.2f} {wrong / 100:.2f}"]) != []


@pytest.mark.parametrize("seed", range(12))
def test_a_digit_in_a_table_of_taxes_is_in_doubt_by_the_total_of_its_column(seed: int) -> None:
    draw = random.Random(seed)
    rows = [[draw.randint(1105, 9899), draw.randint(105, 899)] for _ in range(draw.choice((1, 3)))]  # of no rate
    totals = list(map(sum, zip(*rows, strict=True)))
    table = [*(["SR", *row] for row in rows), ["Total", *totals]]

    def printed() -> list[str]:
        return [f"{name} {net / 100:.2f} {tax / 100:.2f}" for name, net, tax in table]

    assert contradictions(printed()) == []
    line, column = draw.randrange(len(table)), draw.choice((1, 2))
    table[line][column] += 1 if table[line][column] % 10 < 9 else -1
    assert any(part.line == line for found in contradictions(printed()) for part in found.parts)


@pytest.mark.parametrize("seed", range(12))
def test_another_digit_of_a_price_by_weight_is_in_doubt(seed: int) -> None:
    draw = random.Random(seed)
    weight, price = draw.randint(211, 989), draw.randint(2011, 8989)
    amount = to_cents(Decimal(weight * price) / 100000)
    amount += Decimal("0.01") if amount % Decimal("0.05") == 0 else 0  # what is no coin is not rounded
    right = next(p for p in range(price, price + 99) if to_cents(Decimal(weight * p) / 100000) == amount)
    assert contradictions([f"0.{weight} x {right / 100:.2f} {amount}"]) == []
    first = draw.choice([digit for digit in "23456789" if digit != str(right)[0]])
    wrong = f"{first}{str(right)[1:]}"
    assert accused(f"0.{weight} x {int(wrong) / 100:.2f} {amount}")


@pytest.mark.parametrize("seed", range(12))
def test_a_price_above_its_amount_is_in_doubt_where_other_rows_have_theirs_in_that_column(seed: int) -> None:
    draw = random.Random(seed)
    rows = [(draw.randint(51, 79), draw.randint(10, 11)) for _ in range(4)]  # so that each amount is below nine
    texts = [f"roll 0.{price} {sold + 7} 7 {sold} {price * sold / 100:.2f}" for price, sold in rows]
    assert contradictions(texts) == []
    assert f"9.{rows[3][0]}" in accused(*texts[:3], texts[3].replace("roll 0.", "roll 9."))


def test_columns_of_stock_that_multiply_by_chance_in_one_row_accuse_nobody() -> None:
    rows = [
        "CAP 30s 8.00 0.00 0.00 8.00 491.00",
        "SYP 200ml 49.00 0.00 17.00 32.00 2024.00",
        "INJ 60ml 60.00 1.00 2.00 58.00 5394.00",
    ]
    chance = "SYP 30ml 44.00 0.00 42.00 2.00 87.00"  # 30 × 2.90
    assert accused(chance) != []
    assert accused(*rows, "TAB 10s 101.00 0.00 24.00 77.00 8520.00", chance) == []


def test_a_row_that_does_not_multiply_is_in_doubt_among_others_that_do_and_do_not() -> None:
    sold = ["Tea 3 2.15 6.45", "Milk 2 4.10 8.20", "Jam 4 1.25 5.06"]
    others = ["Lot 7 3.31 9.50", "Lot 8 1.17 4.40", "Lot 9 2.93 7.70"]
    assert accused(*sold, *others) == ["5.06"]


@pytest.mark.parametrize("total", ["61.00", "64.00"])
def test_what_is_added_to_the_item_above_may_be_in_its_amount(total: str) -> None:
    items = ["Cola 10.00", "Pizza 30.00", "+ ham 3.00", "Soup 9.00", "Tea 12.00"]
    assert accused(*items, f"Total {total}") == []
    assert accused(*items, "Total 65.00") != []


def test_a_total_of_zero_is_no_sum_of_nothing() -> None:
    found = relations.relations(["+ ham 3.00", "+ egg 4.00", "+ tea 1.00", "Total 0.00"]).groups
    assert all(len(relation.terms) > 1 for group in found for relation in group)
