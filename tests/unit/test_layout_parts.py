"""Blocks side by side whose gutter goes on over other things: what stands above, below, or in rules must not join them."""

from __future__ import annotations

import random

import pytest
from tests.unit.drawn_boxes import Drawn, at, over_one_another

from ocrect.layout import reading_order
from ocrect.record.document import Box

ADDRESS = ["Anna Fischer", "Gartenstraße 7", "10115 Berlin", "Tel. 030 1234567", "info@example.org"]


def read(drawn: Drawn, rules: list[Box] | None = None) -> list[str]:
    """The rows in the order in which they are read, from boxes in any order."""
    mixed = random.Random(1).sample(drawn, len(drawn))
    boxes, texts = [box for box, _ in mixed], [text for _, text in mixed]
    return [" ".join(texts[i] for i in row) for region in reading_order(boxes, texts, rules or []) for row in region.rows]


def runs_on(wanted: list[str], found: list[str]) -> bool:
    """True where the wanted lines come one right after the other."""
    return any(found[n : n + len(wanted)] == wanted for n in range(len(found)))


@pytest.mark.parametrize("leading", [24.0, 28.0])
def test_two_blocks_are_told_by_their_texts_under_a_table_that_stands_at_one_of_their_sides(leading: float) -> None:
    totals = [("Moms", "25 %"), ("Belopp totalt", "99 600 kr"), ("Summa att betala", "124 500 kr")]
    facts = [("Plusgiro", "1234567-8"), ("Bankgiro", "123-4567"), ("IBAN", "SE00 0000 0000"), ("SWIFT/BIC", "SEHHCXX1001")]
    drawn = [*over_one_another(40, 300, ADDRESS, leading), at(40, 300 - 2 * leading, "Godkänd")]
    for n, (label, value) in enumerate(totals):
        drawn += [at(560, 40 + 44 * n, label), at(800, 40 + 44 * n, value)]
    for n, (label, value) in enumerate(facts):
        drawn += [at(500, 300 + n * leading, label), at(640, 300 + n * leading, value)]
    found = read(drawn)
    assert runs_on([f"{label} {value}" for label, value in totals], found)
    assert runs_on(ADDRESS, found)
    assert runs_on([f"{label} {value}" for label, value in facts], found)


def test_facts_of_which_one_stands_apart_are_read_after_the_address_beside_them() -> None:
    address = ["BILL TO", *ADDRESS[:3], "Deutschland"]
    facts = over_one_another(600, 126, ["Issue date: 19.7.2022", "Due date: 3.8.2022"], 26)
    facts.append(at(600, 204, "Reference: 2022435"))
    found = read([at(40, 20, "Your Business"), at(640, 20, "Invoice 2022435"), *over_one_another(40, 100, address, 26), *facts])
    assert runs_on(address, found)
    assert runs_on([text for _, text in facts], found)


def test_rules_of_a_panel_that_begin_a_little_before_its_text_end_no_gutter_beside_it() -> None:
    rows = [
        ("Desc. Global $", ""),
        ("Monto Exento $", ""),
        ("Monto Neto $", "1.773.109"),
        ("IVA (19%) $", "336.891"),
        ("Total $", "2.110.000"),
    ]
    left = [at(40, 222, "Documentos Referenciados"), at(40, 256, "Folio y Fecha"), at(40, 276, "5300009024")]
    drawn = list(left)
    for n, (label, value) in enumerate(rows):
        drawn += [at(600, 110 + 52 * n, label), *([at(800, 110 + 52 * n, value)] if value else [])]
    rules = [Box(597, 145 + 52 * n, 910, 148 + 52 * n) for n in range(5)]
    found = read(drawn, rules)
    assert runs_on([f"{label} {value}".strip() for label, value in rows], found)
    assert runs_on([text for _, text in left], found)


def test_a_row_of_print_that_looks_like_a_rule_ends_no_gutter() -> None:
    left = ["Ship to", "Anna Fischer, Schulz & Co.", "Republic Mall", "Enclave", "Lucknow, Uttar Pradesh", "India"]
    note = ["*Keep this invoice and", "manufacturer box for", "warranty purposes."]
    drawn = [*over_one_another(40, 100, left, 34), *over_one_another(400, 139, note, 36)]
    looks_so = Box(45, 138, 285, 142)  # in the second line
    assert read(drawn, [looks_so]) == [*left, *note]


def test_a_line_of_text_below_that_ends_where_a_block_begins_does_not_join_it_with_the_one_at_its_left() -> None:
    address = ["FRANCESCO SALDANO", "VIA ANDREA MANTEGNA 27", "ISERNIA, ISERNIA, 86170", "IT"]
    panel = [
        "Pagato",
        "Numero di riferimento del pagamento",
        "1QYExkujgwlfYXaCANG3",
        "Venduto da Esempio EU S.à r.l.",
        "P. IVA IT08973230967",
    ]
    drawn = [at(40, 20, "esempio.it"), *over_one_another(500, 70, panel, 26), *over_one_another(60, 208, address, 26)]
    drawn += [
        at(502, 228, "Data ricevuta"),
        at(700, 228, "10 luglio 2020"),
        at(502, 254, "Totale da pagare"),
        at(700, 254, "€ 11,96"),
    ]
    drawn += [at(40, 340, "Per domande relative al tuo ordine visita il s")]
    assert runs_on(address, read(drawn))


@pytest.mark.parametrize("leading", [24.0, 28.0])
def test_a_row_of_cells_set_off_below_two_blocks_stays_one(leading: float) -> None:
    """The guest's address beside the facts of a room, and below them when he came and went."""
    facts = ["Room: 515", "Room Type: STQT", "Number of Guests: 1", "Rate: $127.00"]
    stay = ["Arrive: 27Mar21", "Time: 05:02PM", "Depart: 28Mar21", "Time: 02:52PM", "Folio: 12345"]
    below = 100 + 4 * leading + 12
    drawn = [*over_one_another(40, 100, ADDRESS[:4], leading), *over_one_another(700, 100, facts, leading)]
    drawn += [at(x, below, text) for x, text in zip((40, 260, 480, 700, 920), stay, strict=True)]
    drawn += over_one_another(900, 10, ["Seaside Inn", "148 Beach Ave"], leading)
    head = [at(x, below + 60, text) for x, text in ((40, "DATE"), (260, "DESCRIPTION"), (700, "CHARGES"))]
    rows = [("27Mar21", "Room Charge", "88.00"), ("27Mar21", "State Tax", "5.28"), ("28Mar21", "Parking", "6.00")]
    table = [
        at(x, below + 86 + 26 * n, text) for n, row in enumerate(rows) for x, text in zip((40, 260, 700), row, strict=True)
    ]
    assert read([*drawn, *head, *table])[2:11] == [*ADDRESS[:4], *facts, " ".join(stay)]
