"""The OCR libraries as their makers ship them, on one thread: what the pipeline is measured by."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

Reader = Callable[[Path], str]


@cache
def load_bare_engine(name: str, threads: int = 1, *, pins: bool = True) -> Reader:
    """A function from a picture's path to its text; models are loaded before it returns.

    `pins`: OpenVINO may pin its threads to cores, which is its own default.
    """
    return _load_tesseract() if name == "tesseract" else _load_rapidocr(threads, pins)


def _load_rapidocr(threads: int, pins: bool) -> Reader:
    from rapidocr import EngineType, RapidOCR

    ocr = RapidOCR(
        params={
            "Global.log_level": "error",
            "Det.engine_type": EngineType.OPENVINO,
            "Cls.engine_type": EngineType.OPENVINO,
            "Rec.engine_type": EngineType.OPENVINO,
            "EngineConfig.openvino.inference_num_threads": threads,
            "EngineConfig.openvino.enable_cpu_pinning": pins,
        }
    )
    ocr(np.full((320, 320, 3), 255, np.uint8))
    return lambda path: " ".join(ocr(str(path)).txts or ())


def _load_tesseract() -> Reader:
    import tesserocr

    from pipeline.receipts.ocr.tesseract import find_data_folder

    tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
    api = tesserocr.PyTessBaseAPI(path=str(find_data_folder()), lang="eng", psm=4)

    def read(path: Path) -> str:
        with Image.open(path) as picture:
            api.SetImage(picture.convert("RGB"))
        return str(api.GetUTF8Text())

    return read
