"""What is saved is what is loaded, for every document."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocrect.errors import InputError
from ocrect.evidence import CtcPosterior, LatticeEvidence, Reading
from ocrect.record import schema
from ocrect.record.correction import Correction, Finding, Verdict, decide, edits, settle
from ocrect.record.document import Block, Box, Document, Failure, Glyph, Line, Page, SecondReading, Step, Word

texts = st.text(max_size=12)
numbers = st.floats(allow_nan=False, width=32)
shares = st.floats(0, 1)
finite = st.floats(-1e9, 0)
boxes = st.builds(Box, numbers, numbers, numbers, numbers)
names = st.text(st.characters(codec="ascii", categories=["Ll"]), max_size=6)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=4,
)


def several(items, most=3):
    return st.lists(items, max_size=most).map(tuple)


@st.composite
def posteriors(draw):
    alphabet = tuple(draw(st.lists(st.characters(codec="utf-8"), unique=True, max_size=5)))
    shape = (draw(st.integers(1, 4)), 1 + len(alphabet))
    values = draw(st.lists(st.floats(-20, 0), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
    known = draw(st.sampled_from(["", "".join(alphabet) + "xyz"]))
    log_probs = np.array(values).reshape(shape)
    log_probs -= np.logaddexp.reduce(log_probs, axis=1, keepdims=True)
    return CtcPosterior(log_probs, alphabet, floor=draw(st.floats(-30, -5)), known=known)


lattices = st.builds(
    LatticeEvidence, st.lists(st.lists(st.builds(Reading, texts, finite), min_size=1, max_size=3).map(tuple)).map(tuple)
)
evidence = st.none() | posteriors() | lattices
findings = st.builds(
    Finding, names, st.none() | st.booleans(), texts, st.none() | numbers, st.sampled_from(["image", "text", "person"])
)


@st.composite
def corrections(draw, text):
    proposed = edits(text, draw(texts))
    verdicts = [decide(edit, draw(several(findings)), draw(names), accept_text_only=draw(st.booleans())) for edit in proposed]
    return Correction(settle(verdicts), draw(names))


@st.composite
def lines(draw):
    text = draw(texts)
    places = st.integers(0, len(text))
    words = []
    for _ in range(draw(st.integers(0, 2))):
        start, end = sorted([draw(places), draw(places)])
        words.append(Word(text[start:end], draw(boxes), draw(shares), start, end))
    return Line(
        id=draw(names),
        text=text,
        box=draw(st.none() | boxes),
        words=tuple(words),
        glyphs=draw(several(st.builds(Glyph, texts, boxes, shares))),
        baseline=draw(st.none() | st.tuples(st.tuples(numbers, numbers), st.tuples(numbers, numbers))),
        evidence=draw(evidence),
        second_readings=draw(several(st.builds(SecondReading, names, texts, evidence), 2)),
        correction=draw(st.none() | corrections(text)),
    )


blocks = st.builds(Block, several(lines()), st.sampled_from(["text", "table", "figure"]), st.none() | boxes)
pages = st.builds(
    Page,
    number=st.integers(1, 10**6),
    width=st.integers(0, 10**5),
    height=st.integers(0, 10**5),
    dpi=st.none() | st.floats(1, 2400),
    blocks=several(blocks, 2),
    steps=several(st.builds(Step, names, names, st.dictionaries(names, json_values, max_size=2)), 2),
    failure=st.none() | st.builds(Failure, names, texts, texts),
)
documents = st.builds(Document, texts, several(pages, 2))


@given(documents)
def test_a_document_survives_being_dumped_and_loaded(document):
    assert schema.load(schema.dump(document)) == document


@given(documents)
def test_a_document_survives_being_written_as_json_text(document):
    assert schema.loads(schema.dumps(document).encode().decode()) == document


@given(documents, st.data())
def test_damaged_values_are_loaded_or_refused_but_never_crash(document, data):
    values = json.loads(schema.dumps(document))
    spoil(values, data)
    try:
        loaded = schema.load(values)
    except InputError:
        return
    assert isinstance(loaded.corrected, str)


@settings(max_examples=50)
@given(documents, st.integers(0, 10_000))
def test_json_that_is_cut_off_is_refused(document, place):
    text = schema.dumps(document)
    cut = text[: place % len(text)]
    with pytest.raises(InputError) as caught:
        schema.loads(cut)
    assert caught.value.hint


def spoil(values, data):
    """Put something else in the place of one value somewhere in ``values``."""
    while True:
        keys = sorted(values) if isinstance(values, dict) else list(range(len(values)))
        key = data.draw(st.sampled_from(keys))
        inner = values[key]
        if not (isinstance(inner, (dict, list)) and inner) or data.draw(st.booleans()):
            values[key] = data.draw(json_values | st.sampled_from([-1, 10**12, "nan", [[]], {"kind": "ctc"}]))
            return
        values = inner


def test_the_strategy_makes_accepted_edits():
    """Otherwise the tests above would say nothing about corrections."""
    verdict = Verdict(edits("a b", "a c")[0], "accepted")
    line = Line("1", "a b", correction=Correction((verdict,)))
    assert schema.load(schema.dump(Document("", (Page(1, blocks=(Block((line,)),)),)))).corrected == "a c"
