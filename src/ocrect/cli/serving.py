"""``ocrect serve``: the service, and its keys."""

from __future__ import annotations

import argparse
import os
from dataclasses import fields
from pathlib import Path
from typing import Any

from ocrect.cli import options
from ocrect.errors import MissingDependencyError
from ocrect.settings import cores

DESCRIPTION = """\
Read documents and correct texts over HTTP. Only this machine is served, unless --host says otherwise and there is a key.

What was sent, what was read and the results are in the data folder; a service that was ended or killed goes on where it was.
The description of the interface is at /openapi.json.
"""
EXAMPLES = """\
examples:
  ocrect serve                                          http://127.0.0.1:8765
  ocrect serve --keep-alive 0                           the language model is freed after each document
  ocrect serve --new-key office                         make a key, and print it this once
  ocrect serve --host 0.0.0.0 --allow-host ocr.example  for other machines, behind a proxy that speaks TLS
  curl -F file=@scan.pdf -F formats=text -H 'Prefer: wait=60' http://127.0.0.1:8765/v1/documents
"""


def register(commands: Any) -> None:
    """Add the command to the parser's sub-commands."""
    from ocrect.batch.limits import Limits

    command = commands.add_parser(
        "serve", help="a service that reads and corrects over HTTP", description=DESCRIPTION, epilog=EXAMPLES,
    )  # fmt: skip
    group = command.add_argument_group("service")
    group.add_argument("--host", default="127.0.0.1", help="address to listen at (default: 127.0.0.1)")
    group.add_argument(
        "--port", type=options.port, default=8765, metavar="N", help="port (default: 8765; 0: a free one, which is printed)"
    )
    group.add_argument(
        "--data", type=options.path, metavar="DIR", help="folder of jobs and results (default: the user's state folder)"
    )
    group.add_argument("--workers", type=options.workers, default=0, metavar="N", help="processes (default: as many as cores)")
    group.add_argument("--allow-host", action="append", default=[], metavar="NAME", help="serve requests to this name too")
    group.add_argument("--new-key", metavar="NAME", help="make a key, print it, and end")
    group.add_argument("--revoke-key", metavar="NAME", help="forget a key, and end")
    limits = command.add_argument_group("limits")
    for item in fields(Limits):
        flag = "--" + item.name.replace("_", "-")
        limits.add_argument(flag, type=int, metavar="N", help=f"{item.metadata['help']} (default: {item.default})")
    options.add(command, "input", "reading", "language", "model", "correction", "output")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Make or forget a key, or serve; the exit code."""
    from ocrect.batch.limits import Limits

    folder = chosen.data or _state_folder()
    if chosen.new_key is not None or chosen.revoke_key is not None:
        return _keys(folder, chosen)
    try:
        from ocrect.server import run as service
    except ImportError as error:
        raise MissingDependencyError(f"the service cannot be loaded: {error}", hint="pip install 'ocrect[serve]'") from error
    from ocrect.server.plan import Plan

    given = {f.name: value for f in fields(Limits) if (value := getattr(chosen, f.name)) is not None}
    limits = Limits(**given)
    plan = Plan(folder, options.settings(chosen), limits)
    return service.serve(plan, chosen.host, chosen.port, chosen.workers or cores(), chosen.allow_host)


def _keys(folder: Path, chosen: argparse.Namespace) -> int:
    from ocrect.server.keys import Keys

    keys = Keys(folder)
    if chosen.revoke_key is not None:
        keys.revoke(chosen.revoke_key)
    if chosen.new_key is not None:
        print(keys.add(chosen.new_key))
    return 0


def _state_folder() -> Path:
    """Where the user's services keep their state (XDG Base Directory)."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "ocrect" / "serve"
