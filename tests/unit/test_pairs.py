"""Which words follow which: counts, and what they say of Vietnamese syllables that differ in accents alone."""

from __future__ import annotations

from math import exp, log
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from training.pairs import SHARE, alone, counted, paragraphs, with_forms, write

from ocrect.correcting.case import Case, LineFacts
from ocrect.correcting.words import likeliest
from ocrect.correcting.words.company import company
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.testing import posterior
from ocrect.words.lexicon import lexicon
from ocrect.words.pairs import EDGE, Pairs, pairs

SYLLABLES = ("về", "vẽ", "vé", "để", "đế", "được", "hóa", "đơn", "tiền", "qwfp", EDGE)


def vietnamese() -> Pairs:
    found = pairs("vi")
    assert found is not None
    return found


@given(st.sampled_from(SYLLABLES), st.sampled_from(SYLLABLES))
def test_every_pair_has_a_probability(before: str, word: str) -> None:
    assert -30.0 < vietnamese().log_prob(before, word, lexicon("vi")) < 0.0


def test_what_follows_a_word_shares_its_probability() -> None:
    words = lexicon("vi")
    shares = [exp(vietnamese().log_prob("hóa", word, words)) for word in words.values]
    assert 0.5 < sum(shares) < 1.1  # the rest is that of edges


@pytest.mark.parametrize(("before", "meant", "other"), [("cơ", "sở", "sợ"), ("thanh", "toán", "toàn"), ("có", "thể", "thế")])
def test_a_syllable_is_likelier_behind_the_one_that_it_mostly_follows(before: str, meant: str, other: str) -> None:
    words = lexicon("vi")
    assert vietnamese().log_prob(before, meant, words) > vietnamese().log_prob(before, other, words) + log(20)


@pytest.mark.parametrize(
    ("before", "meant", "other"), [("thành", "tiền", "tiến"), ("khách", "trả", "tra"), ("gia", "lâm", "làm")]
)
def test_what_forms_print_is_counted_too(before: str, meant: str, other: str) -> None:
    words = lexicon("vi")
    assert vietnamese().log_prob(before, meant, words) > vietnamese().log_prob(before, other, words) + log(20)


@pytest.mark.parametrize(
    ("before", "meant", "other"), [("cao", "đẳng", "đằng"), ("thẩm", "quyền", "quyển"), ("khởi", "kiện", "kiến")]
)
def test_what_laws_and_officials_write_is_counted_too(before: str, meant: str, other: str) -> None:
    words = lexicon("vi")
    assert vietnamese().log_prob(before, meant, words) > vietnamese().log_prob(before, other, words) + log(20)


def test_forms_get_their_share_and_what_they_do_not_have_keeps_its_own() -> None:
    text = alone(counted(["mở tệp"] * 300 + ["mở cửa"] * 300))
    both = with_forms(text, alone(counted(["mở tài khoản", "cà phê"])))
    assert both.pairs["mở", "tài"] == pytest.approx(SHARE * both.totals["mở"], rel=0.01)
    assert both.pairs["mở", "tệp"] == both.pairs["mở", "cửa"] == 300
    seen = sum(count for (first, _), count in both.pairs.items() if first == "cà")
    assert seen == pytest.approx(SHARE * both.totals["cà"], rel=0.1)  # "cà chua" is no rarer for it


def test_languages_without_counts_have_none() -> None:
    assert pairs("en") is None
    assert pairs("und") is None


def test_a_paragraph_that_several_laws_have_is_counted_once(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Điều 1. Phạm vi\n  Điều 1. Phạm vi  \nĐiều 2\n", encoding="utf-8")
    assert list(paragraphs(tmp_path)) == ["Điều 1. Phạm vi", "Điều 2"]


def test_what_is_counted_is_what_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = counted(["Mở tệp, rồi mở tệp khác.", "Mở tệp 12 cái."])
    assert found["mở", "tệp"] == 3
    assert found[EDGE, "mở"] == 2
    assert found["tệp", EDGE] == 2
    write(tmp_path / "pairs-vi.npz", alone(found))
    monkeypatch.setattr("ocrect.words.pairs.files", lambda package: tmp_path)
    read = pairs.__wrapped__("vi")
    assert read is not None
    likelier, rarer = (read.log_prob("mở", word, lexicon("vi")) for word in ("tệp", "khác"))
    assert likelier > rarer + log(10)


def supported(text: str, before: str, after: str, share: float) -> bool | None:
    """Does the check support the change of one accent to which the image gives that share?"""
    start = text.index(before)
    at = next(start + n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)
    line = Line("1", text, evidence=posterior(text, alternatives={at: {after[at - start]: share}}))
    return likeliest.check(
        Case.of(line, Edit(start, start + len(before), before, after), Context((line,), language="vi"))
    ).supports


def test_the_words_beside_it_tell_which_accent_was_meant_where_the_image_leaves_room() -> None:
    assert supported("mọi cơ sợ dữ liệu", "sợ", "sở", 0.05) is True
    assert supported("mọi cơ sợ dữ liệu", "sợ", "sở", 1e-7) is None  # the image has the last word
    assert supported("tôi rất sợ ma", "sợ", "sở", 0.05) is None


READINGS = {"phổ": "phố", "biến": "biển", "cơ": "cỡ", "sở": "sợ", "chương": "chường", "trình": "trinh"}


@pytest.mark.parametrize("meant", [("phổ", "biến"), ("cơ", "sở"), ("chương", "trình")])
def test_two_neighbours_that_are_both_misread_tell_each_other(meant: tuple[str, str]) -> None:
    text = " ".join(READINGS[word] for word in meant)
    other = " ".join(meant)
    allowed = {at: {b: 0.2} for at, (a, b) in enumerate(zip(text, other, strict=True)) if a != b}
    line = Line("1", text, evidence=posterior(text, alternatives=allowed))
    about = LineFacts(line, Context((line,), language="vi"))
    second = len(meant[0]) + 1
    for start, before, after in ((0, READINGS[meant[0]], meant[0]), (second, READINGS[meant[1]], meant[1])):
        case = about.case(Edit(start, start + len(before), before, after))
        assert likeliest.word_odds(case) > 0.0
    surely_read = Line("1", text, evidence=posterior(text, alternatives={at: s for at, s in allowed.items() if at >= second}))
    alone_misread = LineFacts(surely_read, Context((surely_read,), language="vi"))
    case = alone_misread.case(Edit(second, second + len(READINGS[meant[1]]), READINGS[meant[1]], meant[1]))
    assert likeliest.word_odds(case) < likeliest.word_odds(about.case(case.edit))  # by a neighbour of which the image is sure


def test_what_stands_beside_is_nothing_where_no_pairs_are_counted() -> None:
    line = Line("1", "of the", evidence=posterior("of the"))
    assert company(LineFacts(line, Context((line,), language="en"))) is None
    assert company(LineFacts(Line("1", "cơ sở"), Context((), language="vi"))) is None  # nor without an image
