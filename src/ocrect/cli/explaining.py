"""``ocrect explain``: what stands behind each edit, as text, or as a page with pictures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocrect.cli import options
from ocrect.cli.complaints import complain, page_error
from ocrect.errors import InputError, PageError, SettingsError

if TYPE_CHECKING:
    from ocrect.explain.explanation import Explanation
    from ocrect.record.document import Document, Line, Page, PageImage
    from ocrect.settings import Settings

DESCRIPTION = """\
Show what stands behind the edits of a scan: the pixels, what the recogniser saw strip by strip, each reading with its
scores, what every check found, and the decision. Without --line or --text, every line with an edit, or a number in doubt, is
explained, those with accepted edits and those for review first.
"""
EXAMPLES = """\
examples:
  ocrect explain invoice.png -o why.html           every edit as a picture: open why.html in a browser
  ocrect explain invoice.png --text 1,500.00       the lines that hold this text, on standard output
  ocrect explain invoice.json --line 14 --scan invoice.png -o why.html
"""
MOST_LINES = 20


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser(
        "explain", help="show why each edit was made or refused, as text or as pictures", description=DESCRIPTION,
        epilog=EXAMPLES,
    )  # fmt: skip
    command.add_argument(
        "file", type=options.name, metavar="SCAN|JSON", help="an image or PDF; or JSON of ocrect, explained as it stands"
    )
    chosen = command.add_mutually_exclusive_group()
    chosen.add_argument("--line", type=int, metavar="N", help="only the N-th line of the page (of each of --pages)")
    chosen.add_argument("--text", metavar="FRAGMENT", help="only lines that hold this text, as read or as corrected")
    command.add_argument("--scan", type=options.name, metavar="SCAN", help="the scan that JSON was made of, for the pictures")
    command.add_argument("-o", "--output", type=options.name, metavar="OUT.html", help="write a page with pictures")
    command.add_argument("--force", action="store_true", help="replace a file that ocrect did not write; never an input")
    options.add(command, "input", "reading", "language", "model", "correction")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """The exit code: 0, or that of a page that failed."""
    from ocrect import writers

    settings = options.settings(chosen)
    if chosen.output:
        writers.check_free(chosen.output, [*_inputs(chosen), *settings.files()], force=chosen.force)
        if Path(chosen.output).suffix.lower() not in ("", ".html", ".htm"):
            raise SettingsError(f"{chosen.output} is to hold a page of HTML", hint="Name it as in why.html.")
    try:
        return _explain(chosen, settings)
    except InputError as error:
        raise error.about(chosen.file) from None


def _explain(chosen: argparse.Namespace, settings: Settings) -> int:
    failed = False
    explained: list[Explanation] = []
    for page, image in _pages(chosen, settings):
        error = page_error(page)
        if error is not None:
            failed = True
            complain(error, chosen.file)
        explained += _explained(chosen, page, image)
    if not explained:
        _nothing(chosen)
    shown, left_out = _most_telling(explained) if chosen.line is None and chosen.text is None else (explained, 0)
    note = f"{left_out} more lines with edits are left out; name one with --line or --text." if left_out else ""
    _write(chosen, shown, note)
    return PageError.exit_code if failed else 0


def _pages(chosen: argparse.Namespace, settings: Settings) -> Iterator[tuple[Page, PageImage | None]]:
    """Each page, read and corrected, with its pixels; those of a stored document only where its scan is named."""
    from ocrect import source
    from ocrect.pipeline import Pipeline
    from ocrect.record.document import Page, PageImage
    from ocrect.source.original import OriginalFile

    with Pipeline(settings) as pipeline, pipeline.at_work():
        if Path(chosen.file).suffix.lower() == ".json":
            document = _stored(chosen.file, pipeline)
            with OriginalFile(Path(chosen.scan) if chosen.scan else None, settings, chosen.scan or "") as original:
                for page in document.pages:
                    yield page, original.image(page) if chosen.scan and page.failure is None else None
            return
        silent = pipeline.ask_model()
        for found in source.pages(chosen.file, settings):
            if isinstance(found, Page):
                yield pipeline.correct_page(found, silent), None
            else:
                page = pipeline.correct_page(pipeline.recognize(found), silent)
                yield page, found if isinstance(found, PageImage) else found.whole


def _stored(file: str, pipeline: Any) -> Document:
    """The document in a JSON file as it stands; corrected, where it never was."""
    from ocrect import source
    from ocrect.record import schema

    document = schema.loads(source.read_text(file))
    if any(line.correction for line in document.lines()):
        return document
    corrected: Document = pipeline.correct(document)
    return corrected


def _explained(chosen: argparse.Namespace, page: Page, image: PageImage | None) -> Iterator[Explanation]:
    from ocrect.explain.explanation import explain

    for number, line in enumerate(page.lines(), 1):
        if _is_wanted(chosen, number, line):
            yield explain(line, source=chosen.file, page=page.number, number=number, image=image)


def _is_wanted(chosen: argparse.Namespace, number: int, line: Line) -> bool:
    if chosen.line is not None:
        return bool(number == chosen.line)
    if chosen.text is not None:
        return any(chosen.text.casefold() in text.casefold() for text in (line.text, line.corrected))
    return bool(line.verdicts or line.doubts)


def _most_telling(explained: list[Explanation]) -> tuple[list[Explanation], int]:
    """At most ``MOST_LINES`` lines in the page's order, and how many are left out; rejected edits are left out first."""
    ranks = {"accepted": 0, "review": 1, "rejected": 2}
    lines = [item.line for item in explained]
    order = sorted(range(len(lines)), key=lambda i: min((ranks[v.decision] for v in lines[i].verdicts), default=1))
    return [explained[i] for i in sorted(order[:MOST_LINES])], max(0, len(explained) - MOST_LINES)


def _nothing(chosen: argparse.Namespace) -> None:
    """Say that there is nothing to explain; an error where a line was named."""
    if chosen.line is not None:
        raise SettingsError(f"{chosen.file} has no line {chosen.line}", hint="Lines are counted from 1 on each page.")
    if chosen.text is not None:
        raise SettingsError(f"no line of {chosen.file} holds {chosen.text!r}", hint="`ocrect read` shows the text.")
    print(f"ocrect: no edit was proposed in {chosen.file}; --line shows any line", file=sys.stderr)


def _write(chosen: argparse.Namespace, explained: list[Explanation], note: str) -> None:
    from ocrect import writers
    from ocrect.explain import html as explained_html
    from ocrect.explain import text as explained_text

    if not chosen.output:
        for item in explained:
            print("\n".join(explained_text.lines(item)), end="\n\n")
        if note:
            print(f"ocrect: {note}", file=sys.stderr)
        return
    html = explained_html.page(explained, title=f"Why {Path(chosen.scan or chosen.file).name} reads as it does", note=note)
    writers.save(lambda out: out.write(html.encode("utf-8", "replace")), chosen.output, _inputs(chosen), force=chosen.force)


def _inputs(chosen: argparse.Namespace) -> list[str]:
    """The files that the command reads."""
    return [file for file in (chosen.file, chosen.scan, chosen.settings) if file]
