"""Lines rewritten by a model that writes: along the line as a draft against token by token, in one run.

    python -m bench.drafts MODEL.gguf [--lines 40] [--errors 0.03]

Both ways take each line in turn, through the proposer `rewrite` with its own prompt; the line is misread by listed confusions.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.image_evidence import texts
from ocrect.correcting.words import rewrite
from ocrect.llm.llama_cpp import build
from ocrect.plugins import Context, Runtime
from ocrect.record.document import Line
from ocrect.settings import Settings
from ocrect.words.confusions import rewrites


@dataclass
class Way:
    """A runtime that passes the draft on, or keeps it to itself; what it took and what was replied."""

    runtime: Runtime
    with_draft: bool
    name: str = "bench"
    can_write: bool = True
    seconds: float = 0.0
    replies: list[str] = field(default_factory=list)

    def generate(self, prompt: str, *, system: str = "", grammar: str = "", draft: str = "", max_tokens: int = 256) -> str:
        start = time.perf_counter()
        draft = draft if self.with_draft else ""
        reply = self.runtime.generate(prompt, system=system, grammar=grammar, draft=draft, max_tokens=max_tokens)
        self.seconds += time.perf_counter() - start
        self.replies.append(reply)
        return reply

    def score(self, prefix: str, continuations: Sequence[str]) -> list[float]:
        return self.runtime.score(prefix, continuations)

    def close(self) -> None:
        self.runtime.close()

    def itself(self) -> Runtime:
        return self


def misread(text: str, rate: float, dice: random.Random) -> str:
    """``text`` with listed confusions at random places, about ``rate`` of its characters."""
    for _ in range(sum(dice.random() < rate for _ in text) or 1):
        text = dice.choice(list(rewrites(text)) or [text])
    return text


def measure(model: Path, lines: int, errors: float) -> None:
    """Prints seconds of both ways, their ratio, and how many replies are the same."""
    dice = random.Random(1)
    page = [Line(str(i), misread(text, errors, dice)) for i, text in enumerate(texts(dice, lines))]
    with build(Settings(model=str(model))) as runtime:
        runtime.generate("warm", system=rewrite.SYSTEM, max_tokens=2)
        plain, drafted = Way(runtime, with_draft=False), Way(runtime, with_draft=True)
        for i, line in enumerate(page):
            for way in (plain, drafted) if i % 2 else (drafted, plain):
                rewrite.propose([line], Context(page, runtime=way.itself))
    same = sum(a == b for a, b in zip(plain.replies, drafted.replies, strict=True))
    print(
        f"{len(plain.replies)} lines: token by token {plain.seconds:.1f} s, along the draft {drafted.seconds:.1f} s, "
        f"{plain.seconds / drafted.seconds:.2f} times as fast; {same} replies the same"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.drafts", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--lines", type=int, default=40, help="drawn lines, of which the doubtful ones are rewritten")
    parser.add_argument("--errors", type=float, default=0.03, help="share of characters that are misread")
    options = parser.parse_args()
    measure(options.model, options.lines, options.errors)


if __name__ == "__main__":
    main()
