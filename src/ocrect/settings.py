"""Every setting once. Flags, ``OCRECT_*`` variables, TOML keys and the docs are made from the fields of ``Settings``.

Precedence, weakest first: the defaults, ``ocrect.toml`` (the working directory's, or the user's), the environment, the caller.
"""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import Field, dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

from ocrect import textfile
from ocrect.errors import SettingsError
from ocrect.words import codes

log = logging.getLogger("ocrect")

LOG_LEVEL = "OCRECT_LOG"
"""The variable that holds the command line's log level. It changes no result, so it is no setting."""


def _option(
    default: Any,
    help: str,
    *,
    group: str,
    choices: tuple[str, ...] = (),
    low: float | None = None,
    high: float | None = None,
    role: Literal["plain", "secret", "file"] = "plain",
) -> Any:
    """A field with what a front end needs to offer it. ``low`` and ``high`` are the least and most allowed.

    A ``secret`` is shown nowhere; a ``file`` may name a file that is read.
    """
    return field(
        default=default,
        repr=role != "secret",
        metadata={"help": help, "group": group, "choices": choices, "low": low, "high": high, "role": role},
    )


AUTO = "auto"
"""The language where each page's own is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, checked when made.

    Raises:
        SettingsError: a value is not allowed; the message says what is.
    """

    # input
    pages: str = _option("", "pages to read, as in 1-3,7 (all where empty)", group="input")
    password: str = _option("", "password of an encrypted PDF", group="input", role="secret")
    dpi: int = _option(300, "dots per inch at which PDF pages are rendered", group="input", low=36)
    text_layer: str = _option(
        "auto",
        "a PDF page's own text: use it where the page shows it (auto), use nothing else (only), or ignore it",
        group="input",
        choices=("auto", "only", "ignore"),
    )
    max_pixels: int = _option(100_000_000, "most pixels a page may have", group="input", low=1)
    max_pages: int = _option(5_000, "most pages a file may have", group="input", low=1)
    page_seconds: float = _option(
        600.0,
        "most seconds that opening a PDF's page may take, and with batch and serve reading or correcting any page; it has "
        "failed then, and the others are read (0: no limit, and PDFs are opened without a process of their own)",
        group="input",
        low=0.0,
        high=31_536_000.0,
    )

    # reading
    engine: str = _option("auto", "engine that reads: a name from `ocrect engines`, or auto (by language)", group="reading")
    second_engine: str = _option("none", "another engine that reads too, as a witness: a name, auto, or none", group="reading")
    inference: str = _option(
        "onnxruntime",
        "what runs PP-OCR's networks: onnxruntime, or OpenVINO (the extra openvino) in the precision named",
        group="reading",
        choices=("onnxruntime", "openvino-f32", "openvino-bf16"),
    )
    tessdata: str = _option("", "folder with Tesseract's language data (found by itself where empty)", group="reading")

    # language, of reading and of correction
    language: str = _option(
        "auto",
        "language of the page, a code or a name (en, deu, french, vi, …), several joined by +; or auto",
        group="language",
    )

    # model
    runtime: str = _option("llama-cpp", "what runs the language model: a name, or none", group="model")
    model: str = _option(
        "", "model: a Hugging Face repo id or a .gguf file (the embedded default where empty)", group="model", role="file"
    )
    revision: str = _option("main", "branch, tag or commit of the model's repo", group="model")
    quantization: str = _option(
        "", "which file of the model: a GGUF name such as q4_k_m, or int8 (q8_0), int4 (q4_k_m)", group="model"
    )
    models_folder: str = _option("", "folder where .gguf files lie and are downloaded to", group="model")
    allow_download: bool = _option(True, "download a model that is missing", group="model")
    model_url: str = _option("", "address of a server for runtime=openai, as in http://localhost:11434/v1", group="model")
    model_key: str = _option("", "key that the server at model_url asks for", group="model", role="secret")
    model_process: str = _option(
        "child",
        "where the model runs: in a child process, whose end frees all memory and whose crash is an error, or inline",
        group="model",
        choices=("child", "inline"),
    )
    keep_alive: float = _option(
        300.0,
        "seconds after which an idle model is unloaded (0: at the end of each document)",
        group="model",
        low=0.0,
        high=31_536_000.0,
    )
    gpu_layers: str = _option("auto", "layers of the model on the GPU: a number, all, or auto", group="model")
    context_size: int = _option(4096, "context of the model in tokens", group="model", low=256, high=1_048_576)
    batch: int = _option(
        512, "most tokens of one pass of the model (fewer need less memory, more take long pages faster)", group="model",
        low=32, high=16_384,
    )  # fmt: skip
    threads: int = _option(
        0, "threads of the model and the engine (0: as many as physical cores)", group="model", low=0, high=1024
    )
    seed: int = _option(0, "seed of the model's sampling", group="model", low=0, high=2**32 - 1)
    temperature: float = _option(0.0, "temperature of the model's sampling (0: greedy)", group="model", low=0.0, high=2.0)

    # correction
    correct: bool = _option(True, "correct what was read", group="correction")
    prompt: str = _option(
        "general",
        "how to correct: a ready prompt (general, financial, medical, legal, historical) or your own words",
        group="correction",
    )
    proposers: str = _option("default", "what proposes edits: names, as in default,+mine,-nbest", group="correction")
    checks: str = _option("default", "what checks them: names, as in default,+mine,-spacing", group="correction")
    rules: str = _option(
        "default", "rules of how numbers are misread: names, as in default,-year (docs/rules.md)", group="correction"
    )
    dictionary: str = _option(
        "", "your own words (names, products): a UTF-8 list, a word a line", group="correction", role="file"
    )
    accept_text_only: bool = _option(
        False, "accept edits that no image vouches for (locked tokens stay locked)", group="correction"
    )

    # what is written
    pdf_text: str = _option(
        "skip",
        "text that a PDF has already, when a searchable one is written: skip such pages, redo an invisible layer, or force the "
        "new text on every page (one that shows text becomes the picture that was read)",
        group="output",
        choices=("skip", "redo", "force"),
    )
    pdf_upright: bool = _option(False, "show pages of a searchable PDF upright that were given on their side", group="output")
    incremental: bool = _option(
        False,
        "append to a PDF instead of writing it anew: the whole original begins the file, and what was signed stays signed",
        group="output",
    )
    text_notice: bool = _option(False, "end a text with a notice of what is in doubt and what is missing", group="output")
    json_whole: bool = _option(False, "JSON with every digit of the evidence: about four times as large", group="output")

    def __post_init__(self) -> None:
        for f in fields(self):
            if type(f.default) is float and type(getattr(self, f.name)) is int:
                object.__setattr__(self, f.name, float(getattr(self, f.name)))
            _check(f, getattr(self, f.name))
        if self.language.strip().lower() != AUTO:
            object.__setattr__(self, "language", "+".join(_languages(self.language)))
        if self.model_url and self.runtime == "llama-cpp":
            hint = "Set runtime to openai, or model_url to nothing."
            raise SettingsError("model_url is for a server, and runtime=llama-cpp uses none", hint=hint)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of ``language`` as ISO 639-1 codes, first one first; none where each page's own is found (``auto``)."""
        return () if self.language.strip().lower() == AUTO else tuple(self.language.split("+"))

    @property
    def passwords(self) -> tuple[str, ...]:
        """The password as it is given, and as it may have been set; none where none is given.

        That is in form KC (SASLprep, ISO 32000-2, 7.6.4.3.3), and in form C: some keyboards write ``ü`` as two characters.
        """
        spellings = (self.password, normalize("NFKC", self.password), normalize("NFC", self.password))
        return tuple(filter(None, dict.fromkeys(spellings)))

    @property
    def cores(self) -> int:
        """How much may be done at a time: ``threads``, or as many as there are cores (:func:`cores`)."""
        return self.threads or cores()

    def files(self) -> list[Path]:
        """The files that the settings name and that are there, and the TOML files: what no output may replace."""
        named = [Path(getattr(self, f.name)) for f in fields(self) if f.metadata["role"] == "file" and getattr(self, f.name)]
        return [path for path in (*named, *config_files()) if _is_there(path)]

    def with_(self, **changes: Any) -> Settings:
        """A copy with some settings changed; strings are read as the environment's are.

        Raises:
            SettingsError: an unknown setting, or a value that is not allowed.
        """
        return replace(self, **_parse(changes))

    def public(self) -> dict[str, Any]:
        """All settings but secrets, as JSON values (for provenance)."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.metadata["role"] != "secret"}

    def of_writing(self) -> dict[str, Any]:
        """The settings that change what is written, and not what is read."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.metadata["group"] == "output"}

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None, *, file: Path | None = None, **changes: Any) -> Settings:
        """Settings from the TOML file, the environment and ``changes``, the last one strongest."""
        environment = os.environ if environment is None else environment
        values = _from_toml(file)
        prefix = "OCRECT_"
        from_environment = {
            key[len(prefix) :].lower(): value
            for key, value in environment.items()
            if key.startswith(prefix) and key != LOG_LEVEL
        }
        values.update(_parse(_known(from_environment), "the environment"))
        values.update(_parse(changes))
        return cls(**values)


def cores() -> int:
    """The cores that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


_DEFAULT = "default"


def wished(wish: str, default: Sequence[str], find: Callable[[str], object]) -> tuple[str, ...]:
    """The names that a setting such as ``default,+mine,-spacing`` asks for.

    ``default`` stands for all of ``default``; a name is added, with a ``+`` or without, and one after ``-`` taken away. Where
    the first has a sign, ``default`` is meant before it. ``find`` raises where there is nothing of a name.
    """
    words = [word.strip() for word in wish.split(",") if word.strip()]
    if words and words[0][0] in "+-":
        words.insert(0, _DEFAULT)
    names: dict[str, None] = {}
    for word in words:
        name = word.lstrip("+-").strip()
        if word == _DEFAULT:
            names.update(dict.fromkeys(default))
            continue
        find(name)
        if word.startswith("-"):
            names.pop(name, None)
        else:
            names[name] = None
    return tuple(names)


def config_files() -> list[Path]:
    """The TOML files looked at, first one that exists wins. A user without a home folder has the working directory's alone."""
    files = [Path("ocrect.toml")]
    with suppress(RuntimeError):  # no home folder
        folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
        files.append(Path(folder) / "ocrect" / "ocrect.toml")
    return files


def _is_there(path: Path) -> bool:
    """Whether ``path`` is a file; false in a folder without access (another user's home)."""
    try:
        return path.is_file()
    except OSError:
        return False


def _from_toml(file: Path | None) -> dict[str, Any]:
    path = file or next(filter(_is_there, config_files()), None)
    if path is None:
        return {}
    hint = 'Write lines such as dpi = 300 or language = "de".'
    text = textfile.read(path, "the settings", hint)
    try:
        values = tomllib.loads(text)
    except ValueError as error:
        raise SettingsError(f"{path} is no TOML file: {error}", hint=hint) from error
    return _parse(values, str(path))


def _known(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables that name a setting. Others may be another program's: a warning names them, and what may be meant."""
    names = {f.name for f in fields(Settings)}
    for name in variables.keys() - names:
        close = get_close_matches(name, names, n=1)
        meant = f"; did you mean OCRECT_{close[0].upper()}?" if close else ""
        log.warning("OCRECT_%s is no setting and is left out%s", name.upper(), meant)
    return {name: value for name, value in variables.items() if name in names}


def _parse(values: Mapping[str, Any], where: str = "") -> dict[str, Any]:
    """``values`` with known names, the fields' types and values that are allowed. A mistake is told with ``where`` it stands;
    a caller knows that of what they have just said themselves.
    """
    known: dict[str, Field[Any]] = {f.name: f for f in fields(Settings)}
    parsed = {}
    for key, value in values.items():
        name = key.replace("-", "_")
        if name not in known:
            close = get_close_matches(name, known, n=1)
            raise SettingsError(
                f"unknown setting {key!r}{f' in {where}' if where else ''}",
                hint=f"Did you mean {close[0]!r}?" if close else f"Settings: {', '.join(known)}.",
            )
        try:
            parsed[name] = _value(known[name], value)
            _check(known[name], parsed[name])
        except SettingsError as error:
            raise error.about(where) from None
    return parsed


_TYPES = {bool: "a switch (true or false)", int: "a whole number", float: "a number", str: "a text"}
_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def _value(f: Field[Any], value: Any) -> Any:
    kind = type(f.default)
    if kind is bool and isinstance(value, str) and value.strip().lower() in _WORDS:
        return _WORDS[value.strip().lower()]
    if kind is str and (isinstance(value, os.PathLike) or type(value) is int):
        return str(value)
    if kind is float and type(value) is int:
        return float(value)
    if kind in (int, float) and isinstance(value, str):
        try:
            return kind(value.strip())
        except ValueError:
            raise SettingsError(f"{f.name}={value!r} is not {_TYPES[kind]}") from None
    return value


def _check(f: Field[Any], value: Any) -> None:
    kind: Any = type(f.default)
    if type(value) is not kind:
        raise SettingsError(f"{f.name}={value!r} should be {_TYPES[kind]}")
    choices, low, high = (f.metadata[key] for key in ("choices", "low", "high"))
    if choices and value not in choices:
        raise SettingsError(f"{f.name}={value!r} is not one of {', '.join(choices)}")
    if low is not None and not value >= low:
        raise SettingsError(f"{f.name}={value!r} is below {low}{_range(low, high)}")
    if high is not None and not value <= high:
        raise SettingsError(f"{f.name}={value!r} is above {high}{_range(low, high)}")
    if f.name == "gpu_layers":
        _check_layers(value)
    if f.name == "language" and value.strip().lower() != AUTO:
        _languages(value)


def _range(low: float | None, high: float | None) -> str:
    return f" (allowed: {low} to {high})" if low is not None and high is not None else ""


def _languages(named: str) -> list[str]:
    """The ISO 639-1 codes of languages joined by +."""
    found = []
    for name in filter(None, map(str.strip, named.split("+"))):
        code = codes.code(name)
        if code is None:
            close = codes.suggestion(name)
            raise SettingsError(
                f"language={name!r} is no language that ocrect knows",
                hint=f"Did you mean {close!r}?" if close else "Give a code or a name: en, deu, french, vi, …",
            )
        found.append(code)
    if not found:
        raise SettingsError(f"language={named!r} names no language", hint="Give a code or a name: en, deu, french, vi, …")
    return list(dict.fromkeys(found))


def _check_layers(value: str) -> None:
    if value not in ("auto", "all") and not value.isdecimal():
        raise SettingsError(f"gpu_layers={value!r} is not a number of layers (0 or more), 'all' or 'auto'")
