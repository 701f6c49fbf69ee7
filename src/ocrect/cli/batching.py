"""``ocrect batch``: a folder of scans into a folder of results."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocrect.cli import options
from ocrect.errors import MissingDependencyError
from ocrect.settings import cores
from ocrect.wording import counted

if TYPE_CHECKING:
    from ocrect.batch.manifest import Manifest
    from ocrect.batch.run import Team
    from ocrect.batch.work import Plan

DESCRIPTION = """\
Read every scan in a folder and below it, and write its results into a folder of the same shape: a/x.png gives a/x.png.txt.

What is done is remembered in OUT/.ocrect/manifest.sqlite, each page as soon as it is read. Broken off, killed or switched off,
the same command goes on where it was. Changed files and settings are done anew, copies and renamed files are not read again.
Two commands on one folder share the work. A file that ends its worker three times is set aside.
"""
EXAMPLES = """\
examples:
  ocrect batch scans/ out/                             corrected text of every scan
  ocrect batch scans/ out/ --format pdf,json           searchable PDFs, and everything as JSON
  ocrect batch inbox/ out/ --watch --format pdf        and whatever comes into inbox/ later, until Ctrl-C
  ocrect batch scans/ out/ --retry                     also what failed before
  ocrect batch scans/ out/ --ray auto                  on all machines of a Ray cluster
"""
PAGE_FAILED = 15
_LOOK = 5_000  # milliseconds between two looks into a folder that is watched


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser(
        "batch", help="read a folder of scans, resumable", description=DESCRIPTION, epilog=EXAMPLES,
    )  # fmt: skip
    command.add_argument("inputs", type=options.path, metavar="IN", help="folder of scans")
    command.add_argument("outputs", type=options.path, metavar="OUT", help="folder of results; made where it is missing")
    command.add_argument("--format", default="text", metavar="NAMES", help="formats, joined by commas (default: text)")
    command.add_argument(
        "--workers", type=options.workers, default=0, metavar="N", help="processes (default: as many as cores)"
    )
    command.add_argument(
        "--ray", metavar="ADDRESS", help="read on this Ray cluster (auto: that of RAY_ADDRESS, or of this machine)"
    )
    command.add_argument("--watch", action="store_true", help="go on with what comes into the folder, until Ctrl-C")
    command.add_argument("--retry", action="store_true", help="try again what failed or was set aside")
    command.add_argument("--force", action="store_true", help="replace files in OUT that ocrect did not write")
    command.add_argument("-q", "--quiet", action="store_true", help="no progress")
    options.add(command, "input", "reading", "language", "model", "correction", "output")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """The exit code: 0 where all is done, that of the first file that failed, or 15 where a page failed."""
    from ocrect import writing
    from ocrect.batch.run import has_work, manifest_of
    from ocrect.batch.work import Plan

    settings = options.settings(chosen)
    settings = settings.with_(threads=settings.threads or 1)
    formats = writing.named(chosen.format)
    plan = Plan(manifest_of(chosen.outputs), chosen.inputs, chosen.outputs, settings, formats, chosen.force)
    changes = _changes(chosen.inputs) if chosen.watch else ()
    with _teams(plan, chosen) as team:
        try:
            code = _once(plan, team(), chosen, retry=chosen.retry)
            for _ in changes:
                if has_work(plan):
                    code = _once(plan, team(), chosen, retry=False)
        except KeyboardInterrupt:
            _say_where_it_stands(plan)
            raise
    return code


@contextmanager
def _teams(plan: Plan, chosen: argparse.Namespace) -> Iterator[Callable[[], Team]]:
    """What makes a team for a run: processes here, or readers on a cluster."""
    from ocrect.batch.run import processes

    if not chosen.ray:
        yield lambda: processes(plan, chosen.workers or cores())
        return
    from ocrect.scale.cluster import joined

    with joined(chosen.ray) as cluster:
        yield lambda: cluster.readers(plan, chosen.workers)


def _once(plan: Plan, team: Team, chosen: argparse.Namespace, *, retry: bool) -> int:
    from tqdm import tqdm

    from ocrect.batch import run as batch
    from ocrect.batch.manifest import Manifest

    hidden = chosen.quiet or not sys.stderr.isatty()
    with tqdm(unit="file", disable=hidden, leave=False) as bar:

        def progress(counts: dict[str, int]) -> None:
            ended = counts["done"] + counts["failed"] + counts["aside"]
            bar.total = sum(counts.values())
            bar.set_postfix_str(f"{counts['failed'] + counts['aside']} failed" if counts["failed"] + counts["aside"] else "")
            bar.update(ended - bar.n)

        batch.run(plan, team, retry=retry, said=_say, progress=progress)
    with Manifest(plan.manifest) as manifest:
        return _told(manifest, plan, quiet=chosen.quiet)


def _say_where_it_stands(plan: Plan) -> None:
    """What a run that is broken off has done, and how to go on."""
    from ocrect.batch.manifest import Manifest

    if not plan.manifest.exists():
        return
    with Manifest(plan.manifest) as manifest:
        counts = manifest.counts()
    _say(f"{counts['done']} of {counted(sum(counts.values()), 'file')} done; the same command goes on with the rest")


def _say(word: str) -> None:
    from ocrect.writers.terminal import visible

    print(f"ocrect: {visible(word)}", file=sys.stderr)


def _told(manifest: Manifest, plan: Plan, *, quiet: bool) -> int:
    """Write the reports and say what came of it; the exit code."""
    from ocrect import writers
    from ocrect.batch import report
    from ocrect.writers.terminal import visible

    for name, write in (("report.json", report.write_json), ("report.html", report.write_html)):
        writers.save(lambda out, write=write: write(manifest, out), plan.outputs / ".ocrect" / name, force=True)  # type: ignore[misc]
    rows = list(manifest.rows())
    bad = [row for row in rows if row.state in ("failed", "aside")]
    for row in bad:
        print(f"ocrect: {visible(row.path)}: {visible(row.error)}", file=sys.stderr)
    if bad and not quiet:
        print("        What failed is tried again when the file changes, or all of it with --retry.", file=sys.stderr)
    left = [row for row in rows if row.state in ("waiting", "working")]
    if not quiet:
        done, pages = sum(row.state == "done" for row in rows), sum(row.pages for row in rows)
        print(
            f"ocrect: {done} of {counted(len(rows), 'file')} done, {counted(pages, 'page')}, "
            f"{counted(sum(row.review for row in rows), 'edit')} for review; "
            f"{plan.outputs / '.ocrect' / 'report.html'}",
            file=sys.stderr,
        )
    if bad:
        return bad[0].exit_code or PAGE_FAILED
    if left:
        return PAGE_FAILED
    return PAGE_FAILED if any(row.failed_pages for row in rows) else 0


def _changes(folder: Path) -> Any:
    """Something for each change in the folder, and every few seconds, since a change may come while nobody looks."""
    try:
        from watchfiles import watch
    except ImportError as error:
        raise MissingDependencyError("--watch needs the package watchfiles", hint="pip install 'ocrect[watch]'") from error
    return watch(folder, debounce=2_000, step=500, rust_timeout=_LOOK, yield_on_timeout=True, raise_interrupt=True)
