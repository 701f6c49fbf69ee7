"""The rules of numbers' forms (:mod:`ocrect.numbers.forms`) on a page: which are on, what they find, and what they prove."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ocrect.correcting.case import Case, LineFacts
from ocrect.errors import SettingsError
from ocrect.numbers.forms import FORMS, PARTINGS, RULES
from ocrect.numbers.forms.parting import token_to_part
from ocrect.numbers.forms.rule import Claim, Cut, Form, Found, Parting
from ocrect.numbers.forms.style import Style
from ocrect.plugins import Context
from ocrect.settings import wished

NAMES = tuple(rule.name for rule in RULES)
DEFAULT = tuple(rule.name for rule in RULES if not rule.experimental)


@dataclass(frozen=True, eq=False)
class Chosen:
    """The rules that are on."""

    forms: tuple[Form, ...]
    partings: tuple[Parting, ...]


@cache
def chosen(wish: str) -> Chosen:
    """The rules that a setting such as ``default,-year`` asks for.

    Raises:
        SettingsError: there is no rule of that name.
    """
    names = frozenset(wished(wish, DEFAULT, _find))
    return Chosen(tuple(f for f in FORMS if f.name in names), tuple(p for p in PARTINGS if p.name in names))


def _find(name: str) -> None:
    if name not in NAMES:
        raise SettingsError(f"there is no rule named {name!r}", hint=f"Rules: {', '.join(sorted(NAMES))}.")


def style(context: Context) -> Style:
    """How the page writes its numbers."""
    return Style(context.lines)


def line_style(about: LineFacts) -> Style:
    """The same for a line, of itself where its page is unknown."""
    return about.context.fact(style) if about.context.lines else Style((about.line,))


def found(about: LineFacts) -> tuple[tuple[Form, Found], ...]:
    """What the rules that are on find in a line, in their order; worked out once a page for each text. Blind ones find nothing
    in a line with an image.
    """
    known, text = about.context.fact(_found), about.line.text
    if text not in known:
        forms, page = chosen(about.context.rules).forms, about.fact(line_style)
        known[text] = tuple((form, one) for form in forms for one in form.find(text, page))
    if about.line.evidence is None:
        return known[text]
    return tuple((form, one) for form, one in known[text] if not form.blind)


def _found(context: Context) -> dict[str, tuple[tuple[Form, Found], ...]]:
    """What was found on the page so far, by the line's text."""
    del context
    return {}


def claims(case: Case) -> tuple[tuple[Form, Claim], ...]:
    """The rules that find what the edit repairs just so, with what they are to prove."""
    return tuple(_claims(case))


def _claims(case: Case) -> Iterator[tuple[Form, Claim]]:
    text, edit = case.line.text, case.edit
    for form, one in case.about.fact(found):
        if one.end < edit.start or edit.end < one.start:
            continue
        for version in one.versions:
            if f"{text[: one.start]}{version}{text[one.end :]}" == case.edited:
                yield form, Claim(case.line, case.about.fact(line_style), one, version)


def parts(case: Case, at: int) -> tuple[Parting | None, str]:
    """The rule that says that a space before ``text[at]`` parts two tokens, and why; ``None`` and nothing where none does."""
    token = token_to_part(case.line.text, at)
    if token is not None:
        cut = Cut(case.line.text, at, token, case.about.fact(line_style), case.lexicon)
        for rule in chosen(case.context.rules).partings:
            if words := rule.parts(cut):
                return rule, words
    return None, ""
