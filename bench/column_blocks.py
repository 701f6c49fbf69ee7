"""Pages of blocks side by side as a detector would find them: addresses, invoice heads, lists, forms.

What belongs together is read together: an address line by line and not across the other one, a label before its value, the rows
of a list as rows. Lines stand at one pitch at both sides in most pages, where nothing but what they say tells one from the
other.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from bench.column_pages import Drawn, width

FIRST = (
    "Anna Bertrand Clara Dieter Emma François Greta Hans Irene Jakub Karin Lukas Marie Nils Olga Paul Rita Søren Thomas Vera"
)
LAST = (
    "Ashdown Bauer Cooper Dubois Eriksen Fischer Girard Hofmann Ivanov Jensen Kowalski Lemaire Moreau Novák Olsen Petit Schulz"
)
FIRMS = "GmbH Ltd. S.A. AG Inc. SARL B.V. Oy s.r.o. & Co. KG"
STREETS = (
    "Gartenstraße|Harbour Street|Rue du Moulin|Lindenallee|Station Road|Avenue Foch|Via Roma|Hauptstr.|Oak Lane|Place du Marché"
)
TOWNS = "Berlin Bristol Lyon Hamburg Leeds Nantes Torino Kraków Utrecht Basel Springfield Odense Dresden Tours Bergen"
LANDS = "Germany|France|United Kingdom|Deutschland|Italia|Polska|Netherlands|Suisse"
LABELS = (
    "Invoice No.|Date|Customer No.|Due date|Order|Your reference|Delivery note|Contact|Payment terms|Currency",
    "Rechnungs-Nr.|Datum|Kunden-Nr.|Fällig am|Bestellung|Ihr Zeichen|Lieferschein|Sachbearbeiter|Zahlungsziel|Währung",
    "Facture N°|Date|N° client|Échéance|Commande|Votre référence|Bon de livraison|Contact|Conditions|Devise",
)
HEADS = (("Bill to", "Ship to"), ("Rechnung an", "Lieferung an"), ("Facturé à", "Livré à"), ("From", "To"))
GOODS = (
    "Oak table|Chair|Desk lamp 40 W|Shelf|Delivery|Cabinet|Mirror 60x80|Carpet|Curtain|Assembly|Paper A4|Toner|Cable 3 m|"
    "Screws|Service"
)


def block_page(rng: random.Random) -> Drawn:
    """A page of blocks side by side."""
    kind = rng.choice([_addresses, _invoice_head, _key_values, _word_list, _heads_and_values, _side_panel])
    page = Drawn(rng, rng.uniform(24, 40), kind.__name__.strip("_").replace("_", " "))
    kind(page)
    return page


def address(rng: random.Random) -> list[str]:
    """The lines of a name and address in one of several countries' ways."""
    name, firm = (
        f"{rng.choice(FIRST.split())} {rng.choice(LAST.split())}",
        f"{rng.choice(LAST.split())} {rng.choice(FIRMS.split())}",
    )
    street, number = rng.choice(STREETS.split("|")), rng.randint(1, 180)
    town, code = rng.choice(TOWNS.split()), rng.randint(10000, 99999)
    lines = rng.choice([[name], [firm], [firm, name]])
    lines.append(rng.choice([f"{street} {number}", f"{number} {street}", f"{number}, {street}"]))
    lines.append(rng.choice([f"{code} {town}", f"{code} {town}", f"{town} {code}", f"{town} BS{number % 9} 4QA"]))
    if rng.random() < 0.4:
        lines.append(rng.choice(LANDS.split("|")))
    if rng.random() < 0.4:
        lines.append(rng.choice([f"Tel. 0{number} {code}", f"info@{firm.split()[0].lower()}.example", f"VAT DE{code}1234"]))
    return lines


def _facts(rng: random.Random, many: int) -> list[tuple[str, str]]:
    """Labels of an invoice with their values."""
    labels = rng.choice(LABELS).split("|")
    found = []
    for n in sorted(rng.sample(range(len(labels)), many)):
        number = rng.randint(100, 99999)
        date = f"{rng.randint(1, 28):02}.{rng.randint(1, 12):02}.20{rng.randint(10, 29)}"
        value = {1: date, 3: date, 7: f"{rng.choice(FIRST.split())} {rng.choice(LAST.split())}", 8: "30 days net", 9: "EUR"}
        found.append((labels[n], value.get(n, rng.choice([f"{number}", f"RE-{number}", f"{number}/{number % 97}"]))))
    return found


def _at(page: Drawn, text: str, x: float, y: float, *, size: float = 0.0, new: bool = True) -> float:
    """A line of words a space apart; where it ends."""
    page.line(text.split(), x, y, size=size, new=new)
    return x + width(text, size or page.size)


def _set(page: Drawn, lines: list[str], x: float, y: float, leading: float) -> float:
    """Lines over one another; where the next would begin."""
    for n, text in enumerate(lines):
        _at(page, text, x, y + n * leading)
    return y + len(lines) * leading


def _goods(page: Drawn, y: float, leading: float, across: float) -> None:
    """A table of goods with its head."""
    rng, size = page.rng, page.size
    places = [100.0, 100 + 0.55 * across, 100 + 0.75 * across, 100 + across]
    rows = [["Item", "Qty", "Price", "Amount"]]
    for name in rng.sample(GOODS.split("|"), rng.randint(2, 7)):
        rows.append([name, str(rng.randint(1, 20)), f"{rng.uniform(1, 200):.2f}", f"{rng.uniform(1, 999):.2f}"])
    for n, row in enumerate(rows):
        for column, (x, text) in enumerate(zip(places, row, strict=True)):
            _at(page, text, x - (width(text, size) if column else 0), y + n * leading, new=not column)


def _widest(lines: list[str], size: float) -> float:
    return max(width(text, size) for text in lines)


def _addresses(page: Drawn) -> None:
    """Two or three addresses, perhaps under heads, and a table below."""
    rng, size = page.rng, page.size
    leading, y = rng.uniform(1.15, 1.6) * size, 100.0
    heads: tuple[str, ...] = rng.choice(HEADS) if rng.random() < 0.5 else ()
    colon = rng.choice([":", ""])
    x, bottom = 100.0, y
    for n in range(2 if heads else rng.choice([2, 2, 3])):
        lines = [*([heads[n] + colon] if heads else []), *address(rng)]
        bottom = max(bottom, _set(page, lines, x, y, leading))
        x += _widest(lines, size) + rng.uniform(2.5, 14) * size
    if rng.random() < 0.7:
        _goods(page, bottom + rng.uniform(0.6, 3) * leading, leading, max(x - 100, 30 * size))


def _invoice_head(page: Drawn) -> None:
    """An address at the left and an invoice's labels with their values at the right; a table below."""
    rng, size = page.rng, page.size
    leading, y = rng.uniform(1.15, 1.6) * size, 100.0
    lines = address(rng)
    if rng.random() < 0.3:
        lines = [*lines, *address(rng)[1:]]
    bottom = _set(page, lines, 100, y, leading)
    x = 100 + _widest(lines, size) + rng.uniform(3, 14) * size
    facts, colon = _facts(rng, rng.randint(3, 6)), rng.choice([":", ":", ""])
    how = rng.choice(["joined", "tabbed", "right"])
    tab = _widest([label + colon for label, _ in facts], size) + rng.uniform(0.5, 4) * size
    right = x + tab + _widest([value for _, value in facts], size)
    for n, (label, value) in enumerate(facts):
        at = y + n * leading
        if how == "joined":
            _at(page, f"{label}{colon} {value}", x, at)
        else:
            _at(page, label + colon, x, at)
            _at(page, value, x + tab if how == "tabbed" else right - width(value, size), at, new=False)
    bottom = max(bottom, y + len(facts) * leading)
    if rng.random() < 0.7:
        _goods(page, bottom + rng.uniform(0.6, 3) * leading, leading, right - 100)


def _key_values(page: Drawn) -> None:
    """Labels at the left and values at the right, which are rows however far apart they are."""
    rng, size = page.rng, page.size
    leading = rng.uniform(1.15, 1.8) * size
    facts, colon = _facts(rng, rng.randint(4, 9)), rng.choice([":", ""])
    tab = _widest([label + colon for label, _ in facts], size) + rng.uniform(1, 16) * size
    right = tab + _widest([value for _, value in facts], size)
    is_right = rng.random() < 0.5
    for n, (label, value) in enumerate(facts):
        _at(page, label + colon, 100, 100 + n * leading)
        _at(page, value, 100 + (right - width(value, size) if is_right else tab), 100 + n * leading, new=False)


def _word_list(page: Drawn) -> None:
    """A table of words in two or three columns: names and towns, goods and remarks, days and hours."""
    rng, size = page.rng, page.size
    leading, many = rng.uniform(1.15, 1.8) * size, rng.randint(4, 14)

    def name() -> str:
        return f"{rng.choice(FIRST.split())} {rng.choice(LAST.split())}"

    kinds: list[Callable[[], str]] = [
        name,
        lambda: rng.choice(TOWNS.split()),
        lambda: f"{rng.choice(STREETS.split('|'))} {rng.randint(1, 99)}",
        lambda: rng.choice(GOODS.split("|")),
        lambda: rng.choice(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]),
        lambda: f"{rng.randint(7, 11)} am to {rng.randint(1, 6)} pm",
        lambda: rng.choice(["in stock", "ordered", "Sold out", "on request", "2 weeks"]),
    ]
    columns = [[kind() for _ in range(many)] for kind in rng.sample(kinds, rng.choice([2, 2, 3]))]
    x = 100.0
    places = []
    for column in columns:
        places.append(x)
        x += _widest(column, size) + rng.uniform(1.5, 12) * size
    for n in range(many):
        for c, column in enumerate(columns):
            _at(page, column[n], places[c], 100 + n * leading, new=not c)


def _heads_and_values(page: Drawn) -> None:
    """A row of labels with their values in the row below, beside or under an address."""
    rng, size = page.rng, page.size
    leading = rng.uniform(1.15, 1.5) * size
    lines = address(rng)
    bottom = _set(page, lines, 100, 100, leading)
    facts = _facts(rng, rng.randint(3, 4))
    beside = rng.random() < 0.5
    x = 100 + (_widest(lines, size) + rng.uniform(3, 8) * size if beside else 0)
    y = 100 + rng.choice([0, 1]) * leading if beside else bottom + rng.uniform(0.6, 2) * leading
    places = []
    for label, value in facts:
        places.append(x)
        x += max(width(label, size), width(value, size)) + rng.uniform(1.5, 4) * size
    for row in range(2):
        for n, fact in enumerate(facts):
            _at(page, fact[row], places[n], y + row * leading * rng.choice([1, 1, 1.3]), new=not n)
    _goods(page, max(bottom, y + 2.4 * leading) + rng.uniform(0.6, 2) * leading, leading, max(x - 100, 30 * size))


def _side_panel(page: Drawn) -> None:
    """A box of text at the left and narrow boxes at the right, each a label with a value below: box by box."""
    rng, size = page.rng, page.size
    leading = rng.uniform(1.15, 1.4) * size
    lines = [*address(rng), *address(rng), *address(rng)][: rng.randint(6, 10)]
    _set(page, lines, 100, 100, leading)
    x = 100 + _widest(lines, size) + rng.uniform(2, 5) * size
    y = 100 + rng.choice([0, 0.3, 0.5]) * leading
    for n, (label, _) in enumerate(_facts(rng, rng.randint(2, 4))):
        _at(page, f"{n + 1} {label}", x, y, size=0.8 * size)
        _at(page, f"$ {rng.randint(100, 9999)}.00", x + rng.uniform(0, 2) * size, y + leading)
        y += rng.choice([2, 2, 2.5]) * leading
