"""PDFs written by hand, so that a test knows what is in them."""

from __future__ import annotations

import zlib


def pdf(*pages, catalog=b"", objects=(), trailer=b"", keep=lambda number, body: body):
    """A PDF of ``pages``, each ``(content, entries of the page)``; ``keep`` may change each object's stream."""
    out, offsets = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    kids = b" ".join(b"%d 0 R" % (4 + 2 * i) for i in range(len(pages)))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % len(pages),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for i, (content, entries) in enumerate(pages):
        content = keep(5 + 2 * i, content)
        font = b"/Resources << /Font << /F 3 0 R >> /XObject << /Im %d 0 R >> >>" % (4 + 2 * len(pages))
        bodies.append(b"<< /Type /Page /Parent 2 0 R " + font + b" /Contents %d 0 R " % (5 + 2 * i) + entries + b" >>")
        bodies.append(b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream")
    for number, body in enumerate([*bodies, *objects], 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1) + b"".join(b"%010d 00000 n \n" % at for at in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R " % (len(offsets) + 1) + trailer + b" >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def text(*lines, size=12, mode=0):
    """A page's content: lines of text from the upper left, 20 points apart."""
    shown = b"".join(b"(" + line.encode("cp1252") + b") Tj 0 -20 Td\n" for line in lines)
    return b"BT /F %d Tf %d Tr 72 700 Td\n" % (size, mode) + shown + b"ET"


LETTER = b"/MediaBox [0 0 612 792]"


def picture(width, height, *, points, drawn=b"", matrix=None, entries=b""):
    """A page of ``points`` that is all one grey picture of ``width`` × ``height`` pixels, with what is ``drawn`` over it."""
    grey = zlib.compress(bytes([200] * width * height))
    head = b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray" % (width, height)
    image = head + b" /BitsPerComponent 8 /Filter /FlateDecode /Length %d >>\nstream\n" % len(grey) + grey + b"\nendstream"
    at = b"%g %g %g %g %g %g cm" % (matrix or (points[0], 0, 0, points[1], 0, 0))
    return pdf((b"q " + at + b" /Im Do Q " + drawn, b"/MediaBox [0 0 %d %d] " % points + entries), objects=[image])


def layer_of(codes):
    """The text of a page whose font says that its letters A, B, C, … mean ``codes``."""
    entries = "".join(f"<{65 + i:02x}> <{code.encode('utf-16-be').hex()}>\n" for i, code in enumerate(codes))
    space = "1 begincodespacerange <00> <ff> endcodespacerange"
    table = f"begincmap {space} {len(codes)} beginbfchar\n{entries}endbfchar endcmap".encode()
    stream = b"<< /Length %d >>\nstream\n" % len(table) + table + b"\nendstream"
    letters = "".join(chr(65 + i) for i in range(len(codes)))
    whole = pdf((text(letters), LETTER), objects=[stream])
    return whole.replace(b"/WinAnsiEncoding", b"/WinAnsiEncoding /ToUnicode 6 0 R")


def rebuilt(data):
    """Without its table of offsets, which no longer fits; pdfium makes a new one."""
    return data[: data.index(b"xref\n0")] + b"trailer << /Root 1 0 R >>"
