"""``ocrect engines`` and ``ocrect doctor``: what is installed, what is missing, and the command that fixes it."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from ocrect.cli import options


def register(commands: Any) -> None:
    """Add the commands to the parser's sub-commands."""
    engines = commands.add_parser(
        "engines",
        help="list engines and the languages that each can read here",
        description="List the engines and the languages, as ISO 639-1 codes, that each can read here.\n"
        "`ocrect doctor` says what is missing for others.",
    )
    engines.set_defaults(run=run_engines, settings=None)
    options.add(engines, "reading", "language")
    doctor = commands.add_parser(
        "doctor",
        help="what is installed, what is missing, and the command that fixes it",
        description="Say what is installed, what is missing for the settings given, and the command that fixes it.\n"
        "Exit code 3 where the main job cannot run.",
    )
    doctor.add_argument("--json", action="store_true", help="as JSON, for a report")
    options.add(doctor, "reading", "language", "model")
    doctor.set_defaults(run=run_doctor)


def run_engines(chosen: argparse.Namespace) -> int:
    from ocrect import plugins
    from ocrect.engines import choice

    settings = options.settings(chosen)
    for name in plugins.names("engines"):
        print(f"{name:12} {' '.join(choice.languages(name, settings)) or 'no languages: see `ocrect doctor`'}")
    return 0


def run_doctor(chosen: argparse.Namespace) -> int:
    """Exit code 0 where the main job can run, 3 where something that it needs is missing."""
    from ocrect import diagnosis

    report = diagnosis.examine(options.settings(chosen))
    if chosen.json:
        json.dump(report.as_json(), sys.stdout, indent=2, ensure_ascii=False)
        print()
    else:
        for item in report.items:
            print(f"{'ok' if item.well else '!!':3} {item.subject:20} {item.state}")
            if item.mend:
                print(f"{'':24} → {item.mend}")
    return 0 if report.works else 3
