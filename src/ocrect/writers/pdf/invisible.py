"""The text that a PDF page shows or hides: whether there is any, and taking out an invisible layer.

Layers are looked for in the page's streams and in the form XObjects that it draws, where other programs put theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Dictionary, Name, Operator, Pdf

from ocrect.writers.pdf.pages import inherited

_INVISIBLE = 3  # text rendering mode (PDF 32000-1:2008, 9.3.6)
_SHOWS = {Operator(name) for name in ("Tj", "TJ", "'", '"')}
_PAINTS = {Operator(name) for name in ("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "INLINE IMAGE")}
_MODE, _SAVE, _RESTORE, _DRAW = Operator("Tr"), Operator("q"), Operator("Q"), Operator("Do")
_MOST_LEVELS = 8
"""Forms within forms that are looked into."""


class Texts(NamedTuple):
    """Whether a page has text that shows, and text that does not."""

    shown: bool = False
    hidden: bool = False


def texts(page: pikepdf.Page) -> Texts:
    """What text the page has. A page whose streams cannot be parsed has text that shows: it is best left alone."""
    try:
        modes = set(_modes(page.obj, _resources(page), _MOST_LEVELS))
    except pikepdf.PdfError:
        return Texts(shown=True)
    return Texts(bool(modes - {_INVISIBLE}), _INVISIBLE in modes)


def remove(pdf: Pdf, page: pikepdf.Page) -> list[Any]:
    """Take out all that is shown in rendering mode 3; a page without any keeps its streams as they are.

    Gives the streams that were made for it.
    """
    made: list[Any] = []
    cleaned = _without(pdf, page.obj, _resources(page), _MOST_LEVELS, made)
    if cleaned is not None:
        instructions, resources = cleaned
        page.obj.Contents = pdf.make_stream(pikepdf.unparse_content_stream(instructions))
        page.obj.Resources = resources
        made.append(page.obj.Contents)
    return made


def _resources(page: pikepdf.Page) -> Any:
    return inherited(page, Name.Resources) or Dictionary()


def _parsed(container: Any) -> Any:
    if not isinstance(container, pikepdf.Stream) and Name.Contents not in container:
        return []
    return pikepdf.parse_content_stream(container)


def _with_modes(instructions: Any) -> Iterator[tuple[Any, int]]:
    """Each instruction with the text rendering mode it meets, which is part of the state that ``q`` and ``Q`` keep."""
    mode, saved = 0, []
    for instruction in instructions:
        operator = instruction.operator
        if operator == _SAVE:
            saved.append(mode)
        elif operator == _RESTORE and saved:
            mode = saved.pop()
        elif operator == _MODE and len(instruction.operands):
            mode = int(instruction.operands[0])
        yield instruction, mode


def _form(instruction: Any, resources: Any) -> Any:
    """The form that an instruction draws; ``None`` where it draws none."""
    if instruction.operator != _DRAW or not len(instruction.operands):
        return None
    found = resources.get(Name.XObject, Dictionary()).get(instruction.operands[0])
    return found if isinstance(found, pikepdf.Stream) and found.get(Name.Subtype) == Name.Form else None


def _modes(container: Any, resources: Any, levels: int) -> Iterator[int]:
    """The rendering modes in which text is shown."""
    for instruction, mode in _with_modes(_parsed(container)):
        if instruction.operator in _SHOWS:
            yield mode
        elif levels and (form := _form(instruction, resources)) is not None:
            yield from _modes(form, form.get(Name.Resources, resources), levels - 1)


def _without(pdf: Pdf, container: Any, resources: Any, levels: int, made: list[Any]) -> tuple[list[Any], Any] | None:
    """The instructions without those that show invisible text, and the resources they need; ``None`` if none shows any.

    A form that holds nothing else is no longer drawn. One that does is drawn without it, as a form of the page's own, since
    other pages may draw it too.
    """
    kept: list[Any] = []
    forms: dict[str, Any] = {}
    changed = False
    for instruction, mode in _with_modes(_parsed(container)):
        if instruction.operator in _SHOWS and mode == _INVISIBLE:
            changed = True
            continue
        form = _form(instruction, resources) if levels else None
        inner = form is not None and _without(pdf, form, form.get(Name.Resources, resources), levels - 1, made)
        if not inner:
            kept.append(instruction)
            continue
        changed = True
        if any(_draws(each) for each in inner[0]):
            name = f"{str(instruction.operands[0])[:100]}-visible"
            forms[name] = _copy(pdf, form, *inner)
            made.append(forms[name])
            kept.append(pikepdf.ContentStreamInstruction([Name(name)], _DRAW))
    return (kept, _with_forms(resources, forms)) if changed else None


def _draws(instruction: Any) -> bool:
    return instruction.operator in _SHOWS or instruction.operator in _PAINTS or instruction.operator == _DRAW


def _copy(pdf: Pdf, form: Any, instructions: list[Any], resources: Any) -> Any:
    made = pdf.make_stream(pikepdf.unparse_content_stream(instructions))
    for key, value in form.items():
        if key not in ("/Length", "/Filter", "/DecodeParms", "/Resources"):
            made[key] = value
    made.Resources = resources
    return made


def _with_forms(resources: Any, forms: dict[str, Any]) -> Any:
    if not forms:
        return resources
    changed = Dictionary(dict(resources.items()))
    drawn = Dictionary(dict(resources.get(Name.XObject, Dictionary()).items()))
    for name, form in forms.items():
        drawn[name] = form
    changed.XObject = drawn
    return changed
