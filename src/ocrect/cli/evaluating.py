"""``ocrect evaluate``: what reading and correcting is worth on scans whose true text is known."""

from __future__ import annotations

import argparse
import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocrect.cli import options
from ocrect.cli.complaints import complain, page_error
from ocrect.errors import InputError, InputNotFoundError, OcrectError, PageError
from ocrect.wording import counted

if TYPE_CHECKING:
    from ocrect.measure.evaluation import Report, Sample, Tally
    from ocrect.measure.metrics import Counts
    from ocrect.pipeline import Pipeline

DESCRIPTION = """\
Read scans, correct them, and compare both with their true text.

The truth of x.png is x.gt.txt, or x.txt, beside it (UTF-8), or what stands behind the =. A document that
`ocrect read --format json` wrote is corrected anew, without reading; with --no-correct it is measured as it stands.
Scans in a folder named by a language (de/, vi/) are read in it unless --language says otherwise. A truth with a form
feed between pages is compared page by page.

An edit is right where it makes the words that it touches equal to those of the truth at that place (aligned at the
least edits); partly right where fewer errors are left; wrong otherwise.
"""
EXAMPLES = """\
examples:
  ocrect evaluate scans/                           every scan in the folder that has its truth beside it
  ocrect evaluate invoice.png=invoice.truth.txt --prompt financial
  ocrect evaluate scans/ --runtime none --json > without-model.json
"""
STORED = ".json"
TRUTHS = (".gt.txt", ".txt")
NO_TRUTH = "What ocrect wrote, and nobody corrected, is no truth."
MOST_LISTED = 8


@dataclass(frozen=True, slots=True)
class Pair:
    """A scan (or stored document), its truth, and the language that its folder names."""

    scan: Path
    truth: Path
    language: str = ""


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser(
        "evaluate", help="measure reading and correction against your own ground truth", description=DESCRIPTION,
        epilog=EXAMPLES,
    )  # fmt: skip
    command.add_argument(
        "pairs",
        nargs="+",
        type=options.name,
        metavar="SCAN=TRUTH",
        help="pair of files, scan with its truth beside it, or folder",
    )
    command.add_argument("--ignore-case", action="store_true", help="compare without regard to upper and lower case")
    command.add_argument("--json", action="store_true", help="everything as JSON, each edit too")
    command.add_argument("-q", "--quiet", action="store_true", help="no progress")
    options.add(command, "input", "reading", "language", "model", "correction")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """The exit code: 0, or that of the first pair that failed; the others go on."""
    from ocrect.measure.evaluation import evaluate

    failures: list[tuple[str, OcrectError]] = []
    pairs = list(_pairs(chosen.pairs))
    report = evaluate(_samples(chosen, pairs, failures), ignore_case=chosen.ignore_case)
    if chosen.json:
        failed = [{"file": file, "error": type(error).__name__, "message": str(error)} for file, error in failures]
        json.dump({**report.as_json(), "failures": failed}, sys.stdout, indent=2, ensure_ascii=False)
        print()
    else:
        for line in _table(report):
            print(line)
    return failures[0][1].exit_code if failures else 0


def _pairs(given: list[str]) -> Iterator[Pair]:
    """The pairs that the arguments name, by language, so that no engine is loaded twice.

    Raises:
        InputNotFoundError: a scan or its truth is not there, or a folder holds no pair.
    """
    found = dict.fromkeys(pair for argument in given for pair in _named(argument))
    yield from sorted(found, key=lambda pair: pair.language)


def _named(argument: str) -> Iterator[Pair]:
    path = Path(argument)
    if path.is_dir():
        yield from _in_folder(path)
    elif "=" in argument and not path.exists():
        scan, truth = (Path(part) for part in argument.rsplit("=", 1))
        yield Pair(scan, truth, _language(scan))
    else:
        beside = _truth(path)
        if path.exists() and beside is None:
            names = " nor ".join(path.with_suffix(suffix).name for suffix in TRUTHS)
            raise InputNotFoundError(
                f"{path} has no truth beside it: neither {names}", hint=f"{NO_TRUTH} Name it: {path}=TRUTH"
            )
        yield Pair(path, beside or path, _language(path))


def _in_folder(folder: Path) -> Iterator[Pair]:
    """Scans with their truth, and stored documents where the scan itself is not there."""
    from ocrect.source.kinds import SUFFIXES

    files = _files(folder, SUFFIXES | {STORED})
    scans = [path for path in files if path.suffix.lower() in SUFFIXES]
    taken = {path.with_suffix("") for path in scans}
    scans += [path for path in files if path.suffix == STORED and path.with_suffix("") not in taken and _truth(path)]
    pairs = [Pair(scan, truth, _language(scan)) for scan in scans if (truth := _truth(scan))]
    if not pairs:
        raise InputNotFoundError(
            f"no scan in {folder} has its truth beside it",
            hint=f"The truth of x.png is x.gt.txt, or x.txt, in UTF-8. {NO_TRUTH}",
        )
    if len(pairs) < len(scans):
        print(
            f"ocrect: {len(scans) - len(pairs)} scans in {folder} have no truth beside them: left out\n        {NO_TRUTH}",
            file=sys.stderr,
        )
    yield from pairs


def _files(folder: Path, suffixes: frozenset[str]) -> list[Path]:
    """The files of these suffixes under ``folder``; folders that cannot be looked into are counted and said."""
    closed: list[OSError] = []
    found = [Path(at) / name for at, _, names in os.walk(folder, onerror=closed.append) for name in names]
    if closed:
        print(f"ocrect: {len(closed)} folders in {folder} cannot be read: left out ({closed[0]})", file=sys.stderr)
    return sorted(path for path in found if path.suffix.lower() in suffixes and os.path.isfile(path))  # noqa: PTH113 - never raises


def _truth(scan: Path) -> Path | None:
    """The truth beside a scan. Names are compared in NFC: a Mac may have written one of the two decomposed. What ocrect wrote
    there itself, and nobody changed, is none: it would agree with itself.
    """
    from ocrect.writers import ours

    there = _names(scan.parent)
    names = (unicodedata.normalize("NFC", scan.with_suffix(suffix).name) for suffix in TRUTHS)
    found = (scan.parent / there[name] for name in names if name in there)
    return next((path for path in found if not ours.is_ours(path)), None)


@lru_cache(maxsize=64)
def _names(folder: Path) -> dict[str, str]:
    """The files of a folder by their names in NFC."""
    try:
        return {unicodedata.normalize("NFC", path.name): path.name for path in folder.iterdir() if path.is_file()}
    except OSError:
        return {}


def _language(scan: Path) -> str:
    """The language that the scan's folder is named by; empty where it names none."""
    from ocrect.engines.tesseract.tessdata import CODES

    name = scan.absolute().parent.name
    return name if name in CODES else ""


def _samples(chosen: argparse.Namespace, pairs: list[Pair], failures: list[tuple[str, OcrectError]]) -> Iterator[Sample]:
    """Each pair read and corrected; what fails is said, kept in ``failures`` and skipped."""
    from tqdm import tqdm

    from ocrect.pipeline import Pipeline

    pipeline: Pipeline | None = None
    hidden = chosen.quiet or not sys.stderr.isatty()
    settings = options.settings(chosen)
    try:
        for pair in tqdm(pairs, unit="file", disable=hidden, leave=False):
            wanted = settings.with_(language=pair.language) if pair.language and not chosen.language else settings
            if pipeline is None or pipeline.settings != wanted:
                if pipeline is not None:
                    pipeline.close()
                pipeline = Pipeline(wanted)
            try:
                sample = _sample(pipeline, pair, failures)
            except (InputError, PageError) as error:
                _failed(str(pair.scan), error, failures)
            else:
                yield sample
    finally:
        if pipeline is not None:
            pipeline.close()


def _sample(pipeline: Pipeline, pair: Pair, failures: list[tuple[str, OcrectError]]) -> Sample:
    """The pair's document as the settings have it, beside its truth. A page that failed is a failure, and has no text."""
    from ocrect import source
    from ocrect.measure.evaluation import Sample
    from ocrect.record import schema
    from ocrect.words.language import main_language

    try:
        truth = source.read_text(pair.truth)
    except InputError as refused:
        raise refused.about(str(pair.truth)) from None
    if pair.scan.suffix == STORED:
        document = schema.loads(source.read_text(pair.scan))
        document = pipeline.correct(document) if pipeline.settings.correct else document
    else:
        document = pipeline.read(pair.scan)
    for page in document.pages:
        error = page_error(page)
        if error is not None:
            _failed(str(pair.scan), error, failures)
    languages = pipeline.settings.languages or (main_language([line.language for line in document.lines()]),)
    return Sample(replace(document, source=str(pair.scan)), truth, "+".join(languages))


def _failed(file: str, error: OcrectError, failures: list[tuple[str, OcrectError]]) -> None:
    complain(error, file)
    failures.append((file, error))


def _table(report: Report) -> Iterator[str]:
    """The report on one screen."""
    from ocrect.measure.evaluation import normalisation

    total = report.total
    if not total.pages:
        yield "nothing could be measured"
        return
    pages = f"{counted(total.pages, 'page')} of {counted(report.documents, 'file')}"
    yield f"{pages}; sums over all of them; {normalisation(report.ignore_case)}"
    yield ""
    yield f"{'':24}{'read':>10}{'corrected':>11}"
    for name, (before, after) in (("character error rate", total.cer), ("word error rate", total.wer)):
        yield f"{name:24}{_percent(before):>10}{_percent(after):>11}   {before.errors} → {after.errors} of {before.total}"
    before, after = total.numbers
    found = f"{before.total - before.errors} → {after.total - after.errors} of {after.total}"
    yield f"{'numbers found':24}{before.share_right:>10.2%}{after.share_right:>11.2%}   {found}"
    yield f"{'right words made wrong':24}{'':10}{_percent(total.harm):>11}   {total.harm.errors} of {total.harm.total}"
    yield f"{'right numbers made wrong':24}{'':10}{len(report.harmed_numbers):>11}"
    yield from _listed(f"{place}: {number}" for place, number in report.harmed_numbers)
    yield f"pages: {total.better} better, {total.worse} worse, {total.same} the same"
    yield from _listed(f"{place}: {more} errors more" for place, more in report.worse_pages)
    if len(report.languages) > 1:
        yield ""
        yield from _languages(report.languages)
    yield ""
    yield from _edits(report)


def _languages(languages: dict[str, Tally]) -> Iterator[str]:
    yield f"{'language':10}{'pages':>6}  {'CER':18}{'WER':18}{'numbers found':18}{'harm':>8}"
    for language, tally in sorted(languages.items()):
        cer, wer = (f"{_percent(before)} → {_percent(after)}" for before, after in (tally.cer, tally.wer))
        numbers = " → ".join(f"{counts.share_right:.1%}" for counts in tally.numbers)
        yield f"{language or '?':10}{tally.pages:>6}  {cer:18}{wer:18}{numbers:18}{_percent(tally.harm):>8}"


def _edits(report: Report) -> Iterator[str]:
    """How many edits of each kind were right, partly right and wrong, by decision; edits without a place in the truth apart."""
    table = report.edits()
    if not table:
        yield "nothing was misread, and no edit was proposed"
        return
    yield f"{'edits':12}" + "".join(f"  │ {name:20}" for name in ("accepted", "for review", "rejected")) + "  │"
    yield f"{'':12}" + "  │ right  partly  wrong" * 3 + "  │ missed"
    for kind, row in table.items():
        cells = (
            f"  │ {_number(row[d]['right'], 5)}  {_number(row[d]['partly'], 6)}  {_number(row[d]['wrong'], 5)}" for d in row
        )
        yield f"{kind:12}{''.join(cells)}  │ {_number(report.missed[kind], 6)}"
    unplaced = sum(counts["unplaced"] for row in table.values() for counts in row.values())
    if unplaced or report.elsewhere:
        more = counted(report.elsewhere, "word")
        yield f"not counted above: {counted(unplaced, 'edit')} where the truth has nothing alike; {more} of the truth"
        yield "that were not read, or not in its order"
    wrong = [j for j in report.judged if j.decision == "accepted" and j.outcome == "wrong"]
    yield from _listed(f"{j.place}: {j.edit.before!r} → {j.edit.after!r}, the truth is {j.truth!r}" for j in wrong)


def _number(count: int, width: int) -> str:
    return f"{count or '·':>{width}}"


def _listed(lines: Iterable[str]) -> Iterator[str]:
    every = list(lines)
    yield from (f"    {line}" for line in every[:MOST_LISTED])
    if len(every) > MOST_LISTED:
        yield f"    and {len(every) - MOST_LISTED} more: see --json"


def _percent(counts: Counts) -> str:
    return f"{counts.rate:.2%}" if counts.total else "-"
