"""The pages of a long document on disk while it is read: all of them come back, as they were."""

from __future__ import annotations

import numpy as np
import pytest

from ocrect.evidence.posterior import CtcPosterior
from ocrect.record.document import Block, Box, Document, Line, Page, Word
from ocrect.record.lazy import LazyPages
from ocrect.record.rewriting import printed
from ocrect.record.spool import HELD, Spool
from ocrect.testing import posterior


class Unsaveable:
    """Evidence of a plug-in that has no form for files."""

    def log_likelihood(self, texts):
        return [0.0 for _ in texts]

    def alternatives(self, n):
        return []


def a_page(number: int, evidence: object = None) -> Page:
    text = f"page{number}"
    line = Line("l1", text, Box(1, 2, 30, 9), (Word(text, Box(1, 2, 30, 9), 0.25, 0, len(text)),), evidence=evidence)
    return Page(number, 100, 50, 72.0, (Block((line,)),))


@pytest.mark.parametrize("count", [0, 1, HELD, HELD + 1, 3 * HELD])
def test_pages_come_back_in_order_and_as_they_were(count):
    given = [a_page(number, posterior("abc")) for number in range(1, count + 1)]
    with Spool() as spool:
        for page in given:
            spool.add(page)
        kept = spool.pages()
        assert len(spool) == len(kept) == count
        assert [page.number for page in kept] == list(range(1, count + 1))
        for page, before in zip(kept, given, strict=True):
            (line,), (own,) = page.lines(), before.lines()
            assert (line.text, line.box, line.words) == (own.text, own.box, own.words)
            assert isinstance(line.evidence, CtcPosterior)
            assert np.allclose(line.evidence.log_probs, own.evidence.log_probs, rtol=1e-3)
        assert [page.number for page in kept[-3:]] == [page.number for page in given[-3:]]
        assert Document("x", kept).text == Document("x", tuple(given)).text


def test_a_page_whose_evidence_cannot_be_saved_is_held():
    with Spool() as spool:
        for number in range(1, HELD + 4):
            spool.add(a_page(number, Unsaveable()))
        assert [page.number for page in spool.pages()] == list(range(1, HELD + 4))


def test_a_change_of_lazy_pages_is_made_when_they_are_asked_for():
    asked: list[int] = []

    def load(index: int) -> Page:
        asked.append(index)
        return a_page(index + 1)

    document = printed(Document("x", LazyPages(1_000, load)))
    assert asked == []
    assert document.pages[-1].number == 1_000
    assert asked == [999]
