"""What came of a folder: a summary for people, and for programs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from html import escape
from typing import IO, Any
from urllib.parse import quote

from ocrect.batch.manifest import Manifest, Row
from ocrect.batch.names import on_disk
from ocrect.wording import counted

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:1rem auto;max-width:80rem;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3em .6em;border-bottom:1px solid #c8c8c8}"
    "td{vertical-align:top}"
    ".number{text-align:right;font-variant-numeric:tabular-nums}td:last-child{overflow-wrap:anywhere;min-width:12rem}"
    "td:first-child{overflow-wrap:anywhere;min-width:8rem}.scroll{overflow-x:auto}"
    ".failed,.aside{background:#fde8e8}.waiting,.working{background:#fff3c4}"
)
_NUMBERS = ("pages", "failed pages", "for review", "not read", "seconds")


def summary(manifest: Manifest) -> dict[str, Any]:
    """JSON values: how many files are in each state, sums, and every file."""
    rows = list(manifest.rows())
    return {
        "files": manifest.counts(),
        "pages": sum(row.pages for row in rows),
        "failed_pages": sum(row.failed_pages for row in rows),
        "for_review": sum(row.review for row in rows),
        "each": [asdict(row) for row in rows],
    }


def write_json(manifest: Manifest, out: IO[bytes]) -> None:
    """The summary as JSON."""
    out.write(json.dumps(summary(manifest), ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace") + b"\n")


def write_html(manifest: Manifest, out: IO[bytes]) -> None:
    """The summary as one HTML file, what failed first, with links to the results beside it."""
    for part in _html(manifest):
        out.write((part + "\n").encode("utf-8", "replace"))


def _html(manifest: Manifest) -> Iterator[str]:
    counts = manifest.counts()
    rows = sorted(manifest.rows(), key=lambda row: (row.state == "done", not row.failed_pages, row.path))
    yield "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>ocrect batch</title>"
    yield "<meta name='viewport' content='width=device-width, initial-scale=1'>"
    yield "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<style>{_STYLE}</style></head><body><main><h1>{counts['done']} of {counted(sum(counts.values()), 'file')} done</h1>"
    yield "<p>" + ", ".join(f"{count} {state}" for state, count in counts.items() if count) + "</p>"
    numbers = "".join(f"<th scope='col' class='number'>{head}</th>" for head in _NUMBERS)
    heads = f"<th scope='col'>file</th><th scope='col'>state</th>{numbers}<th scope='col'>result</th>"
    yield f"<div class='scroll' tabindex='0'><table><thead><tr>{heads}</tr></thead><tbody>"
    yield from map(_row, rows)
    yield "</tbody></table></div></main></body></html>"


def _address(output: str) -> str:
    """Where a result lies, seen from the report, which has a folder of its own in that of the results."""
    return escape("../" + quote(os.fsencode(on_disk(output))), quote=True)


def _row(row: Row) -> str:
    links = " ".join(f"<a href='{_address(output)}'>{escape(output)}</a>" for output in row.outputs)
    state = f"{row.state}: {row.error}" if row.error else row.state
    numbers = (row.pages, row.failed_pages, row.review, row.unread, f"{row.seconds:.1f}")
    cells = "".join(f"<td class='number'>{number}</td>" for number in numbers)
    return f"<tr class='{row.state}'><td>{escape(row.path)}</td><td>{escape(state)}</td>{cells}<td>{links}</td></tr>"
