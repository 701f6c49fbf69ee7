"""How far the language model is heard: by what explains the misreading, and by what the image leaves open."""

from __future__ import annotations

import random

import pytest

from ocrect import bars
from ocrect.correcting.case import Case, LineFacts
from ocrect.correcting.ruled_out import out_of_question
from ocrect.correcting.weigh import MODEL_MOST, MODEL_MOST_EXPLAINED, MODEL_USUAL, MODEL_WORTH, judgement
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.testing import ScriptedRuntime, posterior
from ocrect.words.confusions import TABLE
from ocrect.words.lexicon import lexicon


def a_case(text: str, before: str, after: str, share: float, gain: float, source: str = "") -> Case:
    """The edit, of whose first changed character the image gives ``share`` to the other one, and the model so many nats."""
    at = next(k for k, (a, b) in enumerate(zip(before, after, strict=False)) if a != b)
    start = text.index(before)
    line = Line("1", text, evidence=posterior(text, alternatives={start + at: {after[at]: share}}))
    edit = Edit(start, start + len(before), before, after)
    runtime = ScriptedRuntime(scores=lambda prefix, said: gain if after in said else 0.0)
    return LineFacts(line, Context((line,), runtime=lambda: runtime), {edit: source}).case(edit)


def said(case: Case) -> float:
    """What the language model adds to the odds, in nats."""
    found = case.fact(judgement)
    assert not isinstance(found, str)
    return found.parts.get("language model", 0.0)


def misread(seed: int) -> tuple[str, str, str]:
    """A sentence with a word that was misread as engines do, what was read, and the word."""
    dice = random.Random(seed)
    words = lexicon("en")
    common = [word for word, value in words.values.items() if value > 3.5 and len(word) > 5 and word.isalpha()]
    single = [(c.meant, c.read) for c in TABLE if len(c.meant) == len(c.read) == 1 and c.count >= 25 and c.read.isascii()]
    while True:
        word, (meant, read) = dice.choice(common), dice.choice(single)
        if meant in word and read.isalpha() and not words.known(wrong := word.replace(meant, read, 1)):
            return f"they have {wrong} here", wrong, word


@pytest.mark.parametrize("seed", range(20))
def test_the_model_is_heard_further_where_a_usual_misreading_explains_the_word(seed: int) -> None:
    text, read, word = misread(seed)
    most = MODEL_WORTH * (MODEL_MOST_EXPLAINED - MODEL_USUAL)
    heard = [said(a_case(text, read, word, share, 40.0)) for share in (0.01, 0.05, 0.2)]
    assert any(nats == pytest.approx(most) for nats in heard)


@pytest.mark.parametrize(
    ("read", "word"), [("accummulated", "accumulated"), ("agression", "aggression"), ("adress", "address")]
)
def test_what_authors_write_so_the_model_hardly_changes(read: str, word: str) -> None:
    for share in (0.0002, 0.004, 0.1):
        assert said(a_case(f"all was {read} here", read, word, share, 40.0)) <= MODEL_WORTH * (MODEL_MOST - MODEL_USUAL) + 1e-9


@pytest.mark.parametrize(
    ("share", "gain", "told"),
    [
        (0.4, bars.MODEL_EXPECTS + 1.0, False),
        (0.4, bars.MODEL_EXPECTS - 1.0, True),
        (0.001, bars.MODEL_EXPECTS + 9.0, True),
    ],
)
@pytest.mark.parametrize(
    ("text", "before", "after"), [("J. A„ of it", "A„", "A."), ("D. [. Vane", "[.", "T."), ("the Oxxez", "Oxxez", "Oxxex")]
)
def test_the_engines_second_thought_counts_where_the_image_leaves_it_open_and_the_model_expects_it(
    text: str, before: str, after: str, share: float, gain: float, told: bool
) -> None:
    reason = a_case(text, before, after, share, gain, "nbest").fact(out_of_question)
    assert bool(reason) is told


@pytest.mark.parametrize("sign", ["†", "‡", "§", "*", "|", "[", "&", "#"])
def test_no_model_takes_a_mark_of_a_note_or_a_bracket_for_nothing(sign: str) -> None:
    text = f"to my father,{sign} a man"
    line = Line("1", text, evidence=posterior(text, alternatives={13: {"": 0.4}}))
    edit = Edit(13, 14, sign, "")
    runtime = ScriptedRuntime(scores=lambda prefix, said: 0.0 if sign in said else 60.0)
    case = LineFacts(line, Context((line,), runtime=lambda: runtime), {edit: "nbest"}).case(edit)
    assert case.fact(out_of_question)


@pytest.mark.parametrize("symbol", ["■", "☐", "№", "©", "→", "☎"])
@pytest.mark.parametrize("after", ["NO", "INO"])
def test_no_model_takes_a_symbol_for_nothing_or_for_a_letter_because_it_never_expects_one(symbol: str, after: str) -> None:
    read = f"{symbol}NO"
    line = Line(
        "1", f"☐ YES {read}", evidence=posterior(f"☐ YES {read}", alternatives={6: {after[0] if len(after) > 2 else "": 0.4}})
    )
    edit = Edit(6, 9, read, after)
    runtime = ScriptedRuntime(scores=lambda prefix, said: 0.0 if symbol in said else 60.0)
    case = LineFacts(line, Context((line,), runtime=lambda: runtime), {edit: "nbest"}).case(edit)
    assert case.fact(out_of_question)
    assert said(case) <= MODEL_WORTH * MODEL_MOST + 1e-9


def test_our_own_letters_that_the_image_is_against_the_model_does_not_carry() -> None:
    case = a_case("The conglomeratic beds", "conglomeratic", "conglomerate", 0.0001, 40.0, "lexicon")
    assert case.score is not None
    assert case.score.value < bars.IMAGE_OPPOSES["letters"]
    assert said(case) <= 0.0


def test_without_an_image_the_model_is_heard_no_further() -> None:
    line, edit = Line("1", "they have Bulltrog here"), Edit(10, 18, "Bulltrog", "Bullfrog")
    runtime = ScriptedRuntime(scores=lambda prefix, text: 60.0 if "Bullfrog" in text else 0.0)
    case = LineFacts(line, Context((line,), runtime=lambda: runtime), {edit: "rewrite"}).case(edit)
    assert said(case) <= MODEL_WORTH * MODEL_MOST + 1e-9
