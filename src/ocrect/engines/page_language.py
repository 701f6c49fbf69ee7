"""Each page in its own language: which one it is, read again where another engine has its letters, said where none has.

A page is read first by the engine for Latin letters. Its words tell its language, also without the accents that the engine
lacks; where they tell none, its pixels may tell another script (:mod:`ocrect.engines.tesseract.script`). Lines whose letters
made no sense to the engine stand on the page as ``unread``; where their pixels tell a script, they are in an unknown one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from math import ceil

import numpy as np

from ocrect import ink
from ocrect.engines import choice
from ocrect.engines.tesseract import tessdata
from ocrect.errors import MissingDependencyError
from ocrect.plugins import Engine
from ocrect.record.document import Box, Page, PageImage, Unread
from ocrect.settings import Settings
from ocrect.words import scripts
from ocrect.words.detection import Found, clearly_not, detect
from ocrect.words.language import languages_of
from ocrect.words.lexicon import UNDETERMINED

log = logging.getLogger("ocrect")

GARBLED, SURE = 5, 0.85
"""Words of a page in which no language is found, at least, for a look at its script, if their mean confidence is below the
second: a map has names alone, surely read."""

SURE_LETTER, PLAINLY = 0.97, 0.6
"""But not where this part of all letters, read or given up, are Latin ones that are so surely read: the pixels of a worn till's
print are taken for Cyrillic. On four such receipts they were .65 to .87, on 16 drawn Russian and Greek pages at most .59.
"""

LETTERS = 30.0
"""The least sum of lengths of dropped lines, in their heights, for which their script is looked at."""

SENSE = 0.6
"""The least mean confidence of what is read anew: a wrong script's letters come at .1 to .4, the right one's at .9."""

Make = Callable[[Settings], Engine]


def in_its_language(image: PageImage, page: Page, settings: Settings, make: Make | None) -> Page:
    """``page``, read in ``image``, with the language of each line; read again where another engine has its letters.

    ``make`` gives the engine for settings that name a language; ``None`` where the caller gave an engine of its own, which is
    believed. A page in another language than the settings name is said so, once for each; likewise letters that no engine has.
    """
    texts = tuple(line.text for line in page.lines())
    if settings.languages:
        other = clearly_not(texts, settings.languages)
        if other:
            _tell_other(other, settings.language)
        return with_languages(_with_unknown(image, page, settings), settings.languages)
    if make is None:
        return with_languages(page, ())
    guessed = tuple(item.text for item in page.unread if item.why == "unknown-script")
    wanted = _wanted(image, page, detect(texts + guessed), settings)
    if wanted and not choice.is_readable("+".join(wanted), settings):
        _tell_unread("+".join(wanted), _hint(settings.with_(language="+".join(wanted))))
    elif wanted:
        page = _read_anew(image, page, settings, wanted, make)
    page = _with_unknown(image, page, settings)
    is_told = len(wanted) == 1 and scripts.WRITTEN_IN[wanted[0]] != scripts.LATIN
    return with_languages(page, wanted if is_told else ())


def _read_anew(image: PageImage, page: Page, settings: Settings, wanted: tuple[str, ...], make: Make) -> Page:
    """The page read by the engine for the languages that it is wanted in, if that is another one and makes sense of it."""
    named = settings.with_(language="+".join(wanted))
    if choice.as_read(named) == choice.for_first_reading(settings):
        return page
    again = make(named)(image)
    return again if again.confidence is None or again.confidence >= SENSE else page


def _with_unknown(image: PageImage, page: Page, settings: Settings) -> Page:
    """The page with its dropped lines as ``unknown-script``, if their pixels are of a script other than Latin; that is said."""
    given_up = _given_up(page)
    if _length(given_up) < LETTERS or find_spec("tesserocr") is None:
        return page
    from ocrect.engines.tesseract.script import script_of

    script = script_of(_strip(image, [item.box for item in given_up]), settings)
    if script in ("", scripts.LATIN):
        return page
    _tell_unknown(script, _way_to_read(script, settings))
    named = [replace(item, why="unknown-script") if item.why == "illegible" else item for item in page.unread]
    return replace(page, unread=tuple(named))


def _strip(image: PageImage, boxes: list[Box]) -> PageImage:
    """Parts of a page one under the other, on its paper."""
    paper = ink.paper(image.pixels).astype(np.uint8)
    parts = [image.pixels[int(b.top) : ceil(b.bottom), int(b.left) : ceil(b.right)] for b in boxes]
    gap = int(np.median([part.shape[0] for part in parts]))
    sheet = np.full(
        (sum(part.shape[0] + gap for part in parts) + gap, max(part.shape[1] for part in parts) + 2 * gap, 3), paper
    )
    top = gap
    for part in parts:
        sheet[top : top + part.shape[0], gap : gap + part.shape[1]] = part
        top += part.shape[0] + gap
    return PageImage(sheet, image.number, image.dpi)


def _way_to_read(script: str, settings: Settings) -> str:
    """What to do that letters of a script are read: the language to name, or what to install for it."""
    languages = scripts.LANGUAGES.get(script, ())
    here = [code for code in languages if choice.is_readable(code, settings)]
    if here or not languages:
        return f"Name their language with --language{' ' * bool(here)}{' or '.join(here)}."
    return _hint(settings.with_(language=languages[0]))


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
    strange = sum(len(item.text) for item in page.unread if item.why == "unknown-script")
    is_mostly_strange = strange > sum(len(line.text) for line in page.lines())
    unsure = page.confidence is not None and page.confidence < SURE and not _is_plainly_latin(page)
    doubtful = is_mostly_strange or unsure
    if not doubtful or (found.words < GARBLED and not page.unread) or find_spec("tesserocr") is None:
        return ()
    from ocrect.engines.tesseract.script import script_of

    script = script_of(image, settings)
    if script in ("", scripts.LATIN) or script not in scripts.LANGUAGES:
        return ()
    languages = scripts.LANGUAGES[script]
    return tuple(code for code in languages if choice.is_readable(code, settings)) or languages[:1]


def _is_plainly_latin(page: Page) -> bool:
    """True for a page whose letters are Latin ones without a doubt, though they make no words that are known."""
    letters = [glyph for line in page.lines() for glyph in line.glyphs if glyph.text.isalpha()]
    given_up = 2 * _length(_given_up(page))  # letters are half as wide as high
    sure = sum(glyph.confidence >= SURE_LETTER and scripts.of_text(glyph.text) == scripts.LATIN for glyph in letters)
    return sure > PLAINLY * (len(letters) + given_up)


def _given_up(page: Page) -> list[Unread]:
    return [item for item in page.unread if item.why in ("illegible", "unknown-script")]


def _length(unread: list[Unread]) -> float:
    """The sum of the lengths of lines, in their heights."""
    return sum(item.box.width / max(item.box.height, 1.0) for item in unread)


@lru_cache(maxsize=256)
def _tell_other(found: str, named: str) -> None:
    log.warning("a page seems to be in %s and not in %s: name its language with --language %s, or auto", found, named, found)


@lru_cache(maxsize=256)
def _tell_unread(language: str, hint: str) -> None:
    log.warning("a page is in %s, whose letters no engine here knows: what is read lacks them. %s", language, hint)


@lru_cache(maxsize=256)
def _tell_unknown(script: str, way: str) -> None:
    log.warning("lines of a page seem to be in %s letters, which were not read. %s", script, way)
