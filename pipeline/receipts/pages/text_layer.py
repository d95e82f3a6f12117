"""May a PDF page's own text be believed, or must it be read like a picture?

Scanners lay the guesses of their OCR over the picture, fonts come without a table of what their
shapes mean, and a stamp's two words lie on a scanned page: then the picture tells more.
"""

from difflib import SequenceMatcher

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.receipts.document import PageText, Word
from pipeline.receipts.ocr.rapid import load_rapid
from pipeline.receipts.pages.decode import Picture
from pipeline.receipts.pages.pdf_text import TextLayer
from pipeline.receipts.pages.straighten import look_for_rows

_MIN_LETTERS = 10
_MAX_UNMAPPED = 0.02
_MAX_HIDDEN = 0.1
_MAX_TURNED = 0.1
_MAX_IMAGE_SHARE = 0.6
"""A picture of most of the page is a scan, whether its text lies over it or under it."""

_MIN_COVERED = 0.75
"""Of the area in which the text detector sees rows, that which has the layer's words on it (0.87
to 0.93 of pages that are all text); the rest may be logos."""

_SPOT_CHECKS = 12
_MIN_ALIKE = 0.8
"""Of the letters of the words looked at; of a true layer the recogniser reads 0.99."""


def is_trustworthy(layer: TextLayer, picture: Picture, threads: int) -> bool:
    """Does the layer say what the picture (height, width, 3) shows?

    The text detector looks at the page and the recogniser at a dozen words of it.
    """
    return (
        sum(len(word.text) for word in _words_of(layer.text)) >= _MIN_LETTERS
        and layer.unmapped <= _MAX_UNMAPPED
        and layer.hidden <= _MAX_HIDDEN
        and layer.turned <= _MAX_TURNED
        and layer.image_share <= _MAX_IMAGE_SHARE
        and measure_covered(layer.text, picture, threads) >= _MIN_COVERED
        and measure_likeness(layer.text, picture, threads) >= _MIN_ALIKE
    )


def _words_of(text: PageText) -> list[Word]:
    return [word for line in text.lines for word in line.words]


def measure_covered(text: PageText, picture: Picture, threads: int) -> float:
    """Share of the area of the rows seen in the picture that has words of `text` on it."""
    seen = _paint(list(look_for_rows(picture, threads)), picture)
    boxes = [word.box for word in _words_of(text)]
    said = _paint(
        [np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]) for x0, y0, x1, y1 in boxes], picture
    )
    # The detector draws its rows wider than the letters, and through the gaps between words.
    reach = np.ones((9, 41), np.uint8)
    return float((seen & cv2.dilate(said, reach)).sum() / max(1, seen.sum()))


def _paint(quads: list[NDArray[np.float32]], picture: Picture) -> NDArray[np.uint8]:
    mask = np.zeros(picture.shape[:2], np.uint8)
    for quad in quads:
        cv2.fillPoly(mask, [np.round(quad).astype(np.int32)], (1.0,))
    return mask


def measure_likeness(text: PageText, picture: Picture, threads: int) -> float:
    """Share of the letters of some long words of `text` that are read where they stand, 0..1."""
    longest = sorted(_words_of(text), key=lambda word: len(word.text))[-_SPOT_CHECKS:]
    crops = [_cut_out(picture, word) for word in longest]
    seen = load_rapid(threads).read_crops(crops)
    alike = sum(_count_alike(word.text, read) for word, read in zip(longest, seen, strict=True))
    return alike / max(1, sum(len(word.text) for word in longest))


def _cut_out(picture: Picture, word: Word) -> Picture:
    left, top, right, bottom = (round(max(0.0, side)) for side in word.box)
    spare = max(2, (bottom - top) // 8)
    return picture[top : max(top + 4, bottom), max(0, left - spare) : max(left + 4, right + spare)]


def _count_alike(said: str, seen: str) -> int:
    blocks = SequenceMatcher(None, said.upper(), seen.upper()).get_matching_blocks()
    return sum(block.size for block in blocks)
