"""The text layer of a PDF page as words on its picture; called by the receipt job.

Whether the layer may be believed is judged in `text_layer`.
"""

import ctypes
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.receipts.document import Box, PageText, Word
from pipeline.receipts.ocr.rows import Token, group_rows
from pipeline.receipts.pages.pdf import bounded_memory, open_pdf

ENGINE = "pdf-text"

MAX_GLYPHS = 20_000
"""A page of small print has 6,000; a layer with more than this is not looked at."""

_FINE = 64  # pdfium tells places in whole device pixels; this many of them make one of ours
_WORD_GAP = 0.6
"""Of the letters' height, where pdfium put no space: columns that stand close."""

_INVISIBLE = 3  # text rendering mode (PDF 1.7, table 106): what scanners lay over their picture
_REPLACEMENT = 0xFFFD


@dataclass(frozen=True)
class Glyph:
    """One printed character with its box in pixels of the page picture."""

    char: str
    box: Box
    is_mapped: bool
    is_visible: bool


@dataclass(frozen=True)
class TextLayer:
    """What a page says of itself: its text, and what speaks for or against it.

    `unmapped`, `hidden` and `turned` (it does not stand to the right of the one before) are shares
    of the characters; `image_share` is the part of the page under its largest image.
    """

    text: PageText
    unmapped: float
    hidden: float
    turned: float
    image_share: float


def read_text_layer(source: Path | bytes, number: int, width: int, height: int) -> TextLayer | None:
    """The layer of page `number` (from 1), boxes in pixels of its picture of that size.

    None where the page has no characters or too many. Raises as `open_pdf` does.
    """
    with open_pdf(source) as document, bounded_memory():
        page = document[number - 1]
        place = _Placing(page, width, height)
        glyphs = _read_glyphs(page, place)
        image_share = _measure_largest_image(page, place, width * height)
    printed = [glyph for glyph in glyphs if glyph is not None]
    if not printed:
        return None
    words = (Token((word,)) for word in _join_words(glyphs))
    text = PageText(number, width, height, ENGINE, group_rows(words))
    unmapped = sum(not glyph.is_mapped for glyph in printed) / len(printed)
    hidden = sum(not glyph.is_visible for glyph in printed) / len(printed)
    return TextLayer(text, unmapped, hidden, _measure_turned(glyphs), image_share)


def _measure_turned(glyphs: list[Glyph | None]) -> float:
    pairs = [(left, right) for left, right in pairwise(glyphs) if left and right]
    turned = sum(
        right.box[0] - left.box[0] <= abs(right.box[3] - left.box[3]) for left, right in pairs
    )
    return turned / max(1, len(pairs))


class _Placing:
    """From points of a page to pixels of its picture, whatever its rotation and crop."""

    def __init__(self, page: Any, width: int, height: int) -> None:
        self._page = page
        self._width, self._height = width, height
        self._size = (0, 0, width * _FINE, height * _FINE, 0)
        origin, right, up = self._place(0, 0), self._place(1000, 0), self._place(0, 1000)
        self._origin = origin
        self._across = ((right[0] - origin[0]) / 1000, (right[1] - origin[1]) / 1000)
        self._upwards = ((up[0] - origin[0]) / 1000, (up[1] - origin[1]) / 1000)

    def _place(self, x_pt: float, y_pt: float) -> tuple[float, float]:
        import pypdfium2.raw as pdfium_c

        x, y = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(self._page, *self._size, x_pt, y_pt, x, y)
        return x.value / _FINE, y.value / _FINE

    def to_box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """The box in pixels of a rectangle in points."""
        corners = [self._to_pixels(x, y) for x in (left, right) for y in (bottom, top)]
        xs, ys = zip(*corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def is_shown(self, box: Box) -> bool:
        """Whether the middle of the box is on the page; a page may be cut out of a larger one."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return 0 <= x < self._width and 0 <= y < self._height

    def _to_pixels(self, x_pt: float, y_pt: float) -> tuple[float, float]:
        return (
            self._origin[0] + x_pt * self._across[0] + y_pt * self._upwards[0],
            self._origin[1] + x_pt * self._across[1] + y_pt * self._upwards[1],
        )


def _read_glyphs(page: Any, place: _Placing) -> list[Glyph | None]:
    """The characters on the page in its order; None stands for a space or the end of a row."""
    text_page = page.get_textpage()
    count = text_page.count_chars()
    if count > MAX_GLYPHS:
        return []
    return [_read_glyph(text_page, index, place) for index in range(count)]


def _read_glyph(text_page: Any, index: int, place: _Placing) -> Glyph | None:
    import pypdfium2.raw as pdfium_c

    code = pdfium_c.FPDFText_GetUnicode(text_page, index)
    char = chr(code) if 0 < code < 0x110000 else ""
    if char.isspace() or pdfium_c.FPDFText_IsGenerated(text_page, index) == 1:
        return None
    is_mapped = pdfium_c.FPDFText_HasUnicodeMapError(text_page, index) != 1 and _is_text(char)
    rectangle = pdfium_c.FS_RECTF()
    # The loose box is as high as the font, so that a full stop stands on the row of its number.
    pdfium_c.FPDFText_GetLooseCharBox(text_page, index, rectangle)
    box = place.to_box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
    if not place.is_shown(box):
        return None
    drawn = pdfium_c.FPDFText_GetTextObject(text_page, index)
    is_visible = pdfium_c.FPDFTextObj_GetTextRenderMode(drawn) != _INVISIBLE
    return Glyph(_spell(char) if is_mapped else "", box, is_mapped, is_visible)


def _is_text(char: str) -> bool:
    """Is it a character that a reader could name? No control, surrogate or private use."""
    return bool(char) and ord(char) != _REPLACEMENT and unicodedata.category(char)[0] != "C"


def _spell(char: str) -> str:
    """Ligatures and wide forms in plain letters; what this leaves alone stays."""
    return unicodedata.normalize("NFKC", char)


def _join_words(glyphs: list[Glyph | None]) -> Iterator[Word]:
    """Words of the visible characters in the page's order."""
    word: list[Glyph] = []
    for glyph in (*glyphs, None):
        if word and (glyph is None or not _goes_on(word[-1], glyph)):
            yield _make_word(word)
            word = []
        if glyph is not None and glyph.is_visible and glyph.char:
            word.append(glyph)


def _goes_on(left: Glyph, right: Glyph) -> bool:
    height = left.box[3] - left.box[1]
    gap = right.box[0] - left.box[2]
    shared = min(left.box[3], right.box[3]) - max(left.box[1], right.box[1])
    return -height < gap < _WORD_GAP * height and shared > height / 2


def _make_word(glyphs: list[Glyph]) -> Word:
    lefts, tops, rights, bottoms = zip(*(glyph.box for glyph in glyphs), strict=True)
    text = "".join(glyph.char for glyph in glyphs)
    return Word(text, (min(lefts), min(tops), max(rights), max(bottoms)), 1.0)


def _measure_largest_image(page: Any, place: _Placing, page_area: int) -> float:
    """Share of the page under its largest image, 0..1."""
    import pypdfium2.raw as pdfium_c

    shares = [0.0]
    for image in page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,), max_depth=2):
        # Inside a form its place is told in the form's own terms, which are mostly the page's.
        left, top, right, bottom = place.to_box(*image.get_bounds())
        shares.append((right - left) * (bottom - top) / page_area)
    return min(1.0, max(shares))
