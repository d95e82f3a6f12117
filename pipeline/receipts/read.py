"""Reading one receipt from kept file to fields; runs in a runner and saves each page as it goes."""

from functools import lru_cache
from typing import Any

import numpy as np

from pipeline.jobs.context import JobContext
from pipeline.receipts.document import PageText, Reading
from pipeline.receipts.document_json import reading_to_json
from pipeline.receipts.ocr import OcrEngine, create_engine
from pipeline.receipts.page_stages import PageStages, PreparedPage
from pipeline.receipts.pages import open_pages
from pipeline.receipts.review import Thresholds, overall_confidence, review_reasons
from pipeline.receipts.submit import media_limits
from pipeline.receipts.understand import understand
from pipeline.settings import Settings


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
    file = context.files.require(payload["sha256"])
    stages = PageStages(context, file, load_engine(context.settings))
    pages: list[PreparedPage] = []
    texts: list[PageText] = []
    pictures = open_pages(file, payload["mediaType"], media_limits(context.settings))
    for number, picture in enumerate(pictures, start=1):
        page = stages.prepare(number, picture)
        # The reading of pages takes the bar from 10 to 90.
        context.advance("read", 10 + 80 * (number - 1) // max(payload["pages"], number))
        texts.append(stages.read(page))
        pages.append(page.without_picture())
    context.advance("understand", 92)
    return _outcome(context, [page.data for page in pages], texts, understand(tuple(texts)))


def _outcome(
    context: JobContext,
    pages: list[dict[str, Any]],
    texts: list[PageText],
    reading: Reading,
) -> dict[str, Any]:
    fields = reading.fields
    read = reading_to_json(reading)
    below = context.settings.review_below
    reasons = review_reasons(read, Thresholds(below, below, below))
    return {
        "fields": read,
        "totalCents": int(fields.total.value * 100) if fields.total else None,
        "currency": fields.total.currency if fields.total else None,
        "language": fields.language.value if fields.language else None,
        "confidence": overall_confidence(read),
        "reviewReasons": [reason["code"] for reason in reasons],
        "pages": pages,
        "ocrEngine": "+".join(sorted({text.engine for text in texts})),
        "ocrConfidence": _mean_confidence(texts),
    }


def _mean_confidence(texts: list[PageText]) -> float:
    words = [word for text in texts for line in text.lines for word in line.words]
    return round(float(np.mean([word.confidence for word in words])), 4) if words else 0.0
