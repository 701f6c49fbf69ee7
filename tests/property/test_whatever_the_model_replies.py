"""The invariant, attacked: whatever a model replies, no well-formed number, amount, date, dose or code changes unseen.

The attacks are those of ``bench/hostile_replies.py``, which runs many more of them.
"""

from __future__ import annotations

import pytest
from bench.hostile_replies import CASES, EVIDENCE, attacked_by, broken, times

from ocrect import Pipeline, Settings
from ocrect.record.document import Block, Box, Document, Line, Page, Word
from ocrect.stages import Stages
from ocrect.testing import ScriptedRuntime, posterior

ROUNDS = {"no evidence": 60, "a certain image": 4, "a doubtful image": 4}
"""Times that all lines are attacked: evidence costs time."""


def test_the_cases_are_in_order_and_a_change_in_them_is_noticed() -> None:
    for case in CASES:
        assert not broken(case, case.text)
        for token in case.keep:
            assert times(token, case.text) == case.keep.count(token)
            assert broken(case, case.text.replace(token, token + "9")), token


@pytest.mark.parametrize("text_only", [False, True], ids=["for review", "text-only accepted"])
@pytest.mark.parametrize("image", EVIDENCE)
@pytest.mark.parametrize("proposes", ["the model", "anyone"])
def test_no_locked_token_changes_whatever_is_replied(image: str, text_only: bool, proposes: str) -> None:
    _, accepted, found = attacked_by(proposes, image, text_only=text_only, rounds=ROUNDS[image])
    assert not found
    if text_only and image == "no evidence":
        assert accepted, "nothing was ever accepted: the attack tests nothing"


def test_an_amount_becomes_what_the_image_shows_and_nothing_else() -> None:
    read = Line(
        "l",
        "Total due $700.00 today",
        words=(Word("Total", Box(0, 0, 9, 9), 0.5, 0, 5),),
        evidence=posterior("Total due $100.00 today"),
    )
    document = Document("attacked", (Page(1, blocks=(Block((read,)),)),))
    replies = [f"Total due ${digit}{rest} today" for digit in "123456789" for rest in ("00.00", "0.000", ",000.00")]
    runtime = ScriptedRuntime(replies, lambda prefix, text: 100.0)
    runtime.can_write = True  # type: ignore[attr-defined]
    with Pipeline(Settings(accept_text_only=True), stages=Stages(runtime=runtime)) as pipeline:
        seen = [pipeline.correct(document).corrected for _ in replies]
    assert len(runtime.prompts) == len(replies)
    assert set(seen) <= {"Total due $700.00 today", "Total due $100.00 today"}
    assert seen[0] == "Total due $100.00 today"
