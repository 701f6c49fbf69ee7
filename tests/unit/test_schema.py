"""The JSON of a document: its layout, and how what is wrong in it is named."""

from __future__ import annotations

import base64
import copy
import dataclasses
import zlib

import numpy as np
import pytest

from ocrect.errors import DamagedInputError, ExportError, UnsupportedInputError
from ocrect.evidence import CtcPosterior, LatticeEvidence, Reading
from ocrect.record import schema
from ocrect.record.correction import Correction, Edit, Finding, Verdict
from ocrect.record.document import Block, Box, Document, Failure, Glyph, Line, Page, SecondReading, Step, Word

POSTERIOR = CtcPosterior(np.log([[0.2, 0.7, 0.1], [0.9, 0.05, 0.05]]), ("O", "0"), known="O0abc")
LATTICE = LatticeEvidence(((Reading("O", -0.2), Reading("0", -1.9)),))


def line(**changes):
    verdict = Verdict(Edit(0, 2, "1O", "10"), "accepted", (Finding("image", True, "0.4 nats", 0.4, "image"),), "confusions")
    word = Word("1O", Box(0, 0, 20.5, 10), 0.5, 0, 2)
    whole = Line(
        "p1-l1",
        "1O €",
        Box(0, 0, 40, 10),
        (word,),
        (Glyph("1", Box(0, 0, 10, 10), 0.9),),
        ((0, 9), (40, 9)),
        POSTERIOR,
        (SecondReading("tesseract", "10 €", LATTICE),),
        Correction((verdict,), "confusions"),
    )
    return dataclasses.replace(whole, **changes)


def document(*lines):
    page = Page(1, 400, 300, 300.0, (Block(lines or (line(),)),), (Step("ppocr", "3.10.0", {"threads": 2}),))
    return Document("scan.png", (page, Page(2, failure=Failure("DamagedInputError", "page 2 is damaged", "Scan it again."))))


def test_a_document_is_equal_after_it_was_dumped_and_loaded():
    assert schema.load(schema.dump(document())) == document()


def test_what_is_empty_is_left_out():
    dumped = schema.dump(document(Line("p1-l1", "")))
    assert dumped["pages"][0]["blocks"][0]["lines"] == [{"id": "p1-l1", "text": ""}]


def test_a_corrected_line_says_its_corrected_text_for_other_readers():
    dumped = schema.dump(document())["pages"][0]["blocks"][0]["lines"][0]
    assert (dumped["text"], dumped["corrected"]) == ("1O €", "10 €")


def test_the_corrected_text_in_a_file_is_not_believed():
    dumped = schema.dump(document())
    dumped["pages"][0]["blocks"][0]["lines"][0]["corrected"] = "1,000,000 €"
    assert schema.load(dumped).pages[0].corrected == "10 €"


def test_the_symbols_that_an_engine_knows_are_written_once():
    dumped = schema.dump(document(line(), line(id="p1-l2")))
    assert dumped["alphabets"] == ["O0abc"]
    first, second = schema.load(dumped).lines()
    assert first.evidence.known is second.evidence.known


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), np.float32(0.5), np.int64(3)])
def test_numbers_that_json_lacks_are_kept(number):
    finding = Finding("image", None, "", number)
    verdict = Verdict(Edit(0, 1, "a", "b"), "review", (finding,))
    whole = document(Line("p1-l1", "a", correction=Correction((verdict,))))
    assert schema.loads(schema.dumps(whole)) == whole


def test_a_file_name_that_is_no_unicode_is_kept():
    whole = Document("caf\udce9.png")
    assert schema.loads(schema.dumps(whole).encode("utf-8").decode("utf-8")) == whole


def test_a_field_of_a_later_minor_version_is_ignored():
    dumped = schema.dump(document()) | {"version": "1.9", "reviewers": ["Ada"]}
    assert schema.load(dumped) == document()


@pytest.mark.parametrize("version", ["2.0", "0.9", "", None, 1, "one"])
def test_another_major_version_is_refused(version):
    with pytest.raises(UnsupportedInputError, match="version"):
        schema.load(schema.dump(document()) | {"version": version})


@pytest.mark.parametrize("values", [None, [], "x", 3, {}, {"format": "hocr"}])
def test_other_json_is_refused(values):
    with pytest.raises(UnsupportedInputError, match="no document of ocrect"):
        schema.load(values)


WRONG = {
    "pages": (7, "a list is needed, not 7"),
    "pages[0].number": ("1", "a whole number is needed"),
    "pages[0].width": (True, "a whole number is needed"),
    "pages[0].blocks[0].kind": ("poem", "'poem' is none of"),
    "pages[0].blocks[0].lines[0]": ("text", "an object is needed"),
    "pages[0].blocks[0].lines[0].text": (None, "a string is needed"),
    "pages[0].blocks[0].lines[0].box": ([1, 2, 3], "a list of 4 is needed, not of 3"),
    "pages[0].blocks[0].lines[0].box[2]": ("wide", "a number is needed"),
    "pages[0].blocks[0].lines[0].words[0].confidence": ({}, "a number is needed"),
    "pages[0].blocks[0].lines[0].baseline": ([[0, 1]], "a list of 2"),
    "pages[0].blocks[0].lines[0].evidence.kind": ("magic", "unknown kind"),
    "pages[0].blocks[0].lines[0].evidence.known": (4, "no alphabet 4"),
    "pages[0].blocks[0].lines[0].evidence.log_probs": ("!!", "cannot be unpacked"),
    "pages[0].blocks[0].lines[0].evidence.floor": (5, "logarithms"),
    "pages[0].blocks[0].lines[0].evidence.alphabet": ("OO", "different"),
    "pages[0].blocks[0].lines[0].evidence.shape": ([0, 3], "0 × 3 numbers are not allowed"),
    "pages[0].blocks[0].lines[0].second_readings[0].evidence.slots": ([[]], "each slot needs readings"),
    "pages[0].blocks[0].lines[0].correction.verdicts[0].decision": ("maybe", "'maybe' is none of"),
    "pages[0].blocks[0].lines[0].correction.verdicts[0].edit.end": (3, "offsets must span"),
    "pages[0].blocks[0].lines[0].correction.verdicts[0].findings[0].supports": ("yes", "true or false"),
    "pages[0].steps[0].settings": ([], "an object is needed"),
    "alphabets": ([1], "a string is needed"),
}


@pytest.mark.parametrize("path", WRONG)
def test_what_is_wrong_is_named_by_its_path(path):
    values = copy.deepcopy(schema.dump(document()))
    value, message = WRONG[path]
    put(values, path, value)
    with pytest.raises(DamagedInputError) as caught:
        schema.load(values)
    place, _, reason = str(caught.value).partition(": ")
    assert place.startswith(path) or path.startswith(place)
    assert message in reason


def test_a_word_beyond_the_lines_text_is_refused():
    values = schema.dump(document())
    put(values, "pages[0].blocks[0].lines[0].words[0].end", 99)
    with pytest.raises(DamagedInputError, match=r"lines\[0\]\.words\[0\]: 0…99 lies outside"):
        schema.load(values)


def test_an_edit_of_something_that_does_not_stand_there_is_refused():
    values = schema.dump(document())
    put(values, "pages[0].blocks[0].lines[0].text", "20 €")
    with pytest.raises(DamagedInputError, match=r"verdicts\[0\]\.edit: '1O' does not stand at 0"):
        schema.load(values)


def test_an_insertion_beyond_the_lines_end_is_refused():
    values = schema.dump(document(line()))
    edit = values["pages"][0]["blocks"][0]["lines"][0]["correction"]["verdicts"][0]["edit"]
    edit.update(start=99, end=99, before="", after="0")
    with pytest.raises(DamagedInputError, match="does not stand at 99"):
        schema.load(values)


def test_a_number_beyond_all_bounds_is_refused():
    values = schema.dump(document(line()))
    values["pages"][0]["blocks"][0]["lines"][0]["box"][2] = 10**400
    with pytest.raises(DamagedInputError, match="larger than numbers can be"):
        schema.load(values)


def test_a_missing_field_is_named():
    values = schema.dump(document())
    del values["pages"][0]["blocks"][0]["lines"][0]["id"]
    with pytest.raises(DamagedInputError, match=r"pages\[0\]\.blocks\[0\]\.lines\[0\]\.id: it is missing"):
        schema.load(values)


def test_a_posterior_that_unpacks_to_more_than_its_shape_is_refused():
    values = schema.dump(document(line(evidence=CtcPosterior(np.zeros((4000, 1)), ()))))
    put(values, "pages[0].blocks[0].lines[0].evidence.shape", [2, 1])
    with pytest.raises(DamagedInputError, match="does not hold 4 bytes"):
        schema.load(values)


def test_evidence_that_claims_more_than_all_probability_is_refused():
    values = schema.dump(document())
    forged = zlib.compress(np.zeros(POSTERIOR.log_probs.shape, "<f2").tobytes())
    put(values, "pages[0].blocks[0].lines[0].evidence.log_probs", base64.b64encode(forged).decode())
    with pytest.raises(DamagedInputError, match=r"lines\[0\]\.evidence: the probabilities of a frame sum to 3\.00"):
        schema.load(values)


@pytest.mark.parametrize("shape", [[2**30, 2**30], [-1, -1], [2**26, 1]])
def test_a_monstrous_posterior_is_refused_before_it_is_unpacked(shape):
    values = schema.dump(document())
    put(values, "pages[0].blocks[0].lines[0].evidence.shape", shape)
    with pytest.raises(DamagedInputError, match="are not allowed"):
        schema.load(values)


def test_many_posteriors_are_bounded_together(monkeypatch):
    monkeypatch.setattr(schema, "MAX_EVIDENCE_BYTES", 70)
    with pytest.raises(DamagedInputError, match=r"lines\[1\].*are not allowed"):
        schema.load(schema.dump(document(line(), line(id="p1-l2"))))


@pytest.mark.parametrize("text", ["", "{", "nonsense", "[" * 100_000, '{"format": NaN}', "9" * 10_000])
def test_text_that_is_no_json_is_damaged(text):
    with pytest.raises(DamagedInputError, match="the JSON cannot be read"):
        schema.loads(text)


class Oracle:
    def log_likelihood(self, texts):
        return [0.0 for _ in texts]

    def alternatives(self, n):
        return []


@dataclasses.dataclass(frozen=True)
class Sibyl(Oracle):
    leaves: str = "many"


@pytest.mark.parametrize("kind", [Oracle, Sibyl])
def test_evidence_of_an_unknown_kind_is_not_dropped_in_silence(kind):
    with pytest.raises(ExportError, match=kind.__name__):
        schema.dump(document(line(evidence=kind())))


def put(values, path, value):
    """Set what stands at a path such as ``pages[0].width``."""
    *way, last = path.replace("]", "").replace("[", ".").split(".")
    for key in way:
        values = values[int(key)] if key.isdigit() else values[key]
    values[int(last) if last.isdigit() else last] = value


@dataclasses.dataclass(frozen=True)
class Votes:
    """Evidence of a plug-in's own kind: texts and how many readers saw them."""

    seen: tuple[tuple[str, float], ...]
    kind = "votes"

    def log_likelihood(self, texts):
        found = dict(self.seen)
        return [found.get(text) for text in texts]

    def alternatives(self, n):
        return [Reading(*pair) for pair in self.seen[:n]]

    def saved(self):
        return {"seen": [list(pair) for pair in self.seen]}

    @classmethod
    def restored(cls, values):
        return cls(tuple((str(text), float(score)) for text, score in values["seen"]))


@pytest.fixture
def votes_installed(monkeypatch):
    from importlib.metadata import EntryPoint, EntryPoints

    point = EntryPoint("votes", f"{__name__}:Votes.restored", "ocrect.evidence")
    monkeypatch.setattr("ocrect.evidence.saving.entry_points", lambda **asked: EntryPoints([point]).select(**asked))


@pytest.mark.usefixtures("votes_installed")
def test_evidence_of_a_plug_in_is_saved_loaded_and_explained():
    from ocrect.explain import explanation, text

    edit = Verdict(Edit(0, 2, "1O", "10"), "review", (Finding("image", None, "as likely", 0.1, "image"),), "mine")
    whole = document(line(evidence=Votes((("1O €", -1.0), ("10 €", -1.5))), correction=Correction((edit,))))
    loaded = schema.loads(schema.dumps(whole))
    assert loaded == whole
    told = "\n".join(text.lines(explanation.explain(next(loaded.lines()), source="x.png", page=1, number=1)))
    assert "10" in told
    assert "−1.5 nats" in told


@pytest.mark.usefixtures("votes_installed")
@pytest.mark.parametrize("seen", [None, [["a"]], [["a", "b"]], 7])
def test_damaged_evidence_of_a_plug_in_is_a_damaged_document(seen):
    values = schema.dump(document(line(evidence=Votes((("1O €", -1.0),)))))
    put(values, "pages[0].blocks[0].lines[0].evidence.seen", seen)
    with pytest.raises(DamagedInputError, match="votes"):
        schema.load(values)


def test_a_list_of_glyphs_is_read_as_the_first_version_wrote_it():
    values = schema.dump(document())
    put(values, "pages[0].blocks[0].lines[0].glyphs", [{"text": "1", "box": [0, 0, 10, 10], "confidence": 0.9}])
    assert schema.load(values) == document()
