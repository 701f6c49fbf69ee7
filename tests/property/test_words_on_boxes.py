"""Corrected words have places: whatever an edit does to a word, its box is where the ink is that it was made of."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ocrect.record import placement
from ocrect.record.correction import Correction, Edit, Verdict, edits
from ocrect.record.document import Box, Glyph, Line, Word

SLACK = 1e-6
DIRECTIONS = ("right", "left", "down", "up")
HEBREW = {ord(c): ord("א") + i for i, c in enumerate("abcde")}


def along(box: Box, direction: str) -> tuple[float, float]:
    """Where a box begins and ends as one reads."""
    return {
        "right": (box.left, box.right),
        "left": (-box.right, -box.left),
        "down": (box.top, box.bottom),
        "up": (-box.bottom, -box.top),
    }[direction]


def placed(start: float, end: float, direction: str) -> Box:
    """The box from ``start`` to ``end`` along a line of 20 pixels height."""
    return {
        "right": Box(start, 50, end, 70),
        "left": Box(-end, 50, -start, 70),
        "down": Box(50, start, 70, end),
        "up": Box(50, -end, 70, -start),
    }[direction]


@st.composite
def printed_lines(draw, direction=None):
    """A line of two words or more, with glyphs or without, read in one of four directions; letters of differing widths."""
    direction = direction or draw(st.sampled_from(DIRECTIONS))
    texts = draw(st.lists(st.text("abcde", min_size=1, max_size=6), min_size=2, max_size=5))
    words, glyphs, at, position = [], [], 100.0, 0
    for text in texts:
        start = at
        for c in text:
            width = draw(st.integers(4, 16))
            glyphs.append(Glyph(c, placed(at, at + width, direction), 0.9))
            at += width
        words.append(Word(text, placed(start, at, direction), draw(st.floats(0, 1)), position, position + len(text)))
        position += len(text) + 1
        at += draw(st.integers(2, 12))
    text = " ".join(texts)
    if direction == "left":
        text = text.translate(HEBREW)
        words = [Word(w.text.translate(HEBREW), w.box, w.confidence, w.start, w.end) for w in words]
        glyphs = [Glyph(g.text.translate(HEBREW), g.box, g.confidence) for g in glyphs]
    box = Box.around([word.box for word in words])
    return Line("1", text, box, tuple(words), tuple(glyphs) if draw(st.booleans()) else ()), direction


@st.composite
def corrected_lines(draw):
    line, direction = draw(printed_lines())
    letters = "abcde".translate(HEBREW) if direction == "left" else "abcde"
    reply = draw(st.text(letters + "  ", max_size=30) | mutated(line.text, letters))
    verdicts = tuple(Verdict(edit, "accepted") for edit in edits(line.text, reply))
    chosen = tuple(verdict for verdict in verdicts if draw(st.integers(0, 3)))
    return with_verdicts(line, chosen), direction


@st.composite
def mutated(draw, text, letters):
    """``text`` with a few letters or spaces put in, taken out or changed."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.text(letters + " ", max_size=3)) + text[at + draw(st.integers(0, 3)) :]
    return text


def with_verdicts(line: Line, verdicts: tuple[Verdict, ...]) -> Line:
    return replace(line, correction=Correction(verdicts))


def corrected(line: Line, *changes: Edit) -> Line:
    return with_verdicts(line, tuple(Verdict(edit, "accepted") for edit in changes))


@given(corrected_lines())
def test_the_words_are_those_of_the_corrected_text_in_its_order(drawn):
    line, _ = drawn
    words = placement.words(line)
    assert [word.text for word in words] == line.corrected.split()
    assert all(line.corrected[word.start : word.end] == word.text for word in words)


@given(corrected_lines())
def test_every_box_has_room_and_lies_on_the_line_and_on_no_other_word(drawn):
    line, direction = drawn
    boxes = [word.box for word in placement.words(line)]
    for box in boxes:
        assert box.width > 0
        assert box.height > 0
        assert box.left >= line.box.left - SLACK
        assert box.right <= line.box.right + SLACK
        assert box.top >= line.box.top - SLACK
        assert box.bottom <= line.box.bottom + SLACK
    for one, following in pairwise(boxes):
        assert along(one, direction)[1] <= along(following, direction)[0] + SLACK


@given(printed_lines())
def test_words_that_nothing_changed_are_the_engines(drawn):
    line, _ = drawn
    assert placement.words(line) == line.words


@given(printed_lines(), st.data())
def test_an_edit_of_one_word_moves_no_other_and_stays_in_its_place(drawn, data):
    line, _ = drawn
    word = data.draw(st.sampled_from(line.words))
    after = data.draw(st.text("vwxyz", min_size=1, max_size=9).filter(lambda text: text != word.text))
    words = placement.words(corrected(line, Edit(word.start, word.end, word.text, after)))
    assert [w.box for w in words] == [w.box for w in line.words]


@given(printed_lines(), st.data())
def test_an_emptied_word_leaves_the_others_where_they_were(drawn, data):
    line, _ = drawn
    word = data.draw(st.sampled_from(line.words))
    words = placement.words(corrected(line, Edit(word.start, word.end, word.text, "")))
    assert [w.box for w in words] == [w.box for w in line.words if w != word]


@given(printed_lines())
def test_joined_words_have_the_room_of_both(drawn):
    line, _ = drawn
    first, second = line.words[:2]
    words = placement.words(corrected(line, Edit(first.end, second.start, " ", "")))
    assert words[0].box == Box.around([first.box, second.box])
    assert words[0].confidence == min(first.confidence, second.confidence)


@given(printed_lines(), st.data())
def test_a_split_word_is_parted_at_the_letter(drawn, data):
    line, direction = drawn
    word = next((w for w in line.words if len(w.text) > 1), None)
    if word is None or not line.glyphs:
        return
    at = data.draw(st.integers(word.start + 1, word.end - 1))
    glyph = line.glyphs[at - sum(c == " " for c in line.text[:at])]
    words = placement.words(corrected(line, Edit(at, at, "", " ")))
    number = line.words.index(word)
    assert along(words[number].box, direction)[1] == along(glyph.box, direction)[0]
    assert along(words[number + 1].box, direction)[0] == along(glyph.box, direction)[0]


@given(printed_lines(direction="right"))
def test_a_word_put_in_between_two_stands_in_the_gap(drawn):
    line, _ = drawn
    first, second = line.words[:2]
    words = placement.words(corrected(line, Edit(first.end, first.end, "", " new")))
    assert [word.text for word in words][:3] == [first.text, "new", second.text]
    assert first.box.right <= words[1].box.left < words[1].box.right <= second.box.left


def test_a_line_without_words_is_shared_out_by_its_characters():
    line = Line("1", "ab cde", Box(0, 0, 60, 10))
    assert placement.words(line) == (Word("ab", Box(0, 0, 20, 10), 0.0, 0, 2), Word("cde", Box(30, 0, 60, 10), 0.0, 3, 6))


def test_a_line_without_a_place_has_no_words_on_the_page():
    assert placement.words(Line("1", "ab cde")) == ()


def test_a_line_of_one_word_that_runs_up_the_page_is_read_by_its_baseline():
    word = Word("abcd", Box(0, 0, 10, 40), 0.5, 0, 4)
    line = Line("1", "abcd", Box(0, 0, 10, 40), (word,), baseline=((10.0, 40.0), (10.0, 0.0)))
    first, second = placement.words(corrected(line, Edit(1, 1, "", " ")))
    assert (first.box, second.box) == (Box(0, 30, 10, 40), Box(0, 0, 10, 30))
