"""What a PDF was before text was put into it, it is afterwards: signed, a form, tagged, PDF/A; and its old text."""

from __future__ import annotations

import io
import logging
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from pdf_documents import a_pdf, line, page, pixels, read_back, saved, written
from pikepdf import Array, Dictionary, Name
from PIL import ImageCms

from ocrect.errors import EncryptedInputError, ExportError
from ocrect.record.document import Block, Box, Document, Line, Page, Step, Unread, Word
from ocrect.writers.pdf import font

DOCUMENT = Document("x", (page(line("Some words stand here", 60, 200)),))
KINDS = {"a table": pikepdf.ObjectStreamMode.disable, "a stream": pikepdf.ObjectStreamMode.generate}
PREFLIGHT = [
    Path("/usr/share/java", f"{name}.jar")
    for name in ("preflight-2.0.27", "pdfbox2", "fontbox2", "xmpbox-2.0.27", "commons-logging", "javax.activation", "jaxb-api")
]
"""A validator of PDF/A-1b, as Debian has it: libpdfbox2-java, libactivation-java, libjaxb-api-java."""
XMP = b"""\
<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="%s" pdfaid:conformance="%s"/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
SHOWN = b"BT /F 12 Tf 40 500 Td (own words) Tj ET"
HIDDEN = b"BT /F 12 Tf 3 Tr 40 500 Td (old layer) Tj ET"


@pytest.fixture(params=KINDS)
def plain(request: pytest.FixtureRequest) -> bytes:
    return a_pdf(object_stream_mode=KINDS[request.param])


def checked(data: bytes, tmp_path) -> None:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.check_pdf_syntax() == []
    if shutil.which("qpdf"):
        (tmp_path / "x.pdf").write_bytes(data)
        subprocess.run(["qpdf", "--check", tmp_path / "x.pdf"], check=True, capture_output=True)


# appended


def test_the_whole_original_begins_a_file_that_is_appended_to(plain, tmp_path):
    data = written(DOCUMENT, plain, incremental=True)
    assert data.startswith(plain)
    assert read_back(data).split() == ["Some", "words", "stand", "here"]
    assert (pixels(data) == pixels(plain)).all()
    assert len(data) - len(plain) < 4_000
    checked(data, tmp_path)


def test_it_can_be_appended_to_again_and_its_layer_be_redone(plain, tmp_path):
    once = written(DOCUMENT, plain, incremental=True)
    other = Document("x", (page(line("Better words", 60, 200)),))
    twice = written(other, once, incremental=True, pdf_text="redo")
    assert twice.startswith(once)
    assert read_back(twice).split() == ["Better", "words"]
    checked(twice, tmp_path)


def test_nothing_is_appended_to_an_encrypted_or_a_damaged_file(plain):
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        locked = saved(pdf, encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(ExportError, match="encrypted"):
        written(DOCUMENT, locked, incremental=True, password="u")
    assert read_back_with(written(DOCUMENT, locked, password="u"), "u") == ["Some", "words", "stand", "here"]
    with pytest.raises(EncryptedInputError):
        written(DOCUMENT, locked)
    with pytest.raises(ExportError, match="damaged"):
        written(DOCUMENT, plain[: plain.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n", incremental=True)


def read_back_with(data: bytes, password: str) -> list[str]:
    return str(pdfium.PdfDocument(data, password=password)[0].get_textpage().get_text_range()).split()


# signed


@pytest.fixture(scope="module")
def signer():
    """A signer with a key and a certificate of its own."""
    pytest.importorskip("pyhanko")
    from asn1crypto import x509 as asn1
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from pyhanko.keys import load_private_key_from_pemder_data
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A test")])
    now = datetime.now(UTC)
    dates = now - timedelta(days=1), now + timedelta(days=2)
    built = x509.CertificateBuilder(name, name, key.public_key(), 1, *dates).sign(key, hashes.SHA256())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return signers.SimpleSigner(
        signing_cert=asn1.Certificate.load(built.public_bytes(serialization.Encoding.DER)),
        signing_key=load_private_key_from_pemder_data(pem, None),
        cert_registry=SimpleCertificateStore(),
    )


def signed(data: bytes, signer, **how: object) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    out = io.BytesIO()
    metadata = signers.PdfSignatureMetadata(field_name="Signature", **how)
    signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), metadata, signer=signer, output=out)
    return out.getvalue()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_signature_holds_for_what_was_signed_where_text_is_appended(plain, signer, caplog):
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature

    with caplog.at_level(logging.WARNING, "ocrect"):
        data = written(DOCUMENT, signed(plain, signer), incremental=True)
    assert "hold for what was signed" in caplog.text
    (signature,) = PdfFileReader(io.BytesIO(data)).embedded_signatures
    status = validate_pdf_signature(signature, skip_diff=True)
    assert (status.intact, status.valid) == (True, True)
    assert read_back(data).split() == ["Some", "words", "stand", "here"]


def test_a_signature_that_is_broken_is_said(plain, signer, caplog):
    with caplog.at_level(logging.WARNING, "ocrect"):
        written(DOCUMENT, signed(plain, signer))
    assert "they are broken" in caplog.text


@pytest.mark.parametrize("allowed", ["NO_CHANGES", "FILL_FORMS", "ANNOTATE"])
def test_nothing_is_appended_where_the_author_forbids_it(plain, signer, allowed):
    from pyhanko.sign.fields import MDPPerm

    certified = signed(plain, signer, certify=True, docmdp_permissions=MDPPerm[allowed])
    with pytest.raises(ExportError, match="certified"):
        written(DOCUMENT, certified, incremental=True)
    assert read_back(written(DOCUMENT, certified)).split() == ["Some", "words", "stand", "here"]


# text that is there already


def in_a_form(content: bytes) -> bytes:
    """The same in a form XObject, where OCRmyPDF and others put their layers."""
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        target = pdf.pages[0]
        form = pdf.make_stream(content)
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 480, 672])
        form.Resources = target.obj.Resources
        target.obj.Resources.XObject = Dictionary(Layer=form)
        target.obj.Contents = pdf.make_stream(b"q /Layer Do Q " + target.obj.Contents.read_bytes())
        return saved(pdf)


@pytest.mark.parametrize("make", [lambda content: a_pdf(content=content), in_a_form])
@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        (HIDDEN, "skip", "old layer"),
        (HIDDEN, "redo", "Some words stand here"),
        (HIDDEN, "force", "Some words stand here"),
        (SHOWN, "skip", "own words"),
        (SHOWN + HIDDEN, "redo", "own words Some words stand here"),
        (SHOWN, "force", "Some words stand here"),
    ],
)
def test_text_that_is_there_is_skipped_redone_or_replaced(make, content, mode, words, caplog):
    original = make(content)
    with caplog.at_level(logging.WARNING, "ocrect"):
        data = written(DOCUMENT, original, pdf_text=mode)
    assert sorted(read_back(data).split()) == sorted(words.split())
    assert ("have text already" in caplog.text) == (mode == "skip")
    if mode == "force" and content == SHOWN:
        assert (pixels(data) == pixels(original)).mean() > 0.99  # the picture that was read, drawn again
    else:
        assert (pixels(data) == pixels(original)).all()


def test_what_was_read_in_a_pages_pictures_is_put_beside_its_own_text_where_it_is_redone():
    own, read = line("own words", 60, 350), replace(line("of a picture", 60, 700), evidence=Silent())
    mixed = replace(page(own, read), steps=(Step("text-layer", "1"),))
    data = written(Document("x", (mixed,)), a_pdf(content=SHOWN), pdf_text="redo")
    assert read_back(data).split() == ["own", "words", "of", "a", "picture"]


class Silent:
    """Evidence that says nothing."""

    def log_likelihood(self, texts):
        return [0.0 for _ in texts]

    def alternatives(self, n):
        return []


# what else there is


def test_forms_links_and_tags_stay_and_tags_and_xfa_are_said(caplog):
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        target = pdf.pages[0]
        field = pdf.make_indirect(
            Dictionary(FT=Name.Tx, T="name", V="An", Type=Name.Annot, Subtype=Name.Widget, Rect=Array([10, 10, 90, 30]))
        )
        link = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Link,
            Rect=Array([10, 40, 90, 60]),
            A=Dictionary(S=Name.URI, URI="https://example.org"),
        )
        target.obj.Annots = Array([field, pdf.make_indirect(link)])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]), XFA=pdf.make_stream(b"<xdp/>"))
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        original = saved(pdf)
    with caplog.at_level(logging.WARNING, "ocrect"):
        data = written(DOCUMENT, original)
    assert "tagged" in caplog.text
    assert "XFA" in caplog.text
    with pikepdf.open(io.BytesIO(data)) as kept:
        kinds = [str(annotation.Subtype) for annotation in kept.pages[0].obj.Annots]
        assert kinds == ["/Widget", "/Link"]
        assert str(kept.pages[0].obj.Annots[1].A.URI) == "https://example.org"
        assert str(kept.Root.AcroForm.Fields[0].V) == "An"
        assert kept.Root.AcroForm.XFA.read_bytes() == b"<xdp/>"
        assert kept.Root.StructTreeRoot.Type == Name.StructTreeRoot


@pytest.mark.parametrize(("part", "conformance"), [("1", "B"), ("2", "B"), ("3", "U")])
@pytest.mark.parametrize("incremental", [False, True])
def test_pdfa_stays_pdfa_as_far_as_its_marks_and_rules_can_be_seen(part, conformance, incremental, tmp_path):
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        del pdf.pages[0].obj.Resources.Font  # Helvetica, which is not embedded
        icc = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
        icc[8:10] = 2, 0x40  # PDF/A-1 knows profiles of version 2
        profile = pdf.make_stream(bytes(icc))
        profile.N = 3
        intent = Dictionary(
            Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier="sRGB", DestOutputProfile=profile
        )
        pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
        pdf.Root.Metadata = pdf.make_stream(XMP % (part.encode(), conformance.encode()), Type=Name.Metadata, Subtype=Name.XML)
        original = saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    data = written(DOCUMENT, original, incremental=incremental)
    checked(data, tmp_path)
    with pikepdf.open(io.BytesIO(data)) as kept:
        assert kept.open_metadata().pdfa_status == part + conformance
        with pikepdf.open(io.BytesIO(original)) as before:
            assert kept.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        assert kept.Root.OutputIntents[0].DestOutputProfile.read_bytes()[36:40] == b"acsp"
        (ours,) = [f for f in kept.pages[0].obj.Resources.Font.values() if f.Subtype == Name.Type0]
        assert len(ours.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()) > 300  # fonts must be embedded (6.3.4)
        assert "/ToUnicode" in ours
        streams = [item for item in kept.objects if isinstance(item, pikepdf.Stream)]
        assert part != "1" or not any(item.get(Name.Type) == Name.ObjStm for item in streams)
    assert part != "1" or b"/ObjStm" not in data
    if part == "1" and all(map(Path.exists, PREFLIGHT)):
        assert complaints(original, tmp_path) == ""
        assert complaints(data, tmp_path) == ""


def complaints(data: bytes, tmp_path: Path) -> str:
    """What Apache PDFBox Preflight has against a file as PDF/A-1b."""
    (tmp_path / "a.pdf").write_bytes(data)
    validator = ["java", "-cp", ":".join(map(str, PREFLIGHT)), "org.apache.pdfbox.preflight.Validator_A1b", tmp_path / "a.pdf"]
    done = subprocess.run(validator, capture_output=True, text=True, check=False)
    return "" if "is a valid PDF/A-1b file" in done.stdout else done.stdout + done.stderr


def test_a_page_that_was_read_on_its_side_is_shown_upright_where_asked():
    words = line("Some words", 60, 200)
    turned = replace(page(words), steps=(Step("turn", "1", {"clockwise_degrees": 90}),))
    data = written(Document("x", (turned,)), a_pdf(), pdf_upright=True)
    assert pdfium.PdfDocument(data)[0].get_size() == (672, 480)
    assert "Rotate" not in str(
        pikepdf.open(io.BytesIO(written(Document("x", (turned,)), a_pdf()))).pages[0].obj.get("/Rotate", 0)
    )


# read back


def with_letters_that_mean_others(monkeypatch, letters: str) -> None:
    """Writes a layer whose font says of each of ``letters`` that it is an x: what a bug of ours would look like."""
    right = font.Codes.to_unicode

    def wrong(self) -> bytes:
        table = right(self)
        for letter in letters:
            table = table.replace(b"<%04X>" % ord(letter), b"<0078>")
        return table

    monkeypatch.setattr(font.Codes, "to_unicode", wrong)


def test_a_layer_whose_words_are_not_read_back_is_an_error(monkeypatch):
    with_letters_that_mean_others(monkeypatch, "So")
    with pytest.raises(ExportError, match="4 of 4 words of page 1 are not in it"):
        written(Document("x", (page(line("Sofa Song solo also", 60, 200)),)), a_pdf())


def test_a_word_that_is_read_back_as_another_is_said(monkeypatch, caplog):
    with_letters_that_mean_others(monkeypatch, "S")
    with caplog.at_level(logging.WARNING, "ocrect"):
        written(DOCUMENT, a_pdf())
    assert "of 4 words 1 are others, 0 lie elsewhere" in caplog.text


def test_a_word_that_is_raised_above_its_line_is_where_it_stands(caplog):
    words = (
        Word("3", Box(60, 200, 80, 240), 0.9, 0, 1),
        Word("rd", Box(85, 180, 110, 200), 0.9, 2, 4),
        Word("page", Box(130, 200, 220, 240), 0.9, 5, 9),
    )
    raised = Line("l", "3 rd page", Box(60, 180, 220, 240), words, baseline=((60, 240), (220, 240)))
    with caplog.at_level(logging.WARNING, "ocrect"):
        data = written(Document("x", (page(raised),)), a_pdf())
    assert caplog.text == ""
    assert read_back(data).split() == ["3", "rd", "page"]


def test_a_dense_page_needs_no_more_than_six_kilobytes(english_words):
    lines = [line(" ".join(english_words[n : n + 10]), 20, 20 + 24 * (n // 10), height=20) for n in range(0, 500, 10)]
    document = Document("x", (page(*lines),))
    empty = Document("x", (page(),))
    assert len(written(document, a_pdf())) - len(written(empty, a_pdf())) <= 6_000


@pytest.fixture
def english_words() -> list[str]:
    from wordfreq import top_n_list

    return top_n_list("en", 3_000)[::6]


def test_unread_ink_and_a_failed_page_leave_the_pdf_whole():
    unread = replace(page(line("word", 60, 200)), unread=(Unread(Box(1, 1, 9, 9), "illegible"),))
    assert read_back(written(Document("x", (unread,)), a_pdf())).split() == ["word"]
    assert read_back(written(Document("x", (Page(1, blocks=(Block(()),)),)), a_pdf())).split() == []
