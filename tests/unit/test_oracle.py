"""A model that knows the page is heard, and one that invents or talks nonsense is not believed: the benchmark in small."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from ocrect.pipeline import Pipeline
from ocrect.record.document import Block, Box, Document, Line, Page, Word
from ocrect.settings import Settings
from ocrect.stages import Stages
from ocrect.testing import ScriptedRuntime, posterior

READ_AND_TRUE = {
    "the goods of the compeny were sold": "the goods of the company were sold",
    "he asked. and left the roorn": "he asked, and left the room",
    "paid 1,250.00 on 5 July to Mr Smith": "paid 1,250.00 on 5 July to Mr Smith",
    "take 50 mg of it with watcr": "take 50 mg of it with water",
}
DOUBTS = {
    "the goods of the compeny were sold": {21: {"a": 0.2}},
    "he asked. and left the roorn": {8: {",": 0.4}},
    "paid 1,250.00 on 5 July to Mr Smith": {},
    "take 50 mg of it with watcr": {25: {"e": 0.3}},
}
INVENTED = (
    ("sold", "bought"), ("goods", "gods"), ("company", "companies"), ("1,250.00", "1,520.00"), ("5 July", "6 July"),
    ("Smith", "Smyth"), ("50 mg", "500 mg"), ("left", "did not leave"), ("the ", "der "), ("with ", ""), (" of it", ""),
)  # fmt: skip


def corrected(reply: Callable[[str], str] | None) -> list[str]:
    """The lines after the correction with a model that replies so and finds its replies likely; ``None``: without a model."""
    lines = tuple(
        Line(
            str(n), text, words=(Word(text, Box(0, 0, 9, 9), 0.5, 0, len(text)),), evidence=posterior(text, alternatives=doubts)
        )
        for n, (text, doubts) in enumerate(DOUBTS.items())
    )
    said: list[str] = []

    def replies(prompt: str) -> str:
        match = re.search(r"<line>(.*)</line>", prompt)
        assert match is not None
        answer = match[1]
        for read in READ_AND_TRUE:
            if read in answer:
                answer = answer.replace(read, reply(read) if reply else read)
        said.append(answer)
        return answer

    def likely(prefix: str, text: str) -> float:
        return 0.0 if any(text.strip() in own for own in said) else -40.0

    runtime = ScriptedRuntime(replies, likely)
    runtime.can_write = True  # type: ignore[attr-defined]
    with Pipeline(Settings(runtime="none"), stages=Stages(runtime=runtime if reply else None)) as pipeline:
        done = pipeline.correct(Document("page", (Page(1, blocks=(Block(lines),)),)))
    return [line.corrected for line in done.lines()]


def test_a_model_that_knows_the_page_is_heard() -> None:
    found = corrected(READ_AND_TRUE.__getitem__)
    assert found == list(READ_AND_TRUE.values())


@pytest.mark.parametrize(("true", "invented"), INVENTED)
def test_a_model_that_invents_beside_what_it_knows_is_not_believed(true: str, invented: str) -> None:
    found = corrected(lambda read: READ_AND_TRUE[read].replace(true, invented))
    for text, read, truth in zip(found, READ_AND_TRUE, READ_AND_TRUE.values(), strict=True):
        words = {*read.split(), *truth.split()}
        assert set(text.split()) <= words, (text, invented)
        assert len(text.split()) == len(read.split()), (text, invented)


def test_a_model_that_talks_nonsense_changes_nothing_that_the_image_does_not_show() -> None:
    alone = corrected(None)
    for nonsense in ("The quick brown fox jumps over the dog.", "Ich kann das nicht lesen.", "9,999.99", ""):
        assert corrected(lambda read, said=nonsense: said) == alone  # type: ignore[misc]
