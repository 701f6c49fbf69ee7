"""Names of GGUF files: their quantization, their parts, and which of several is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ocrect.errors import ModelNotFoundError, SettingsError

# What other programs call them -> the name in GGUF files.
ALIASES = {
    "int8": "q8_0",
    "int4": "q4_k_m",
    "fp16": "f16",
    "float16": "f16",
    "fp32": "f32",
    "float32": "f32",
    "bfloat16": "bf16",
}
_QUANTIZATION = re.compile(
    r"(?<![a-z0-9])("
    r"i?q[1-8]_(?:k_(?:xxs|xs|s|m|l|xl)|xxs|xs|nl|k|s|m|l|[01](?:_[48]_[48])?)"
    r"|tq[12]_0|mxfp4(?:_moe)?|nvfp4|bf16|f16|f32|fp16|fp32)(?![a-z0-9])"
)
_TELLING = re.compile(
    r"(?<![a-z0-9])(?:\d+(?:[._]\d+)?[bm]|(?:qwen|llama|mistral|mixtral|gemma|phi|smollm|granite|deepseek|falcon|yi|olmo|exaone|glm"
    r"|internlm|minicpm|stablelm|tinyllama|command|nemotron|ministral)\d*|coder|math|vision|vl|base|embedding)(?![a-z0-9])"
)
"""What tells one model from another in its name: how many parameters, of which family, of which kind."""

_PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One model among file names: its files in order (one, or all parts of a split model)."""

    files: tuple[str, ...]
    quantization: str

    @property
    def name(self) -> str:
        """The first file's name without folders."""
        return PurePosixPath(self.files[0]).name


def quantization_of(file_name: str) -> str:
    """The quantization that a file name tells, as ``q4_k_m``; empty where it tells none."""
    stem = _PART.sub("", PurePosixPath(file_name).name).lower().removesuffix(".gguf")
    found = _QUANTIZATION.findall(re.sub(r"[-. _]+", "_", stem))
    return normal(found[-1]) if found else ""


def normal(quantization: str) -> str:
    """A quantization as GGUF files name it: case-blind, with any separators, other programs' names translated."""
    name = re.sub(r"[-. _]+", "_", quantization.strip().lower())
    return ALIASES.get(name, name)


def candidates(file_names: Iterable[str]) -> list[Candidate]:
    """The models among file names, sorted; of a split model only if all parts are there; projectors are no models."""
    parts: dict[tuple[str, int], dict[int, str]] = {}
    found = []
    for file in file_names:
        name = PurePosixPath(file).name
        if not name.lower().endswith(".gguf") or name.startswith(".") or "mmproj" in name.lower():
            continue
        match = _PART.search(file)
        if match is None:
            found.append(Candidate((file,), quantization_of(file)))
        else:
            parts.setdefault((file[: match.start()], int(match[2])), {})[int(match[1])] = file
    for (_, count), known in parts.items():
        if sorted(known) == list(range(1, count + 1)):
            files = tuple(known[i] for i in range(1, count + 1))
            found.append(Candidate(files, quantization_of(files[0])))
    return sorted(found, key=lambda c: c.files)


def choose(found: Sequence[Candidate], wanted: str, where: str) -> Candidate:
    """The one of ``found`` that ``wanted`` (a quantization, a file's name, or empty) means.

    Raises:
        ModelNotFoundError: none matches; the hint lists what there is.
        SettingsError: several match; the hint lists them.
    """
    if not found:
        raise ModelNotFoundError(f"{where} holds no complete GGUF model", hint="Choose a repo or a folder with a .gguf file.")
    fitting = matching(found, wanted)
    if not fitting:
        raise ModelNotFoundError(f"{where} holds no model that matches {wanted!r}", hint=_list(found))
    if len(fitting) > 1:
        of = f" match {wanted!r}" if wanted else ""
        raise SettingsError(f"{where} holds {len(fitting)} models{f' that{of}' if of else ''}", hint=_list(fitting))
    return fitting[0]


def matches_repo(candidate: Candidate, repo: str) -> bool:
    """Whether a file's name is that of a repo, as ``qwen2.5-3b-instruct-q8_0.gguf`` is of ``Qwen/Qwen2.5-3B-Instruct-GGUF``."""
    wanted = re.sub(r"[^a-z0-9]", "", re.sub(r"[-_.]gguf$", "", repo.rpartition("/")[2].lower()))
    return bool(wanted) and wanted in re.sub(r"[^a-z0-9]", "", candidate.name.lower())


def contradicts(names: Iterable[str], quantization: str, repo: str, wanted: str) -> bool:
    """Whether a model's names (its file's, its header's) or its quantization say that it is another than ``repo``, ``wanted``.

    Names do by a family, a size or a kind that the repo's id has not: ``smollm2``, ``1.5b``, ``coder``. ``model.gguf`` says
    nothing.
    """
    if wanted and not wanted.lower().endswith(".gguf") and quantization and not _means(wanted, quantization):
        return True
    known = set(_telling(repo))
    return any(word not in known for name in names for word in _telling(name))


def _telling(name: str) -> list[str]:
    return _TELLING.findall(re.sub(r"[-_ /]+", " ", name.lower()))


def _means(wanted: str, quantization: str) -> bool:
    name = normal(wanted)
    return quantization == name or quantization.startswith(name + "_")


def matching(found: Iterable[Candidate], wanted: str) -> list[Candidate]:
    """Those of ``found`` that ``wanted`` means; ``q4_k`` means ``q4_k_m`` too where there is no plain ``q4_k``."""
    found = list(found)
    if not wanted:
        return found
    if wanted.lower().endswith(".gguf"):
        return [c for c in found if wanted.lower() in (c.name.lower(), c.files[0].lower())]
    exact = [c for c in found if c.quantization == normal(wanted)]
    return exact or [c for c in found if _means(wanted, c.quantization)]


def _list(found: Sequence[Candidate]) -> str:
    names = [f"{c.name} ({c.quantization})" if c.quantization else c.name for c in found]
    return f"Set the quantization to choose one: {', '.join(names[:20])}{', …' if len(names) > 20 else ''}."
