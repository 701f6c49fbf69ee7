"""Build the API reference from the docstrings: `python scripts/make_docs.py FOLDER` (`make docs`)."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pdoc

import ocrect

MODULES = [
    "pipeline",
    "settings",
    "plugins",
    "errors",
    "record",
    "evidence",
    "source",
    "writers",
    "writing",
    "measure",
    "testing",
    "numbers.rule",
    "numbers.forms",
]


def build(folder: Path) -> None:
    """Write the pages. A public name that there is not is an error, as is a module that does not import."""
    for name in ocrect.__all__:
        getattr(ocrect, name)  # loaded on first use; what is not loaded has no page
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*does not resolve.*")
        warnings.filterwarnings("ignore", message="Error parsing type annotation.*")  # names imported for type checking alone
        pdoc.pdoc("ocrect", *(f"ocrect.{module}" for module in MODULES), output_directory=folder)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
