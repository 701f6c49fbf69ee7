"""Is a model that writes and knows the truth heard on plain text, and one that invents or talks nonsense not believed?

    python -m bench.oracle_on_text --data FOLDER [--set …] [--model truth] [--skip N] [--every N] [--limit N] [--judged]

The runtimes of :mod:`bench.oracle` on items of kind `pair`, through the real `Pipeline.correct` with `accept_text_only=true`:
of the pages' readings hardly any misread words are left to be tried on. ``--judged``: the runtime does not score, as a server
that gives no log-probabilities, and the embedded model judges what it writes.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.dataset import Item
from bench.oracle import MODELS, Oracle, Tally, report
from bench.pairs import pairs
from bench.truths import Known
from ocrect.pipeline import Pipeline
from ocrect.record import plaintext
from ocrect.settings import Settings
from ocrect.stages import Stages

SETS = ("icdar2017-eng_monograph", "icdar2017-eng_periodical")


def measure(chosen: Sequence[Item], model: str, *, judged: bool) -> Tally:
    """These pairs, each a text of one line, corrected with one model."""
    tally = Tally()
    for item in chosen:
        oracle = Oracle(model, item.id)
        oracle.can_score = not judged
        document = plaintext.document(" ".join(item.row["ocr"].split()))
        known = [Known(line, " ".join(item.truth.split())) for line in document.lines()]
        oracle.learn(known)
        settings = Settings(language=item.language, accept_text_only=True)
        with Pipeline(settings, stages=Stages(runtime=oracle)) as pipeline:
            done = {line.id: line for line in pipeline.correct(document).lines()}
        for one in known:
            tally.add(one, done[one.line.id])
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.oracle_on_text", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.jsonl")
    parser.add_argument("--set", action="append", help=f"sets of pairs (default: {', '.join(SETS)})")
    parser.add_argument("--model", action="append", choices=MODELS, help="(default: all three)")
    parser.add_argument("--skip", type=int, default=0, help="pairs of a set to leave out at its head")
    parser.add_argument("--every", type=int, default=1, help="of the others, take the first of every so many")
    parser.add_argument("--limit", type=int, default=0, help="most pairs of a set (default: all)")
    parser.add_argument("--judged", action="store_true", help="the embedded model judges what is written")
    given = parser.parse_args()
    for name in given.set or SETS:
        for model in given.model or MODELS:
            chosen = pairs(given.data, name)[given.skip :: given.every][: given.limit or None]
            report(
                f"{name}, {len(chosen)} texts, model {model}{', judged' if given.judged else ''}",
                measure(chosen, model, judged=given.judged),
            )


if __name__ == "__main__":
    main()
