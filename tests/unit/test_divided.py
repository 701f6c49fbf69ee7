"""Words that a line's end divided, whose hyphen a text that runs on has lost: it comes back, and nothing else changes."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from ocrect.correcting.case import Case
from ocrect.correcting.words import listed
from ocrect.correcting.words.propose import propose
from ocrect.plugins import Context
from ocrect.record.correction import Edit, apply
from ocrect.record.document import Line
from ocrect.words.lexicon import lexicon

WORDS = lexicon("en")
FREQUENT = sorted((word for word in WORDS.values if word.isalpha() and len(word) > 1), key=WORDS.zipf, reverse=True)[:1500]
LONG = [word for word in FREQUENT if len(word) > 6 and word.isascii()]
REST = (
    "and so they went on by the river for the whole of that day with nothing more to say to one another than they had before "
)


def proposed(text: str) -> list[Edit]:
    line = Line("1", text)
    (found,) = propose([line], Context([line], language="en"))
    return [edit for edit in found if "-" in edit.after]


def supported(text: str, edit: Edit) -> bool:
    line = Line("1", text)
    return listed.check(Case.of(line, edit, Context([line], language="en"))).supports is True


@given(st.sampled_from(LONG), st.data())
def test_a_word_in_two_pieces_that_are_none_gets_its_hyphen_back_where_the_text_runs_on(word: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(2, len(word) - 2))
    head, tail = word[:cut], word[cut:]
    assume(not WORDS.known(head) and not WORDS.known(tail))
    text = f"{REST}{head} {tail} {REST}{REST}"
    (edit,) = proposed(text)
    assert apply(text, [edit]) == f"{REST}{head}- {tail} {REST}{REST}"
    assert supported(text, edit)


@given(st.sampled_from(LONG), st.integers(2, 4))
def test_on_a_line_of_its_page_it_may_be_a_spurious_space_and_no_hyphen_is_put(word: str, cut: int) -> None:
    text = f"so he {word[:cut]} {word[cut:]} it"
    assert not proposed(text)
    assert not supported(text, Edit(6, 7 + len(word), f"{word[:cut]} {word[cut:]}", f"{word[:cut]}- {word[cut:]}"))


@given(st.lists(st.sampled_from(FREQUENT[:600]), min_size=60, max_size=80))
def test_words_that_follow_one_another_stay_as_they_are_unless_one_word_is_far_likelier(words: list[str]) -> None:
    for edit in proposed(" ".join(words)):
        head, tail = edit.before.split()
        assert WORDS.zipf(head + tail) + 9 - WORDS.zipf(head) - WORDS.zipf(tail) >= 4.5
