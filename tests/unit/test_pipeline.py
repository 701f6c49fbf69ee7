"""The pipeline's own part, with fakes for its stages."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import pytest

from ocrect import Pipeline, Settings
from ocrect.correction import Edit, Finding
from ocrect.document import Block, Line, Page, PageImage
from ocrect.errors import GenerationError, ModelNotFoundError, RecognitionError
from ocrect.pipeline import Stages, text_document
from ocrect.plugins import Context
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
    def check(line: Line, edit: Edit, context: Context) -> Finding:
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


def test_a_check_that_always_agrees_cannot_change_a_well_formed_amount() -> None:
    document = pipeline(proposer=propose("$100.00", "$900.00"), check=always(True), accept_text_only=True).correct(
        "Total: $100.00"
    )
    assert document.corrected == "Total: $100.00"


def test_edits_that_only_together_change_an_amount_all_go_to_review() -> None:
    def two(lines: Sequence[Line], context: Context) -> list[list[Edit]]:
        return [[Edit(0, 2, "ab", "1"), Edit(2, 4, "cd", "2")]]

    document = Pipeline(SETTINGS.with_(accept_text_only=True), stages=Stages(proposers=[two], checks=[always(True)])).correct(
        "abcd 7"
    )
    assert document.corrected == "abcd 7"


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
    assert document.failures[0].message == "the model fell over"


def test_a_bug_in_an_engine_is_not_wrapped() -> None:
    reader = Pipeline(SETTINGS, stages=Stages(engine=FakeEngine([ZeroDivisionError("a bug")])))
    with pytest.raises(ZeroDivisionError):
        reader.recognize(image(1))


def test_a_model_that_was_asked_for_and_is_missing_is_an_error() -> None:
    reader = Pipeline(Settings(model="/nowhere/at/all.gguf"))
    with pytest.raises(ModelNotFoundError):
        reader.correct("Invoic # 12345").corrected  # noqa: B018


def test_closing_twice_and_going_on_works() -> None:
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


def test_the_lines_of_a_plain_text_lose_the_spaces_around_them() -> None:
    assert text_document(" a \n\n b").text == "a\n\nb"


@pytest.mark.parametrize("initialized", [True, False])
def test_closing_empties_the_cache_of_a_torch_that_somebody_uses(monkeypatch: pytest.MonkeyPatch, initialized: bool) -> None:
    emptied: list[bool] = []
    cuda = SimpleNamespace(is_initialized=lambda: initialized, empty_cache=lambda: emptied.append(True))
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))
    Pipeline(SETTINGS).close()
    assert emptied == [True] * initialized
