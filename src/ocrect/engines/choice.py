"""Which engine reads which language, and which one is taken where the settings leave the choice (see docs/adr/0010)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from ocrect import plugins
from ocrect.engines.tesseract import tessdata
from ocrect.errors import MissingDependencyError, SettingsError
from ocrect.record.document import Page
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


CJK = {"zh", "ja"}
"""Languages that PP-OCR reads with its whole alphabet; all others with that of Latin scripts."""

FIRST = "en"
"""The language of a page's first reading where none is named."""


def languages(engine: str, settings: Settings) -> list[str]:
    """The ISO 639-1 codes that an engine can read here.

    An engine from another package states them by ``languages``, a function of the settings on its builder (the entry point);
    where it does not, nothing is known: none.
    """
    if engine == "ppocr":
        return sorted(PPOCR)
    if engine == "tesseract":
        return tessdata.languages(settings)
    stated = getattr(plugins.load("engines", engine), "languages", None)
    return sorted(stated(settings)) if callable(stated) else []


def letters(engine: str, settings: Settings) -> str:
    """All that an engine can write, where its builder states it by ``letters``, a function of the settings; empty where not.

    What has a posterior needs not: the symbols that it knows stand in the JSON with it.
    """
    stated = getattr(plugins.load("engines", engine), "letters", None)
    return "".join(sorted(set(stated(settings)))) if callable(stated) else ""


def stated(page: Page, settings: Settings) -> Page:
    """The page with the languages and letters that its engine states on the engine's step, where it does not say them there."""
    steps = (replace(step, settings={**_told(step.name, settings), **step.settings}) for step in page.steps)
    return replace(page, steps=tuple(steps))


@lru_cache(maxsize=16)
def _told(name: str, settings: Settings) -> Mapping[str, Sequence[str]]:
    """What the engine of that name states; nothing for a step that is no engine's."""
    if name not in plugins.names("engines"):
        return {}
    told = {"languages": languages(name, settings), "letters": letters(name, settings)}
    return {what: said for what, said in told.items() if said}


def choose(settings: Settings) -> str:
    """The engine for the settings: the one they name, or the first that reads all their languages, PP-OCR before Tesseract.

    Where the settings leave the language open it is the one for a first reading, in Latin letters.

    Raises:
        SettingsError: a language that no engine can read; the hint says which there are.
        MissingDependencyError: no engine here reads them; the hint says what to install.
    """
    return settings.engine if settings.engine != "auto" else _first(settings, plugins.names("engines"))


def choose_second(settings: Settings) -> str:
    """The engine that reads as a witness beside the first; empty for none, and where ``auto`` finds no other one."""
    if settings.second_engine != "auto":
        return "" if settings.second_engine == "none" else settings.second_engine
    settings = for_first_reading(settings)
    others = [name for name in plugins.names("engines") if name != choose(settings)]
    reads = (name for name in ("ppocr", "tesseract") if name in others and _reads(name, settings))
    return next(reads, "")


def for_first_reading(settings: Settings) -> Settings:
    """The settings with a language: :data:`FIRST` where they leave it open."""
    return settings if settings.languages else settings.with_(language=FIRST)


def is_readable(language: str, settings: Settings) -> bool:
    """True where an engine here reads a language (several are joined by ``+``); where the settings name one, that one."""
    installed = plugins.names("engines") if settings.engine == "auto" else [settings.engine]
    wanted = settings.with_(language=language)
    return any(_reads(name, wanted) for name in installed)


def as_read(settings: Settings) -> Settings:
    """The settings with the language that stands for all that an engine reads alike, as PP-OCR does all in Latin letters."""
    if choose(settings) == "ppocr" and not CJK & set(settings.languages):
        return settings.with_(language=FIRST)
    return settings


def _first(settings: Settings, installed: list[str]) -> str:
    settings = for_first_reading(settings)
    others = sorted(set(installed) - {"ppocr", "tesseract"})
    for name in ("ppocr", "tesseract", *others):
        if name in installed and _reads(name, settings):
            return name
    readable = {code for name in installed for code in languages(name, settings)}
    unknown = [code for code in settings.languages if code not in readable and code not in tessdata.CODES]
    if unknown:
        named = ", ".join(map(repr, unknown))
        raise SettingsError(f"no engine reads the language {named}", hint=tessdata.others(readable))
    tessdata.locate(settings)
    raise MissingDependencyError(f"no engine here reads {settings.language}", hint="Name an engine with --engine.")


def _reads(engine: str, settings: Settings) -> bool:
    return set(settings.languages) <= set(languages(engine, settings))
