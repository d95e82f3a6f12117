"""RapidOCR with its OpenVINO engine: the default reader; all models come in its wheel."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidocr.ch_ppocr_rec import TextRecInput

from pipeline.receipts.document import PageText, Word
from pipeline.receipts.ocr.latin import LatinRecognizer
from pipeline.receipts.ocr.rapid_models import MODEL_FOLDER, load_rapidocr, size_detection
from pipeline.receipts.ocr.rows import Token, group_rows, make_line

_DETECTION_PIXELS = 1_500_000
"""Text is found at this size at most and read in the full picture: on the 14 SROIE scans over
2 MP as many words are found as at full size, in half the time."""

_WORD_GAP = 0.2
"""Of the letters' height: within words gaps stay under 0.12, between them above 0.29."""

_WIDE_WORD_GAP = 0.4
"""Of the letters' width, for double-width print, whose words stand a full letter apart."""

_CAPITAL_IN_WORD = re.compile(r"(?<=[a-zà-ÿ])I(?=[a-zà-ÿ])")
"""A capital I between small letters is an l: 'WorId'."""


class RapidEngine:
    """PP-OCRv6 small, Latin script only, at about 0.5 s a receipt on one core."""

    name = "rapidocr"

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._ocr = load_rapidocr(threads)
        # Set before the first call, so that the 18,710 character model is never compiled.
        self._ocr.text_rec = LatinRecognizer(
            self._ocr.cfg.Rec, MODEL_FOLDER / "PP-OCRv6_rec_small.onnx", threads
        )

    def read(self, picture: NDArray[np.uint8], page: int = 1) -> PageText:
        """Words and lines of an upright RGB picture, boxes in its pixels."""
        height, width = picture.shape[:2]
        size_detection(self._ocr, width, height, _DETECTION_PIXELS)
        found = self._ocr(np.ascontiguousarray(picture[:, :, ::-1]))
        lines = group_rows(_make_tokens(found)) if found.txts else ()
        return PageText(page, width, height, self.name, lines)

    def read_crops(self, crops: Sequence[NDArray[np.uint8]]) -> list[str]:
        """The text of RGB cut-outs of one row each, without looking for text in them."""
        return list(self._recognise(crops).txts or ())

    def score_crops(self, crops: Sequence[NDArray[np.uint8]]) -> float:
        """How sure the recogniser is of RGB cut-outs of one row each, in the mean, 0..1."""
        return float(np.mean(self._recognise(crops).scores)) if crops else 0.0

    def _recognise(self, crops: Sequence[NDArray[np.uint8]]) -> Any:
        images = [np.ascontiguousarray(crop[:, :, ::-1]) for crop in crops]
        return self._ocr.text_rec(TextRecInput(img=images))


@cache
def load_rapid(threads: int) -> RapidEngine:
    """The one instance of this process."""
    return RapidEngine(threads)


def _make_tokens(found: Any) -> list[Token]:
    words_of = found.word_results if len(found.word_results) == len(found.txts) else None
    tokens = []
    for index, (quad, text, score) in enumerate(
        zip(found.boxes, found.txts, found.scores, strict=True)
    ):
        parts = words_of[index] if words_of else ((text, score, quad),)
        text = _mend(text)  # noqa: PLW2901
        words = join_split_words(text, [_make_word(*part) for part in parts if part[0].strip()])
        tokens.append(Token(tuple(words), _slope_of(quad)))
    return tokens


def _make_word(text: str, score: float, quad: Sequence[Sequence[float]]) -> Word:
    xs, ys = np.asarray(quad, dtype=float).T
    box = (float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))
    return Word(_mend(text.strip()), box, min(1.0, max(0.0, float(score))))


def _mend(text: str) -> str:
    return _CAPITAL_IN_WORD.sub("l", text)


def join_split_words(text: str, words: Sequence[Word]) -> list[Word]:
    """Put together what RapidOCR cut at the wide steps of large letters.

    Two pieces are one word where the text has no space between them and they all but touch.
    """
    joined: list[Word] = []
    at = 0
    for word in words:
        found = text.find(word.text, at)
        touches = bool(joined) and found == at and _is_touching(joined[-1], word)
        at = found + len(word.text) if found >= 0 else at
        if touches:
            word = _unite(joined.pop(), word)  # noqa: PLW2901
        joined.append(word)
    return joined


def _is_touching(left: Word, right: Word) -> bool:
    height = max(1.0, left.box[3] - left.box[1])
    letter_width = (left.box[2] - left.box[0]) / len(left.text)
    return right.box[0] - left.box[2] < max(_WORD_GAP * height, _WIDE_WORD_GAP * letter_width)


def _unite(left: Word, right: Word) -> Word:
    both = make_line([left, right])
    return Word(left.text + right.text, both.box, both.confidence)


def _slope_of(quad: NDArray[np.float32]) -> float:
    across = quad[1] - quad[0]
    return float(across[1] / across[0]) if across[0] > 0 else 0.0
