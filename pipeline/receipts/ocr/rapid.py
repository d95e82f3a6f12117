"""RapidOCR with its OpenVINO engine: the default reader; all models come in its wheel."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.receipts.document import PageText, Word
from pipeline.receipts.ocr.latin import LatinRecognizer
from pipeline.receipts.ocr.rapid_models import MODEL_FOLDER, load_rapidocr, size_detection
from pipeline.receipts.ocr.rows import Token, group_rows

_DETECTION_PIXELS = 1_500_000
"""Text is found at this size at most and read in the full picture: on the 14 SROIE scans over
2 MP as many words are found as at full size, in half the time."""


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


def _make_tokens(found: Any) -> list[Token]:
    words_of = found.word_results if len(found.word_results) == len(found.txts) else None
    tokens = []
    for index, (quad, text, score) in enumerate(
        zip(found.boxes, found.txts, found.scores, strict=True)
    ):
        parts = words_of[index] if words_of else ((text, score, quad),)
        words = [_make_word(*part) for part in parts if part[0].strip()]
        tokens.append(Token(tuple(words), _slope_of(quad)))
    return tokens


def _make_word(text: str, score: float, quad: Sequence[Sequence[float]]) -> Word:
    xs, ys = np.asarray(quad, dtype=float).T
    box = (float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))
    return Word(text.strip(), box, min(1.0, max(0.0, float(score))))


def _slope_of(quad: NDArray[np.float32]) -> float:
    across = quad[1] - quad[0]
    return float(across[1] / across[0]) if across[0] > 0 else 0.0
