"""Letters weighed by the page's language, and digits among digits."""

from __future__ import annotations

import random

import numpy as np
import pytest

from ocrect.engines.ppocr.numerals import DIGITS, NUMERO, spelt_out, with_digits, with_raised
from ocrect.engines.ppocr.recognise import BoxReading, weighed
from ocrect.evidence import CtcPosterior
from ocrect.letters import without_accents
from ocrect.words.lexicon import lexicon
from ocrect.words.usage import INSIDE, MOST, cost, leaves_off_marks

KNOWN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:-()' éôÔüñỹ"


def reading(text: str, rivals: dict[int, tuple[str, float]]) -> BoxReading:
    """A text read for sure, but that at some places a rival is less likely by so many nats."""
    symbols = sorted({*text, *(letter for letter, _ in rivals.values())})
    frames = np.full((2 * len(text), 1 + len(symbols)), 1e-6)
    for n, symbol in enumerate(text):
        frames[2 * n, 0] = 1
        frames[2 * n + 1, 1 + symbols.index(symbol)] = 1
        if n in rivals:
            letter, behind = rivals[n]
            frames[2 * n + 1, 1 + symbols.index(letter)] = np.exp(-behind)
    log_probs = np.log(frames / frames.sum(axis=1, keepdims=True))
    quad = np.array([[0, 0], [10 * len(text), 0], [10 * len(text), 20], [0, 20]], np.float32)
    return BoxReading(quad, CtcPosterior(log_probs, tuple(symbols), known=KNOWN), float(len(frames)))


@pytest.mark.parametrize(
    ("language", "usual", "foreign"), [("de", "äöüßÄ", "ôñỹ"), ("fr", "éèàôçÿ", "ßñỹ"), ("en", "aZ7?α", "ôñỹß")]
)
def test_a_letter_costs_nothing_where_it_is_usual(language: str, usual: str, foreign: str) -> None:
    assert {cost(letter, [language]) for letter in usual} == {0.0}
    assert all(MOST / 2 < cost(letter, [language]) <= MOST for letter in foreign)


def test_of_several_languages_the_one_that_uses_a_letter_most_counts() -> None:
    assert cost("ü", ["en", "de"]) == 0.0
    assert cost("ü", []) == 0.0


def test_the_sign_of_a_currency_is_unlikely_on_pages_in_other_languages() -> None:
    assert cost("₫", ["vi"]) == cost("₫", ["en", "vi"]) == cost("₫", []) == 0.0
    assert cost("₫", ["hr"]) == MOST


def test_an_accent_that_the_pixels_hardly_show_goes_on_an_english_page_and_stays_on_a_french_one() -> None:
    smudged = reading("LÔUDLY", {1: ("O", 1.5)})
    assert weighed(smudged, ["en"]).posterior.text == "LOUDLY"
    assert weighed(smudged, ["fr"]).posterior.text == "LÔUDLY"
    assert weighed(smudged, []).posterior.text == "LÔUDLY"


def test_a_name_with_a_clear_accent_stays_on_any_page() -> None:
    assert weighed(reading("Müller", {1: ("u", 8.0)}), ["en"]).posterior.text == "Müller"


@pytest.mark.parametrize(("small", "capital"), [(x, x.upper()) for x in "ýÿỹšžçóőúůśźż"])
def test_a_capital_with_a_mark_behind_a_small_letter_is_the_small_one_as_far_as_the_pixels_allow_it(
    small: str, capital: str
) -> None:
    text = f"Mo{capital}"
    assert weighed(reading(text, {2: (small, INSIDE - 1)}), []).posterior.text == f"Mo{small}"
    assert weighed(reading(text, {2: (small, INSIDE + 1)}), []).posterior.text == text
    assert weighed(reading(text.upper(), {2: (small, 1.0)}), []).posterior.text == text.upper()
    assert weighed(reading(f"mo {capital}", {3: (small, 1.0)}), []).posterior.text == f"mo {capital}"


def test_a_french_name_keeps_the_letter_that_only_names_have() -> None:
    assert weighed(reading("Moỹ", {2: ("ÿ", 3.0)}), ["fr"]).posterior.text == "Moÿ"
    assert weighed(reading("Moÿ", {2: ("y", 0.5)}), ["fr"]).posterior.text == "Moÿ"
    assert weighed(reading("Moÿ", {2: ("y", 0.5)}), ["en"]).posterior.text == "Moy"


def test_no_letter_gives_way_to_the_blank() -> None:
    whole = reading("My", {})
    foreign = CtcPosterior(whole.posterior.log_probs, ("M", "ỹ"), known=KNOWN)
    assert weighed(BoxReading(whole.quad, foreign, whole.width), ["fr"]).posterior.text == "Mỹ"


@pytest.mark.parametrize(
    ("read", "at", "behind", "meant"),
    [
        ("6.8.l", 4, 3.0, "6.8.1"),
        ("(l98)", 1, 2.0, "(198)"),
        ("1o mg", 1, 1.2, "10 mg"),
        ("Q.l.3", 2, 2.5, "Q.1.3"),
        ("l)", 0, 1.0, "1)"),
        ("2I5", 1, 2.0, "215"),
        ("bring 2l of milk", 7, 4.0, "bring 2l of milk"),
        ("6.8.l", 4, 6.0, "6.8.l"),
        ("l'an 3", 0, 0.5, "l'an 3"),
        ("col. 3", 2, 0.5, "col. 3"),
        ("II.3", 1, 0.5, "II.3"),
        ("θ", 0, 1.8, "0"),
        ("2.θ5", 2, 4.0, "2.05"),
        ("O.75", 0, 3.0, "0.75"),
        ("12X9OOML", 4, 3.0, "12X90OML"),
        ("2øRM", 1, 3.0, "20RM"),
        ("θ", 0, 4.0, "θ"),
        ("sin θ", 4, 3.0, "sin θ"),
        ("sin θ", 4, 1.0, "sin θ"),
        ("where θ is the angle", 6, 0.5, "where θ is the angle"),
        ("θ=0.5", 0, 1.0, "θ=0.5"),
        ("θ.50", 0, 4.0, "0.50"),
        ("5 θ 3", 2, 1.8, "5 0 3"),
        ("Ø12", 0, 0.5, "Ø12"),
        ("BO7", 1, 0.5, "BO7"),
        ("BO03", 1, 0.3, "B003"),
        ("RO00112043", 1, 0.2, "R000112043"),
        ("BO03", 1, 1.0, "BO03"),
        ("DO00123", 1, 0.2, "DO00123"),
        ("NO0123", 1, 0.2, "NO0123"),
        ("CO2", 1, 0.2, "CO2"),
        ("RMo.28", 2, 4.0, "RM0.28"),
        ("$O.50", 1, 3.0, "$0.50"),
        ("NO.12", 1, 0.2, "NO.12"),
        ("91ST and 9IST", 10, 1.0, "91ST and 91ST"),
        ("WAS IST 3", 4, 0.2, "WAS IST 3"),
        ("in 196i, and", 6, 1.0, "in 1961, and"),
        ("20i0", 2, 0.5, "2010"),
        ("Ki4", 1, 0.3, "Ki4"),
        ("12i", 2, 0.2, "12i"),
        ("a l0-year period", 2, 3.0, "a 10-year period"),
        ("the 3lst day", 5, 3.0, "the 31st day"),
        ("the lst of", 4, 3.0, "the 1st of"),
        ("on page 2-la", 10, 3.0, "on page 2-1a"),
        ("through 196l is", 11, 3.0, "through 1961 is"),
        ("at 6lm, is", 4, 3.0, "at 61m, is"),
        ("by l14(f), a", 3, 3.0, "by 114(f), a"),
        ("a 6lm bulb", 3, 6.0, "a 6lm bulb"),
        ("a 750l tank", 5, 3.0, "a 750l tank"),
        ("a 2l-jug", 3, 3.0, "a 2l-jug"),
        ("l-butanol", 0, 0.5, "l-butanol"),
        ("5lbs of", 1, 0.5, "5lbs of"),
        ("the list", 4, 0.5, "the list"),
        ("a llama", 2, 0.5, "a llama"),
    ],
)
def test_a_letter_among_digits_is_the_digit_as_far_as_the_pixels_allow(read: str, at: int, behind: float, meant: str) -> None:
    rival = DIGITS[read[at]]
    seen = reading(read, {at: (rival, behind)})
    now = with_digits(seen)
    assert now.posterior.text == meant
    assert (now is seen) == (read == meant)
    if read != meant:
        likely, unlikely = now.posterior.log_likelihood([meant, read])
        assert likely is not None
        assert unlikely is not None
        assert likely > unlikely


def test_all_pictures_of_a_zero_that_stands_by_itself_speak_for_it() -> None:
    seen = reading("Ø", {0: ("0", 0.5)})
    zero = with_digits(seen, ["en"])
    assert zero.posterior.text == "0"
    assert zero.confidence == pytest.approx(1.0, abs=0.01)
    assert seen.confidence < 0.9
    assert with_digits(zero, ["en"]).posterior.text == "0"
    assert with_digits(seen, ["da"]).posterior.text == "Ø"
    assert with_digits(reading("Ø", {0: ("0", 4.0)}), ["en"]).posterior.text == "Ø"
    assert with_digits(reading("Ø means", {0: ("0", 0.5)}), ["en"]).posterior.text == "Ø means"


@pytest.mark.parametrize(("language", "usual"), [("fr", "°"), ("vi", "°"), ("es", "º"), ("pt", "º")])
@pytest.mark.parametrize("sign", [NUMERO, "°", "º"])
@pytest.mark.parametrize("n", ["N", "n", "TVA n", "(N"])
def test_behind_the_n_of_a_number_stands_the_raised_sign_of_the_language(language: str, usual: str, sign: str, n: str) -> None:
    seen = reading(f"{n}{sign} 2547", {len(n): (usual, 3.0)} if sign != usual else {})
    assert with_raised(seen, [language]).posterior.text == f"{n}{usual} 2547"


def test_a_letter_o_that_is_seen_behind_it_and_degrees_elsewhere_stay() -> None:
    assert with_raised(reading(f"N{NUMERO} 4", {1: ("o", 6.0)}), ["en"]).posterior.text == "No 4"
    for text in ("Mean 4º", f"{NUMERO} 4", "40°N", f"Canal{NUMERO}"):
        seen = reading(text, {})
        assert with_raised(seen, ["fr"]) is seen


@pytest.mark.parametrize("ordinal", ["1er", "1re", "1ère", "1ers"])
def test_first_is_a_number_in_french(ordinal: str) -> None:
    text = f"du {ordinal} au 31"
    seen = reading(text.replace("1", "l", 1), {3: ("1", 3.0)})
    assert with_digits(seen, ["fr"]).posterior.text == text
    assert with_digits(seen, ["da"]) is seen


@pytest.mark.parametrize(
    ("n", "o", "meant"), [(-1.1, -2.2, "Reg. No: 4"), (-6.0, -2.2, "Reg. №: 4"), (-1.1, -7.0, "Reg. №: 4")]
)
def test_the_sign_for_number_is_spelt_out_where_its_letters_are_there_as_well(n: float, o: float, meant: str) -> None:
    alphabet = tuple("Reg. №:4No")
    text = "Reg. №: 4"
    log_probs = np.full((2 * len(text) + 1, 1 + len(alphabet)), -14.0)
    log_probs[::2, 0] = -0.01
    for at, symbol in enumerate(text):
        log_probs[2 * at + 1, 1 + alphabet.index(symbol)] = -0.2
    before = 2 * text.index("№")
    log_probs[before, 0], log_probs[before, 1 + alphabet.index("N")] = np.log1p(-np.exp(n)), n
    log_probs[before + 1, 1 + alphabet.index("o")] = o
    seen = BoxReading(np.zeros((4, 2), np.float32), CtcPosterior(log_probs, alphabet), float(len(log_probs)))
    now = spelt_out(seen)
    assert now.posterior.text == meant
    assert (now is seen) == (text == meant)


@pytest.mark.parametrize(
    ("text", "capital", "meant"), [("YES №", -4.0, "YES NO"), ("YES №", -16.0, "YES №"), ("SHEET №: 4", -4.0, "SHEET №: 4")]
)
def test_the_sign_for_number_is_the_word_no_before_no_number(text: str, capital: float, meant: str) -> None:
    at = text.index(NUMERO)
    alphabet = tuple(sorted({*text, "N", "O"}))
    log_probs = np.full((2 * len(text) + 1, 1 + len(alphabet)), -16.0)
    log_probs[::2, 0] = -0.01
    for place, symbol in enumerate(text):
        log_probs[2 * place + 1, 1 + alphabet.index(symbol)] = -0.2
    log_probs[2 * at, [0, 1 + alphabet.index("N")]] = -0.5, -0.9
    log_probs[2 * at + 1, 1 + alphabet.index("O")] = capital
    seen = BoxReading(np.zeros((4, 2), np.float32), CtcPosterior(log_probs, alphabet), float(len(log_probs)))
    assert spelt_out(seen).posterior.text == meant


@pytest.mark.parametrize(("language", "usual"), [("fr", "°"), ("en", "°"), ("es", "º")])
def test_the_sign_for_a_number_is_an_n_and_the_usual_raised_sign_where_the_posterior_holds_them(
    language: str, usual: str
) -> None:
    seen = reading(f" {NUMERO} 4", {0: ("N", 0.1), 1: ("°", 4.0)})
    spoken = reading(f"x{NUMERO} 4 º", {1: ("°", 4.0)})
    frames = np.exp(seen.posterior.log_probs.astype(float))
    assert spelt_out(spoken, [language]).text == spoken.text, "without an N it stays"
    alphabet = tuple(sorted({*seen.posterior.alphabet, "º"}))
    whole = np.full((len(frames), 1 + len(alphabet)), 1e-6)
    whole[:, 0] = frames[:, 0]
    for column, symbol in enumerate(seen.posterior.alphabet, start=1):
        whole[:, 1 + alphabet.index(symbol)] = frames[:, column]
    whole[1] = 1e-6
    whole[1, [0, 1 + alphabet.index("N")]] = 0.55, 0.44
    posterior = CtcPosterior(np.log(whole / whole.sum(axis=1, keepdims=True)), alphabet, known=KNOWN)
    found = spelt_out(BoxReading(seen.quad, posterior, seen.width), [language])
    assert found.text == f"N{usual} 4"


@pytest.mark.parametrize("language", ["vi", "pl", "fr", "de", "es"])
@pytest.mark.parametrize("seed", range(3))
def test_a_text_is_written_without_marks_where_hardly_one_is_left_of_those_that_its_words_have(
    language: str, seed: int
) -> None:
    dice = random.Random(f"{language} {seed}")
    values = lexicon(language).values
    usual = [word for word, value in values.items() if value > 4.0]
    page = dice.choices(usual, weights=[10 ** values[word] for word in usual], k=600)
    plain = [without_accents(word) for word in page]
    marked = next(word for word in page if without_accents(word) != word)
    assert not leaves_off_marks(page, language)
    assert leaves_off_marks([*plain, marked], language)
    assert not leaves_off_marks(plain[:4], language)  # four words tell nothing
    assert not leaves_off_marks(plain, "en")
