"""Which engine reads which language, and which one is taken where the settings leave the choice (see docs/adr/0010)."""

from __future__ import annotations

from ocrect import plugins
from ocrect.engines.tesseract import tessdata
from ocrect.errors import MissingDependencyError
from ocrect.settings import Settings

PPOCR = frozenset(
    (
        "en",
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "da",
        "sv",
        "no",
        "fi",
        "is",
        "pl",
        "cs",
        "sk",
        "sl",
        "hr",
        "bs",
        "hu",
        "ro",
        "sq",
        "et",
        "lv",
        "lt",
        "tr",
        "ca",
        "eu",
        "gl",
        "ga",
        "cy",
        "mt",
        "la",
        "af",
        "id",
        "ms",
        "sw",
        "tl",
        "vi",
        "zh",
        "ja",
    )
)
"""What PP-OCRv6 and the head of our own on it read: Latin scripts, Chinese and Japanese."""


def languages(engine: str, settings: Settings) -> list[str]:
    """The ISO 639-1 codes that an engine can read here. Of an engine from another package nothing is known: none."""
    if engine == "ppocr":
        return sorted(PPOCR)
    return tessdata.languages(settings) if engine == "tesseract" else []


def choose(settings: Settings) -> str:
    """The engine for the settings: the one they name, or the first that reads all their languages, PP-OCR before Tesseract.

    Raises:
        MissingDependencyError: no engine reads them; the hint says what to install.
    """
    return settings.engine if settings.engine != "auto" else _first(settings, plugins.names("engines"))


def choose_second(settings: Settings) -> str:
    """The engine that reads as a witness beside the first; empty for none, and where ``auto`` finds no other one."""
    if settings.second_engine != "auto":
        return "" if settings.second_engine == "none" else settings.second_engine
    others = [name for name in plugins.names("engines") if name != choose(settings)]
    reads = (name for name in ("ppocr", "tesseract") if name in others and _reads(name, settings))
    return next(reads, "")


def _first(settings: Settings, installed: list[str]) -> str:
    for name in ("ppocr", "tesseract"):
        if name in installed and _reads(name, settings):
            return name
    tessdata.locate(settings)
    raise MissingDependencyError(f"no engine here reads {settings.language}", hint="Name an engine with --engine.")


def _reads(engine: str, settings: Settings) -> bool:
    return set(settings.languages) <= set(languages(engine, settings))
