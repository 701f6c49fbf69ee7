"""Whatever persons decide and take back, a page is as the decisions that stand make it, and nothing of the reading is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ocrect.batch.decisions import Decision, laid_over, standing
from ocrect.record import rewriting, schema
from ocrect.record.correction import Correction, Edit, Finding, Verdict, settle, strength
from ocrect.record.document import Block, Box, Document, Doubt, Line, Page
from ocrect.review.cards import cards, typed_line

TEXTS = ("Tota1 due 12.00", "rn any words", "3 x 4.50")


def page(texts=TEXTS, corrections=(None,) * 9) -> Page:
    lines = tuple(
        Line(f"p1-l{n}", text, Box(10, 40 * n, 300, 40 * n + 30), correction=correction)
        for n, (text, correction) in enumerate(zip(texts, corrections, strict=False))
    )
    return Page(1, 400, 400, blocks=(Block(lines[:2]), Block(lines[2:])))


@st.composite
def corrections(draw, text):
    """What checks may have made of a line: accepted, asked and refused edits."""
    found = {}
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 5)))
        after = draw(st.text("ab01 ", max_size=4).filter(lambda after, before=text[start:end]: after != before))
        edit = Edit(start, end, text[start:end], after)
        decision = draw(st.sampled_from(["accepted", "review", "rejected"]))
        found[edit] = Verdict(edit, decision, (Finding("image", True, "likelier", 1.0, "image"),), "nbest")
    return Correction(settle(sorted(found.values(), key=strength, reverse=True)), "nbest")


@st.composite
def pages(draw):
    return page(TEXTS, [draw(corrections(text)) for text in TEXTS])


@st.composite
def decisions(draw, number):
    """Any decision about the page's lines; some are about lines that somebody else may have put in."""
    name = draw(st.sampled_from(["p1-l0", "p1-l1", "p1-l2", "by-t1", "by-t2"]))
    kind = draw(st.sampled_from(["read", "read", "read", "add", "delete", "move", "undo"]))
    token, made = f"t{number}", 1.7e9 + number
    if kind == "read":
        text = TEXTS[int(name[-1])] if name.startswith("p1") else ""
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        after = draw(st.just(text[start:end]) | st.text("ab01 ", max_size=6))
        return Decision(token, "a.png", 1, name, "read", start, text[start:end], after, who="Ana", made=made, id=number)
    if kind == "add":
        after, before = draw(st.text("xy ", max_size=5)), draw(st.sampled_from(["", "p1-l1"]))
        box = Box(10, draw(st.integers(0, 300)), 200, 330)
        return Decision(token, "a.png", 1, "", "add", 0, before, after, box, "Bo", made, id=number)
    if kind == "move":
        return Decision(token, "a.png", 1, name, "move", after=draw(st.sampled_from(["", "p1-l0", "p1-l2"])), id=number)
    if kind == "undo" and number > 1:
        return Decision(token, "a.png", 1, name, "undo", of=draw(st.integers(1, number - 1)), id=number)
    return Decision(token, "a.png", 1, name, "delete", who="Bo", made=made, id=number)


@st.composite
def histories(draw):
    return [draw(decisions(number)) for number in range(1, draw(st.integers(1, 9)) + 1)]


@given(pages(), histories())
def test_what_was_read_stays_and_the_page_can_be_kept(base, history):
    after, _ = laid_over(base, history)
    read = {line.id: line.text for line in base.lines()}
    assert {line.id: line.text for line in after.lines() if line.id in read} == read
    document = Document("a.png", (after,))
    assert schema.loads(schema.dumps(document)) == document


@given(pages(), histories())
def test_taken_back_everything_is_as_it_was(base, history):
    undone = [Decision(f"u{n}", "a.png", 1, "", "undo", of=d.id, id=100 + n) for n, d in enumerate(history) if d.kind != "undo"]
    assert laid_over(base, [*history, *undone]) == (base, [])


@given(pages(), histories())
def test_a_decision_taken_back_leaves_what_the_others_make(base, history):
    kept = standing(history)
    assert laid_over(base, history) == laid_over(base, kept)


@given(pages(), st.data())
def test_a_place_of_the_corrected_line_reads_as_a_person_retyped_it(base, data):
    line = data.draw(st.sampled_from(list(base.lines())))
    start = data.draw(st.integers(0, len(line.corrected)))
    end = data.draw(st.integers(start, len(line.corrected)))
    text = data.draw(st.text("ab 01", max_size=6))
    wanted = line.corrected[:start] + text + line.corrected[end:]
    first, last, after = rewriting.span_as_read(line, start, end, text)
    before = line.text[first:last]
    decision = Decision("t", "a.png", 1, line.id, "read", first, before, after, id=1)
    found, lost = laid_over(base, [decision])
    assert not lost
    assert rewriting.line_of(found, line.id).corrected == wanted


@given(pages(), st.data())
def test_a_line_reads_as_a_person_typed_it_whole_and_the_place_of_the_card_is_answered(base, data):
    asked = [card for card in cards(base) if card.line]
    assume(asked)
    card = data.draw(st.sampled_from(asked))
    words = data.draw(st.lists(st.sampled_from([*card.text.split(), "ab", "0.1"]), max_size=6))
    text = data.draw(st.sampled_from([" ".join(words), card.text]))
    change = typed_line(rewriting.line_of(base, card.line), card, text)
    decision = Decision("t", "a.png", 1, card.line, "read", change.start, change.before, change.after, id=1)
    found, lost = laid_over(base, [decision])
    assert not lost
    assert rewriting.line_of(found, card.line).corrected == text
    assert card.place not in {other.place for other in cards(found)}


@given(pages(), st.data())
def test_a_place_that_was_read_rightly_reads_as_read_and_nothing_is_asked_there(base, data):
    line = data.draw(st.sampled_from(list(base.lines())))
    start = data.draw(st.integers(0, len(line.text) - 1))
    end = data.draw(st.integers(start + 1, len(line.text)))
    decision = Decision("t", "a.png", 1, line.id, "read", start, line.text[start:end], line.text[start:end], id=1)
    after = rewriting.line_of(laid_over(base, [decision])[0], line.id)
    for verdict in after.verdicts:
        assert verdict.decision == "rejected" or not rewriting.touches(verdict.edit, start, end)


def test_a_doubt_is_answered_by_a_word_on_its_place_alone() -> None:
    (first, *others), rest = page().blocks[0].lines, page().blocks[1:]
    doubted = replace(first, doubts=(Doubt(10, 15, "contradicts"), Doubt(0, 5, "also")))
    base = replace(page(), blocks=(Block((doubted, *others)), *rest))
    after, _ = laid_over(base, [Decision("t", "a.png", 1, first.id, "read", 10, "12.00", "12.00", id=1)])
    assert rewriting.line_of(after, first.id).doubts == (Doubt(0, 5, "also"),)


def test_decisions_find_their_places_on_a_page_read_anew() -> None:
    anew = page(("Total due 12.00", "many words", "3 x 4.50 EUR"))
    named = tuple(replace(line, id=f"p1-l{n + 5}") for n, line in enumerate(anew.lines()))
    anew = replace(anew, blocks=(Block(named),))
    boxes = [line.box for line in page().lines()]
    history = [
        Decision("a", "a.png", 1, "p1-l0", "read", 10, "12.00", "72.00", boxes[0], id=1),
        Decision("b", "a.png", 1, "p1-l1", "read", 0, "rn any", "many", boxes[1], id=2),
        Decision("c", "a.png", 1, "p1-l2", "delete", box=boxes[2], id=3),
    ]
    after, lost = laid_over(anew, history)
    assert [line.corrected for line in after.lines()] == ["Total due 72.00", "many words", ""]
    assert [decision.token for decision in lost] == ["b"]


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (("read", 0, "Tota1"), ("read", 4, "1 due"), True),
        (("read", 0, "Tota1"), ("read", 6, "due"), False),
        (("read", 6, ""), ("read", 6, "due"), True),
        (("delete", 0, ""), ("read", 6, "due"), True),
        (("move", 0, ""), ("read", 6, "due"), False),
        (("move", 0, ""), ("move", 0, ""), True),
    ],
)
def test_words_about_one_place_meet_and_others_do_not(one, other, meet) -> None:
    first, second = (
        Decision(token, "a.png", 1, "p1-l0", kind, start, before, id=n)
        for n, (token, (kind, start, before)) in enumerate([("a", one), ("b", other)], 1)
    )
    assert first.meets(second) is meet
    assert second.meets(first) is meet
