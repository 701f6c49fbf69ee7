"""What kind of PDF one is, as far as adding text to it matters: signed, certified, tagged, a form, PDF/A."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from ocrect.errors import ExportError

_log = logging.getLogger("ocrect")

_SIGNED = 1
"""Bit of ``SigFlags`` (PDF 32000-1:2008, table 219)."""
_MOST_FIELDS = 100_000


def tell(pdf: Pdf, source: str, *, incremental: bool) -> None:
    """Say what a new content stream means for a document that is signed, tagged, or an XFA form.

    Raises:
        ExportError: text is to be appended, and a certificate of the author's forbids that.
    """
    form = pdf.Root.get(Name.AcroForm)
    if form is not None and _is_signed(form):
        if incremental and (allowed := _permission(pdf.Root, form)):
            raise ExportError(
                f"{source} is certified: its author allows {allowed} and no other change, so text may not be added",
                hint="Without --incremental a PDF is written that is no longer certified.",
            )
        _log.warning(
            "%s is signed: %s",
            source,
            "the signatures hold for what was signed, and viewers will say that text was added since"
            if incremental
            else "they are broken in the PDF that is written; with --incremental they hold for what was signed",
        )
    if form is not None and Name.XFA in form:
        _log.warning("%s is an XFA form: it is kept, and the text that is added stands behind it", source)
    if bool(pdf.Root.get(Name.MarkInfo, Dictionary()).get(Name.Marked, False)):
        _log.warning("%s is tagged: the text that is added stands outside its tags", source)


def is_pdfa_1(pdf: Pdf) -> bool:
    """Whether it says that it is PDF/A-1, which knows no object streams (ISO 19005-1, 6.1.4)."""
    if Name.Metadata not in pdf.Root:
        return False
    return str(pdf.open_metadata().pdfa_status).startswith("1")  # used as a context manager, it would rewrite the metadata


def _is_signed(form: Any) -> bool:
    return bool(int(form.get(Name.SigFlags, 0)) & _SIGNED) or any(True for _ in _signatures(form))


def _signatures(form: Any) -> Iterator[Any]:
    """The signature dictionaries of the form's fields."""
    waiting: list[tuple[Any, Any]] = [(field, None) for field in form.get(Name.Fields, Array())]
    for _ in range(_MOST_FIELDS):  # a tree with a circle is none
        if not waiting:
            return
        field, kind = waiting.pop()
        if not isinstance(field, Dictionary):
            continue
        kind = field.get(Name.FT, kind)
        value = field.get(Name.V)
        if kind == Name.Sig and isinstance(value, Dictionary):
            yield value
        waiting += [(kid, kind) for kid in field.get(Name.Kids, Array())]


_ALLOWED = {1: "nothing", 2: "filling in of forms and signing", 3: "filling in of forms, signing and notes"}
"""What the author of a certified document allows (PDF 32000-1:2008, table 254)."""


def _permission(root: Any, form: Any) -> str:
    """What the author of a certified document allows; empty where it is not certified."""
    certificates = [root.get(Name.Perms, Dictionary()).get(Name("/DocMDP")), *_signatures(form)]
    for signature in certificates:
        for reference in signature.get(Name.Reference, Array()) if isinstance(signature, pikepdf.Object) else ():
            if reference.get(Name.TransformMethod) == Name("/DocMDP"):
                return _ALLOWED.get(int(reference.get(Name.TransformParams, Dictionary()).get(Name.P, 2)), _ALLOWED[2])
    return ""
