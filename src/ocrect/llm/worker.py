"""The language model's process, started and spoken to by :mod:`ocrect.llm.child`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ocrect import hub
from ocrect.errors import ModelMemoryError
from ocrect.exchange import serving, wire
from ocrect.hub.gguf import GgufHeader
from ocrect.llm.llama_cpp import LlamaCpp
from ocrect.settings import Settings


class _Model:
    """A model's methods by their names, as a service."""

    def __init__(self, start: wire.Message) -> None:
        self._model = LlamaCpp(_model(start["model"]), Settings(**start["settings"]))

    def answer(self, do: str, arguments: dict[str, Any], blocks: Sequence[bytearray]) -> serving.Answer:
        del blocks
        try:
            return getattr(self._model, do)(**arguments), ()
        except MemoryError:
            error = ModelMemoryError("the language model's process is out of memory", hint="Use a smaller model.")
            raise error from None

    def state(self) -> wire.Message:
        return {"loaded": self._model.loaded}

    def rest(self) -> None:
        """The caller knows when an idle model is to be unloaded."""


def _model(sent: dict[str, Any]) -> hub.ModelFile:
    header = sent["header"]
    header.update(path=Path(header["path"]), layer_bytes=tuple(header["layer_bytes"]))
    return hub.ModelFile(**{**sent, "paths": tuple(map(Path, sent["paths"])), "header": GgufHeader(**header)})


if __name__ == "__main__":
    serving.serve(_Model)
