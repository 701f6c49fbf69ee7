"""Locked tokens: what is one, what it stands for, which are malformed, and what counts as a change."""

from __future__ import annotations

import math
import random
from decimal import ROUND_HALF_UP, Decimal

import pytest

from ocrect.correcting.case import Case
from ocrect.correcting.locked.check import check
from ocrect.evidence import CtcPosterior
from ocrect.numbers.grammar import has_known_form
from ocrect.numbers.tokens import differs, locked_tokens, repairs
from ocrect.numbers.values import money_code
from ocrect.numbers.vocabulary import CODES
from ocrect.pipeline import Pipeline
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.record.document import Block, Document, Line, Page
from ocrect.settings import Settings
from ocrect.testing import posterior


def the_token(text: str):
    (token,) = locked_tokens(text)
    return token


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1,234.56", "number", "1234.56"),
        ("1.234,56", "number", "1234.56"),
        ("1 234,56", "number", "1234.56"),
        ("1'234.56", "number", "1234.56"),
        ("0,540", "number", "0.540"),
        ("12,34,567", "number", "1234567"),
        ("½", "number", "0.5"),
        ("2½", "number", "2.5"),
        ("1.234.567 ₫", "amount", "1234567 VND"),
        ("500.000 đ", "amount", "500000 VND"),
        ("1.000.000 VNĐ", "amount", "1000000 VND"),
        ("$100.00", "amount", "100.00 USD"),
        ("-39.25€", "amount", "-39.25 EUR"),
        ("USD 12.50", "amount", "12.50 USD"),
        ("RM 9.10", "amount", "9.10 MYR"),
        ("19 %", "percent", "19%"),
        ("7,5%", "percent", "7.5%"),
        ("50 mg", "dose", "50 mg"),
        ("2,5 ml", "dose", "2.5 ml"),
        ("1000 IE", "dose", "1000 IE"),
        ("2023-07-15", "date", "2023-07-15"),
        ("15.7.2023", "date", "2023-07-15"),
        ("15/07/2023", "date", "2023-07-15"),
        ("03/04/2023", "date", "03/04/2023"),
        ("July 15, 2023", "date", "2023-07-15"),
        ("3. März 2024", "date", "2024-03-03"),
        ("14 juillet 2021", "date", "2021-07-14"),
        ("ngày 15 tháng 7 năm 2023", "date", "2023-07-15"),
        ("31Jul2018", "date", "2018-07-31"),
        ("14:50:57", "time", "14:50:57"),
        ("8h30", "time", "08:30"),
        ("10 pm", "time", "22:00"),
        ("+84 90 123 45 67", "phone", "+84901234567"),
        ("+49 30 123456", "phone", "+4930123456"),
        ("05.46.27.63.90", "phone", "0546276390"),
        ("(555) 123-4567", "phone", "5551234567"),
        ("DE89 3704 0044 0532 0130 00", "iban", "DE89370400440532013000"),
        ("4111 1111 1111 1111", "card", "4111111111111111"),
        ("DE123456789", "tax-id", "DE123456789"),
        ("INV-2023-001", "code", "INV-2023-001"),
        ("INV0O12", "code", "INV0O12"),
        ("http://a.example/b?c=1", "url", "http://a.example/b?c=1"),
        ("www.shop.fr", "url", "www.shop.fr"),
        ("ann@mail.example", "email", "ann@mail.example"),
        ("XIV", "roman", "XIV"),
        ("€", "currency", "€"),
    ],
)
def test_a_token_has_its_kind_and_canonical_value(text: str, kind: str, value: str) -> None:
    token = the_token(text)
    assert (token.kind, token.value, token.text, token.well_formed) == (kind, value, text, True)


@pytest.mark.parametrize(
    "text", ["A4", "B12", "3D", "1st", "2nd", "H2O", "Q1", "v2", "12k", "5x", "RF18", "B.12", "10l", "S5", "20mm"]
)
def test_a_code_of_letters_and_digits_is_well_formed(text: str) -> None:
    assert the_token(text).well_formed
    assert repairs(the_token(text)) == ()


@pytest.mark.parametrize("seed", range(6))
def test_a_mark_of_multiplication_is_no_part_of_the_price_behind_it(seed: int) -> None:
    dice = random.Random(seed)
    price = f"{dice.randint(1, 4000)}{dice.choice('.,')}{dice.randint(0, 99):02d}"
    for mark in "xX×":
        (quantity, found) = locked_tokens(f"Tea 2 {mark}{price}")
        assert (quantity.text, found.text, found.kind) == ("2", price, "number")
        assert not differs(f"2 {mark}{price}", f"2 x{price}")
        assert differs(f"2 {mark}{price}", f"2 8{price}")


def test_the_sign_of_a_numero_is_no_unit() -> None:
    assert [token.text for token in locked_tokens("N° TVA, n°xx, n° 5, 45°")] == ["5", "45°"]


def test_a_postcode_is_two_codes() -> None:
    assert [(t.kind, t.text) for t in locked_tokens("BS1 4QA")] == [("code", "BS1"), ("code", "4QA")]


def test_an_iban_with_a_wrong_digit_is_malformed_and_has_no_repair() -> None:
    token = the_token("DE88370400440532013000")
    assert (token.kind, token.well_formed, repairs(token)) == ("iban", False, ())


def test_a_word_with_a_digit_in_it_is_no_code() -> None:
    token = the_token("c0mpany")
    assert (token.kind, token.well_formed) == ("word", False)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Total 1 234", "Total 1234"),
        ("12 5", "125"),
        ("12.50 and 7.00", "7.00 and 12.50"),
        ("$100", "100"),
        ("100", "$100"),
        ("50 mg", "50 ml"),
        ("15 July 2023", "15 June 2023"),
        ("12.50", "12,50"),
        ("-5.00", "5.00"),
        ("$1O0.00", "$1,000.00"),
        ("no number", "no 1 number"),
        ("see A4", "see a"),
        ("1999-2003", "1999 2003"),
        ("Henry II", "Henry III"),
    ],
)
def test_a_text_with_another_number_amount_dose_or_date_differs(before: str, after: str) -> None:
    assert differs(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Invoic # 12345", "Invoice # 12345"),
        ("paid 5.00 at tbe door", "paid 5.00 at the door"),
        ("15 Iuly 2023", "15 July 2023"),
        ("the c0mpany", "the company"),
    ],
)
def test_a_text_with_another_word_does_not_differ(before: str, after: str) -> None:
    assert differs(before, after) == ()


def test_a_completed_date_must_keep_its_digits() -> None:
    assert differs("15 Iuly 2023", "16 July 2023")


ADVERSARIAL = [
    "1",
    "1 ",
    "1,",
    "a.",
    "$O.",
    "a-",
    "a@",
    "0 12 ",
    " ",
    "O",
    "1O",
    "www.",
    "(0",
    "-",
    "DE89 ",
    "I",
    "1:",
    "1Ol.,",
    "l5 Ju",
    "1/1/20181",
    "1x1O",
]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ADVERSARIAL)
def test_a_hundred_kilobytes_of_anything_are_scanned_in_linear_time(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    tokens = locked_tokens(text)
    assert all(text[t.start : t.end] == t.text for t in tokens)


@pytest.mark.timeout(60)
def test_random_noise_is_scanned_too() -> None:
    random_ = random.Random(3)
    text = "".join(random_.choice("1Ol.,:/- €$aM@()") for _ in range(100_000))
    assert locked_tokens(text)


def test_every_currency_that_a_sign_or_name_stands_for_is_known_by_its_code_too() -> None:
    assert {money_code(mark) for mark in "€$£¥₫₩₹₽₺₴₱฿"} <= set(CODES)
    for code in CODES:
        (token,) = locked_tokens(f"{code} 1,250.00")
        assert (token.kind, token.value) == ("amount", f"1250.00 {code}")


@pytest.mark.parametrize(("elsewhere", "allowed"), [("Total RM 8.18", False), ("Total 8.18 €", True)])
def test_sums_prove_no_amount_in_a_currency_that_the_page_does_not_name(elsewhere: str, allowed: bool) -> None:
    text = "SR GST 6% 7.72 C.46"
    line = Line("0", text, evidence=posterior(text, alternatives={15: {"€": 0.3}}))
    page = Context((line, Line("1", elsewhere)))
    found = check(Case.of(line, Edit(15, 16, "C", "€"), page))
    assert (found.supports is not False) is allowed


@pytest.mark.parametrize(("group", "point"), [".,", ",."])
@pytest.mark.parametrize("seed", range(8))
def test_no_sum_proves_an_amount_that_is_none_or_is_worth_the_same(group: str, point: str, seed: int) -> None:
    dice = random.Random(seed)
    net, tax = dice.randint(100_000, 899_999), dice.randint(10_000, 99_999)

    def written(cents: int, point: str = point) -> str:
        return f"{cents // 100:,}".replace(",", group) + f"{point}{cents % 100:02d}"

    text = f"net {written(net)} total {written(net + tax)}"
    read = written(net + tax)
    other = read.replace(group, point)
    at = text.rindex(read)
    line = Line("1", text, evidence=posterior(text, alternatives={at + read.index(group): {point: 0.45}}))
    below = [Line("tax", f"tax {written(tax)}"), Line("total", f"total {written(net + tax)}")]
    case = Case.of(line, Edit(at, at + len(read), read, other), Context((line, *below)))
    assert check(case).supports is False


@pytest.mark.parametrize("seed", range(4))
def test_no_sum_takes_the_sign_of_a_number_with_the_space_before_it(seed: int) -> None:
    dice = random.Random(seed)
    price, off = dice.randint(500, 999) / 100, dice.randint(10, 99) / 100
    text = f"Disc. -{off:.2f} price {price:.2f}"
    line = Line("1", text, evidence=posterior(text, alternatives={5: {"": 0.45}}))
    page = Context((Line("0", f"Tea {price + off:.2f}"), line))
    read = f"Disc. -{off:.2f}"
    assert check(Case.of(line, Edit(0, len(read), read, read.replace(" ", "")), page)).supports is False


@pytest.mark.parametrize(("brought", "allowed"), [("☑", False), ("•", False), ("M", False), ("", True)])
@pytest.mark.parametrize("seed", range(4))
def test_a_sum_asks_for_numbers_and_brings_no_other_sign(brought: str, allowed: bool, seed: int) -> None:
    dice = random.Random(seed)
    count, price = dice.randint(2, 9), dice.randint(150, 999)
    text = f"tea {count}0 {price / 100:.2f} {count * price / 100:.2f}"
    read, meant = f"{count}0", f"{brought}{count}"
    changed = {4: {brought: 0.45}, 5: {str(count): 0.45}} if brought else {5: {"": 0.45}}
    line = Line("1", text, evidence=posterior(text, alternatives=changed))
    found = check(Case.of(line, Edit(4, 6, read, meant), Context((line,))))
    assert (found.supports is not False) is allowed


@pytest.mark.parametrize("lost", [0.55, 0.9, 0.9999])
@pytest.mark.parametrize("seed", range(4))
def test_a_net_amount_gets_its_point_by_rate_and_tax_where_the_image_leaves_room_and_else_is_doubted(
    lost: float, seed: int
) -> None:
    dice = random.Random(seed)
    net = dice.randint(400, 89_999)
    tax = (Decimal(net) * 6 / 10_000).quantize(Decimal("0.01"), ROUND_HALF_UP)
    printed = f"SR 6% {net / 100:.2f} {tax}"
    read, at = printed.replace(f"{net / 100:.2f}", str(net)), printed.index(".")
    seen = posterior(printed)
    point, log_probs = seen.spans()[at], seen.log_probs.copy()
    log_probs[point.start : point.end, 0] = math.log(lost)
    log_probs[point.start : point.end, seen.alphabet.index(".") + 1] = math.log(1.0 - lost)
    evidence = CtcPosterior(log_probs, seen.alphabet)
    lines = [Line("0", read, evidence=evidence), *(Line(str(n), f"Tea {n}.20") for n in range(1, 6))]
    assert evidence.text == read
    with Pipeline(Settings(runtime="none")) as pipeline:
        done = next(iter(pipeline.correct(Document("d", (Page(1, blocks=(Block(tuple(lines)),)),))).lines()))
    assert done.corrected == (printed if lost < 0.9 + 1e-9 else read)
    asked = any(verdict.decision == "review" for verdict in done.verdicts)
    assert (asked or bool(done.doubts)) is (done.corrected == read)


@pytest.mark.parametrize(
    ("text", "before", "after", "asked"),
    [
        ("due $ 3,00 today", "$ 3,00", "$3,00", False),
        ("N° 12 of it", "N°", "Nº", False),
        ("on 21 Dec 2023 at", "Dec", "dec", False),
        ("the 1ST month", "1ST", "1St", False),
        ("Road 100, 3528 BJ", "100, 3528", "100,3528", False),
        ("paid 170. 00 in", "170. 00", "170.00", True),
        ("at 8: 13:39 PM", "8: 13:39", "8:13:39", True),
        ("take 2 500 of", "2 500", "2500", True),
        ("milk 1 x0.79 is", "x0.79", "x0,79", False),
        ("milk 1 x0.79 is", "x0.79", "×0,79", False),
        ("milk 141,26 is", "141,26", "141.26", False),
        ("sums 55.384 is", "55.384", "55,384", True),  # a thousand times as much, maybe
        ("sums 52.80 is", "52.80", "52:80", False),  # no amount is written so
        ("paid 5.000.000,00 on", "5.000.000,00", "5.000.00,00", False),
        ("sums 5.000.000,00 is", "5.000.000,00", "5.600.000,00", True),
        ("RM0.65 each", "RM0.65", "RMU.65", False),
        ("on Jun 30, 1932", "Jun", "Jan", True),
        ("on Jun 30, 1932", "Jun", "Jvn", False),
        ("chapter XIX of", "XIX", "XlX", False),
        ("chapter XIX of", "XIX", "XXX", True),
        ("at 10:51:00 on", "10:51:00", "10.51:00", False),
        ("GST @6% of", "@6%", "06%", False),
        ("GST 16% of", "16%", "18%", True),
        ("Tea 2 x 1.50 3.00", "1.50", "1.60", False),  # the row has it so
        ("Tea 2 x 1.50 3.20", "1.50", "1.80", True),
    ],
)
def test_a_person_is_asked_about_no_change_that_means_the_same_or_that_no_page_prints(
    text: str, before: str, after: str, asked: bool
) -> None:
    start = text.index(before)
    whole = text.replace(before, after)
    changed = {start + k: {after[k]: 0.45} for k, c in enumerate(before) if len(before) == len(after) and c != after[k]}
    gone = next((k for k in range(len(before)) if before[:k] + before[k + 1 :] == after), 0)
    evidence = posterior(text, alternatives=changed or {start + gone: {"": 0.45}})
    line = Line("1", text, evidence=evidence)
    found = check(Case.of(line, Edit(start, start + len(before), before, after), Context((line,))))
    assert whole != text
    assert found.asks is asked


@pytest.mark.parametrize("others", [1, 6])
def test_in_a_list_of_numbers_nobody_is_asked_whether_two_are_one(others: int) -> None:
    text = "see 38, 20. and"
    line = Line("1", text, evidence=posterior(text, alternatives={7: {"": 0.45}}))
    page = Context((line, *(Line(f"o{n}", f"also {n}7, {n}4 there") for n in range(1, 1 + others))))
    assert check(Case.of(line, Edit(4, 11, "38, 20.", "38,20."), page)).asks is (others < 4)


@pytest.mark.parametrize("seed", range(60))
def test_where_the_image_hardly_tells_a_person_is_asked_about_numbers_that_are_some_and_never_about_the_same_value(
    seed: int,
) -> None:
    """Whatever sign one of a number, date or time may be: what is asked about has as good a form, and another value."""
    dice = random.Random(seed)
    drawn = (
        f"{dice.randint(1, 9)},{dice.randint(100, 999)}.{dice.randint(10, 99)}",
        f"RM{dice.randint(1, 99)}.{dice.randint(10, 99)}",
        f"{dice.randint(10, 28)}/{dice.randint(10, 12)}/20{dice.randint(10, 25)}",
        f"{dice.randint(10, 23)}:{dice.randint(10, 59)}:{dice.randint(10, 59)}",
        f"{dice.randint(1, 28)} {dice.choice(['March', 'June', 'July'])} 19{dice.randint(10, 99)}",
    )
    read = drawn[seed % len(drawn)]
    at = dice.choice([k for k, c in enumerate(read) if c != " "])
    other = dice.choice([c for c in "0123456789.,:/OlSBUe" if c != read[at]])
    edit = Edit(4 + at, 5 + at, read[at], other)
    line = Line("1", f"due {read} now", evidence=posterior(f"due {read} now", alternatives={4 + at: {other: 0.45}}))
    case = Case.of(line, edit, Context((line,)))
    if check(case).asks:
        was, becomes = (locked_tokens(side) for side in (line.text, case.edited))
        assert [t.kind for t in was] == [t.kind for t in becomes] or any(t.kind == "amount" for t in becomes)
        assert all(t.well_formed and (t.kind != "number" or has_known_form(t.text)) for t in becomes)
        assert [t.value for t in was] != [t.value for t in becomes]
