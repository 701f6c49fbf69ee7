"""The words of the pages in each language: a TOML file a language in ``messages/``, all with the same names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

LANGUAGES = {"en": "English", "vi": "Tiếng Việt"}
"""Languages with messages, by their own names; the first one is the default."""


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
