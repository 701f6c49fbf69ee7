"""Which lines a model that writes is sent: how many of all, and how many of those that differ from the truth.

    python -m bench.doubtful FOLDER_OF_KEPT_READINGS --data FOLDER --set scans --skip 1 --every 4

The readings are those that ``--keep`` of the other benchmarks leaves. A line differs where it does not stand in the page's
truth, spaces, quotes and dashes aside.
"""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from bench.dataset import items
from ocrect.correcting.words import rewrite
from ocrect.correcting.words.passages import passages
from ocrect.record import schema
from ocrect.record.document import Document
from ocrect.words.lexicon import lexicon

_ALIKE = str.maketrans("’‘“”—–", "''\"\"--")
_SHORT = 3


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).translate(_ALIKE).split())


def judged(document: Document, truth: str) -> Iterator[tuple[bool, bool]]:
    """Of each line with more than a sign or two: whether it is sent, and whether it differs from the truth."""
    given = _folded(truth)
    words = lexicon("en")
    for page in document.pages:
        lines = tuple(page.lines())
        sent = {
            part.line for passage in passages(lines) if rewrite.is_doubtful(passage, lines, words) for part in passage.segments
        }
        for i, line in enumerate(lines):
            text = _folded(line.text)
            if len(text) >= _SHORT:
                yield i in sent, text not in given


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("kept", type=Path)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--set", default="scans")
    options.add_argument("--skip", type=int, default=0)
    options.add_argument("--every", type=int, default=1)
    options.add_argument(
        "--bar", type=float, action="append", help="confidence below which a passage is sent (default: as set)"
    )
    chosen = options.parse_args()
    documents = {document.source: document for document in _kept(chosen.kept, chosen.set)}
    pages = [item for item in items(chosen.data, chosen.set) if item.id in documents][chosen.skip :: chosen.every]
    for bar in chosen.bar or [rewrite.DOUBTFUL]:
        rewrite.DOUBTFUL = bar
        found = [line for item in pages for line in judged(documents[item.id], item.truth)]
        wrong = [sent for sent, differs in found if differs]
        print(
            f"below {bar}: {len(pages)} pages, {len(found)} lines, sent {sum(s for s, _ in found) / len(found):.1%};"
            f" of {len(wrong)} that differ {sum(wrong) / len(wrong):.1%}",
            flush=True,
        )


def _kept(folder: Path, name: str) -> Iterator[Document]:
    for path in sorted(folder.glob("*.json")):
        if name.lower().rstrip("s") in path.name:
            yield schema.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
