"""RapidOCR's networks, loaded once a process; shared by the engine and by `straighten`."""

from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import openvino
import rapidocr
from numpy.typing import NDArray
from rapidocr import EngineType, RapidOCR
from rapidocr.ch_ppocr_det import TextDetector
from rapidocr.ch_ppocr_det.utils import DBPostProcess, DetPreProcess

from pipeline.receipts.ocr.session import OpenVinoSession

MODEL_FOLDER = Path(rapidocr.__file__).parent / "models"

_RECOGNITION_SHAPE = [3, 48, 96]
"""Crops are padded to the widest of their batch, and at least to 96 px: with RapidOCR's 320 half
of the recogniser's work on prices is padding (0.41 → 0.30 s a receipt, same word recall)."""

_SMALL_SIDE_PX = 736
"""Small pictures are enlarged up to this for finding text (RapidOCR's own default)."""

_NO_LIMIT_PX = 100_000  # sizes are chosen in `pages` and here, not by RapidOCR


@cache
def load_rapidocr(threads: int) -> Any:
    """RapidOCR on OpenVINO with the models of its wheel; the classifier compiles on first use."""
    cv2.setNumThreads(threads)
    ocr = RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,  # `straighten` turned the page already
            "Global.return_word_box": True,
            "Global.max_side_len": _NO_LIMIT_PX,
            "Det.engine_type": EngineType.OPENVINO,
            "Cls.engine_type": EngineType.OPENVINO,
            "Rec.engine_type": EngineType.OPENVINO,
            "Rec.rec_img_shape": _RECOGNITION_SHAPE,
            "EngineConfig.openvino.inference_num_threads": threads,
            "EngineConfig.openvino.enable_cpu_pinning": False,
        }
    )
    ocr.cfg.Rec.font_path = None
    ocr.text_det = _BoundedDetector(ocr.cfg.Det, threads)
    return ocr


class _BoundedDetector(TextDetector):  # type: ignore[misc]
    """RapidOCR's detector on a session whose memory is bounded."""

    def __init__(self, config: Any, threads: int) -> None:
        model = openvino.Core().read_model(MODEL_FOLDER / "PP-OCRv6_det_small.onnx")
        self.session = OpenVinoSession(model, threads)
        self.mean, self.std = config.mean, config.std
        self.preprocess_op = None
        self.postprocess_op = DBPostProcess(
            thresh=config.thresh,
            box_thresh=config.box_thresh,
            max_candidates=config.max_candidates,
            unclip_ratio=config.unclip_ratio,
            use_dilation=config.use_dilation,
            score_mode=config.score_mode,
        )

    def get_preprocess(self) -> DetPreProcess:
        return _QuickPreProcess(self.limit_side_len, self.limit_type, self.mean, self.std)


class _QuickPreProcess(DetPreProcess):  # type: ignore[misc]
    """The same figures in single precision: 3 ms a look instead of 17."""

    def __call__(self, img: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        resized = self.resize(img)
        if resized is None:
            return None
        factor = np.asarray(self.scale / self.std, np.float32)
        offset = np.asarray(self.mean / self.std, np.float32)
        channels = cv2.multiply(resized, (*map(float, factor), 0.0), dtype=cv2.CV_32F)
        channels = cv2.subtract(channels, (*map(float, offset), 0.0))
        return np.ascontiguousarray(channels.transpose(2, 0, 1))[None]


def size_detection(ocr: Any, width: int, height: int, max_pixels: int) -> Any:
    """The text detector, set to look at a picture of this size in at most `max_pixels`."""
    detector = ocr.text_det
    most = (max_pixels / (width * height)) ** 0.5
    scale = min(most, max(1.0, _SMALL_SIDE_PX / min(width, height)))
    # "max" only shrinks and "min" only enlarges.
    detector.limit_type = "max" if scale < 1 else "min"
    side = max(width, height) if scale < 1 else min(width, height)
    detector.limit_side_len = max(32, round(side * scale))
    return detector


def find_quads(
    picture_bgr: NDArray[np.uint8], max_pixels: int, threads: int
) -> NDArray[np.float32]:
    """Corners (n, 4, 2) of the text lines of a picture, in its pixels and in no certain order."""
    height, width = picture_bgr.shape[:2]
    detector = size_detection(load_rapidocr(threads), width, height, max_pixels)
    boxes = detector(picture_bgr).boxes
    return np.zeros((0, 4, 2), np.float32) if boxes is None else np.asarray(boxes, np.float32)


def score_upside_down(crops: list[NDArray[np.uint8]], threads: int) -> NDArray[np.float32]:
    """Log-odds (n,) that each text line crop stands upright rather than on its head."""
    classifier = load_rapidocr(threads)._load_cls_model()
    batch = np.stack([classifier.resize_norm_img(crop) for crop in crops]).astype(np.float32)
    chances = np.clip(classifier.session(batch), 1e-6, 1.0)
    return np.asarray(np.log(chances[:, 0]) - np.log(chances[:, 1]), dtype=np.float32)
