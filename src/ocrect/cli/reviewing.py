"""``ocrect review``: what no check could decide, for a person, on a local page."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING, Any

from ocrect.cli import options
from ocrect.errors import InputError, MissingDependencyError
from ocrect.wording import counted

if TYPE_CHECKING:
    from ocrect.batch.work import Plan

DESCRIPTION = """\
Open a local page on which you decide what no check could: a card for each place in doubt, the costliest first, and every page
beside its text. Every decision is kept at once, with your name and the time, and can be taken back.

What is reviewed is the output folder of `ocrect batch`, one scan, which is read first, or JSON that ocrect wrote. Nobody but
this machine can open the page, and only with the address that is printed. End with Ctrl-C.
"""
EXAMPLES = """\
examples:
  ocrect review out/                           everything that `ocrect batch scans/ out/` left in doubt
  ocrect review invoice.pdf --format pdf,text  read it, review it, write it
  ocrect review invoice.json --scan invoice.pdf
  ocrect review out/ --words own.txt --confusions table.tsv --record all.jsonl
                                               no page: what was decided so far, as a dictionary (for
                                               --dictionary of read and batch), as what the engine takes
                                               for what, and decision by decision
"""


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    command = commands.add_parser(
        "review", help="decide what no check could, on a local page", description=DESCRIPTION, epilog=EXAMPLES,
    )  # fmt: skip
    command.add_argument("target", type=options.path, metavar="OUT|SCAN|JSON", help="output folder of batch, a scan, or JSON")
    command.add_argument("--format", metavar="NAMES", help="formats to write anew, joined by commas (default: as before)")
    command.add_argument("--scan", type=options.path, metavar="SCAN", help="where the scan, or the folder of scans, lies now")
    command.add_argument(
        "-o", "--output", type=options.path, metavar="DIR", help="folder of one document (default: FILE.review/)"
    )
    command.add_argument("--who", metavar="NAME", help="your name, kept with each decision (default: the user's)")
    command.add_argument("--port", type=options.port, default=0, metavar="N", help="port on 127.0.0.1 (default: a free one)")
    command.add_argument("--no-browser", action="store_true", help="only print the address")
    command.add_argument("--force", action="store_true", help="replace files that ocrect did not write")
    learned = command.add_argument_group("instead of the page, what was decided so far")
    learned.add_argument(
        "--words", type=options.path, metavar="FILE", help="your own words, one a line: give it to --dictionary later"
    )
    learned.add_argument(
        "--confusions", type=options.path, metavar="FILE", help="what the engine takes for what, and how often (TSV)"
    )
    learned.add_argument("--record", type=options.path, metavar="FILE", help="every decision that stands, one a line (JSON)")
    options.add(command, "input", "reading", "language", "model", "correction")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """The exit code: 0."""
    try:
        from ocrect.review.serving import serve
    except ImportError as error:
        raise MissingDependencyError("review needs a few packages more", hint="pip install 'ocrect[serve]'") from error
    from ocrect.review.desk import Desk
    from ocrect.review.opening import Wanted, opened, result_of

    formats = tuple(dict.fromkeys(name.strip() for name in (chosen.format or "").split(",") if name.strip()))
    wanted = Wanted(chosen.target, chosen.output, formats, chosen.scan, chosen.force)
    try:
        plan = opened(wanted, options.settings(chosen), said=lambda word: print(f"ocrect: {word}", file=sys.stderr))
    except InputError as error:
        raise error.about(str(chosen.target)) from None
    if chosen.words or chosen.confusions or chosen.record:
        return _learn(chosen, plan)
    with Desk(plan, result_of(wanted)).open() as desk:
        serve(desk, who=chosen.who or _user(), port=chosen.port, ready=lambda address: _ready(chosen, address))
    return 0


def _learn(chosen: argparse.Namespace, plan: Plan) -> int:
    """Write what was decided so far."""
    import json
    from contextlib import closing

    from ocrect import writers
    from ocrect.review import learning
    from ocrect.review.desk import Desk

    with closing(Desk(plan)) as desk:
        decisions = list(desk.decisions())
        words = learning.own_words(decisions, plan.settings.languages or ("en",))
        told = {
            chosen.words: "".join(f"{word}\n" for word in words),
            chosen.confusions: learning.table(learning.confusions(decisions)),
            chosen.record: "".join(json.dumps(desk.told(one), ensure_ascii=False) + "\n" for one in decisions),
        }
    for path, text in told.items():
        if path is not None:
            writers.save(lambda out, text=text: out.write(text.encode()), path, force=chosen.force)  # type: ignore[misc]
    print(f"ocrect: {counted(len(decisions), 'decision')}, {counted(len(words), 'word')} of your own", file=sys.stderr)
    return 0


def _ready(chosen: argparse.Namespace, address: str) -> None:
    print(address, flush=True)
    if not chosen.no_browser:
        import webbrowser

        webbrowser.open(address)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
