"""The pipeline's own part, with fakes for its stages."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import ocrect
from ocrect import Pipeline, Settings, plugins
from ocrect.correcting.case import Case
from ocrect.errors import GenerationError, ModelNotFoundError, RecognitionError
from ocrect.llm.checked import CheckedRuntime
from ocrect.plugins import Context, Question
from ocrect.record import plaintext
from ocrect.record.correction import Correction, Edit, Finding, Verdict, decide, settle
from ocrect.record.document import Block, Box, Document, Line, Page, PageImage, Unread, Word
from ocrect.stages import Stages
from ocrect.testing import FakeEngine, ScriptedRuntime, posterior

SETTINGS = Settings(runtime="none")


def image(number: int) -> PageImage:
    return PageImage(np.full((40, 200, 3), 255, dtype=np.uint8), number)


def propose(before: str, after: str):  # type: ignore[no-untyped-def]
    def proposer(lines: Sequence[Line], context: Context) -> list[list[Edit]]:
        at = [line.text.find(before) for line in lines]
        return [[Edit(i, i + len(before), before, after)] if i >= 0 else [] for i in at]

    return proposer


def always(supports: bool | None):  # type: ignore[no-untyped-def]
    def check(case: Case) -> Finding:
        return Finding("always", supports, "it always says so", 1.0, "image")

    return check


def pipeline(*, proposer, check, **settings) -> Pipeline:  # type: ignore[no-untyped-def]
    return Pipeline(SETTINGS.with_(**settings), stages=Stages(proposers=[proposer], checks=[check]))


def test_a_supported_edit_is_accepted_and_the_reading_stays() -> None:
    document = pipeline(proposer=propose("Invoic", "Invoice"), check=always(True)).correct("Invoic # 12345")
    assert document.corrected == "Invoice # 12345"
    assert document.text == "Invoic # 12345"


def test_an_opposed_edit_is_kept_as_rejected_with_its_reason() -> None:
    document = pipeline(proposer=propose("Invoice", "Invoke"), check=always(False)).correct("Invoice")
    (verdict,) = next(document.lines()).verdicts
    assert document.corrected == "Invoice"
    assert verdict.decision == "rejected"
    assert "it always says so" in verdict.reason


def test_the_reason_for_an_edit_that_nobody_opposed_is_not_a_list_of_all_silence() -> None:
    silent, seen = Finding("arithmetic", None, "no amount changes"), Finding("image", None, "1.9 nats less", -1.9, "image")
    for_it = Finding("lexicon", True, "a word")
    edit = Edit(0, 5, "wcrds", "words")
    assert decide(edit, [silent, seen], "test").reason == "no check supports it; image: 1.9 nats less"
    assert decide(edit, [silent, for_it], "test").reason == "no image vouches for it; lexicon: a word"
    winner, loser = decide(edit, [seen, for_it], "test"), decide(Edit(0, 5, "wcrds", "wards"), [seen, for_it], "test")
    assert settle([winner, loser])[1].reason == "settle: the reading 'words' is likelier here"


@pytest.mark.parametrize(("odds", "kept"), [(5.0, "Điều"), (3.1, "Điều"), (1.9, "Diều")])
def test_a_further_change_of_a_word_is_made_if_it_is_nearly_as_sure_as_the_first(odds: float, kept: str) -> None:
    def judged(after: str, nats: float) -> Verdict:
        found = [
            Finding("image", None, "hardly less", -0.1, "image"),
            Finding("judgement", True, "right", nats, weight=nats, judges=True),
        ]
        return decide(Edit(0, 4, "Điểu", after), found, "test")

    settled = settle([judged("Điều", odds), judged("Diều", 1.7)])
    assert [verdict.edit.after for verdict in settled if verdict.decision == "accepted"] == [kept]


def test_a_proof_completes_what_was_judged_however_sure_that_is() -> None:
    seen = Finding("image", None, "hardly less", -0.1, "image")
    word = decide(Edit(0, 4, "i4b1", "l4b1"), [seen, Finding("judgement", True, "right", 5.0, weight=5.0, judges=True)], "test")
    proof = decide(Edit(0, 4, "i4b1", "l4bl"), [seen, Finding("locked", True, "it is proved")], "test")
    settled = settle([word, proof])
    assert [verdict.edit.after for verdict in settled if verdict.decision == "accepted"] == ["l4bl"]


def test_a_check_that_always_agrees_cannot_change_a_well_formed_amount() -> None:
    document = pipeline(proposer=propose("$100.00", "$900.00"), check=always(True), accept_text_only=True).correct(
        "Total: $100.00"
    )
    assert document.corrected == "Total: $100.00"


def test_edits_that_only_together_change_an_amount_all_go_to_review() -> None:
    def two(lines: Sequence[Line], context: Context) -> list[list[Edit]]:
        return [[Edit(0, 2, "ab", "1"), Edit(2, 4, "cd", "2")]]

    stages = Stages(proposers=[two], checks=[always(True)])
    document = Pipeline(SETTINGS.with_(accept_text_only=True), stages=stages).correct("abcd 7")
    assert document.corrected == "abcd 7"
    assert [verdict.decision for verdict in next(document.lines()).verdicts] == ["review", "review"]


def test_a_page_that_the_engine_cannot_read_keeps_its_failure_and_stops_nothing() -> None:
    good = Page(2, blocks=(Block((Line("a", "hello", evidence=posterior("hello")),)),))
    engine = FakeEngine([RecognitionError("the page is torn", hint="Scan it again."), good])
    reader = Pipeline(SETTINGS, stages=Stages(engine=engine))
    first, second = reader.recognize(image(1)), reader.recognize(image(2))
    assert first.failure is not None
    assert (first.failure.error, first.failure.message, first.failure.hint) == (
        "RecognitionError",
        "the page is torn",
        "Scan it again.",
    )
    assert second.text == "hello"


def test_a_page_whose_correction_fails_is_kept_as_it_was_read() -> None:
    def failing(lines: Sequence[Line], context: Context) -> list[list[Edit]]:
        raise GenerationError("the model fell over")

    document = pipeline(proposer=failing, check=always(True)).correct("Invoic")
    assert document.corrected == "Invoic"
    assert document.failures[0].message == "left as it was read: the model fell over"


def test_a_text_whose_model_dies_is_corrected_without_it_and_says_so() -> None:
    asked: list[str] = []

    class Dying(ScriptedRuntime):
        def score(self, prefix: str, continuations: Sequence[str]) -> list[float]:
            asked.append(prefix)
            raise GenerationError("the model's process was ended by SIGKILL")

    text = "Please pay tbe total arnount to the bank.\nThe rnan came by the ftrst boat of the morning."
    alone = ocrect.correct(text, language="en", runtime="none", accept_text_only=True)
    document = ocrect.correct(text, stages=Stages(runtime=Dying()), language="en", accept_text_only=True)
    assert asked
    assert document.corrected == alone.corrected
    assert [failure.message for failure in document.failures] == [
        "corrected without the language model: the model's process was ended by SIGKILL"
    ]


def test_a_bug_in_an_engine_is_not_wrapped() -> None:
    reader = Pipeline(SETTINGS, stages=Stages(engine=FakeEngine([ZeroDivisionError("a bug")])))
    with pytest.raises(ZeroDivisionError):
        reader.recognize(image(1))


def test_a_model_that_was_asked_for_and_is_missing_is_an_error() -> None:
    reader = Pipeline(Settings(model="/nowhere/at/all.gguf"))
    with pytest.raises(ModelNotFoundError):
        reader.correct("Invoic # 12345").corrected  # noqa: B018


def by_hand(*accepted: Edit):  # type: ignore[no-untyped-def]
    """A check that gives a person's word on some edits, and supports all others on the image's behalf."""

    def check(case: Case) -> Finding:
        if case.edit in accepted:
            return Finding("proofreader", True, "as on the paper", witness="person")
        return Finding("always", True, "it always says so", 1.0, "image")

    return check


def test_a_persons_word_on_an_amount_stands_and_what_others_would_change_beside_it_does_not() -> None:
    amount, other, word = Edit(6, 13, "$100.00", "$700.00"), Edit(18, 23, "12.50", "12.80"), Edit(0, 5, "Totel", "Total")
    text = "Totel $100.00 tax 12.50"
    for edits, corrected in (
        ([amount], "Totel $700.00 tax 12.50"),
        ([amount, word], "Total $700.00 tax 12.50"),
        ([amount, other], "Totel $700.00 tax 12.50"),
        ([word, other], "Total $100.00 tax 12.50"),
    ):
        stages = Stages(proposers=[lambda lines, context, edits=edits: [edits]], checks=[by_hand(amount)])
        document = Pipeline(SETTINGS, stages=stages).correct(text)
        assert document.corrected == corrected


def test_a_persons_word_outlives_correcting_again() -> None:
    def by_person(edit: Edit, says: bool) -> Verdict:
        return decide(edit, [Finding("proofreader", says, "as on the paper", witness="person")], "a reader")

    verdicts = (by_person(Edit(6, 7, "l", "1"), says=True), by_person(Edit(0, 5, "Tctal", "Total"), says=False))
    read = Line("p1-l1", "Tctal l,500", correction=Correction(verdicts))
    document = Document("scan", (Page(1, blocks=(Block((read,)),)),))
    again = pipeline(proposer=propose("Tctal", "Total"), check=always(True), accept_text_only=True).correct(document)
    assert again.corrected == "Tctal 1,500"
    assert set(next(again.lines()).verdicts) == set(verdicts)


def test_a_persons_choice_wins_over_a_likelier_rival() -> None:
    chosen, rival = Edit(0, 4, "Maer", "Maes"), Edit(0, 4, "Maer", "Maier")
    stages = Stages(proposers=[lambda lines, context: [[rival, chosen]]], checks=[by_hand(chosen), always(None), always(None)])
    assert Pipeline(SETTINGS, stages=stages).correct("Maer").corrected == "Maes"


def test_a_plain_text_is_corrected_in_parts_and_keeps_every_line_and_form_feed() -> None:
    text = "\n".join(f"Invoic {i}" if i % 7 else "" for i in range(1, 400)) + "\n\fInvoic\n\fend"
    sizes: list[int] = []

    def proposer(lines: Sequence[Line], context: Context) -> list[list[Edit]]:
        sizes.append(len(lines))
        return propose("Invoic", "Invoice")(lines, context)

    document = pipeline(proposer=proposer, check=always(True)).correct(text)
    assert document.text == text
    assert document.corrected == text.replace("Invoic", "Invoice")
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert len({line.id for line in document.lines()}) == len(list(document.lines()))
    assert sum(sizes) == 401
    assert max(sizes) <= plaintext.PART
    assert all(text.splitlines()[sum(sizes[:i]) - 1] == "" for i in range(1, len(sizes) - 2))


def test_a_part_that_the_model_fails_on_is_the_pages_failure_and_the_others_are_corrected() -> None:
    lines = ["Invoic"] * (plaintext.PART + 1) + ["poison"]

    def proposer(lines: Sequence[Line], context: Context) -> list[list[Edit]]:
        if any(line.text == "poison" for line in lines):
            raise GenerationError("it choked")
        return propose("Invoic", "Invoice")(lines, context)

    document = pipeline(proposer=proposer, check=always(True), accept_text_only=True).correct("\n".join(lines))
    assert [failure.message for failure in document.failures] == ["left as it was read: it choked"]
    assert document.corrected.splitlines() == ["Invoice"] * plaintext.PART + ["Invoic", "poison"]


@pytest.mark.parametrize("wrong", [b"Invoic", None, ["Invoic"], 5])
def test_what_is_neither_a_document_nor_a_text_is_refused_by_name(wrong: object) -> None:
    with pytest.raises(TypeError, match=f"not {type(wrong).__name__}"):
        Pipeline(SETTINGS).correct(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"language": "de"}, "de", 5])
def test_a_pipeline_of_something_else_than_settings_says_what_it_takes(wrong: object) -> None:
    with pytest.raises(TypeError, match="takes Settings"):
        Pipeline(wrong)  # type: ignore[arg-type]


class Odd(ScriptedRuntime):
    name = "odd"

    def __init__(self, answer: object) -> None:
        super().__init__()
        self.answer = answer

    def score(self, prefix: str, continuations: Sequence[str]) -> list[float]:
        return self.answer  # type: ignore[return-value]

    def generate(self, prompt: str, **more: object) -> str:
        return self.answer  # type: ignore[return-value]


@pytest.mark.parametrize("answer", [[-1.0], [-1.0] * 99, None, 5, ["a", "b"]])
def test_scores_that_are_none_are_the_pages_failure_and_name_the_runtime(answer: object) -> None:
    reader = Pipeline(Settings(), stages=Stages(runtime=Odd(answer)))
    document = reader.correct("the invoicc is here")
    assert [failure.error for failure in document.failures] == ["GenerationError"]
    assert "the runtime 'odd'" in document.failures[0].message
    assert document.corrected == "the invoicc is here"


class Together(ScriptedRuntime):
    """Likes what it is told to, is asked about several questions at once, and counts how often it is asked."""

    def __init__(self, good: Sequence[str], odd: Callable[[list[list[float]]], object] = list) -> None:
        super().__init__()
        self.good, self.odd = good, odd
        self.times = self.questions = 0

    def score(self, prefix: str, continuations: Sequence[str]) -> list[float]:
        return [-1.0 if any(f" {word}" in text for word in self.good) else -20.0 for text in continuations]

    def score_all(self, questions: Sequence[Question]) -> list[list[float]]:
        self.times, self.questions = self.times + 1, self.questions + len(questions)
        return self.odd([self.score(*question) for question in questions])  # type: ignore[return-value]


READ, MEANT = (
    "He put tbe hat on and went ont.\nIt was ihe last tirne.",
    "He put the hat on and went out.\nIt was the last time.",
)


def test_the_model_is_asked_about_all_words_of_a_plain_text_at_once_and_the_text_is_the_same_as_one_by_one() -> None:
    words = ["the", "out", "time"]
    one_by_one = Together(words)
    one_by_one.score_all = None  # type: ignore[assignment, method-assign]
    done = []
    for runtime in (Together(words), one_by_one):
        with Pipeline(Settings(accept_text_only=True, language="en"), stages=Stages(runtime=runtime)) as reader:
            done.append(reader.correct(READ))
        assert done[-1].corrected == MEANT
    assert done[0].pages[0].blocks == done[1].pages[0].blocks
    asking = Together(words)
    with Pipeline(Settings(accept_text_only=True, language="en"), stages=Stages(runtime=asking)) as reader:
        reader.correct(READ)
    assert asking.times == 1 < asking.questions


@pytest.mark.parametrize(("checks", "asks"), [("default", False), ("default,-lexicon", True)])
def test_the_model_is_asked_about_a_word_of_which_the_list_is_sure_only_where_the_list_is_not_heard(
    checks: str, asks: bool
) -> None:
    runtime = Together(["the", "company"])
    with Pipeline(Settings(accept_text_only=True, language="en", checks=checks), stages=Stages(runtime=runtime)) as reader:
        assert reader.correct("He saw tbe old man and a cornpany here.").corrected == "He saw the old man and a company here."
    assert bool(runtime.questions) is asks


@pytest.mark.parametrize("odd", [lambda _: None, lambda _: 5, lambda scores: scores[1:], lambda scores: [[]] * len(scores)])
def test_scores_of_several_questions_that_are_none_are_the_pages_failure(odd: Callable[[list[list[float]]], object]) -> None:
    with Pipeline(Settings(accept_text_only=True), stages=Stages(runtime=Together(["the"], odd))) as reader:
        document = reader.correct(READ)
    assert [failure.error for failure in document.failures] == ["GenerationError"]


def test_a_score_that_is_no_number_is_an_error_and_no_opinion() -> None:
    with pytest.raises(GenerationError, match="nan, which is no number"):
        CheckedRuntime(ScriptedRuntime(scores=lambda prefix, continuation: math.nan)).score("a", ["b", "c"])


@pytest.mark.parametrize("answer", [b"Invoice", None, 5])
def test_a_reply_that_is_no_text_is_an_error_that_names_the_runtime(answer: object) -> None:
    with pytest.raises(GenerationError, match=r"the runtime 'odd'.*instead of text"):
        CheckedRuntime(Odd(answer)).generate("Invoic")


class Releasing(ScriptedRuntime):
    released = 0

    def release(self) -> None:
        self.released += 1


def test_the_model_may_be_freed_once_a_document_and_not_once_a_page() -> None:
    runtime = Releasing()
    reader = Pipeline(Settings(), stages=Stages(runtime=runtime))
    pages = plaintext.document("one\n\ftwo\n\fthree").pages
    assert len(list(reader.correct_pages(pages))) == 3
    assert runtime.released == 1


def test_a_pipeline_that_was_closed_corrects_again_and_may_be_closed_twice() -> None:
    reader = pipeline(proposer=propose("Invoic", "Invoice"), check=always(True), accept_text_only=True)
    reader.close()
    assert reader.correct("Invoic").corrected == "Invoice"
    reader.close()
    reader.close()


def test_a_given_runtime_is_used_and_not_closed_by_us() -> None:
    runtime = ScriptedRuntime()
    with Pipeline(Settings(), stages=Stages(runtime=runtime)) as reader:
        assert reader.runtime() is runtime
    assert runtime.closed == 0


@pytest.mark.parametrize("initialized", [True, False])
def test_closing_empties_the_cache_of_a_torch_that_somebody_uses(monkeypatch: pytest.MonkeyPatch, initialized: bool) -> None:
    emptied: list[bool] = []
    cuda = SimpleNamespace(is_initialized=lambda: initialized, empty_cache=lambda: emptied.append(True))
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))
    Pipeline(SETTINGS).close()
    assert emptied == [True] * initialized


def test_proposers_and_checks_see_each_line_in_its_own_language() -> None:
    seen: list[tuple[str, str]] = []

    def proposer(lines: Sequence[Line], context: Context) -> list[list[Edit]]:
        seen.extend((line.text[:8], context.language) for line in lines)
        return [[] for _ in lines]

    german = "Sehr geehrte Damen und Herren, wir danken Ihnen für Ihren Auftrag und stellen Ihnen die folgenden Leistungen"
    english = "The committee met in the small hall of the town on Monday and the chairman read a letter from the company"
    made = Pipeline(SETTINGS.with_(language="en+de"), stages=Stages(proposers=[proposer], checks=[]))
    made.correct(f"{german}\n{english}")
    assert sorted(seen) == [("Sehr gee", "de"), ("The comm", "en")]


@pytest.mark.parametrize(("prompt", "said"), [("financial", 1), ("Mind the names.", 1), ("general", 0)])
def test_a_prompt_that_nothing_looks_at_is_told_of_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, prompt: str, said: int
) -> None:
    monkeypatch.setattr(plugins, "load", lambda kind, name: lambda settings: ScriptedRuntime())
    with Pipeline(Settings(), prompt=prompt, stages=Stages(proposers=[], checks=[])) as reader:
        for _ in range(3):
            reader.runtime()
    assert caplog.text.count("the prompt is not used: ") == said


def test_text_that_was_not_read_lowers_a_page_s_confidence() -> None:
    line = Line("1", "ship", words=(Word("ship", Box(0, 0, 40, 20), 0.9, 0, 4),))
    page = Page(1, 100, 100, blocks=(Block((line,)),))
    assert page.confidence == pytest.approx(0.9)
    lost = replace(page, unread=(Unread(Box(0, 40, 40, 60), "faint"), Unread(Box(0, 80, 90, 82), "rule")))
    assert lost.confidence == pytest.approx(0.45)
    assert Page(1).confidence is None


@pytest.mark.parametrize("lines", [3, 30, 300])
def test_the_same_words_below_the_same_lines_are_asked_about_once(lines: int) -> None:
    runtime = ScriptedRuntime(scores=lambda prefix, text: -float(len(text)))
    line = "He went ont by boat to his cousin in the town, and waited for the hoat."
    Pipeline(Settings(accept_text_only=True), stages=Stages(runtime=runtime)).correct("\n".join([line] * lines))
    assert 0 < len(runtime.scored) == len(set(runtime.scored)) <= 12


@pytest.mark.parametrize("line", ["It was tbe end of a long day. " * 40, "It was tbe end."])
def test_what_the_model_reads_before_a_word_is_short_however_long_the_line(line: str) -> None:
    runtime = ScriptedRuntime(scores=lambda prefix, text: -float(len(text)))
    Pipeline(Settings(accept_text_only=True), stages=Stages(runtime=runtime)).correct(f"{line}\n{line}")
    assert runtime.scored
    assert max(len(prefix) for prefix, _ in runtime.scored) < 250
