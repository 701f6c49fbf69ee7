"""hOCR, ALTO and text of other engines: words are exchanged in place, and all else stays byte for byte."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import replace
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ocrect import markup
from ocrect.errors import DamagedInputError
from ocrect.record.correction import Correction, Verdict, edits
from ocrect.record.document import Document
from ocrect.record.plaintext import document as plain

words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=6).map(
    lambda word: unicodedata.normalize("NFC", word)
)
lines = st.lists(words, min_size=1, max_size=6)
texts = st.lists(st.tuples(lines, st.lists(words, max_size=7)), min_size=1, max_size=4)


def hocr(found: list[list[str]], wrap: str = "") -> bytes:
    """hOCR as Tesseract writes it, with entities, nested emphasis and a comment."""
    out = [
        "<?xml version='1.0' encoding='UTF-8'?>\n<!DOCTYPE html>\n<html><head><meta charset=utf-8>",
        "<title>a &amp; b</title></head><body>\n<!-- <span> no word -->\n",
        "<div class='ocr_page' id='page_1' title='image \"x\"; bbox 0 0 900 400; ppageno 0'>\n",
    ]
    for at, line in enumerate(found):
        out.append(f"<span class='ocr_line' id='line_1_{at}' title='bbox 0 {40 * at} 900 {40 * at + 30}; baseline 0 -5'>\n")
        for place, word in enumerate(line):
            inner = html.escape(word, quote=False)
            inner = f"<{wrap}>{inner}</{wrap}>" if wrap else inner
            box = f"bbox {100 * place} {40 * at} {100 * place + 90} {40 * at + 30}; x_wconf 91"
            out.append(f"  <span class='ocrx_word' id='word_1_{at}_{place}' title='{box}'>{inner}</span>\n")
        out.append("</span><br>\n")
    return "".join([*out, "</div></body></html>\n"]).encode()


def alto(found: list[list[str]], prefix: str = "") -> bytes:
    p = f"{prefix}:" if prefix else ""
    ns = f"xmlns{':' + prefix if prefix else ''}"
    out = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- made elsewhere -->\n<{p}alto {ns}=\'http://www.loc.gov/standards/alto/ns-v3#\'>'
        f"<{p}Layout><{p}Page ID='P1' WIDTH='900' HEIGHT='400'><{p}PrintSpace><{p}TextBlock>\n"
    ]
    for at, line in enumerate(found):
        out.append(f"<{p}TextLine ID='L{at}' HPOS='0' VPOS='{40 * at}' WIDTH='900' HEIGHT='30'>")
        for place, word in enumerate(line):
            content = quoteattr(word)
            where = f"HPOS='{100 * place}' VPOS='{40 * at}' WIDTH='90' HEIGHT='30'"
            string = f"<{p}String ID='S{at}_{place}' {where} WC='.9'\n CONTENT={content}"
            out.append((f"<{p}SP WIDTH='10'/>" if place else "") + string + ("/>" if place % 2 else f"></{p}String>"))
        out.append(f"</{p}TextLine>\n")
    return "".join([*out, f"</{p}TextBlock></{p}PrintSpace></{p}Page></{p}Layout></{p}alto>\n"]).encode()


def corrected(document: Document, wanted: list[str]) -> Document:
    """The document with lines that read as wanted."""
    (page,) = document.pages
    made = []
    for line, text in zip(page.lines(), wanted, strict=True):
        verdicts = tuple(Verdict(edit, "accepted") for edit in edits(line.text, text))
        made.append(replace(line, correction=Correction(verdicts)))
    return replace(document, pages=(replace(page, blocks=(replace(page.blocks[0], lines=tuple(made)),)),))


FILES = {
    "hocr": hocr,
    "hocr, emphasis": lambda found: hocr(found, "strong"),
    "alto": alto,
    "alto, prefixed": lambda found: alto(found, "a"),
}


@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
@given(drawn=texts)
def test_what_is_corrected_is_read_back_and_what_is_not_stays_byte_for_byte(make, drawn) -> None:
    kind = "hocr" if make not in (FILES["alto"], FILES["alto, prefixed"]) else "alto"
    data = make([before for before, _ in drawn])
    document = markup.document(data, kind)
    assert [line.text for line in document.lines()] == [" ".join(before) for before, _ in drawn]
    assert markup.replaced(data, kind, document) == data
    wanted = [" ".join(after or before) for before, after in drawn]
    result = markup.replaced(data, kind, corrected(document, wanted))
    again = markup.document(result, kind)
    assert [line.text for line in again.lines()] == wanted
    for line in again.lines():
        assert all(0 <= word.box.left <= word.box.right <= 900 for word in line.words)
    untouched = [line for line, text in zip(document.lines(), wanted, strict=True) if line.text == text]
    kept = {line.id: line for line in again.lines()}
    assert all(kept[line.id] == line for line in untouched)


@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
@given(drawn=st.lists(lines, min_size=1, max_size=3), seed=st.integers(0, 9))
def test_as_many_words_in_place_of_others_change_nothing_but_these_words(make, drawn, seed) -> None:
    kind = "hocr" if make not in (FILES["alto"], FILES["alto, prefixed"]) else "alto"
    after = [[f"new{seed}{place}" for place, _ in enumerate(line)] for line in drawn]
    document = markup.document(make(drawn), kind)
    result = markup.replaced(make(drawn), kind, corrected(document, [" ".join(line) for line in after]))
    assert result.replace(b'"', b"'") == make(after).replace(b'"', b"'")


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\r\f\v\x1c\x1d\x1e\x85\u2028\u2029"), max_size=80),
    st.text("ab c", max_size=8),
)
@example("\ufa70", "")  # Unicode's normal form of it is another letter
def test_a_text_keeps_the_spaces_around_its_lines(text: str, new: str) -> None:
    document = plain(text)
    data = text.encode()
    assert markup.replaced(data, "text", document) == data
    wanted = [" ".join(new.split()) or line.text for line in document.lines()]
    result = markup.replaced(data, "text", corrected(document, wanted)).decode() if wanted else text
    for before, after, line, now in zip(text.split("\n"), result.split("\n"), document.lines(), wanted, strict=False):
        if line.text and unicodedata.normalize("NFC", before.strip()) == line.text:
            assert unicodedata.normalize("NFC", after.strip()) == now or before.strip() == now
            assert after[: len(after) - len(after.lstrip())] == before[: len(before) - len(before.lstrip())]


def test_joined_and_parted_words_have_boxes_and_names_of_their_own() -> None:
    data = hocr([["in", "voice", "due"], ["pay", "totaldue", "now"]])
    document = markup.document(data, "hocr")
    result = markup.replaced(data, "hocr", corrected(document, ["invoice due", "pay total due now"])).decode()
    found = re.findall(r"id='(word[^']*)' title='bbox (\d+) \d+ (\d+)[^']*'>([^<]*)<", result)
    assert [text for *_, text in found] == ["invoice", "due", "pay", "total", "due", "now"]
    assert len({name for name, *_ in found}) == 6
    places = [(int(left), int(right)) for _, left, right, _ in found]
    assert places[:3] == [(0, 190), (200, 290), (0, 90)]
    assert 100 == places[3][0] < places[3][1] <= places[4][0] < places[4][1] == 190


def test_another_encoding_stays_and_what_it_lacks_becomes_a_reference() -> None:
    data = alto([["Bücher", "1O0"]]).replace(b"UTF-8", b"ISO-8859-1").decode().encode("latin-1")
    document = markup.document(data, "alto")
    result = markup.replaced(data, "alto", corrected(document, ["Bücher 100€"]))
    assert b"B\xfccher" in result
    assert b"100&#8364;" in result


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><alto>&y;</alto>', "alto"),
        (b"<alto><Page>", "alto"),
        (b"<alto/>", "alto"),
        (b"no markup at all", "hocr"),
        (b"<?xml version='1.0' encoding='utf-7'?><alto/>", "alto"),
        (b"\xff\xff\xff", "hocr"),
    ],
)
def test_what_is_none_is_said(data: bytes, kind: str) -> None:
    with pytest.raises(DamagedInputError):
        markup.document(data, kind)


@given(st.binary(max_size=300), st.sampled_from(["hocr", "alto"]))
def test_no_bytes_do_anything_but_be_read_or_refused(data: bytes, kind: str) -> None:
    try:
        document = markup.document(data, kind)
    except DamagedInputError:
        return
    assert markup.replaced(data, kind, document) == data
