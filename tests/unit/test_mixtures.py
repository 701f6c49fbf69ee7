"""Letters and digits taken for one another in one word: what is weighed, what is proposed, and what becomes of it."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from ocrect.correcting.case import Case
from ocrect.correcting.locked import check as locked
from ocrect.correcting.weigh import JudgementCheck
from ocrect.correcting.words.doubted import propose
from ocrect.correcting.words.mixtures import mixed_up, shape_of, spoils, takes_a_tax_for_a_digit
from ocrect.correcting.words.shape import has_odd_capitals
from ocrect.numbers.tokens import locked_tokens
from ocrect.pipeline import Pipeline
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.record.document import Block, Document, Line, Page
from ocrect.settings import Settings
from ocrect.testing import posterior
from ocrect.words.confusions import DIGITS


@pytest.mark.parametrize("word", ["NoticE", "BARNABAs", "HoRToN,", "LaHONTAN.", "GeOPHYSICAL", "inHOLE"])
def test_a_word_of_mixed_capitals_is_proposed_in_one_case(word: str) -> None:
    evidence = posterior(f"by {word} there")
    (found,) = propose([Line("1", evidence.text, evidence=evidence)], Context(()))
    assert {word.upper(), word.lower()} <= {edit.after for edit in found}


@pytest.mark.parametrize(
    "word", ["McLean", "O'Brien", "MacDonald", "kWh", "PCBs", "USA", "DOE's", "TaxNumber", "LeRoy", "Smith"]
)
def test_capitals_that_are_printed_so_are_not_odd(word: str) -> None:
    assert not has_odd_capitals(word)


@pytest.mark.parametrize("first", [0x5D0, 0x627, 0x905, 0xE01, 0x10D0, 0x3041, 0x4E00, 0xAC00], ids=hex)
def test_words_of_scripts_without_capitals_have_none_that_are_odd(first: int) -> None:
    dice = random.Random(first)
    for length in range(1, 12):
        assert not has_odd_capitals("".join(chr(first + dice.randrange(20)) for _ in range(length)))


def a_case(text: str, before: str, after: str) -> Case:
    start = text.index(before)
    line = Line("1", text, evidence=posterior(text))
    return Case.of(line, Edit(start, start + len(before), before, after), Context((line,)))


@pytest.mark.parametrize(
    ("text", "before", "after", "mixture"),
    [
        ("in September 196l, he", "196l", "1961", "number"),
        ("see DP-l602 there", "DP-l602", "DP-1602", "number"),
        ("see (Gl-2363) there", "Gl-2363", "G1-2363", "number"),
        ("of 4-l) and", "4-l", "4-1", "number"),
        ("Coffee 1 x29.99 29.99A", "x29.99", "829.99", ""),  # a mark of multiplication
        ("figures 2-lla and", "2-lla", "2-11a", "number"),
        ("Gril1Veg is", "Gril1Veg", "Gri11Veg", ""),  # a word, mostly
        ("the Bi11 is", "Bi11", "B111", ""),  # a bill
        ("the 3lst of", "3lst", "31st", "number"),
        ("a well-all deal", "well-all", "well-a11", ""),
        ("the lst of May", "lst", "1st", "number"),
        ("a cal1 to arms", "cal1", "call", "word"),
        ("the c0mpany here", "c0mpany", "company", "word"),
        ("type B12 here", "B12", "812", ""),  # a capital that leads a code
        ("a bag of 500G flour", "500G", "5006", ""),  # its unit
        ("sold 1x milk", "1x", "18", ""),  # how many
        ("on the 2nd day", "2nd", "and", ""),  # an ordinal
        ("in 1961 he", "1961", "1967", ""),  # another number
        ("in 196l he", "196l", "1967 ", ""),
        ("l'eau est", "l'eau", "1'eau", ""),
        ("Gen'l Supply", "Gen'l", "Gen'1", ""),
        ("the Int’l Court", "Int’l", "Int’1", ""),
        ("IBAN DE89370400440532Ol3000 it", "DE89370400440532Ol3000", "DE89370400440532013000", ""),
        ("printed in l984 by", "l984", "1984", ""),  # a rule of numbers proves it
        ("Inv No.sHQ18E09 of", "No.sHQ18E09", "No.5HQ18E09", ""),  # a letter among letters
        ("see KQl8-Ro9 of", "KQl8-Ro9", "KQ18-R09", "number"),
        ("Firma S.r.l., Milano", "S.r.l.,", "S.r.1.,", ""),  # an abbreviation
        ("item l. of", "l.", "1.", "number"),
        ("awoke as soon as l heard it", "l", "1", ""),  # the word I
        ("see 3 l there", "l", "1", "number"),
        ("(art 2, lett oo), DPR", "oo),", "00),", ""),  # the item of a list
        ("o a role in siting", "o", "0", ""),  # a bullet
        ("12 o 7 left", "o", "0", "number"),
        ("a 60oz-Pack", "60oz-Pack", "600z-Pack", ""),  # a measure
        ("Gin 75cl, two", "75cl,", "75c1,", ""),
        ("(POMP 3; 13,77 l * 1.579", "l", "1", ""),  # litres
        ("13,77 * 1.579/l there", "1.579/l", "1.579/1", ""),
        ("DBaGVD6gh5568P2TWC of", "DBaGVD6gh5568P2TWC", "DBaGVD69h5568P2TWC", ""),  # a code
        ("weighs 2l2kg of", "2l2kg", "212kg", "number"),
    ],
)
def test_what_is_weighed_as_a_mixture_of_letters_and_digits(text: str, before: str, after: str, mixture: str) -> None:
    assert a_case(text, before, after).fact(mixed_up) == mixture


@pytest.mark.parametrize(("amounts", "mixture"), [(("1,20A", "6,28C"), ""), (("1,20", "6,28"), "number")])
def test_on_a_page_with_codes_of_taxes_a_capital_behind_digits_is_one_of_them(amounts: Sequence[str], mixture: str) -> None:
    line = Line("1", "Chipsy 5 19C", evidence=posterior("Chipsy 5 19C", alternatives={11: {"0": 0.4}}))
    page = Context((line, *(Line(str(n), f"Sok {amount}") for n, amount in enumerate(amounts, 2))))
    case = Case.of(line, Edit(9, 12, "19C", "190"), page)
    assert case.fact(mixed_up) == mixture
    assert takes_a_tax_for_a_digit(case) is (mixture == "")


WORDS_OF_A_LETTER = {"cs": "Prohlášení o shodě", "es": "propios o arrendados", "it": "oggi o domani", "pl": "umowa o dzieło"}


@pytest.mark.parametrize("language", WORDS_OF_A_LETTER)
def test_a_word_of_one_letter_is_no_zero_beside_words_or_numbers(language: str) -> None:
    for text in (WORDS_OF_A_LETTER[language], "de 5 o 6 de"):
        line = Line("1", text, evidence=posterior(text), language=language)
        at = text.index(" o ") + 1
        assert Case.of(line, Edit(at, at + 1, "o", "0"), Context((line,), language=language)).fact(mixed_up) == ""


def test_a_mixture_is_left_to_the_judgement_only_where_an_image_can_speak() -> None:
    seen = a_case("in September 196l, he", "196l", "1961")
    assert locked.check(seen).supports is None
    unseen = Case.of(Line("1", "see (Gl-2363) there"), Edit(5, 12, "Gl-2363", "G1-2363"))
    assert locked.check(unseen).supports is False


@pytest.mark.parametrize("before", ["1998", "30,", "well"])
def test_no_question_is_asked_about_mixing_what_was_not_mixed(before: str) -> None:
    after = before.translate(str.maketrans("130l", "lBO1"))
    assert a_case(f"the year {before} here", before, after).fact(spoils)
    assert not a_case(f"the year {after} here", after, before).fact(spoils)


def test_the_numbers_that_the_posterior_holds_are_proposed_and_the_likely_ones_accepted() -> None:
    dice = random.Random(7)
    letters = {"0": "o", "1": "l", "9": "y", "5": "s"}
    for _ in range(12):
        year = str(dice.randint(1850, 2029))
        at = dice.choice([i for i, c in enumerate(year) if c in letters and i] or [0])
        if year[at] not in letters or at == 0:
            continue
        text = f"printed in {year[:at]}{letters[year[at]]}{year[at + 1 :]}, and sold"
        line = Line("1", text, evidence=posterior(text, alternatives={11 + at: {year[at]: 0.4}}))
        proposed = {edit.after for edit in propose([line], Context((line,), language="en"))[0]}
        assert any(year in after for after in proposed), text
        with Pipeline(Settings(runtime="none", language="en")) as pipeline:
            (done,) = pipeline.correct(Document("d", (Page(1, blocks=(Block((line,)),)),))).lines()
        assert done.corrected == f"printed in {year}, and sold"


def test_a_code_that_the_image_is_sure_of_stays_as_it_is() -> None:
    text = "ref A1S2 B1O 4X7 SKU9l0"
    line = Line("1", text, evidence=posterior(text))
    with Pipeline(Settings(runtime="none", language="en")) as pipeline:
        (done,) = pipeline.correct(Document("d", (Page(1, blocks=(Block((line,)),)),))).lines()
    assert done.corrected == text


def test_the_shape_of_a_token_leaves_out_the_signs_around_it() -> None:
    assert shape_of("(DP-l602),") == "AA-a999"
    assert shape_of("1961.") == shape_of("1854") == "9999"


VAT_NUMBERS = (
    "ATU########", "BE0#########", "BG#########", "BG##########", "CY########L", "CZ########", "CZ##########", "DE#########",
    "DK########", "EE#########", "EL#########", "ES@#######@", "FI########", "FR@@#########", "HR###########", "HU########",
    "IE#######WA", "IE#S#####B", "IT###########", "LT#########", "LT############", "LU########", "LV###########", "MT########",
    "NL#########B##", "PL##########", "PT#########", "RO#######", "SE############", "SI########", "SK##########", "GB#########",
    "GB############", "GBGD###", "XI#########", "CHE-###.###.###", "CHE#########", "NO#########MVA",
)  # fmt: skip


def drawn_as(form: str, dice: random.Random) -> str:
    """A number of that form: a digit for each #, a letter that looks like one for each @."""
    signs = {"#": "123456789", "@": "BSZGD"}
    return "".join(dice.choice(signs[c]) if c in signs else c for c in form)


def read_for_digits(code: str) -> list[str]:
    """The code with each of its letters that is read for a digit as that digit, one at a time."""
    return [
        code[:at] + DIGITS[c][0] + code[at + 1 :]
        for at, c in enumerate(code)
        if c in DIGITS and c not in "Il|!" and not c.isdigit()
    ]


@pytest.mark.parametrize("form", VAT_NUMBERS)
def test_a_vat_number_in_its_form_keeps_its_letters_and_nobody_is_asked(form: str) -> None:
    dice = random.Random(form)
    for _ in range(5):
        code = drawn_as(form, dice)
        (token,) = locked_tokens(code)
        assert token.kind == "tax-id", code
        text = f"VAT number {code} here"
        for other in read_for_digits(code):
            at = next(k for k, (a, b) in enumerate(zip(code, other, strict=True)) if a != b)
            line = Line("1", text, evidence=posterior(text, alternatives={11 + at: {other[at]: 0.45}}))
            case = Case.of(line, Edit(11, 11 + len(code), code, other), Context((line,)))
            assert case.fact(mixed_up) == ""
            found = locked.check(case)
            assert found.supports is False, other
            assert not found.asks


@pytest.mark.parametrize("seed", range(12))
def test_a_capital_of_a_code_that_no_eye_takes_for_a_digit_stays_where_others_have_their_letters_there(seed: int) -> None:
    dice = random.Random(seed)
    form = "".join(dice.choice("##@") for _ in range(dice.randint(4, 9)))
    form = f"{dice.choice('1234')}{form}@{dice.choice('56789')}"
    code, *others = (drawn_as(form, dice) for _ in range(4))
    texts = [f"{code} bolts", *(f"{other} nuts" for other in others)]
    for at, c in enumerate(code):
        if c not in "BSZG":
            continue
        lines = [Line("0", texts[0], evidence=posterior(texts[0], alternatives={at: {DIGITS[c][0]: 0.45}}))]
        lines += [Line(str(n), text, evidence=posterior(text)) for n, text in enumerate(texts[1:], start=1)]
        changed = code[:at] + DIGITS[c][0] + code[at + 1 :]
        assert Case.of(lines[0], Edit(0, len(code), code, changed), Context(tuple(lines))).fact(mixed_up) == ""


@pytest.mark.parametrize(("read", "number", "mixture"), [("1D", "10", ""), ("5O", "50", "number"), ("l5", "15", "number")])
def test_what_is_as_near_a_word_as_a_number_is_left_as_it_is(read: str, number: str, mixture: str) -> None:
    assert a_case(f"Booking {read} there", read, number).fact(mixed_up) == mixture


@pytest.mark.parametrize("seed", range(6))
def test_on_a_page_that_measures_goods_a_number_and_an_l_are_litres_and_an_l_among_digits_is_none(seed: int) -> None:
    dice = random.Random(seed)
    read, number = (f"{(count := dice.randint(1, 9))}l", f"{count}1")
    year = f"19{dice.randint(1, 9)}l"
    goods = Line("2", f"Sugar {dice.randint(1, 9)}00{dice.choice(['g', 'ml', 'ML'])}")
    for others, mixture in (((), "number"), ((goods,), "")):
        line = Line("1", f"Milk {read} of {year}", evidence=posterior(f"Milk {read} of {year}"))
        page = Context((line, *others))
        assert Case.of(line, Edit(5, 5 + len(read), read, number), page).fact(mixed_up) == mixture
        start = line.text.index(year)
        of_year = Edit(start, start + len(year), year, year.replace("l", "1"))
        assert Case.of(line, of_year, page).fact(mixed_up) == "number"


@pytest.mark.parametrize("seed", range(6))
def test_in_a_form_whose_fields_have_letters_behind_their_numbers_a_letter_there_is_no_digit(seed: int) -> None:
    dice = random.Random(seed)
    number, letters = dice.randint(1, 20), dice.sample("abcdefgh", 3)
    read = f"{number}{letters[0]}."
    line = Line("0", f"{read} NAME", evidence=posterior(f"{read} NAME"))
    others = [Line(str(k), f"{number + k}{letter}. PLACE") for k, letter in enumerate(letters[1:], start=1)]
    edit = Edit(0, len(read), read, f"{number}{dice.randint(0, 9)}.")
    assert Case.of(line, edit, Context((line, *others))).fact(mixed_up) == ""
    assert Case.of(line, edit, Context((line, Line("1", "4 PLACE")))).fact(mixed_up) == "number"


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("share", "accepted"), [(0.4, True), (0.003, False)])
def test_a_code_changes_against_the_image_by_no_witness_and_a_person_is_asked(seed: int, share: float, accepted: bool) -> None:
    dice = random.Random(seed)
    number = "1" + "".join(dice.choice("0123456789") for _ in range(dice.randint(4, 9)))
    text = f"of i{number[1:]} here"
    line = Line("1", text, evidence=posterior(text, alternatives={3: {"1": share, "|": 0.45 - share}}))
    others = [Line(str(k), "".join(dice.choices("0123456789", k=len(number)))) for k in range(2, 5)]
    edit = Edit(3, 3 + len(number), f"i{number[1:]}", number)
    found = JudgementCheck()(Case.of(line, edit, Context((line, *others))))
    assert (found.supports is True, found.asks) == (accepted, not accepted)
