"""What a document's JSON leaves out by default changes no text, and hardly a score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ocrect.evidence import CtcPosterior
from ocrect.record import compact, schema
from ocrect.record.correction import SETTLE, Correction, Edit, Finding, Verdict
from ocrect.record.document import Block, Box, Document, Glyph, Line, Page, Word
from ocrect.testing import posterior


@st.composite
def posteriors(draw):
    """Posteriors of every sharpness, near ties too."""
    frames, symbols = draw(st.integers(1, 12)), draw(st.integers(1, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    logits = rng.normal(0, draw(st.sampled_from([0.01, 1.0, 6.0, 20.0])), (frames, 1 + symbols))
    log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    alphabet = tuple(chr(ord("a") + i) for i in range(symbols))
    return CtcPosterior(log_probs, alphabet, known="".join(alphabet))


@given(posteriors())
def test_the_engines_reading_stays_what_it_is(whole):
    assert compact.posterior(whole).text == whole.text


@given(posteriors())
def test_thinned_again_it_stays_as_it_is(whole):
    once = compact.posterior(whole)
    assert compact.posterior(once) == once


@given(st.text("abcdefgh 1.,", min_size=1, max_size=20), st.data())
def test_a_likelihood_changes_by_a_share_of_itself(text, data):
    whole = posterior(text, alternatives={data.draw(st.integers(0, len(text) - 1)): {"x": 0.2}})
    at = data.draw(st.integers(0, len(text) - 1))
    texts = [text, text[:at] + "x" + text[at + 1 :]]
    before, after = whole.log_likelihood(texts), compact.posterior(whole).log_likelihood(texts)
    for one, other in zip(before, after, strict=True):
        assert abs(one - other) <= 0.02 * abs(one) + 0.01


places = st.floats(0, 5_000)
boxes = st.builds(Box, places, places, places, places)


@given(st.lists(st.builds(Glyph, st.text("ab", min_size=1, max_size=1), boxes, st.floats(0, 1)), max_size=5), boxes)
def test_boxes_move_by_no_more_than_a_sixteenth_of_a_pixel(glyphs, box):
    text = "".join(glyph.text for glyph in glyphs)
    line = Line("1", text, box, (Word(text, box, 0.123456789, 0, len(text)),), tuple(glyphs))
    before = Document("x.png", (Page(1, blocks=(Block((line,), box=box),)),))
    after = schema.loads(schema.dumps(compact.thinned(before)))
    for one, other in zip(glyphs, next(after.lines()).glyphs, strict=True):
        assert (one.text, abs(one.confidence - other.confidence) <= 5e-5) == (other.text, True)
        for side in ("left", "top", "right", "bottom"):
            assert abs(getattr(one.box, side) - getattr(other.box, side)) <= 1 / 16
    assert compact.thinned(after) == after


def test_findings_that_said_nothing_are_left_out_and_no_others():
    silent = Finding("arithmetic", None, "no sum on the page")
    telling = (
        Finding("image", True, "likelier", 1.5, "image"),
        Finding("word", None, "as likely", 0.0),
        Finding("doubt", None, "ask", asks=True),
        Finding(SETTLE, None, "the reading 'b' is likelier here"),
        Finding("person", None, "a person reads 'b' here", witness="person"),
    )
    line = Line("1", "a", correction=Correction((Verdict(Edit(0, 1, "a", "b"), "review", (silent, *telling)),)))
    document = Document("x.png", (Page(1, blocks=(Block((line,)),)),))
    (verdict,) = next(compact.thinned(document).lines()).verdicts
    assert verdict.findings == telling
    assert replace(verdict, findings=(silent, *telling)) == line.verdicts[0]
