"""How long pages have been worked on."""

from __future__ import annotations

import pytest

from ocrect import timekeeping
from ocrect.record.document import Page
from ocrect.timekeeping import Timekeeper


def test_a_page_is_overdue_only_while_it_is_worked_on(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(timekeeping.time, "monotonic", lambda: now[0])
    times = Timekeeper()
    with times.timed(Page(1)), times.timed(Page(2)):
        now[0] += 10
        with times.timed(Page(3)):
            assert times.overdue(9) == [Page(1), Page(2)]
            assert times.overdue(11) == times.overdue(0) == []
            now[0] += 5
            assert times.overdue(4) == [Page(1), Page(2), Page(3)]
    assert times.overdue(1e-9) == []


def test_a_page_that_failed_is_worked_on_no_longer() -> None:
    times = Timekeeper()
    with pytest.raises(ZeroDivisionError), times.timed(Page(1)):
        _ = 1 / 0
    assert times.overdue(1e-9) == []


def test_a_page_of_several_parts_may_take_as_long_as_they(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(timekeeping.time, "monotonic", lambda: now[0])
    times = Timekeeper()
    with times.timed(Page(1), 3), times.timed(Page(2)):
        now[0] += 25
        assert times.overdue(10) == [Page(2)]
        now[0] += 10
        assert times.overdue(10) == [Page(1), Page(2)]
