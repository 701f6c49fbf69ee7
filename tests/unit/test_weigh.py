"""All witnesses of an edit weighed together, and what becomes of the edit."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import log1p
from typing import ClassVar

import pytest

from ocrect import bars
from ocrect.correcting.case import Case, LineFacts
from ocrect.correcting.weigh import MODEL_MOST, MODEL_WORTH, JudgementCheck, judgement
from ocrect.correcting.weights import KINDS
from ocrect.correcting.witnesses import WITNESSES, WITNESSES_OF_TEXT, parts_words
from ocrect.correcting.words.likeliest import lead, word_odds
from ocrect.correcting.words.mixtures import mixed_up, numerals
from ocrect.evidence import LatticeEvidence, Reading
from ocrect.letters import without_accents
from ocrect.pipeline import Pipeline
from ocrect.plugins import Context
from ocrect.record.correction import Edit, Finding, Verdict, apply, decide
from ocrect.record.document import Block, Document, Line, Page
from ocrect.settings import Settings
from ocrect.stages import Stages
from ocrect.testing import ScriptedRuntime, posterior
from ocrect.words.lexicon import lexicon


def a_case(
    text: str, before: str, after: str, doubts: dict[int, dict[str, float]], runtime: ScriptedRuntime | None = None
) -> Case:
    line = Line("1", text, evidence=posterior(text, alternatives=doubts))
    start = text.index(before)
    return Case.of(line, Edit(start, start + len(before), before, after), Context((line,), runtime=lambda: runtime))


def odds(case: Case) -> float:
    found = case.fact(judgement)
    assert not isinstance(found, str)
    return found.odds


def test_a_misread_word_is_put_right_where_image_and_word_list_agree_and_not_where_either_is_against_it() -> None:
    doubted = {21: {"a": 0.4}}
    right = a_case("the goods of the compeny were sold", "compeny", "company", doubted)
    unseen = a_case("the goods of the compeny were sold", "compeny", "company", {})
    no_word = a_case("the goods of the company were sold", "company", "compeny", {21: {"e": 0.4}})
    assert JudgementCheck()(right).supports is True
    assert odds(unseen) < odds(right)
    assert JudgementCheck()(no_word).supports is not True


def test_the_reason_names_the_witnesses_and_their_weights_add_up_to_the_odds() -> None:
    case = a_case("the goods of the compeny were sold", "compeny", "company", {21: {"a": 0.4}})
    found = case.fact(judgement)
    assert not isinstance(found, str)
    assert sum(found.parts.values()) == pytest.approx(found.odds)
    reason = JudgementCheck()(case).reason
    assert "words +" in reason
    assert "% " in reason or "%:" in reason


@pytest.mark.parametrize(("before", "after"), [("1984", "1934"), ("$5.00", "$6.00"), ("B12", "812")])
def test_numbers_and_codes_are_not_weighed(before: str, after: str) -> None:
    case = a_case(f"of {before} here", before, after, {})
    assert isinstance(case.fact(judgement), str)
    assert JudgementCheck()(case).judges is False


def test_a_language_model_is_not_asked_about_what_no_witness_can_carry_and_else_about_two_readings_alone() -> None:
    runtimes = []
    for before, after in (("exc", "EXc"), ("BARNABAs", "BARNABAS")):
        runtimes.append(ScriptedRuntime(scores=lambda prefix, text: 0.0))
        text = f"take {before} here"
        at = next(k for k, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)
        for doubt in (0.1, 0.2, 0.3, 0.45):
            JudgementCheck()(a_case(text, before, after, {5 + at: {after[at]: doubt}}, runtimes[-1]))
    never, sometimes = runtimes
    assert never.scored == []
    assert {len(readings) for _, readings in sometimes.scored} == {2}


def test_no_witness_carries_an_edit_that_the_image_rules_out() -> None:
    case = a_case("he saw the end of it", "it", "of it all in the end", {})
    assert case.score is not None
    assert case.score.value < bars.JUDGED_LEAST
    assert JudgementCheck()(case).supports is False


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Hyarotnermally", "Hydrothermal", True),
        ("Executie/vice", "Executive", True),
        ("Hyarotnermally", "Hydrothermally", False),
        ("rnodern", "modern", False),  # two letters became one
        ("grarnrnar", "grammar", False),
        ("Ber's", "Bars", True),
        ("d'anguilles", "anguilles", True),
        ("Benjamin’s", "Benjamins", False),  # a sign alone
    ],
)
def test_no_witness_carries_letters_in_a_row_that_are_left_out_though_the_image_is_sure_of_them(
    before: str, after: str, told: bool
) -> None:
    doubts = {5 + at: {b: 0.3} for at, (a, b) in enumerate(zip(before, after, strict=False)) if a != b}
    found = JudgementCheck()(a_case(f"take {before} here", before, after, doubts))
    assert (found.supports is False and found.reason.startswith("the image is sure of")) is told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("/usr/bin", "/usr /bin", True),
        ("dh-make", "dh- make", True),
        ("linux.tar.gz", "linux. tar.gz", True),
        ("notes.old.text", "notes.old .text", True),
        ("made.then", "made. then", False),
        ("and/or", "and / or", False),
        ("of the", "ofthe", True),
        ("to day", "today", False),
        ("CHILE S.A", "CHILES.A", True),
        ("Verein e.V.,", "Vereine.V.,", True),
        ("185G2", "18562", False),
        ("41º", "410", True),
        ("32ºF.", "320F.", True),
        ("ºF", "of", True),
        ("fºr", "for", False),  # no degree
        ("“literature,", "“ literature,", True),
        ("(see", "( see", True),
        ("Level", "LeVel", True),
        ("exc", "EXc", True),
        ("LaVEL", "LAVEL", False),
        ("GeOPHYSICal", "Geophysical", True),
        ("LEVEL", "level", False),
        ("mclean", "McLean", False),
        ("***_**", "* ** _**", True),
        ("-=-", "-= -", True),
    ],
)
def test_no_witness_carries_a_space_that_parts_what_a_sign_joins_nor_mixed_capitals_nor_a_digit_for_degrees(
    before: str, after: str, told: bool
) -> None:
    places = [at for at, (a, b) in enumerate(zip(before, after, strict=False)) if a != b] if len(before) == len(after) else []
    doubts = {5 + at: {after[at]: 0.45} for at in places}
    found = JudgementCheck()(a_case(f"take {before} here", before, after, doubts))
    assert (found.supports is False and found.reason.startswith(("it parts", "it takes", "it leaves", "it joins"))) is told


@pytest.mark.parametrize(
    ("language", "before", "after", "ruled_out"),
    [
        ("en", "ÁLAM", "ALAM", False),
        ("vi", "ÁLAM", "ALAM", True),
        ("en", "×", "x", True),
        ("en", "Jrkil", "Jrkit", True),
    ],
)
def test_the_engines_second_thought_alone_takes_off_accents_that_the_language_has_not_and_changes_nothing_else(
    language: str, before: str, after: str, ruled_out: bool
) -> None:
    at = next(k for k, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)
    text = f"take {before} here"
    line = Line("1", text, evidence=posterior(text, alternatives={5 + at: {after[at]: 0.45}}))
    edit = Edit(5, 5 + len(before), before, after)
    (case,) = LineFacts(line, Context((line,), language=language), {edit: "nbest"}).cases([edit])
    assert ("second thought" in JudgementCheck()(case).reason) is ruled_out


@pytest.mark.parametrize("spaces", range(1, 6))
def test_no_space_vouches_for_another(spaces: int) -> None:
    word = "abcdefghijkl"
    after = " ".join([*word[:spaces], word[spaces:]])
    numbers = WITNESSES["form"](a_case(f"so {word} it", word, after, {}))
    assert (numbers["atoms"], numbers["spaced"]) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("word", "one", "more"), [("specialise", "spécialise", "spéciàlisé"), ("difficulte", "difficulté", "diffic ulté")]
)
def test_no_accent_vouches_for_another_nor_for_a_space(word: str, one: str, more: str) -> None:
    seen = {0: {"é": 1e-3, "à": 1e-3}}  # the engine has these letters
    likely, unlikely = (a_case(f"un {word} ici", word, after, seen) for after in (one, more))
    assert WITNESSES["form"](unlikely)["atoms"] == WITNESSES["form"](likely)["atoms"] == 1.0
    assert odds(unlikely) < odds(likely)


def test_a_language_model_moves_the_odds_by_no_more_than_its_share_and_is_asked_only_where_that_can_tell() -> None:
    text, doubted = "he had a bat on", {9: {"h": 0.02}}
    silent = odds(a_case(text, "bat", "hat", doubted))
    for likelier in (100.0, -100.0):
        runtime = ScriptedRuntime(scores=lambda prefix, text, by=likelier: by if "hat" in text else 0.0)  # type: ignore[misc]
        moved = odds(a_case(text, "bat", "hat", doubted, runtime)) - silent
        assert abs(moved) <= MODEL_WORTH * MODEL_MOST + 1e-9
    hopeless = ScriptedRuntime(scores=lambda prefix, text: 0.0)
    odds(a_case("of the elephants here", "elephants", "elephents", {}, hopeless))
    assert hopeless.scored == []


def test_what_the_image_cannot_tell_apart_is_not_even_proposed() -> None:
    text = "pages 3 — 5 of 'it'"
    line = Line("1", text, evidence=posterior(text))
    edits = [Edit(8, 9, "—", "-"), Edit(15, 16, "'", "‘")]
    stages = Stages(proposers=[lambda lines, context: [edits]])
    with Pipeline(Settings(runtime="none"), stages=stages) as pipeline:
        (done,) = pipeline.correct(Document("d", (Page(1, blocks=(Block((line,)),)),))).lines()
    assert done.verdicts == ()


def test_a_few_dots_fewer_in_a_row_of_leaders_are_no_edit_to_weigh() -> None:
    text = "Library Report.... . . . . 86"
    assert a_case(text, "Report....", "Report", {}).is_idle
    assert not a_case(text, "86", "88", {}).is_idle


def test_every_weight_is_of_a_number_that_its_witness_gives() -> None:
    case = a_case("the goods of the compeny were sold", "compeny", "company", {21: {"a": 0.4}})
    given = {name: set(witness(case)) for name, witness in WITNESSES.items()}
    given["words"] |= {"none"}
    given["spacing"] |= {"gap", "odds"}
    given["number"] |= set(numerals(a_case("in 196l here", "196l", "1961", {6: {"1": 0.4}})))
    given["misreading"] = set(WITNESSES_OF_TEXT["misreading"](case))
    for kind, weights in KINDS.items():
        assert weights.show <= weights.accept, kind
        for witness, worth in weights.numbers.items():
            assert set(worth) <= given[witness], (kind, witness)


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("the waists ; nothing else", "waists ;", "waists;"),
        ("he said « It is", "«", "“"),
        ("goods. sold here", "goods.", "goods,"),
    ],
)
@pytest.mark.parametrize("others", ["nbest", "posterior", "nbest, posterior", "spacing"])
def test_who_else_proposes_what_a_model_writes_is_no_witness(text: str, before: str, after: str, others: str) -> None:
    line = Line("1", text, evidence=posterior(text, alternatives={}))
    start = text.index(before)
    edit = Edit(start, start + len(before), before, after)
    sources = ("rewrite", f"{others}, rewrite")
    written, found = (LineFacts(line, Context((line,)), {edit: names}).case(edit) for names in sources)
    assert odds(found) == pytest.approx(odds(written))


@pytest.mark.parametrize("seed", range(6))
def test_no_model_leaves_out_a_sign_by_itself_of_which_the_image_is_sure(seed: int) -> None:
    draw = random.Random(seed)
    name, sign = draw.choice(["POINTS", "Total Items", "Ref."]), draw.choice([":", ";", "=", "*"])
    text = f"{name} {sign} {draw.choice(('goods', 'pieces'))}"
    for seen, is_left in ((0.01, False), (0.45, True)):  # how likely nothing is in the sign's place
        nothing = {at: {"": seen} for at in (len(name), len(name) + 1)}
        line = Line("1", text, evidence=posterior(text, alternatives=nothing))
        edit = Edit(len(name), len(name) + 2, f" {sign}", "")
        case = LineFacts(line, Context((line,)), {edit: "rewrite"}).case(edit)
        assert JudgementCheck()(case).reason.startswith(f"the image is sure of {sign!r}") is not is_left


# text without an image

TEXT = "the goods of the companv were sold to Mr Smyth"


def written(text: str, edit: Edit, *, accept_text_only: bool) -> str:
    """The text corrected with a model that writes this edit, and finds it likely."""
    truth = apply(text, [edit])
    runtime = ScriptedRuntime(lambda prompt: truth, lambda prefix, said: 0.0 if said.strip() in truth else -30.0)
    runtime.can_write = True  # type: ignore[attr-defined]
    settings = Settings(language="en", accept_text_only=accept_text_only)
    with Pipeline(settings, stages=Stages(runtime=runtime)) as pipeline:
        return pipeline.correct(text).corrected


def test_without_an_image_a_model_is_heard_on_what_is_no_word_and_only_where_the_caller_takes_that() -> None:
    at = TEXT.index("companv")
    edit = Edit(at, at + 7, "companv", "company")
    assert written(TEXT, edit, accept_text_only=True) == TEXT.replace("companv", "company")
    assert written(TEXT, edit, accept_text_only=False) == TEXT


@pytest.mark.parametrize(("before", "after"), [("Smyth", "Smythson"), (" of the", ""), ("Mr ", "Mister "), ("goods", "gods")])
def test_without_an_image_a_model_is_not_believed_that_invents(before: str, after: str) -> None:
    at = TEXT.index(before)
    case = Case.of(Line("1", TEXT), Edit(at, at + len(before), before, after), Context((Line("1", TEXT),)))
    assert JudgementCheck()(case).supports is not True


# the decision

EDIT = Edit(0, 1, "a", "b")


def decision(*findings: Finding) -> str:
    verdict: Verdict = decide(EDIT, findings, "someone")
    return verdict.decision


def test_where_witnesses_were_weighed_their_single_words_do_not_count_again() -> None:
    against, in_favour = (Finding("image", said, "", -4.0, "image", weighed=True) for said in (False, True))
    assert decision(against, Finding("judgement", True, "", 3.0, judges=True)) == "accepted"
    assert decision(in_favour, Finding("judgement", False, "", -3.0, judges=True)) == "rejected"
    assert decision(in_favour, Finding("judgement", None, "", -0.5, weight=-0.5, judges=True, asks=True)) == "review"


def test_between_the_bars_one_witness_that_is_sure_decides_if_none_is_against_it() -> None:
    against, in_favour = (Finding(f"image {said}", said, "", -4.0, "image", weighed=True) for said in (False, True))
    undecided = Finding("judgement", None, "", 1.5, weight=1.5, judges=True, asks=True)
    assert decision(in_favour, undecided) == "accepted"
    assert decision(in_favour, against, undecided) == "review"
    assert decision(undecided) == "review"
    assert decision(in_favour, Finding("judgement", None, "", 0.5, weight=0.5, judges=True, asks=True)) == "review"


def test_a_check_that_was_not_weighed_keeps_its_veto() -> None:
    judged = Finding("judgement", True, "", 3.0, judges=True)
    assert decision(Finding("scope", False, "markup"), judged) == "rejected"
    assert decision(Finding("mine", False, "show it", asks=True), judged) == "review"
    assert decision(Finding("mine", True, "mine"), Finding("judgement", None, "", 0.0, judges=True, asks=True)) == "accepted"


@pytest.mark.parametrize(
    ("before", "after", "parted"),
    [
        ("and_other", "and other", True),
        ("MR,D.I.Y.", "MR. D.I.Y.", True),
        ("“that", '" that', False),  # a space behind a sign that opens
        ("response.", "_ response.", False),  # a sign that was not read
        ("lived!", "lived !", False),
        ("X,U13/X", "X U13/X", False),  # codes are no words
        ("Amadei", "Ama dei", False),  # no sign between the two
    ],
)
def test_a_sign_of_dirt_between_two_words_is_no_mere_second_thought_of_the_engine(
    before: str, after: str, parted: bool
) -> None:
    text = f"see {before} there"
    line = Line("1", text, evidence=posterior(text))
    case = Case.of(line, Edit(4, 4 + len(before), before, after), Context((line,)))
    assert parts_words(case) is parted


@pytest.mark.parametrize(("before", "after"), [("12X850G", "12X8506"), ("5KG(Z)", "5K6(Z)")])
@pytest.mark.parametrize("share", [0.02, 0.2, 0.45])
def test_grams_stay_even_where_the_image_prefers_a_digit(before: str, after: str, share: float) -> None:
    at = next(k for k, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)
    text, seen = f"take {before} here", posterior(f"take {after} here", alternatives={5 + at: {before[at]: share}})
    line = Line("1", text, evidence=seen)
    case = Case.of(line, Edit(5, 5 + len(before), before, after), Context((line,)))
    found = JudgementCheck()(case)
    assert not found.supports
    assert found.reason.startswith("it takes grams") or not case.fact(mixed_up)


@pytest.mark.parametrize("name", ["iDEAL", "eBAY", "mRNA", '"iPHONE"', "dsDNA"])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.49])
def test_a_small_letter_before_capitals_is_a_names_own_but_in_a_line_of_capitals(name: str, share: float) -> None:
    bare = name.strip('"')
    small = next(k for k, c in enumerate(bare) if c.isupper())
    after = name.replace(bare, bare.upper())
    at = name.index(bare)

    def said(text: str) -> Finding:
        doubts = {text.index(name) + at + k: {bare[k].upper(): share} for k in range(small)}
        return JudgementCheck()(a_case(text, name, after, doubts))

    assert said(f"paid with {name} on Monday").supports is False
    assert "name's own" in said(f"paid with {name} on Monday").reason
    assert "name's own" not in said(f"ALL PAID WITH {name} ON MONDAY").reason


@pytest.mark.parametrize(
    ("before", "after"),
    [("Hall", "HALL"), ("ROAD", "Road"), ("Karnataka.", "Karnataka;"), ("BIN:_", "BIN:"), ("__April,", "april,")],
)
def test_capitals_and_signs_that_the_image_is_against_stay_whatever_their_kind_speaks_for(before: str, after: str) -> None:
    found = JudgementCheck()(a_case(f"see {before} There", before, after, {}))
    assert found.supports is False
    assert found.reason.startswith("the image")


@pytest.mark.parametrize(
    ("word", "after", "share", "beside", "told"),
    [
        ("DESIGNATION", "DÉSIGNATION", 0.01, "QUANTITÉ", True),
        ("DESIGNATION", "DÉSIGNATION", 0.4, "QUANTITÉ", False),
        ("CHARGE", "CHARGÉ", 0.4, "QUANTITE", True),  # the page has none on capitals
        ("Designation", "Désignation", 0.01, "QUANTITE", False),
    ],
)
def test_an_accent_on_a_capital_is_left_off_where_the_image_has_none(
    word: str, after: str, share: float, beside: str, told: bool
) -> None:
    at = next(k for k, (a, b) in enumerate(zip(word, after, strict=True)) if a != b)
    text = f"see {word} there"
    line = Line("1", text, evidence=posterior(text, alternatives={4 + at: {after[at]: share}}))
    case = Case.of(line, Edit(4, 4 + len(word), word, after), Context((line, Line("2", beside)), language="fr"))
    assert JudgementCheck()(case).reason.startswith("the image is against it") is told


def test_a_common_word_keeps_its_accents_where_neither_image_nor_odds_are_for_others() -> None:
    words, dice, told = lexicon("vi"), random.Random(3), 0
    common = [word for word in words.by_length[3] + words.by_length[4] if words.zipf(word) >= bars.WORD_COMMON_ACCENT]
    for read in dice.sample(common, 60):
        rivals = [c.text for c in words.candidates(read) if without_accents(c.text) == without_accents(read) != c.text]
        for after in rivals[:2]:
            at = next(k for k, (a, b) in enumerate(zip(read, after, strict=True)) if a != b)
            text = f"x {read} ,"
            seen = posterior(text, alternatives={2 + at: {after[at]: dice.choice((0.05, 0.2, 0.4))}})
            line = Line("1", text, evidence=seen)
            case = Case.of(line, Edit(2, 2 + len(read), read, after), Context((line,), language="vi"))
            sure = case.fact(word_odds) >= bars.WORD_SURE_ACCENT
            told += not sure
            assert sure or JudgementCheck()(case).supports is False
    assert told > 20


@pytest.mark.parametrize(("before", "after"), [("—Support", "I Support"), ("/L", "I L"), ("Support—", "Support I")])
@pytest.mark.parametrize("share", [0.1, 0.4])
def test_a_sign_beside_a_word_is_no_letter_by_itself(before: str, after: str, share: float) -> None:
    at = before.index(next(c for c in before if not c.isalnum()))
    found = JudgementCheck()(a_case(f"see {before} there", before, after, {4 + at: {"I": share}}))
    assert found.supports is False
    assert "letter by itself" in found.reason or "less likely" in found.reason


def test_a_french_word_keeps_its_accent_where_the_other_is_hardly_more_common() -> None:
    text = "nous fûmes obligés"
    line = Line("1", text, evidence=posterior(text, alternatives={6: {"u": 0.3}}))
    case = Case.of(line, Edit(5, 10, "fûmes", "fumes"), Context((line,), language="fr"))
    assert JudgementCheck()(case).supports is False


@pytest.mark.parametrize(
    ("language", "text", "before", "after", "beside"),
    [
        ("vi", "Điêm mua: 6", "Điêm", "Diêm", "Điểm hiện thời:"),
        ("fr", "Dont éco-part. unitaire", "éco-part.", "éco-part,", "Dont éco-part. recyclage"),
        ("vi", "BAO GIỜ“EM", "GIỜ“EM", "GIỜ EM", "VÀ"),
        ("tr", "BiRŞAH 1 L YAĞLI", "BiRŞAH", "BIRŞAH", "TOPLAM"),
    ],
)
@pytest.mark.parametrize("share", [0.1, 0.2, 0.3])
def test_nothing_that_the_image_has_is_taken_off_a_word(
    language: str, text: str, before: str, after: str, beside: str, share: float
) -> None:
    """The bar of a letter, the dot of one, the stop of an abbreviation that stands there again, a quote."""
    start = text.index(before)
    at = next(k for k, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)
    line = Line("1", text, evidence=posterior(text, alternatives={start + at: {after[at]: share}}))
    edit = Edit(start, start + len(before), before, after)
    case = LineFacts(line, Context((line, Line("2", beside)), language=language), {edit: "posterior"}).case(edit)
    assert JudgementCheck()(case).supports is False


def test_an_abbreviation_among_words_with_accents_gets_none() -> None:
    text = "TIỀN THUẾ VAT PHẢI"
    line = Line("1", text, evidence=posterior(text, alternatives={11: {"Ạ": 0.4}}))
    case = Case.of(line, Edit(10, 13, "VAT", "VẠT"), Context((line,), language="vi"))
    assert JudgementCheck()(case).supports is False


@pytest.mark.parametrize("elsewhere", range(5))
def test_what_stands_elsewhere_on_the_page_does_not_count_where_what_was_read_stands_there_too(elsewhere: int) -> None:
    """Latin has *nisl* and *nisi*; a letter by itself and common words are on every page."""
    page = ["nisi augue", "nisi risus", *["nisl sed"] * elsewhere, "or a or a or", "sed " * 700]
    lines = [Line(str(n), text) for n, text in enumerate(page)]
    line = Line("x", "quam nisl or I", evidence=posterior("quam nisl or I"))
    context = Context((*lines, line))

    def new(before: str, after: str) -> float:
        start = line.text.index(before)
        return WITNESSES["page"](Case.of(line, Edit(start, start + len(before), before, after), context))["new"]

    assert new("nisl", "nisi") == pytest.approx(0.0 if elsewhere else log1p(2), abs=0.01)
    assert new("quam", "or") < 0.5 < new("quam", "nisi")
    assert new("or", "I") == 0.0


@pytest.mark.parametrize("more", [0, 1, 2])
def test_a_word_in_no_list_that_the_page_has_once_is_no_witness_against_another(more: int) -> None:
    """Else each of two misreadings of one word is put in the place of the other."""
    texts = ["of zwlaffte there", "the zmlaffte is", *["a zwlaffte has"] * more]
    lines = tuple(Line(str(n), text, evidence=posterior(text)) for n, text in enumerate(texts))

    def new(line: Line, before: str, after: str) -> float:
        start = line.text.index(before)
        return WITNESSES["page"](Case.of(line, Edit(start, start + len(before), before, after), Context(lines)))["new"]

    assert new(lines[1], "zmlaffte", "zwlaffte") == pytest.approx(log1p(1 + more) if more else 0.0, abs=0.01)
    assert new(lines[0], "zwlaffte", "zmlaffte") == 0.0


def test_the_signs_of_the_page_say_which_of_two_stands_behind_a_label() -> None:
    texts = ["Name: A. Bonn", "Fax: none", "Ref: 12", "Email: x"]
    lines = tuple(Line(str(n), text, evidence=posterior(text)) for n, text in enumerate(texts))
    case = Case.of(lines[3], Edit(0, 6, "Email:", "Email;"), Context(lines))
    back = Case.of(lines[3], Edit(0, 6, "Email:", "Email."), Context(lines))
    assert WITNESSES["page"](case)["signs"] < WITNESSES["page"](back)["signs"] < 0.0


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("form", "for", True),
        ("Nett", "Net", True),  # a rare word
        ("NYO", "NO", True),  # a code
        ("REMISÉ", "REMSÉ", True),
        ("ID:", "D:", True),
        ("Opod.", "Pod.", True),  # an abbreviation
        ("δA", "a", True),
        ("tlie", "the", False),  # a usual misreading
        ("comppany", "company", False),  # a word of what was none
        ("WolfsDerg", "WolfsBerg", False),  # no letter goes
    ],
)
@pytest.mark.parametrize("share", [0.1, 0.3, 0.45])
def test_letters_go_only_where_a_word_comes_of_what_was_none(before: str, after: str, told: bool, share: float) -> None:
    at = next((k for k, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(after))
    replaced = after[at] if len(before) == len(after) else ""
    case = a_case(f"take {before} here", before, after, {5 + at: {replaced: share}})
    found = JudgementCheck()(case)
    assert (found.supports is False and found.reason.startswith("letters go")) is told


@pytest.mark.parametrize(
    ("read", "words"), [("bqll", "bell ball bill"), ("mqss", "mass miss mess"), ("lqst", "last list lost")]
)
def test_of_listed_words_that_are_about_as_likely_none_is_accepted_but_one_that_the_image_has_before_the_others(
    read: str, words: str
) -> None:
    for word in words.split():
        place = {5 + read.index("q"): dict.fromkeys(sorted(set(words) - set(read) - {" "}), 0.15)}
        several = a_case(f"take {read} here", read, word, place)
        one = a_case(f"take {read} here", read, word, {5 + read.index("q"): {word[read.index("q")]: 0.45}})
        assert lead(several) < bars.LEAD["letters"] <= lead(one)
        assert JudgementCheck()(one).supports is True
        assert JudgementCheck()(several).supports is not True


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("Output voltage (kV) of it", "kV", "KV"),
        ("capacity 5000 mAh each", "mAh", "MAh"),
        ("at 20 mA and more", "mA", "MA"),
        ("Pay with VinID now", "VinID", "VINID"),
        ("told by OpenAI today", "OpenAI", "OPENAI"),
    ],
)
@pytest.mark.parametrize("share", [0.1, 0.3, 0.45])
def test_units_and_names_that_end_in_capitals_keep_their_case(text: str, before: str, after: str, share: float) -> None:
    at = text.index(before)
    doubts = {at + k: {b: share} for k, (a, b) in enumerate(zip(before, after, strict=True)) if a != b}
    line = Line("1", text, evidence=posterior(text, alternatives=doubts))
    with Pipeline(Settings().with_(runtime="none", language="en")) as pipeline:
        (corrected,) = pipeline.correct_lines([line], Context((line,)))
    assert [verdict.edit.after for verdict in corrected.verdicts if verdict.decision == "accepted"] == []


def test_small_capitals_are_put_right_still() -> None:
    for before, after in [("CoVER", "COVER"), ("FossILs", "FOSSILS"), ("BARNABAs", "BARNABAS")]:
        case = a_case(f"THE {before} OF IT", before, after, {4 + k: {b: 0.3} for k, b in enumerate(after) if before[k] != b})
        assert JudgementCheck()(case).supports is not False


@pytest.mark.parametrize("share", [0.1, 0.3, 0.45])
def test_a_single_quote_behind_a_word_closes_no_double_quotes_where_none_are_opened(share: float) -> None:
    alone = a_case("'the end of' the line", "of'", 'of"', {11: {'"': share}})
    assert JudgementCheck()(alone).reason.startswith("it closes double quotes")
    text = "the end of' the line"
    line = Line("1", text, evidence=posterior(text, alternatives={10: {'"': 0.45}}))
    among = Case.of(line, Edit(8, 11, "of'", 'of"'), Context((line, Line("2", 'he said "this is'))))
    assert not JudgementCheck()(among).reason.startswith("it closes")


def test_pounds_and_ounces_are_no_digits() -> None:
    for text in ("1lb3", "12lbs", "2lb5oz"):
        assert a_case(f"take {text} here", text, text.replace("l", "1"), {5 + text.index("l"): {"1": 0.4}}).fact(mixed_up) == ""


@pytest.mark.parametrize("again", [1, 2])
@pytest.mark.parametrize("others", [1, 2, 6])
@pytest.mark.parametrize("share", [0.0001, 0.45])
def test_of_two_words_that_the_page_has_the_more_frequent_one_counts_where_the_image_hardly_tells(
    again: int, others: int, share: float
) -> None:
    text, edit = "where the fuid enters it", Edit(10, 14, "fuid", "fiid")
    line = Line("1", text, evidence=posterior(text, alternatives={11: {"i": share}}))
    rest = [Line(f"a{k}", "of fuid there") for k in range(again)] + [Line(f"b{k}", "with fiid in it") for k in range(others)]
    case = LineFacts(line, Context((line, *rest)), {edit: "nbest"}).case(edit)
    assert (WITNESSES["page"](case)["new"] > 0.0) is (others > again and share > 0.1)


def test_the_image_is_asked_about_each_text_of_a_line_once() -> None:
    class Counting(LatticeEvidence):
        asked: ClassVar[list[str]] = []

        def log_likelihood(self, texts: Sequence[str]) -> list[float | None]:
            self.asked.extend(texts[1:])
            return super().log_likelihood(texts)

    slots = tuple((Reading(c, 0.0), *((Reading(o, -2.0) for o in "aei") if c == "q" else ())) for c in "the bqll")
    line = Line("1", "the bqll", evidence=Counting(slots))
    edits = {Edit(4, 8, "bqll", word): "lexicon" for word in ("ball", "bell", "bill")} | {Edit(5, 6, "q", "a"): "nbest"}
    about = LineFacts(line, Context((line,)), edits)
    for case in about.cases(edits):
        assert case.score is not None
        lead(case)
        word_odds(case)
    assert len(Counting.asked) == len(set(Counting.asked))
    assert {"the ball", "the bell", "the bill"} <= set(Counting.asked)


def test_a_word_that_the_page_has_is_a_question_where_another_is_as_likely_unless_a_model_that_writes_has_said_it() -> None:
    text = "we saw the lqst there"
    line = Line("1", text, evidence=posterior(text, alternatives={12: {"a": 0.25, "o": 0.24}}))
    edit = Edit(11, 15, "lqst", "last")
    page = Context((line, Line("2", "the last of them")))
    own, told = (LineFacts(line, page, {edit: source}).case(edit) for source in ("posterior", "rewrite"))
    found = JudgementCheck()(own)
    assert found.asks
    assert found.reason.startswith("another listed word is about as likely")
    assert decide(edit, [found, Finding("word", True, "", 5.0, weighed=True)], "posterior").decision == "review"
    assert JudgementCheck()(told).supports is True


def test_where_the_witnesses_together_are_for_another_word_than_image_and_list_a_person_is_asked() -> None:
    text = "we saw the lqst there"
    line = Line("1", text, evidence=posterior(text, alternatives={12: {"o": 0.45, "a": 0.003}}))
    lost, last = Edit(11, 15, "lqst", "lost"), Edit(11, 15, "lqst", "last")
    page = Context((line, Line("2", "the last of them")))
    both = LineFacts(line, page, {lost: "posterior", last: "posterior"})
    alone = LineFacts(line, page, {lost: "posterior"})
    assert JudgementCheck()(alone.case(lost)).supports is True
    assert odds(both.case(last)) > odds(both.case(lost))
    assert [JudgementCheck()(both.case(edit)).asks for edit in (lost, last)] == [True, True]


@pytest.mark.parametrize(
    ("below", "ends"), [("a. Employee's No", True), ("Total due", True), ("", True), ("which was paid", False)]
)
def test_a_full_stop_that_ends_a_line_becomes_a_comma_only_where_the_next_line_goes_on(below: str, ends: bool) -> None:
    text = "the local income tax return."
    line = Line("1", text, evidence=posterior(text, alternatives={len(text) - 1: {",": 0.4}}))
    edit = Edit(len(text) - 1, len(text), ".", ",")
    facts = LineFacts(line, Context((line, Line("2", below))), {edit: "nbest, posterior"})
    found = JudgementCheck()(facts.case(edit))
    assert (found.supports is False and found.reason.startswith("the image is against it")) is ends


def test_a_word_is_looked_at_without_the_words_that_a_sign_joins_to_it() -> None:
    for text, before, after in [("due bqll(RM) now", "bqll", "bell"), ("due No.bqll. now", "bqll", "bell")]:
        joined = a_case(text, before, after, {text.index("q"): {"e": 0.4}})
        alone = a_case("due bqll now", "bqll", "bell", {5: {"e": 0.4}})
        assert lead(joined) == pytest.approx(lead(alone), abs=2.0)
        assert word_odds(joined) != 0.0


@pytest.mark.parametrize(
    ("beside", "told"), [("Tong tien thanh toan khach hang", True), ("Tổng tiền thanh toán khách hàng", False)]
)
def test_no_mark_is_put_on_a_word_of_a_page_that_is_written_without_any(beside: str, told: bool) -> None:
    line = Line("1", "Gia goc 8,500", evidence=posterior("Gia goc 8,500", alternatives={5: {"ó": 0.1}}))
    edit = Edit(4, 7, "goc", "góc")
    page = Context((line, *(Line(str(n), beside) for n in range(2, 8))), language="vi")
    found = JudgementCheck()(LineFacts(line, page, {edit: "posterior"}).case(edit))
    assert (found.supports is False and found.reason.startswith("the image is against it")) is told


@pytest.mark.parametrize(("again", "told"), [(4, True), (1, False)])
def test_a_habit_of_the_page_makes_no_other_of_an_unlisted_word_that_stands_there_again(again: int, told: bool) -> None:
    text = "the Judd Bldgx there"
    line = Line("1", text, evidence=posterior(text, alternatives={10: {"i": 0.4}}))
    edit = Edit(9, 14, "Bldgx", "Bidgx")
    lines = (line, *(Line(str(n), f"Boston bldgx {n}") for n in range(2, again + 1)))
    found = JudgementCheck()(LineFacts(line, Context(lines), {edit: "nbest, posterior"}).case(edit))
    assert ("stands on the page again" in found.reason) is told
    assert found.supports is not True


@pytest.mark.parametrize(("read", "meant", "counts"), [("oft", "ost", False), ("auf", "aus", False), ("fein", "sein", True)])
def test_a_habit_of_the_page_makes_no_rarer_word_of_a_listed_one(read: str, meant: str, counts: bool) -> None:
    """A page that has ``f`` for every long s has words with an f, too."""
    texts = ("Die Preffe schreibt", "diefer Mann", "der Lefer weiß", "eine Rofe blüht", f"es ist {read} so")
    lines = [Line(str(n), t, evidence=posterior(t, alternatives={t.find("f"): {"s": 0.3}})) for n, t in enumerate(texts)]
    at = texts[-1].index(read)
    case = Case.of(lines[-1], Edit(at, at + len(read), read, meant), Context(tuple(lines), language="de"))
    assert (WITNESSES["page"](case)["again"] > 0.0) is counts


@pytest.mark.parametrize(("mark", "told"), [("Träu-", True), ("Träu", False)])
def test_half_of_a_word_that_a_line_s_end_divides_is_no_other_word_where_the_whole_is_one(mark: str, told: bool) -> None:
    texts = (f"was zuvor bestand in {mark}", "men. Seid gegrüßt")
    line = Line("1", texts[0], evidence=posterior(texts[0], alternatives={23: {"a": 0.4}}))
    edit = Edit(21, 25, "Träu", "Trau")
    found = JudgementCheck()(LineFacts(line, Context((line, Line("2", texts[1])), language="de"), {edit: "lexicon"}).case(edit))
    assert ("the line's end divides" in found.reason) is told
    lower = Line("2", "ment of fine goods", evidence=posterior("ment of fine goods", alternatives={2: {"a": 0.4}}))
    rest = Edit(0, 4, "ment", "meat")
    page = Context((Line("1", "a large assort-" if told else "a large sort"), lower))
    assert ("the line's end divides" in JudgementCheck()(LineFacts(lower, page, {rest: "lexicon"}).case(rest)).reason) is told


@pytest.mark.parametrize(
    ("language", "read", "meant", "beside"),
    [
        ("pt", "Observacao", "Observação", "Não há informação à mão"),
        ("lv", "Elektroniska", "Elektroniskā", "Šis ir ļoti labs čeks, paldies"),
        ("de", "glaubig", "gläubig", "Über Bürger und Mädchen"),
    ],
)
def test_no_mark_is_put_where_the_image_is_against_it(language: str, read: str, meant: str, beside: str) -> None:
    unseen = {at: {b: 1e-5} for at, (a, b) in enumerate(zip(read, meant, strict=True)) if a != b}
    line = Line("1", read, evidence=posterior(read, alternatives=unseen))
    edit = Edit(0, len(read), read, meant)
    page = Context((line, Line("2", beside)), language=language)
    found = JudgementCheck()(LineFacts(line, page, {edit: "lexicon"}).case(edit))
    assert found.supports is False
    assert found.reason.startswith("the image is against it")


@pytest.mark.parametrize(("lost", "told"), [("ge", True), ("g", False)])
def test_no_word_loses_two_letters_by_our_own_proposal(lost: str, told: bool) -> None:
    """A hand's ``theiger`` had become *their*."""
    read = f"th{lost}eir"
    case = a_case(f"take {read} here", read, "their", {7 + at: {"": 0.3} for at in range(len(lost))})
    assert ("letters go" in JudgementCheck()(case).reason) is told


@pytest.mark.parametrize("seed", range(6))
def test_quotes_change_against_the_image_by_no_habit_of_the_page_though_the_engine_wavers_between_two_that_look_alike(
    seed: int,
) -> None:
    dice = random.Random(seed)
    word = dice.choice(["She’s", "What", "Never", "and", "Yes,"])
    doubles = [Line(str(k), "he said “No and went” away") for k in range(2, 2 + dice.randint(1, 40))]
    for text, before, after in ((f"‘{word} an hostess", f"‘{word}", f"“{word}"), (f"it is {word}’ he", f"{word}’", f"{word}”")):
        edit = Edit(text.index(before), text.index(before) + len(before), before, after)
        at = edit.start + next(k for k, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)
        for share in (1e-4, 0.003, 0.006, 0.01, 0.03):
            line = Line("1", text, evidence=posterior(text, alternatives={at: {"'": 0.4, after[at - edit.start]: share}}))
            case = LineFacts(line, Context((line, *doubles)), {edit: "posterior"}).case(edit)
            assert case.score is not None
            assert case.score.value < bars.IMAGE_OPPOSES["punctuation"]
            assert JudgementCheck()(case).supports is False


@pytest.mark.parametrize(("read", "meant"), [("thermale", "thermal"), ("companys", "company"), ("cultures", "culture")])
@pytest.mark.parametrize("source", ["posterior", "rewrite"])
def test_no_letter_goes_of_which_the_image_is_sure_though_other_words_of_the_page_lose_it(
    read: str, meant: str, source: str
) -> None:
    """Labels in several languages look as if one were misread for the other."""
    text, edit = f"of which {read} are", Edit(9, 9 + len(read), read, meant)
    others = [Line(str(k), f"with {meant} there") for k in range(2, 9)]
    line = Line("1", text, evidence=posterior(text, blank=1e-5))
    found = JudgementCheck()(LineFacts(line, Context((line, *others)), {edit: source}).case(edit))
    assert found.supports is False
    assert found.reason.startswith("the image is sure of")
