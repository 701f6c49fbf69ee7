"""Each page in its own language: which one it is, read again where another engine has its letters, said where none has.

A page is read first by the engine for Latin letters. Its words tell its language, also without the accents that the engine
lacks; where they tell none, its pixels may tell another script (:mod:`ocrect.engines.tesseract.script`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec

from ocrect.engines import choice
from ocrect.engines.tesseract import tessdata
from ocrect.errors import MissingDependencyError
from ocrect.plugins import Engine
from ocrect.record.document import Page, PageImage
from ocrect.settings import Settings
from ocrect.words import scripts
from ocrect.words.detection import Found, clearly_not, detect
from ocrect.words.language import languages_of
from ocrect.words.lexicon import UNDETERMINED

log = logging.getLogger("ocrect")

GARBLED = 5
"""Words of a page in which no language is found, at least, for a look at its script."""

Make = Callable[[Settings], Engine]


def in_its_language(image: PageImage, page: Page, settings: Settings, make: Make | None) -> Page:
    """``page``, read in ``image``, with the language of each line; read again where another engine has its letters.

    ``make`` gives the engine for settings that name a language; ``None`` where the caller gave an engine of its own, which is
    believed. A page in another language than the settings name is said so, once for each; likewise letters that no engine has.
    """
    texts = tuple(line.text for line in page.lines())
    if settings.languages:
        foreign = clearly_not(texts, settings.languages)
        if foreign:
            _tell_foreign(foreign, settings.language)
        return with_languages(page, settings.languages)
    if make is None:
        return with_languages(page, ())
    wanted = _wanted(image, page, detect(texts), settings)
    if wanted:
        named = "+".join(wanted)
        if not choice.is_readable(named, settings):
            _tell_unread(named, _hint(settings.with_(language=named)))
        elif choice.as_read(settings.with_(language=named)) != choice.for_first_reading(settings):
            page = make(settings.with_(language=named))(image)
    is_told = len(wanted) == 1 and scripts.WRITTEN_IN[wanted[0]] != scripts.LATIN
    return with_languages(page, wanted if is_told else ())


def _hint(settings: Settings) -> str:
    """What to install for a language that no engine here reads."""
    try:
        tessdata.locate(settings)
    except MissingDependencyError as error:
        return error.hint
    return "Let the engine be chosen by language: --engine auto."


def with_languages(page: Page, named: tuple[str, ...]) -> Page:
    """The page with the language of each line, one of those ``named`` or, where none is, any; empty where it is not known."""
    languages = iter(languages_of([line.text for line in page.lines()], named))

    def known(language: str) -> str:
        return "" if language == UNDETERMINED else language

    blocks = []
    for block in page.blocks:
        lines = (replace(line, language=known(next(languages))) for line in block.lines)
        blocks.append(replace(block, lines=tuple(lines)))
    return replace(page, blocks=tuple(blocks))


def _wanted(image: PageImage, page: Page, found: Found, settings: Settings) -> tuple[str, ...]:
    """The languages that the page should be read in: the one found, or those of its script that can be read here.

    None where nothing is known of it. Where no engine here reads any of a script's languages, the first one.
    """
    if found.language != UNDETERMINED:
        return (found.language,)
    garbled = found.words >= GARBLED or any(item.why == "unknown-script" for item in page.unread)
    if not garbled or find_spec("tesserocr") is None:
        return ()
    from ocrect.engines.tesseract.script import script_of

    script = script_of(image, settings)
    if script in ("", scripts.LATIN) or script not in scripts.LANGUAGES:
        return ()
    languages = scripts.LANGUAGES[script]
    return tuple(code for code in languages if choice.is_readable(code, settings)) or languages[:1]


@lru_cache(maxsize=256)
def _tell_foreign(found: str, named: str) -> None:
    log.warning("a page seems to be in %s and not in %s: name its language with --language %s, or auto", found, named, found)


@lru_cache(maxsize=256)
def _tell_unread(language: str, hint: str) -> None:
    log.warning("a page is in %s, whose letters no engine here knows: what is read lacks them. %s", language, hint)
