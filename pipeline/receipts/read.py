"""Reading one receipt from kept file to fields; runs in a runner and saves each page as it goes."""

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

from pipeline.jobs.context import JobContext
from pipeline.receipts.document import PageText
from pipeline.receipts.intake.submit import media_limits
from pipeline.receipts.ocr import ENGINE_NAMES, OcrEngine, create_engine, is_available
from pipeline.receipts.ocr.second_opinion import consult
from pipeline.receipts.outcome import make_outcome
from pipeline.receipts.page_stages import PageStages, PreparedPage
from pipeline.receipts.pages.decode import open_pages
from pipeline.receipts.pages.pdf_text import ENGINE as PDF_TEXT
from pipeline.receipts.understand import understand
from pipeline.settings import Settings


def load_engine(settings: Settings) -> OcrEngine:
    """The OCR engine of this process, loaded on first use and kept."""
    return _keep_engine(settings.ocr_engine, settings.threads_of("documents"))


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
    ask = partial(_ask_second, stages, pages)
    understood, reading = consult(tuple(texts), understand(tuple(texts)), ask)
    return make_outcome(context.settings, [page.data for page in pages], understood, reading)


def _ask_second(
    stages: PageStages, pages: Sequence[PreparedPage], first: PageText
) -> PageText | None:
    """What the other engine reads on a page, where it is installed and the page is a picture."""
    (other,) = (name for name in ENGINE_NAMES if name != stages.engine.name)
    if first.engine == PDF_TEXT or not is_available(other):
        return None
    engine = create_engine(other, stages.engine.threads)
    return stages.read_with(engine, pages[first.page - 1])
