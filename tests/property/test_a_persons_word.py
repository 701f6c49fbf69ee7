"""A person's word decides, stays through every later correction, and can be taken back without a trace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect.record import review, schema
from ocrect.record.correction import Correction, Edit, Finding, Verdict, edits, settle, strength
from ocrect.record.document import Block, Document, Line, Page

TEXT = "Tota1 due: 1.5OO,00 by ernail"


def document(correction: Correction | None = None) -> Document:
    return Document("scan.png", (Page(1, blocks=(Block((Line("p1-l1", TEXT, correction=correction),)),)),))


def line(of: Document) -> Line:
    return next(of.lines())


@st.composite
def proposals(draw):
    """An edit of a span of the text."""
    start = draw(st.integers(0, len(TEXT)))
    end = draw(st.integers(start, min(len(TEXT), start + 8)))
    after = draw(st.text("abO01 ", max_size=5).filter(lambda text: text != TEXT[start:end]))
    return Edit(start, end, TEXT[start:end], after)


@st.composite
def corrections(draw):
    """What checks may have made of the line."""
    chosen = draw(st.lists(proposals(), max_size=5, unique=True))
    finding = Finding("image", True, "likelier", 1.0, "image")
    verdicts = [
        Verdict(edit, draw(st.sampled_from(["accepted", "review", "rejected"])), (finding,), "nbest") for edit in chosen
    ]
    return Correction(settle(sorted(verdicts, key=strength, reverse=True)), "nbest")


def told(of: Document, words: list[tuple[Edit | str, bool]]) -> Document:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    for minute, (said, accept) in enumerate(words):
        of = review.decide(of, "p1-l1", said, accept=accept, who="Ana", when=start + timedelta(minutes=minute))
    return of


several_words = st.lists(st.tuples(proposals() | st.text("ab 01", max_size=9), st.booleans()), min_size=1, max_size=4)


@given(corrections(), proposals())
def test_an_accepted_edit_is_made_whatever_the_checks_say(correction, edit):
    after = line(told(document(correction), [(edit, True)]))
    assert edit in after.correction.accepted


@given(corrections(), st.data())
def test_a_refused_edit_is_not_made(correction, data):
    if not correction.verdicts:
        return
    edit = data.draw(st.sampled_from(correction.verdicts)).edit
    assert edit not in line(told(document(correction), [(edit, False)])).correction.accepted


@given(corrections(), st.text(max_size=40))
def test_a_line_reads_as_a_person_wrote_it_also_where_that_is_what_was_read(correction, text):
    for own in (text, TEXT):
        assert line(told(document(correction), [(own, True)])).corrected == own


@given(corrections(), several_words)
def test_taken_back_nothing_is_left_of_it(correction, words):
    before = document(correction)
    assert review.undo(told(before, words), "p1-l1") == before


@given(corrections(), proposals(), proposals())
def test_one_word_is_taken_back_and_the_other_stays(correction, first, second):
    if first.overlaps(second):
        return
    both = told(document(correction), [(first, True), (second, True)])
    assert review.undo(both, "p1-l1", second) == told(document(correction), [(first, True)])


@given(corrections(), corrections(), several_words)
def test_a_later_correction_keeps_every_word(old, new, words):
    before = line(told(document(old), words))
    after = review.replayed(before.correction, new)
    assert list(review.words(Line("1", TEXT, correction=after))) == list(review.words(before))
    persons = {v.edit for v in before.verdicts if v.by_person and v.decision == "accepted"}
    assert persons <= set(after.accepted)
    if before.correction.person:
        assert after.apply(TEXT) == before.corrected


@given(corrections(), several_words)
def test_words_are_kept_in_the_file_with_who_and_when(correction, words):
    said = told(document(correction), words)
    again = schema.loads(schema.dumps(said))
    assert list(review.words(line(again))) == list(review.words(line(said)))
    assert all(word.who == "Ana" and word.when.startswith("2026-11-01T") for _, word in review.words(line(again)))
    assert review.undo(again, "p1-l1") == review.undo(said, "p1-l1")


def test_the_later_word_on_the_same_letters_wins():
    first, second = Edit(11, 14, "1.5", "1,5"), Edit(12, 13, ".", ":")
    after = line(told(document(), [(first, True), (second, True)]))
    assert after.corrected == TEXT.replace("1.5", "1:5")
    assert [edit for edit, _ in review.words(after)] == [second]


def test_a_word_on_what_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="does not stand"):
        review.decide(document(), "p1-l1", Edit(0, 4, "Sum:", "Sums"))
    with pytest.raises(KeyError, match="p1-l9"):
        review.decide(document(), "p1-l9", "text")


def test_a_person_may_write_what_nothing_proposed():
    own = TEXT.replace("ernail", "e-mail")
    after = line(
        told(document(Correction(tuple(Verdict(e, "accepted") for e in edits(TEXT, "nothing like it")))), [(own, True)])
    )
    assert after.corrected == own
    assert {v.decision for v in after.verdicts if not v.by_person} == {"rejected"}
