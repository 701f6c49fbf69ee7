"""What a request may ask for: an allow-list of settings, formats and a file's name. Nothing else of it goes any further."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from typing import Any

from ocrect import plugins
from ocrect.engines import choice
from ocrect.errors import MissingDependencyError, RequestError, SettingsError
from ocrect.server.plan import Plan
from ocrect.settings import Settings

ALLOWED = (
    "pages",
    "password",
    "dpi",
    "text_layer",
    "engine",
    "second_engine",
    "language",
    "correct",
    "prompt",
    "accept_text_only",
    "pdf_text",
    "pdf_upright",
    "incremental",
    "text_notice",
    "json_whole",
)
"""Settings that a request may change. None names a file, an address or a model."""
FOR_TEXTS = ("language", "prompt", "accept_text_only")
"""Those for a text, which is not read but corrected."""
MOST_DPI = 600
MOST_TEXT = 4_000
MOST_NAME = 200
MOST_FORMATS = 20


def base(plan_settings: Settings, pages: int) -> Settings:
    """The service's own settings, made safe: one thread a worker, no download, at most so many pages."""
    return plan_settings.with_(
        threads=plan_settings.threads or 1, allow_download=False, max_pages=min(plan_settings.max_pages, pages)
    )


def settings(given: Mapping[str, str], plan: Plan, allowed: tuple[str, ...] = ALLOWED) -> dict[str, Any]:
    """The settings that a request changes, as JSON values.

    Raises:
        RequestError: it names another, or gives more text than is taken.
        SettingsError: a value that is not allowed, or a language that no engine reads. One whose data is only not installed is
            taken: the document may have a text layer.
    """
    for name, value in given.items():
        if name not in allowed:
            raise RequestError(f"a request cannot set {name!r}", hint=f"It can set {', '.join(allowed)}.")
        if len(value) > MOST_TEXT or "\0" in value:
            raise RequestError(f"{name} has more than {MOST_TEXT} characters, or one that is no text", hint="Send less.")
    wanted = plan.settings.with_(**given)
    if wanted.dpi > max(MOST_DPI, plan.settings.dpi):
        raise SettingsError(f"dpi={wanted.dpi} is above {MOST_DPI}", hint="300 is what engines read best.")
    for name in (wanted.engine, wanted.second_engine):
        if name not in ("auto", "none"):
            plugins.find("engines", name)
    if "engine" in allowed:
        with suppress(MissingDependencyError):
            choice.choose(wanted)
    return {name: getattr(wanted, name) for name in given}


def formats(joined: str) -> list[str]:
    """Names of formats, joined by commas.

    Raises:
        SettingsError: there is none of that name.
        RequestError: there are too many.
    """
    names = list(dict.fromkeys(filter(None, map(str.strip, joined.split(",")))))
    if len(names) > MOST_FORMATS:
        raise RequestError(f"{len(names)} formats are too many", hint="Ask for those that you need.")
    for name in names:
        plugins.find("writers", name)
    return names


def label(name: str | None) -> str:
    """A file's name as a label: what stands behind the last slash, printable, short. It is never a path of ours."""
    found = (name or "").replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in found if c.isprintable() and c != "\ufffd")[:MOST_NAME].strip() or "document"


def schema(names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """JSON schemas of settings, from the fields of :class:`Settings`."""
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    found = {}
    for item in fields(Settings):
        if item.name in names:
            meta = item.metadata
            made: dict[str, Any] = {"type": kinds[type(item.default)], "description": meta["help"]}
            if meta["choices"]:
                made["enum"] = list(meta["choices"])
            if item.name == "dpi":
                made |= {"minimum": meta["low"], "maximum": MOST_DPI}
            if made["type"] == "string" and not meta["choices"]:
                made["maxLength"] = MOST_TEXT
            found[item.name] = made
    return found
