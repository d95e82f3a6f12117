"""PDFs with a text layer of their own: printed, hidden over a scan, or with a font that lies."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
)

ROW_PT = 18
VISIBLE, INVISIBLE = 0, 3


@dataclass(frozen=True)
class PdfPage:
    """Rows of Helvetica from the top; `means` is the first code that the font's A to z map to.

    `scan` lies below the rows, over the whole page.
    """

    rows: Sequence[str] = ()
    size_pt: tuple[int, int] = (300, 400)
    mode: int = VISIBLE
    scan: Image.Image | None = None
    means: int | None = None
    rotate: int = 0
    sideways: bool = False


def write_pages(pages: Sequence[PdfPage]) -> bytes:
    """A PDF of these pages."""
    writer = PdfWriter()
    for page in pages:
        _add_page(writer, page)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _add_page(writer: PdfWriter, page: PdfPage) -> None:
    blank = writer.add_blank_page(*page.size_pt)
    resources = DictionaryObject({NameObject("/Font"): _fonts(writer, page.means)})
    content = b""
    if page.scan is not None:
        image = writer._add_object(_image(page.scan))
        resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Scan"): image})
        content += b"q %d 0 0 %d 0 0 cm /Scan Do Q\n" % page.size_pt
    stream = StreamObject()
    stream.set_data(content + _show_rows(page))
    blank[NameObject("/Resources")] = resources
    blank[NameObject("/Contents")] = writer._add_object(stream)
    if page.rotate:
        blank[NameObject("/Rotate")] = NumberObject(page.rotate)


def _show_rows(page: PdfPage) -> bytes:
    turn = b"0 1 -1 0" if page.sideways else b"1 0 0 1"
    shown = []
    for number, row in enumerate(page.rows, start=1):
        away = number * ROW_PT
        x, y = (away, 20) if page.sideways else (20, page.size_pt[1] - away)
        text = row.encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)")
        shown.append(b"%s %d %d Tm (%s) Tj" % (turn, x, y, text))
    return b"BT /F1 12 Tf %d Tr %s ET" % (page.mode, b" ".join(shown))


def _fonts(writer: PdfWriter, means: int | None) -> DictionaryObject:
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    if means is not None:
        stream = StreamObject()
        stream.set_data(_map_of(means))
        font[NameObject("/ToUnicode")] = writer._add_object(stream)
    return DictionaryObject({NameObject("/F1"): writer._add_object(font)})


def _map_of(means: int) -> bytes:
    """A ToUnicode table in which A to z stand for the characters from `means` on."""
    return (
        b"""/CIDInit /ProcSet findresource begin begincmap
1 begincodespacerange <00> <FF> endcodespacerange
1 beginbfrange <41> <7A> <%04X> endbfrange
endcmap end"""
        % means
    )


def _image(picture: Image.Image) -> StreamObject:
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "JPEG", quality=90)
    image = StreamObject()
    image.set_data(buffer.getvalue())
    image.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(picture.width),
            NameObject("/Height"): NumberObject(picture.height),
            NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): ArrayObject([NameObject("/DCTDecode")]),
        }
    )
    return image
