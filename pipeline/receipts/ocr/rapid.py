"""RapidOCR with its OpenVINO engine: the default reader; all models come in its wheel."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import rapidocr
from numpy.typing import NDArray
from rapidocr import EngineType, RapidOCR

from pipeline.receipts.document import PageText, Word
from pipeline.receipts.ocr.latin import LatinRecognizer
from pipeline.receipts.ocr.rows import Token, group_rows

_MODELS = Path(rapidocr.__file__).parent / "models"

_RECOGNITION_SHAPE = [3, 48, 96]
"""Crops are padded to the widest of their batch, and at least to 96 px: with RapidOCR's 320 half
of the recogniser's work on prices is padding (0.41 → 0.30 s a receipt, same word recall)."""

_DETECTION_PIXELS = 1_500_000
"""Text is found at this size at most and read in the full picture: on the 14 SROIE scans over
2 MP as many words are found as at full size, in half the time."""

_DETECTION_SHORT_PX = 736
"""Small pictures are enlarged up to this for finding text (RapidOCR's own default)."""

_NO_LIMIT_PX = 100_000  # sizes are chosen in `pages` and here, not by RapidOCR


class RapidEngine:
    """PP-OCRv6 small, Latin script only, at about 0.5 s a receipt on one core."""

    name = "rapidocr"

    def __init__(self, threads: int) -> None:
        cv2.setNumThreads(threads)
        self._ocr = RapidOCR(params=_build_parameters(threads))
        self._ocr.cfg.Rec.font_path = None
        # Set before the first call, so that the 18,710 character model is never compiled.
        self._ocr.text_rec = LatinRecognizer(
            self._ocr.cfg.Rec, _MODELS / "PP-OCRv6_rec_small.onnx", threads
        )

    def read(self, picture: NDArray[np.uint8], page: int = 1) -> PageText:
        """Words and lines of an upright RGB picture, boxes in its pixels."""
        height, width = picture.shape[:2]
        self._size_detection(width, height)
        found = self._ocr(np.ascontiguousarray(picture[:, :, ::-1]))
        lines = group_rows(_make_tokens(found)) if found.txts else ()
        return PageText(page, width, height, self.name, lines)

    def _size_detection(self, width: int, height: int) -> None:
        detector = self._ocr._load_det_model()
        most = (_DETECTION_PIXELS / (width * height)) ** 0.5
        scale = min(most, max(1.0, _DETECTION_SHORT_PX / min(width, height)))
        # "max" only shrinks and "min" only enlarges.
        detector.limit_type = "max" if scale < 1 else "min"
        side = max(width, height) if scale < 1 else min(width, height)
        detector.limit_side_len = max(32, round(side * scale))


def _build_parameters(threads: int) -> dict[str, Any]:
    return {
        "Global.log_level": "error",
        "Global.use_cls": False,  # `straighten` turned the page already
        "Global.return_word_box": True,
        "Global.max_side_len": _NO_LIMIT_PX,
        "Det.engine_type": EngineType.OPENVINO,
        "Cls.engine_type": EngineType.OPENVINO,
        "Rec.engine_type": EngineType.OPENVINO,
        "Rec.rec_img_shape": _RECOGNITION_SHAPE,
        "EngineConfig.openvino.inference_num_threads": threads,
    }


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
