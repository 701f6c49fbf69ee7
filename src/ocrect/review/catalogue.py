"""The words of the pages in each language: a TOML file a language in ``messages/``, all with the same names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from string import Formatter

LANGUAGES = {"en": "English", "vi": "Tiếng Việt"}
"""Languages with messages, by their own names; the first one is the default."""

_LONGEST_DETAIL = 1_000
"""Characters of a detail up to which its words are looked for."""


@lru_cache
def messages(language: str) -> Mapping[str, str]:
    """All messages of a language, by name. Raises :class:`KeyError` for a language without messages."""
    if language not in LANGUAGES:
        raise KeyError(f"there are no messages in {language!r}")
    text = files("ocrect.review").joinpath("messages", f"{language}.toml").read_text(encoding="utf-8")
    return {name: str(value) for name, value in tomllib.loads(text).items()}


def message(language: str, name: str, **values: object) -> str:
    """One message with its values in their places. Raises :class:`KeyError` for an unknown name."""
    return messages(language)[name].format(**values)


def detail(language: str, recorded: str) -> str:
    """What a check says of a place, recorded in English, in a reader's language: by the first message named ``detail-…`` whose
    English words these are. What no message has the words of stays as it is.
    """
    if len(recorded) > _LONGEST_DETAIL:
        return recorded
    for name, pattern in _details():
        if found := pattern.fullmatch(recorded):
            return message(language, name, **found.groupdict())
    return recorded


@lru_cache
def _details() -> list[tuple[str, re.Pattern[str]]]:
    """The messages of details in English, as patterns that find what stands in their places."""
    texts = [(name, text) for name, text in messages(next(iter(LANGUAGES))).items() if name.startswith("detail-")]
    return [(name, re.compile("".join(_parts(text)), re.DOTALL)) for name, text in texts]


def _parts(text: str) -> Iterator[str]:
    for fixed, place, _, _ in Formatter().parse(text):
        yield re.escape(fixed) + (f"(?P<{place}>.+?)" if place else "")


def preferred(accept: str, chosen: str = "") -> str:
    """The language for a reader: the one ``chosen``, else the first that an Accept-Language header names and that there is."""
    if chosen in LANGUAGES:
        return chosen
    wanted: list[tuple[float, str]] = []
    for part in accept[:400].split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), name.lower().partition("-")[0]))
        except ValueError:
            continue
    return next((name for _, name in sorted(wanted, key=lambda pair: pair[0]) if name in LANGUAGES), next(iter(LANGUAGES)))
