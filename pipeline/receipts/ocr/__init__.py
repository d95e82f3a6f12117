"""Reading words off an upright picture: two engines behind one small protocol."""

from pipeline.receipts.ocr.engine import (
    DEFAULT_ENGINE,
    ENGINE_NAMES,
    OcrEngine,
    create_engine,
    is_available,
)

__all__ = ["DEFAULT_ENGINE", "ENGINE_NAMES", "OcrEngine", "create_engine", "is_available"]
