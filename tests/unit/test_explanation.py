"""What stands behind an edit, computed and drawn."""

from html.parser import HTMLParser

import numpy as np
import pytest

from ocrect.evidence import LatticeEvidence, Reading
from ocrect.explain import html as explained_html
from ocrect.explain import text as explained_text
from ocrect.explain.explanation import compared, explain
from ocrect.record.correction import Correction, Edit, Finding, Verdict
from ocrect.record.document import Box, Doubt, Line, PageImage, Word
from ocrect.testing import posterior

PAGE = PageImage(np.tile(np.arange(200, dtype=np.uint8)[None, :, None], (40, 1, 3)))


def amount(*verdicts, evidence=True):
    """A line ``Sum 1.50`` whose point may be a comma; a frame is 10 pixels wide and the line begins at 10."""
    text = "Sum 1.50"
    seen = posterior(text, alternatives={5: {",": 0.2}}) if evidence else None
    # Frame 2i+1 holds character i; a word's box reaches half a frame beyond its symbols.
    words = (Word("Sum", Box(15, 10, 75, 30), 0.9, 0, 3), Word("1.50", Box(95, 10, 175, 30), 0.9, 4, 8))
    return Line("1", text, Box(10, 10, 180, 30), words, evidence=seen, correction=Correction(verdicts))


COMMA = Verdict(
    Edit(4, 8, "1.50", "1,50"),
    "accepted",
    (Finding("arithmetic", True, "with it 1 + 0.50 = 1.50"), Finding("language-model", None, "silent", 2.5, "model")),
    "confusions",
)
NINE = Verdict(Edit(4, 8, "1.50", "9.50"), "rejected", (Finding("image", False, "no", -9.0, "image"),), "nbest")


def test_the_readings_are_scored_against_what_was_read():
    (place,) = explain(amount(NINE, COMMA)).places
    assert [c.text for c in place.candidates] == ["1.50", "1,50", "9.50"]
    assert place.candidates[0].gain == 0.0
    assert place.candidates[1].gain == pytest.approx(np.log(0.2 / 0.8), abs=0.02)
    assert place.candidates[2].gain < -8
    assert place.candidates[1].language == 2.5
    assert place.verdict is COMMA


def test_the_squares_show_the_probabilities_where_the_readings_differ():
    (place,) = explain(amount(COMMA)).places
    heat = place.heat
    start, end = heat.changed
    part = dict(zip(heat.symbols, heat.probabilities[:, start:end].max(axis=1), strict=True))
    assert heat.first + start == 11  # character 5 is on frame 11
    assert end - start == 1
    assert part["."] == pytest.approx(0.8, abs=0.01)
    assert part[","] == pytest.approx(0.2, abs=0.01)
    assert heat.symbols[-1] == ""
    assert heat.symbols.index(",") == heat.symbols.index(".") + 1
    assert (heat.read, heat.proposed) == ({"."}, {","})


def test_the_pixels_stand_above_their_columns():
    (place,) = explain(amount(COMMA), image=PAGE).places
    heat = place.heat
    middle = (heat.changed[0] + heat.changed[1]) / 2
    at = heat.left + middle * (heat.right - heat.left) / heat.probabilities.shape[1]
    # The word "1.50" has frames 9 to 16 and its box, 95 to 175, half a frame more: frame 11 has its middle at 123.
    assert at == pytest.approx(95 + (11.5 - 8.5) * 80 / 8, abs=0.5)
    assert place.pixels.shape[1] == round(heat.right) - round(heat.left)


def test_pixels_beyond_the_page_are_white():
    line = amount(COMMA)
    far = Line("1", line.text, Box(-20, -5, 180, 45), line.words, evidence=line.evidence)
    crop = explain(far, image=PAGE).pixels
    assert (crop[:, :20] == 255).all()
    assert (crop[-5:] == 255).all()


def test_an_inserted_character_is_looked_for_between_its_neighbours():
    line = Line("1", "ad", evidence=posterior("ad"), correction=Correction((Verdict(Edit(1, 1, "", "n"), "review"),)))
    (place,) = explain(line).places
    assert place.heat.first + place.heat.changed[0] == 2
    assert place.heat.read == {""}
    assert place.heat.proposed == {"n"}


def test_a_lattice_has_a_column_for_each_slot():
    slots = ((Reading("m", np.log(0.6)), Reading("rn", np.log(0.4))), (Reading("ore", 0.0),))
    verdict = Verdict(Edit(0, 1, "m", "rn"), "review")
    (place,) = explain(Line("1", "more", evidence=LatticeEvidence(slots), correction=Correction((verdict,)))).places
    assert place.heat.unit == "character"
    assert place.heat.probabilities.shape[1] == 2
    assert place.heat.probabilities[place.heat.symbols.index("r"), 0] == pytest.approx(0.4)


def test_a_line_without_edits_shows_its_least_certain_character():
    line = Line("1", "clear", evidence=posterior("clear", alternatives={2: {"c": 0.4}}))
    (place,) = explain(line).places
    assert place.verdict is None
    assert place.heat.read == {"e"}
    assert place.candidates[1].text == "clcar"


def test_without_evidence_the_findings_still_stand():
    (place,) = explain(amount(COMMA, evidence=False)).places
    assert place.heat is None
    assert place.candidates[1].image is None
    assert "with it 1 + 0.50 = 1.50" in "\n".join(explained_text.lines(explain(amount(COMMA, evidence=False))))


def test_more_rivals_than_fit_are_counted():
    others = [Verdict(Edit(4, 8, "1.50", f"{d}.50"), "rejected") for d in "23456789"]
    (place,) = explain(amount(COMMA, *others), rivals=3).places
    assert (len(place.candidates), place.hidden) == (4, 6)


def test_a_long_change_is_cut_and_says_so():
    text = "x" * 60
    line = Line("1", text, evidence=posterior(text), correction=Correction((Verdict(Edit(0, 60, text, "y" * 60), "rejected"),)))
    (place,) = explain(line).places
    assert place.heat.cut
    assert place.heat.probabilities.shape[1] <= 40


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        (0.0, "as likely"),
        (-2.4, "11 times less likely"),
        (1.0, "2.7 times more likely"),
        (-8.0, "more than a thousand times less likely"),
        (-300.0, "more than a billion times less likely"),
    ],
)
def test_nats_are_told_in_words(gain, words):
    assert compared(gain) == words


class Opened(HTMLParser):
    """Collects tags, links to elsewhere, and checks that every element is closed."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.sources, self.data = [], [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.sources += [v for k, v in attrs if k in ("src", "href")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.sources += [v for k, v in attrs if k in ("src", "href")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.data += data


def drawn(*explanations, **options):
    parsed = Opened()
    parsed.feed(explained_html.page(explanations, **{"title": "T", **options}))
    assert not parsed.open
    return parsed


def test_the_page_needs_nothing_else():
    parsed = drawn(explain(amount(COMMA, NINE), image=PAGE, page=3, number=7), explain(amount()), note="more is left out")
    assert "script" not in parsed.tags
    assert "link" not in parsed.tags
    assert all(source.startswith(("data:image/png", "#")) for source in parsed.sources)
    for told in ("Page 3, line 7", "accepted", "with it 1 + 0.50 = 1.50", "4.0 times less likely", "more is left out"):
        assert told in parsed.data


def test_text_on_the_page_cannot_become_markup():
    text = "<script>alert(1)</script> & <b>"
    verdict = Verdict(Edit(0, 8, "<script>", "<style>"), "accepted", (Finding("<video>", True, "<img src=x>"),), "<u>")
    line = Line("1", text, evidence=posterior(text), correction=Correction((verdict,)))
    parsed = drawn(explain(line, source="<a>"), title="<title>")
    assert not {"script", "img", "video", "u"} & set(parsed.tags)
    assert "<img src=x>" in parsed.data


def test_numbers_in_doubt_are_shown_with_their_reason_and_no_markup_of_theirs_gets_through():
    line = Line("1", "TOTAL <b>774", doubts=(Doubt(6, 12, "6% of 7.30 is 7.74, not <i>774"),))
    text = "\n".join(explained_text.lines(explain(line)))
    assert "in doubt   <b>774: 6% of 7.30 is 7.74, not <i>774" in text
    html = explained_html.page([explain(line)], title="t")
    assert "In doubt: &lt;b&gt;774, since 6% of 7.30 is 7.74, not &lt;i&gt;774" in html
    assert "<i>774" not in html
