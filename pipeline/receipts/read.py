"""Reading one receipt from kept file to fields; runs in a runner and saves each page as it goes."""

import io
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from pipeline.jobs.context import JobContext
from pipeline.receipts.document import PageText, Reading
from pipeline.receipts.document_json import (
    page_text_from_json,
    page_text_to_json,
    reading_to_json,
)
from pipeline.receipts.ocr import OcrEngine, create_engine
from pipeline.receipts.pages import Picture, open_pages
from pipeline.receipts.review import overall_confidence, review_reasons
from pipeline.receipts.straighten import straighten
from pipeline.receipts.submit import media_limits
from pipeline.receipts.understand import understand
from pipeline.settings import Settings

PAGE_VERSION = "1"
TEXT_VERSION = "1"
THUMBNAIL_PX = 320
JPEG_QUALITY = 88


def load_engine(settings: Settings) -> OcrEngine:
    """The OCR engine of this process, loaded on first use and kept."""
    return _keep_engine(settings.ocr_engine, settings.ocr_threads)


# By what it depends on: settings as a whole have no hash.
@lru_cache(maxsize=1)
def _keep_engine(name: str, threads: int) -> OcrEngine:
    return create_engine(name, threads)


def read_receipt(context: JobContext) -> dict[str, Any]:
    """Every page read, the fields found: what `job.save` writes. Raises PipelineError."""
    payload = context.claim.payload
    context.advance("open", 5)
    engine = load_engine(context.settings)
    pages: list[dict[str, Any]] = []
    texts: list[PageText] = []
    limits = media_limits(context.settings)
    file = context.files.require(payload["sha256"])
    for number, picture in enumerate(open_pages(file, payload["mediaType"], limits), start=1):
        page, upright = _prepare_page(context, engine, number, picture)
        # The reading of pages takes the bar from 10 to 90.
        context.advance("read", 10 + 80 * (number - 1) // max(payload["pages"], number))
        texts.append(_read_page(context, engine, number, upright))
        pages.append(page)
    context.advance("understand", 92)
    return _outcome(context, pages, texts, understand(tuple(texts)))


def _prepare_page(
    context: JobContext, engine: OcrEngine, number: int, picture: Picture
) -> tuple[dict[str, Any], Picture]:
    content_hash = context.claim.payload["sha256"]
    saved = context.load_stage(content_hash, f"page:{number}", PAGE_VERSION)
    if saved is not None and context.files.has(saved["image"], saved["thumbnail"]):
        return saved, _load_picture(context.files.read(saved["image"]))
    straightened = straighten(picture, engine)
    upright = straightened.picture
    page = {
        "number": number,
        "width": upright.shape[1],
        "height": upright.shape[0],
        "image": context.files.put_bytes(_to_jpeg(Image.fromarray(upright))),
        "thumbnail": context.files.put_bytes(_to_thumbnail(upright)),
        "rotationDeg": straightened.rotation_deg,
        "skewDeg": round(straightened.skew_deg, 2),
        "textStage": f"text:{number}",
        "textVersion": _text_version(engine),
    }
    context.save_stage(content_hash, f"page:{number}", PAGE_VERSION, page)
    return page, upright


def _read_page(context: JobContext, engine: OcrEngine, number: int, upright: Picture) -> PageText:
    content_hash = context.claim.payload["sha256"]
    version = _text_version(engine)
    saved = context.load_stage(content_hash, f"text:{number}", version)
    if saved is not None:
        return page_text_from_json(saved)
    text = engine.read(upright, number)
    context.save_stage(content_hash, f"text:{number}", version, page_text_to_json(text))
    return text


def _text_version(engine: OcrEngine) -> str:
    # Words carry boxes on the page picture, so another way of preparing it makes them void.
    return f"{engine.name}-{PAGE_VERSION}.{TEXT_VERSION}"


def _outcome(
    context: JobContext,
    pages: list[dict[str, Any]],
    texts: list[PageText],
    reading: Reading,
) -> dict[str, Any]:
    engine, fields = load_engine(context.settings), reading.fields
    return {
        "fields": reading_to_json(reading),
        "totalCents": int(fields.total.value * 100) if fields.total else None,
        "currency": fields.total.currency if fields.total else None,
        "language": fields.language.value if fields.language else None,
        "confidence": overall_confidence(fields),
        "reviewReasons": review_reasons(fields, context.settings.review_below),
        "pages": [page | {"textVersion": _text_version(engine)} for page in pages],
        "ocrEngine": engine.name,
        "ocrConfidence": _mean_confidence(texts),
    }


def _mean_confidence(texts: list[PageText]) -> float:
    words = [word for text in texts for line in text.lines for word in line.words]
    return round(float(np.mean([word.confidence for word in words])), 4) if words else 0.0


def _load_picture(content: bytes) -> Picture:
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
        return np.asarray(picture.convert("RGB"))


def _to_jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()


def _to_thumbnail(picture: Picture) -> bytes:
    thumbnail = Image.fromarray(picture)
    # Receipts are long; the width decides what can be recognised in a list.
    thumbnail.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX * 3))
    return _to_jpeg(thumbnail)
