"""Blocks side by side at one pitch, drawn as boxes with texts: each is read by itself, but the rows of a list stay rows."""

from __future__ import annotations

import random

import pytest
from tests.unit.drawn_boxes import LETTER, Drawn, at, over_one_another

from ocrect.layout import reading_order
from ocrect.layout.texts import are_codes, are_facts, have_labels, is_address, is_stack
from ocrect.record.document import Box

STREETS = ["Gartenstraße 7", "12 Harbour Street", "Rue du Moulin 3", "5, Lindenallee", "80 Station Road"]
TOWNS = ["10115 Berlin", "Bristol BS1 4QA", "69001 Lyon", "Springfield 62704", "31-042 Kraków"]
NAMES = ["Anna Fischer", "Lemaire S.A.", "Paul Cooper", "Moreau & Co.", "Olga Novák", "Schulz GmbH"]
MORE = ["Deutschland", "Tel. 030 1234567", "info@example.org", "France"]
FACTS = [
    ("Invoice No.", "RE-20417"),
    ("Datum", "07.04.2021"),
    ("N° client", "88231"),
    ("Due date", "21.04.2021"),
    ("Bestellung", "7731/20"),
    ("Your reference", "KX 4410"),
]
GOODS = ["Oak table", "Chair", "Desk lamp", "Shelf", "Curtain", "Carpet"]


def address(rng: random.Random) -> list[str]:
    return [rng.choice(NAMES), rng.choice(STREETS), rng.choice(TOWNS), *rng.sample(MORE, rng.randint(0, 2))]


def goods(rng: random.Random, y: float, leading: float) -> tuple[Drawn, list[str]]:
    """A table with its head below the blocks, and its rows as they are read."""
    rows = [["Item", "Qty", "Price", "Amount"]]
    rows += [[name, str(rng.randint(1, 20)), f"{rng.randint(1, 99)}.50", f"{rng.randint(1, 999)}.00"] for name in GOODS[:4]]
    drawn = [
        at(x, y + n * leading, text) for n, row in enumerate(rows) for x, text in zip((40, 420, 560, 700), row, strict=True)
    ]
    return drawn, [" ".join(row) for row in rows]


def read(rng: random.Random, drawn: Drawn) -> list[str]:
    """The rows in the order in which they are read, from boxes in any order, each shaken by up to a pixel and a half."""
    mixed = rng.sample(drawn, len(drawn))
    off = [[rng.uniform(-1.5, 1.5) for _ in range(4)] for _ in mixed]
    boxes = [Box(b.left + o[0], b.top + o[1], b.right + o[2], b.bottom + o[3]) for (b, _), o in zip(mixed, off, strict=True)]
    texts = [text for _, text in mixed]
    return [" ".join(texts[i] for i in row) for region in reading_order(boxes, texts) for row in region.rows]


@pytest.mark.parametrize("headed", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_two_addresses_at_one_pitch_are_read_one_after_the_other_and_the_table_below_row_by_row(
    seed: int, headed: bool
) -> None:
    rng = random.Random(seed)
    leading = rng.uniform(24, 32)
    left, right = (["Bill to:"] * headed + address(rng), ["Ship to:"] * headed + address(rng))
    below = 40 + (max(len(left), len(right)) + rng.choice([0.2, 1.0, 2.0])) * leading
    cells, rows = goods(rng, below, leading)
    x = rng.uniform(300, 500)
    drawn = over_one_another(40, 40, left, leading) + over_one_another(x, 40, right, leading)
    assert read(rng, [*drawn, *cells]) == [*left, *right, *rows]


@pytest.mark.parametrize("colon", [":", ""])
@pytest.mark.parametrize("how", ["joined", "tabbed", "right"])
@pytest.mark.parametrize("seed", range(4))
def test_an_address_beside_the_facts_of_an_invoice_is_read_before_them_and_each_fact_as_a_row(
    seed: int, how: str, colon: str
) -> None:
    rng = random.Random(seed)
    leading = rng.uniform(24, 32)
    left, facts = address(rng), sorted(rng.sample(FACTS, rng.randint(3, 6)))
    drawn = over_one_another(40, 40, left, leading)
    x, tab = rng.uniform(320, 500), rng.uniform(180, 240)
    for n, (label, value) in enumerate(facts):
        y = 40 + n * leading
        if how == "joined":
            drawn.append(at(x, y, f"{label}{colon} {value}"))
        else:
            from_left = tab if how == "tabbed" else tab + 120 - len(value) * LETTER
            drawn += [at(x, y, label + colon), at(x + from_left, y, value)]
    assert read(rng, drawn) == [*left, *(f"{label}{colon} {value}" for label, value in facts)]


@pytest.mark.parametrize("seed", range(8))
def test_labels_and_values_far_apart_stay_on_rows(seed: int) -> None:
    rng = random.Random(seed)
    leading, end = rng.uniform(24, 36), rng.uniform(500, 900)
    facts = [*rng.sample(FACTS, 5), ("Contact", "Anna Fischer"), ("Town", "10115 Berlin")]
    drawn: Drawn = []
    for n, (label, value) in enumerate(facts):
        x = end - len(value) * LETTER if seed % 2 else end - 160
        drawn += [at(40, 40 + n * leading, label), at(x, 40 + n * leading, value)]
    assert read(rng, drawn) == [f"{label} {value}" for label, value in facts]


@pytest.mark.parametrize("seed", range(6))
def test_the_boxes_of_a_form_beside_an_address_are_read_each_with_its_number(seed: int) -> None:
    rng = random.Random(seed)
    leading = rng.uniform(24, 30)
    left = [*address(rng), *address(rng)]
    boxes = [line for n in range(len(left) // 2) for line in (f"{n + 1} Payments received", f"$ {rng.randint(100, 9999)}.00")]
    drawn = over_one_another(40, 40, left, leading) + over_one_another(rng.uniform(300, 400), 40, boxes, leading)
    assert read(rng, drawn) == [*left, *boxes]


def test_items_with_their_prices_stay_rows_where_every_second_line_is_a_code() -> None:
    rng = random.Random(1)
    rows: list[tuple[str, str]] = []
    for name in GOODS:
        rows += [(name, ""), (f"1 x {rng.randint(10000, 99999)}", f"{rng.randint(1, 99)}.50")]
    drawn = [at(40, 40 + n * 26, left) for n, (left, _) in enumerate(rows)]
    drawn += [at(500, 40 + n * 26, right) for n, (_, right) in enumerate(rows) if right]
    assert read(rng, drawn) == [f"{left} {right}".strip() for left, right in rows]


def test_texts_tell_an_address_and_facts_from_cells() -> None:
    assert is_address(["Bill to:", "Schulz GmbH", "Lindenallee 5", "10115 Berlin"])
    assert not is_address(["Oak table", "Chair 3", "Desk lamp 40 W"])  # goods: no town
    assert not is_address(["Lindenallee 5", "Main Street 7", "Rue Foch 1000"])  # a column of streets
    assert not is_address(["Total", "Delivery 10115 Berlin", "12.50"])
    assert not is_address(["Doc No. CS00013125", "Cashier : USER", "Salesperson"])  # a code is no telephone
    assert not is_address(["Date: 26/05/2018", "Time: 11:22:00", "Ref."])  # nor is a date
    assert is_address(["Schulz GmbH", "Lindenallee 5", "Berlin", "030/123 456 78"])
    assert are_facts(["Date: 07.04.2021", "Invoice No.: 17", "Contact: Anna"])
    assert not are_facts(["Date:", "Invoice No.:", "Contact:"])
    assert are_codes(["Date 07.04.2021", "Invoice No. 17", "Order AB-7"])
    assert not are_codes(["Table 12.50", "Chair 7.00", "Lamp 8.10"])
    assert is_stack(["1 Payments", "$ 200.00", "2 Billed", "$ 300.00"])
    assert not is_stack(["Amount", "200.00", "300.00", "Total", "500.00"])


@pytest.mark.parametrize("seed", range(16))
def test_labels_between_an_address_and_their_values_keep_them_in_their_rows(seed: int) -> None:
    rng = random.Random(seed)
    left, values, leading = address(rng)[:3], address(rng)[:3], rng.uniform(24, 28)
    left += ["entered in the register of the court"[: rng.randint(20, 36)], "of a town, part C 49129"]
    labels = ["Contact:", "Street:", "Town:", "Account:", "Due:"]
    values += [f"{rng.randint(10, 99)} {rng.randint(1000000, 9999999)}", f"0{rng.randint(1, 9)}.05.2021"]
    drawn = over_one_another(40, 100, left, leading) + over_one_another(420, 100, labels, leading)
    drawn += [at(900 - len(value) * LETTER, 100 + n * leading, value) for n, value in enumerate(values)]
    found = read(rng, drawn)
    for label, value in zip(labels, values, strict=True):
        assert any(row.endswith(f"{label} {value}") for row in found), (label, found)


@pytest.mark.parametrize("seed", range(8))
def test_facts_of_which_some_are_left_empty_are_read_before_those_beside_them(seed: int) -> None:
    rng = random.Random(seed)
    left = [rng.choice(STREETS), rng.choice(TOWNS), "Bank:", "Account:"]
    right = [f"{label}: {value}" for label, value in rng.sample(FACTS, 4)]
    leading = rng.uniform(24, 28)
    drawn = over_one_another(40, 100, left, leading) + over_one_another(rng.uniform(400, 600), 100, right, leading)
    assert read(rng, drawn) == [*left, *right]


@pytest.mark.parametrize(
    ("texts", "labelled"),
    [
        (["Doc No. CS00010527", "Cashier: USER", "Salesperson:"], True),  # one has lost its colon
        ([STREETS[0], TOWNS[0], "Bank:", "Account:"], True),
        ([NAMES[0], STREETS[0], TOWNS[0], "Tel.: 030 1234567"], False),
        (["Doc No. CS00010527", "USER", "12:30"], False),
    ],
)
def test_lines_of_which_half_have_a_label_are_told(texts: list[str], labelled: bool) -> None:
    assert have_labels(texts) is labelled


@pytest.mark.parametrize("seed", range(8))
def test_a_till_s_codes_beside_tax_letters_and_amounts_are_no_boxes_of_a_form(seed: int) -> None:
    rng = random.Random(seed)
    left, right = [], []
    for _ in range(rng.randint(3, 5)):
        left += [
            rng.choice(("WASH BALL", "PLASTIC BAGS", "SPONGE")),
            f"GA{rng.randrange(100):02} - 12/{rng.randrange(1000):03}",
        ]
        left += [str(rng.randrange(9 * 10**6, 10**7))]
        right += ["*S", "", f"{rng.randint(1, 9)} X {rng.randint(1, 99) / 10:.2f}"]
    leading = rng.uniform(24, 28)
    rights = [one for one in over_one_another(rng.uniform(300, 340), 100, right, leading) if one[1]]
    drawn = over_one_another(10, 100, left, leading) + rights
    assert read(rng, drawn) == [f"{a} {b}".strip() for a, b in zip(left, right, strict=True)]


@pytest.mark.parametrize("town", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_labels_stay_beside_their_values_of_which_one_has_several_lines(seed: int, town: bool) -> None:
    """Facts in two columns: the second line of an address has no label beside it."""
    rng = random.Random(seed)
    leading, far = rng.uniform(23, 29), rng.uniform(420, 560)
    street = rng.choice(STREETS)
    facts = [("Verkäufer", ""), ("Name:", rng.choice(NAMES)), ("Anschrift:", street)]
    facts += [("", rng.choice(TOWNS)), *([("", "Hof 3")] if not town else [])]
    facts += [("Steuernummer:", "201/113/40209"), ("USt.-Id.-Nr.:", "DE136695976")][: rng.choice([0, 1, 2])]
    drawn = [at(x, 200 + n * leading, t) for n, row in enumerate(facts) for x, t in zip((60, far), row, strict=True) if t]
    heading = at(60, 60, "Handelsrechnung Nr. 471102 vom 05.03.2018")
    assert read(rng, [heading, *drawn]) == [heading[1], *(" ".join(filter(None, row)) for row in facts)]


@pytest.mark.parametrize("seed", range(12))
def test_the_greeting_below_an_address_is_read_after_the_sender_beside_it(seed: int) -> None:
    """An address, the longer block of the sender at its right, and far below the one and closely below the other the letter."""
    rng = random.Random(seed)
    leading = rng.uniform(24, 28)
    left, right = address(rng)[:4], [*address(rng)[:3], "Tel. 059 987 65 40", "www.example.org", "Datum: 01.07.2020"]
    letter = [
        "Dear Ms. Fischer,",
        "we are billing you as follows for what was done at your house",
        "in the last two weeks of June.",
    ]
    top = 100 + (len(right) + rng.uniform(0, 0.3)) * leading
    drawn = [*over_one_another(100, 100, left, leading), *over_one_another(600, 100, right, leading)]
    drawn += over_one_another(100, top, letter, 1.5 * leading)
    assert read(rng, drawn) == [*left, *right, *letter]
