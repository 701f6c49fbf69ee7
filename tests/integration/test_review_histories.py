"""Any sequence of answers, of two people with older and newer views, undone and repeated, is as a simple model has it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("fastapi", reason="the review pages need the extra `serve`")

from tests.integration.review_folder import LINES, folder

from ocrect.review.desk import Desk, Seen
from ocrect.review.ledger import Stale

WORDS = [(line, m) for line, (read, *_) in enumerate(LINES) for m in range(len(read.split()))]
"""Every word of the page: its line and which of the line's it is."""


@dataclass
class Model:
    """What persons said of each word, in order, and what each of them has seen of it."""

    said: dict[tuple[int, int], list[tuple[int, str]]] = field(default_factory=dict)
    news: dict[tuple[int, int], int] = field(default_factory=dict)
    made: list[tuple[int, str, tuple[int, int]]] = field(default_factory=list)

    def say(self, place: tuple[int, int], who: str, text: str, number: int) -> None:
        self.said.setdefault(place, []).append((number, text))
        self.news[place] = number
        self.made.append((number, who, place))

    def undo(self, who: str, number: int) -> bool:
        """Take back the latest word of a person; false where there is none."""
        own = [one for one in self.made if one[1] == who]
        if not own:
            return False
        self.made.remove(own[-1])
        place = own[-1][2]
        self.said[place] = [one for one in self.said[place] if one[0] != own[-1][0]]
        self.news[place] = number
        return True

    def lines(self) -> list[str]:
        told = []
        for line, (read, *_) in enumerate(LINES):
            words = read.split()
            for place, word in enumerate(words):
                words[place] = (self.said.get((line, place)) or [(0, word)])[-1][1]
            told.append(" ".join(words))
        return told


@st.composite
def steps(draw):
    """A person says what a word is, with the view that they have, or looks anew, or takes back."""
    who = draw(st.sampled_from(["Ana", "Bo"]))
    what = draw(st.sampled_from(["say", "say", "say", "look", "undo", "again"]))
    return who, what, draw(st.sampled_from(WORDS)), draw(st.sampled_from(["x1", "yy", "9.99"]))


def span(desk: Desk, place: tuple[int, int]) -> tuple[str, int, int]:
    """Where a word stands in the line as it reads now."""
    line = list(desk.page(1, 1)[0].lines())[place[0]]
    words = line.corrected.split(" ")
    start = sum(len(word) + 1 for word in words[: place[1]])
    return line.id, start, start + len(words[place[1]])


@given(st.lists(steps(), min_size=1, max_size=14))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history_of_two_people_is_as_the_model_has_it(history):
    with tempfile.TemporaryDirectory() as made:
        desk = Desk(folder(Path(made), names=("a.png",)))
        model, seen, sent = Model(), {"Ana": 0, "Bo": 0}, []
        for number, (who, what, place, text) in enumerate(history):
            if what == "look":
                seen[who] = desk.ledger.last()
            elif what == "undo":
                undone = desk.undo(Seen(who, seen[who], f"token-{number}"))
                assert bool(undone) == model.undo(who, desk.ledger.last())
            elif what == "again" and sent:
                before = desk.ledger.last()
                desk.retype(*sent[-1])
                assert desk.ledger.last() == before
            elif what == "say":
                line, start, end = span(desk, place)
                call = (1, 1, line, (start, end), text, Seen(who, seen[who], f"token-{number}"))
                kept = desk.retype(*call)
                assert isinstance(kept, Stale) == (model.news.get(place, 0) > seen[who])
                if not isinstance(kept, Stale):
                    model.say(place, who, text, kept[0].id)
                    sent.append(call)
            assert [line.corrected for line in desk.page(1, 1)[0].lines()] == model.lines()
        desk.close()
        again = Desk(desk.plan)
        assert [line.corrected for line in again.page(1, 1)[0].lines()] == model.lines()
        again.close()
