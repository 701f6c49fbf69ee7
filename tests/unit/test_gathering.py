"""What was not read and lies together is one place for a person, and one answer is enough for it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ocrect.batch.decisions import Decision, laid_over
from ocrect.engines.unread import told
from ocrect.record.document import TEXT_LIKE, Block, Box, Line, Page, Unread, Word
from ocrect.record.gathering import guessed, lost_text
from ocrect.review.cards import cards
from ocrect.writers.marks import notices


def note(rows: int = 6, words: int = 4, left: float = 100, top: float = 100) -> tuple[Unread, ...]:
    """Words of a note written by hand, each a place."""
    return tuple(
        Unread(Box(left + 90 * n, top + 50 * row, left + 90 * n + 70, top + 50 * row + 30), "unknown-script", "xi")
        for row in range(rows)
        for n in range(words)
    )


def read(*boxes: Box) -> tuple[Block, ...]:
    return (Block(tuple(Line(f"l{n}", "word", box, (Word("word", box, 0.99, 0, 4),)) for n, box in enumerate(boxes))),)


def test_the_words_of_a_note_are_one_place_and_one_card_and_one_answer_is_enough() -> None:
    page = Page(1, 1000, 1000, unread=(*note(), Unread(Box(600, 800, 700, 830), "illegible", "abc")))
    places = lost_text(page)
    assert [item.box for item in places] == [Box(100, 100, 440, 380), Box(600, 800, 700, 830)]
    first, second = cards(page)
    assert second.box == Box(600, 800, 700, 830)
    answer = Decision("t", "a", 1, "", "add", box=first.box, after="Thanks a lot", id=1)
    answered, lost = laid_over(page, [answer])
    assert lost == []
    assert [item.text for item in answered.unread] == ["abc"]
    assert [card.box for card in cards(answered) if card.stake == "ink"] == [second.box]


def test_what_is_near_in_a_row_and_far_below_stay_two_places() -> None:
    page = Page(1, 1000, 1000, unread=(*note(rows=1), *note(rows=1, top=300)))
    assert len(lost_text(page)) == 2


def test_numbers_stay_by_themselves() -> None:
    number = Unread(Box(190, 150, 260, 180), "illegible", "120.50")
    places = lost_text(Page(1, 1000, 1000, unread=(*note(rows=2), number)))
    assert number in places


def test_no_place_of_several_lies_over_what_was_read() -> None:
    label = Box(195, 105, 255, 125)
    page = Page(1, 1000, 1000, blocks=read(label), unread=tuple(item for item in note() if item.box.left != 190))
    middle = ((label.left + label.right) / 2, (label.top + label.bottom) / 2)
    assert not any(
        item.box.left < middle[0] < item.box.right and item.box.top < middle[1] < item.box.bottom for item in lost_text(page)
    )


KINDS = st.sampled_from([*TEXT_LIKE, "mark", "picture"])
PLACES = st.builds(
    lambda left, top, wide, high, why, text: Unread(Box(left, top, left + wide, top + high), why, text),
    st.integers(0, 900),
    st.integers(0, 900),
    st.integers(1, 100),
    st.integers(1, 40),
    KINDS,
    st.sampled_from(["", "ab", "12.50"]),
)


@given(st.lists(PLACES, max_size=30))
def test_every_place_that_looks_like_text_is_in_one_of_them_and_no_other(items: list[Unread]) -> None:
    page = Page(1, 1000, 1000, unread=tuple(items))
    places = lost_text(page)
    text = [item for item in items if item.why in TEXT_LIKE]
    assert sorted("".join(item.text for item in places).replace(" ", "")) == sorted("".join(item.text for item in text))
    for item in text:
        assert any(
            place.box.left <= item.box.left and place.box.top <= item.box.top
            and place.box.right >= item.box.right and place.box.bottom >= item.box.bottom
            for place in places
        )  # fmt: skip
    numbers = [item for item in text if item.text == "12.50"]
    assert sorted(map(repr, numbers)) == sorted(repr(place) for place in places if "12.50" in place.text)


def test_a_page_that_is_little_better_than_guessed_is_said_to_be() -> None:
    def page(*sure: float) -> Page:
        words = (Word("word", Box(0, 0, 40, 10), one, 0, 4) for one in sure)
        return Page(1, 1000, 1000, blocks=(Block(tuple(Line("l", "word", word.box, (word,)) for word in words)),))

    for read in (page(0.99, 0.42), Page(1, 1000, 1000)):
        assert told(read) == guessed(read) == ""
        assert notices(read) == []
    assert "55% of the signs" in guessed(page(0.5, 0.4))
    assert told(page(0.5, 0.4)) == guessed(page(0.5, 0.4))
    assert notices(page(0.5, 0.4)) == [f"page 1: {guessed(page(0.5, 0.4))}"]
