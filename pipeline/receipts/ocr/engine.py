"""The protocol of an OCR engine, and the one instance of each that a process keeps."""

from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import InvalidRequestError
from pipeline.receipts.document import PageText

ENGINE_NAMES = ("rapidocr", "tesseract")
DEFAULT_ENGINE = "rapidocr"


class OcrEngine(Protocol):
    """Reads one upright RGB picture at a time; not for use by two threads at once."""

    @property
    def name(self) -> str:
        """What the page text says of its origin."""

    @property
    def threads(self) -> int:
        """How many threads one reading may use."""

    def read(self, picture: NDArray[np.uint8], page: int = 1) -> PageText:
        """Words and lines of a picture (height, width, 3), boxes in its pixels."""


def is_available(name: str) -> bool:
    """Can this engine read here? Tesseract needs language data that Debian packages bring."""
    if name == "tesseract":
        from pipeline.receipts.ocr import tesseract

        return tesseract.is_available()
    return name in ENGINE_NAMES


@cache
def create_engine(name: str = DEFAULT_ENGINE, threads: int = 1) -> OcrEngine:
    """Load an engine, once a process; raises InvalidRequestError UNKNOWN_ENGINE,

    ENGINE_UNAVAILABLE."""
    if name not in ENGINE_NAMES:
        raise InvalidRequestError(
            "UNKNOWN_ENGINE",
            f"There is no OCR engine {name!r}. Choose one of {', '.join(ENGINE_NAMES)}.",
            params={"engine": name},
        )
    if not is_available(name):
        raise InvalidRequestError(
            "ENGINE_UNAVAILABLE",
            f"The OCR engine {name!r} is not installed here. "
            f"Install its language data or choose {DEFAULT_ENGINE!r}.",
            params={"engine": name},
        )
    if name == "tesseract":
        from pipeline.receipts.ocr.tesseract import TesseractEngine

        return TesseractEngine(threads)
    from pipeline.receipts.ocr.rapid import load_rapid

    return load_rapid(threads)
