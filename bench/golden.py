"""The verdicts on kept readings, written down, so that a change of the code can be held to them.

    python -m bench.golden write OUT.jsonl FOLDER [--only PREFIX] [--limit N] [--run "runtime=none"]
    python -m bench.golden compare BEFORE.jsonl AFTER.jsonl

``FOLDER`` holds documents as they were read, without a correction (``--keep`` of ``accuracy`` writes such). ``write`` corrects
each and writes a line a document: every verdict of every line that has one, and the CPU-seconds. ``compare`` prints what
differs: accepted text first, then decisions, edits that are proposed by one side only, and findings by check. The script stands
by itself: it runs on the tree that it is started in, whichever state of the code that holds.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.reading import from_words
from ocrect.pipeline import Pipeline
from ocrect.record import schema
from ocrect.record.document import Document
from ocrect.settings import Settings

Verdicts = dict[tuple[int, int, str], dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.golden", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    writing = commands.add_parser("write")
    writing.add_argument("out", type=Path)
    writing.add_argument("folder", type=Path)
    writing.add_argument("--only", default="", help="documents whose file names hold this")
    writing.add_argument("--limit", type=int, default=0)
    writing.add_argument("--every", type=int, default=1, help="take the first of every so many documents")
    writing.add_argument("--run", default="runtime=none", help="settings, as key=value ...")
    comparing = commands.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    options = parser.parse_args()
    if options.command == "compare":
        compare(options.before, options.after)
    else:
        files = [path for path in sorted(options.folder.glob("*.json")) if options.only in path.name][:: options.every]
        settings = from_words(options.run)
        write(options.out, files[: options.limit or None], settings)


def write(out: Path, files: list[Path], settings: dict[str, str]) -> None:
    """Correct each document and write its verdicts, a JSON object a line."""
    pipelines: dict[str, Pipeline] = {}
    with out.open("w", encoding="utf-8") as stream:
        for path in files:
            document = schema.loads(path.read_text(encoding="utf-8"))
            language = _language(path)
            if language not in pipelines:
                pipelines[language] = Pipeline(Settings().with_(language=language, **settings))
            began = time.process_time()
            corrected = pipelines[language].correct(document)
            took = time.process_time() - began
            row = {"document": path.stem, "seconds": round(took, 3), "lines": list(_lines(corrected))}
            print(json.dumps(row, ensure_ascii=False), file=stream, flush=True)
    for pipeline in pipelines.values():
        pipeline.close()


def _language(path: Path) -> str:
    """The language in which a document was kept: the last part of its name where that is a code, else English."""
    last = path.stem.rsplit("-", 1)[-1]
    return last if len(last) == 2 and last.isalpha() and last.islower() else "en"


def _lines(document: Document) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(document.lines()):
        if line.verdicts:
            verdicts = [
                {
                    "edit": [v.edit.start, v.edit.end, v.edit.after],
                    "before": v.edit.before,
                    "decision": v.decision,
                    "source": v.source,
                    "findings": {f.check: [f.supports, None if f.score is None else round(f.score, 3)] for f in v.findings},
                }
                for v in line.verdicts
            ]
            yield {"line": number, "read": line.text, "corrected": line.corrected, "verdicts": verdicts}


def compare(before: Path, after: Path) -> None:
    """Print every difference, and counts."""
    old, new = _loaded(before), _loaded(after)
    counts: Counter[str] = Counter()
    for document in old.keys() & new.keys():
        counts["documents"] += 1
        lines, others = ({row["line"]: row for row in found[document]["lines"]} for found in (old, new))
        for number in sorted(lines.keys() | others.keys()):
            _compare_line(f"{document} {number}", lines.get(number), others.get(number), counts)
    seconds = [sum(float(found[d]["seconds"]) for d in old.keys() & new.keys()) for found in (old, new)]
    print("\n".join(f"{name}: {n}" for name, n in sorted(counts.items())))
    print(f"CPU-seconds: {seconds[0]:.1f} before, {seconds[1]:.1f} after")


def _compare_line(name: str, old: dict[str, Any] | None, new: dict[str, Any] | None, counts: Counter[str]) -> None:
    texts = [row["corrected"] for row in (old, new) if row]
    if len(set(texts)) > 1:
        counts["lines of other text"] += 1
        print(f"TEXT {name}: {texts[0]!r} now {texts[1]!r}")
    first, second = _verdicts(old), _verdicts(new)
    for key in sorted(first.keys() | second.keys()):
        was, now = first.get(key), second.get(key)
        if was is None or now is None:
            counts["edits of one side"] += 1
            print(f"EDIT {name}: {key} {was and was['decision']} now {now and now['decision']}")
            continue
        counts["verdicts"] += 1
        if was["decision"] != now["decision"]:
            counts["decisions"] += 1
            print(f"DECISION {name}: {was['before']!r} → {key[2]!r}: {was['decision']} now {now['decision']}")
        for check in was["findings"].keys() | now["findings"].keys():
            if was["findings"].get(check) != now["findings"].get(check):
                counts[f"finding of {check}"] += 1


def _verdicts(row: dict[str, Any] | None) -> Verdicts:
    return {(v["edit"][0], v["edit"][1], v["edit"][2]): v for v in row["verdicts"]} if row else {}


def _loaded(path: Path) -> dict[str, dict[str, Any]]:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {row["document"]: row for row in rows}


if __name__ == "__main__":
    main()
