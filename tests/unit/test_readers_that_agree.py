"""What two readers that do not know the page's letters have in common, and what their word may change in a locked token."""

import pytest

from ocrect.correcting import scope
from ocrect.correcting.case import Case
from ocrect.correcting.locked import check as locked
from ocrect.correcting.readers import check as second_engine
from ocrect.correcting.readers.agreement import agreed
from ocrect.correcting.readers.propose import propose
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.record.document import Line, SecondReading
from ocrect.settings import Settings

VIETNAMESE = "Các bản vá lỗi có thể được áp dụng, không áp dụng, làm mới và nhiều hơn nữa " * 2


def a_page(read: str, *others: str) -> tuple[Line, Context]:
    page = Line("1", VIETNAMESE, second_readings=tuple(SecondReading(str(i), "Cac ban va 16i") for i in range(len(others))))
    line = Line("2", read, second_readings=tuple(SecondReading(str(i), other) for i, other in enumerate(others)))
    return line, Context([page, line], language="vi")


def allowed(read: str, before: str, after: str, *others: str) -> bool:
    """True where the readers support the edit and the locked tokens let it pass."""
    line, context = a_page(read, *others)
    start = read.index(before)
    edit = Edit(start, start + len(before), before, after)
    supported = second_engine.build(Settings())(Case.of(line, edit, context)).supports is True
    return supported and locked.check(Case.of(line, edit, context)).supports is not False


# what two readings have in common


def test_words_that_two_readers_only_part_otherwise_are_read_alike() -> None:
    common = agreed(
        "của /usr Z“share/doc/Zdevetopers- ref", "cua /usr/share/doc/deve lopers- ref", "cùa /usr/share/doc/developers-ref"
    )
    assert common.text == "cua /usr/share/doc/developers- ref"
    assert common.holds(4, len(common.text))
    assert not common.holds(0, 3)


def test_a_space_that_the_line_and_one_reader_have_stays() -> None:
    assert agreed("gz and /ust/share", "gz and /usr/share", "gz and/usr/share").text == "gz and /usr/share"


def test_a_space_that_the_line_has_not_is_not_put() -> None:
    assert agreed("DEBTAN/contro1L", "DEBIAN/cont rol", "DEBIAN/cont rol").text == "DEBIAN/control"


def test_of_two_cases_of_a_letter_the_lines_own_counts_and_l_is_never_a_capital() -> None:
    assert agreed("fite GUI", "File GUI", "file GuI").text == "file GUI"
    assert agreed("deveLoper", "deveLoper", "developer").text == "developer"


@pytest.mark.parametrize("other", ["libbarx", "libba", "lbbar", "xlibbar", "libxbar"])
def test_a_word_that_one_has_otherwise_is_not_read_alike(other: str) -> None:
    common = agreed("go libba4 di", "go libbar di", f"go {other} di")
    assert not common.holds(3, 9)
    assert common.holds(0, 2)
    assert common.holds(10, 12)


def test_a_line_that_one_of_two_has_not_read_is_in_doubt() -> None:
    assert not agreed("", "abc", "").holds(0, 3)
    assert agreed("", "", "abc").text == ""


def test_what_both_read_is_proposed_though_neither_has_it_so() -> None:
    line, context = a_page("DEBTAN/contro1L", "DEBIAN/cont roL", "DE BIAN/cont rol")
    assert Edit(0, 15, "DEBTAN/contro1L", "DEBIAN/control") in propose([line], context)[0]


# locked tokens


def test_a_path_that_two_readers_read_alike_may_change() -> None:
    read, path = "xem and /usr/Zshare/Zfhs - 3. 0. pdf", "/usr/share/fhs-3.0.pdf"
    assert allowed(read, "/usr/Zshare/Zfhs - 3. 0. pdf", path, f"xem and {path}", f"xem and{path}")
    assert not allowed(read, "/usr/Zshare/Zfhs - 3. 0. pdf", path, f"xem and {path}")


@pytest.mark.parametrize("beginning", ["xem ", "xem and " * 30])
def test_a_code_is_none_of_one_readers_wherever_on_the_line_it_stands(beginning: str) -> None:
    assert not allowed(f"{beginning}deve1oper-12", "deve1oper-12", "developer-12", f"{beginning}developer-12")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("fhs/fhs-3.0.pdg", "fhs/fhs-8.0.pdf"),
        ("fhs/fhs-3.0.pdg", "fhs/fhs-30.pdf"),
        ("fhs/fhs-3 0.pdg", "fhs/fhs-30.pdf"),
        ("fhs/fhs-3.pdg", "fhs/fhs-.pdf"),
        ("foo/x11-tesr", "foo/xll-test"),
        ("foo/tesr-l", "foo/test-1"),
        ("sha1/tesr", "shal/test"),
        ("debian11", "debian"),
        ("mp3player", "mpplayer"),
        ("user@mail1.vn", "user@mail.vn"),
        ("quá 120.00O đ", "quá 120.000 đ"),
        ("quá 12/05/2O23", "quá 12/05/2023"),
        ("KX-1234", "RX-1234"),
        ("12/2021/NE-CP", "12/2021/NF-CP"),
    ],
)
def test_no_two_readers_change_a_number_or_a_code(before: str, after: str) -> None:
    assert not allowed(before, before, after, after, after)


def test_a_word_in_which_digits_were_read_is_put_right() -> None:
    assert allowed("chạy insta11 ngay", "insta11", "install", "chay install ngay") is True
    assert allowed("chạy sh1ibs ngay", "sh1ibs", "shlibs", "chay shlibs ngay", "chy shlibs ngay") is True


def test_an_address_that_cannot_be_is_mended_by_one_reader() -> None:
    wrong, right = "(http:/www.debian.org/doc-3/)", "(http://www.debian.org/doc-3/)"
    assert allowed(f"xem {wrong}", wrong, right, f"xem {right}")
    assert not allowed(f"xem {right}", right, wrong, f"xem {wrong}")
    assert not allowed(f"xem {wrong}", wrong, right.replace("3", "8"), f"xem {right.replace('3', '8')}")
    assert not allowed(f"xem {wrong}", wrong, right.replace("debian", "devuan"), f"xem {right.replace('debian', 'devuan')}")
    assert allowed("doc/fhs-3.0.htm])", "doc/fhs-3.0.htm])", "doc/fhs-3.0.html)", "doc/fhs-3.0.html)")


def test_a_degree_sign_behind_no_number_may_be_a_bullet_or_an_apostrophe() -> None:
    assert allowed("° gói này", "°", "•", "• gi nay")
    assert allowed("New Maintainers° Guide", "Maintainers°", "Maintainers’", "New Maintainers’ Guide", "New Maintainers' Guide")
    assert not allowed("lạnh 20° C-xyz", "20° C-xyz", "20’ C-xyz", "lanh 20’ C-xyz", "lnh 20’ C-xyz")


# what two readers cannot know


@pytest.mark.parametrize(
    ("before", "after"),
    [("boàn", "boan"), ("km/giờ", "km/gio"), ("gz,", "gz."), ("LíCy - a", "Licy a")],
)
def test_two_readers_take_no_accents_and_no_lone_signs_away(before: str, after: str) -> None:
    assert not allowed(f"là {before}", before, after, f"la {after}", f"l {after}")


def test_what_one_of_them_reads_as_the_page_does_stays() -> None:
    assert not allowed("là GUI-xyzq", "GUI-xyzq", "GUI-xyzp", "la GUI-xyzp", "l GUI-xyzp", "l GUI-xyzq")


def supported_by_one(read: str, before: str, after: str, other: str, elsewhere: str) -> bool:
    line, context = a_page(read, other)
    edit = Edit(read.index(before), read.index(before) + len(before), before, after)
    page = Context([*context.lines, Line("3", elsewhere)], language="vi")
    return second_engine.build(Settings())(Case.of(line, edit, page)).supports is True


def test_one_reader_is_enough_for_a_word_that_stands_elsewhere_on_the_page() -> None:
    assert supported_by_one("$ dquitt new", "dquitt", "dquilt", "$ dquilt new", "lệnh dquilt với")
    assert not supported_by_one("$ dquitt new", "dquitt", "dquilt", "$ dquilt new", "lệnh khác")
    assert not supported_by_one("tại Depends}", "Depends}", "Depends)", "ti Depends)", "và Depends")
    assert not supported_by_one("có thể đọc", "thể", "the", "co the doc", "the file")
    assert not supported_by_one("là libbaz4", "libbaz4", "libbar1", "la libbar1", "và libbar1")


# scope


def test_a_path_may_lose_many_spaces_beside_misread_signs_and_a_sentence_may_not() -> None:
    path = "/usr /share/Zdoc⁄Zgnu- standards/standards. pdf."
    found = scope.check(
        Case.of(Line("1", path), Edit(0, len(path), path, "/usr/share/doc/gnu-standards/standards.pdf."), Context(()))
    )
    assert found.supports is None
    said = "we did not go to the old house"
    found = scope.check(Case.of(Line("1", said), Edit(0, len(said), said, "we go/house"), Context(())))
    assert found.supports is False
