"""The correcting half of the commercial system's Python API, as its tutorials use it.

from ocrect.compat.aspose.ai import AsposeAI, AsposeAIModelConfig
ai = AsposeAI(AsposeAIModelConfig(directory_model_path="Models", gpu_layers=20))
ai.set_post_processor("llm_correction", lambda: {"prompt": "Correct OCR errors, keep numbers intact"})
print(ai.run_postprocessor(text))
ai.free_resources()
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from ocrect.compat.aspose import RecognizedText
from ocrect.errors import SettingsError
from ocrect.pipeline import Pipeline
from ocrect.settings import Settings
from ocrect.stages import Stages

__all__ = ["AsposeAI", "AsposeAIModelConfig"]

POST_PROCESSORS = ("llm_correction",)


@dataclass(frozen=True, slots=True, kw_only=True)
class AsposeAIModelConfig:
    """The tutorial's names for ocrect's model settings; what is left out keeps ocrect's own.

    Raises:
        SettingsError: a value is not allowed.
    """

    allow_auto_download: str | bool = True
    hugging_face_repo_id: str = ""
    hugging_face_quantization: str = ""
    gpu_layers: int | str = "auto"
    directory_model_path: str = ""
    context_size: int = 4096

    def __post_init__(self) -> None:
        self.settings()

    def settings(self) -> Settings:
        """These settings in ocrect's own names, over the environment and ``ocrect.toml``."""
        given: dict[str, Any] = {
            "allow_download": self.allow_auto_download,
            "model": self.hugging_face_repo_id,
            "quantization": self.hugging_face_quantization,
            "gpu_layers": str(self.gpu_layers),
            "models_folder": self.directory_model_path,
            "context_size": self.context_size,
        }
        return Settings.load(**{name: value for name, value in given.items() if value != ""})


class AsposeAI:
    """Corrects text with a local language model, every edit checked; also a context manager."""

    def __init__(self, config: AsposeAIModelConfig | None = None) -> None:
        self._settings = (config or AsposeAIModelConfig()).settings()
        self._prompt: Callable[[], Mapping[str, str]] | None = None
        self._lock = threading.Lock()
        self._pipelines: tuple[Pipeline, Pipeline] | None = None

    def set_post_processor(self, name: str, prompt: Callable[[], Mapping[str, str]] | None = None) -> None:
        """Choose the post-processor (``llm_correction``) and the function that returns ``{"prompt": …}``.

        Raises:
            SettingsError: another name, or a prompt that is not such a function.
        """
        if name not in POST_PROCESSORS:
            raise SettingsError(f"there is no post-processor named {name!r}", hint=f"There is: {', '.join(POST_PROCESSORS)}.")
        if not (prompt is None or isinstance(prompt, str) or callable(prompt)):
            raise SettingsError(f"{prompt!r} is no function", hint='Give a function that returns {"prompt": "…"}.')
        self.free_resources()
        self._prompt = prompt

    def run_postprocessor(self, text: str) -> RecognizedText:
        """The corrected text, which also carries the document with every verdict.

        What :meth:`OcrEngine.recognize` returned brings the image's evidence along. A plain ``str`` has none: its words are
        corrected by lexicon and language model, its locked tokens only where they are malformed.

        Raises:
            SettingsError: ``text`` is no ``str``, or the prompt function returns no ``{"prompt": …}``.
        """
        if not isinstance(text, str):
            raise SettingsError(f"the text to correct is {text!r}", hint="Give what recognize() returned, or a str.")
        for_scans, for_texts = self._made()
        document = for_scans.correct(text.document) if isinstance(text, RecognizedText) else for_texts.correct(text)
        return RecognizedText(document.corrected, document)

    def _made(self) -> tuple[Pipeline, Pipeline]:
        """A pipeline for what was recognised and one for plain texts, with one model between them."""
        with self._lock:
            if self._pipelines is None:
                for_scans = Pipeline(self._settings, prompt=self._prompt)
                runtime = for_scans.runtime()
                alone = self._settings.with_(accept_text_only=True, **({} if runtime else {"runtime": "none"}))
                self._pipelines = for_scans, Pipeline(alone, prompt=self._prompt, stages=Stages(runtime=runtime))
            return self._pipelines

    def free_resources(self) -> None:
        """Free the model's memory; may be called at any time and twice. The next run loads it anew."""
        with self._lock:
            pipelines, self._pipelines = self._pipelines, None
        for pipeline in pipelines or ():
            pipeline.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.free_resources()
