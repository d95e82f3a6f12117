"""What a run hands to its save: everything understood of a receipt's pages, weighed already.

Weighing needs tables that are large; so it happens in the runner, and the save stays quick.
"""

from collections.abc import Sequence
from typing import Any

from pipeline.receipts.document import PageText, Reading
from pipeline.receipts.document_json import reading_to_json
from pipeline.receipts.factors.store import load_book
from pipeline.receipts.review.choices import choices_of
from pipeline.receipts.weighing import weigh_fields
from pipeline.settings import Settings
from pipeline.store import read_session

JsonObject = dict[str, Any]


def make_outcome(
    settings: Settings,
    pages: list[JsonObject],
    texts: Sequence[PageText],
    reading: Reading,
) -> JsonObject:
    """The outcome of reading `pages`, whose `texts` were understood as `reading`.

    `fields` are the contract's, each item with its footprint; `weighed` is the receipt's own.
    """
    fields = reading_to_json(reading)
    fields["itemsReconciled"] = reading.items.is_reconciled
    with read_session(settings) as session:
        book, choices = load_book(session), choices_of(session, fields, None)
    return {
        "weighed": weigh_fields(fields, book, choices),
        "fields": fields,
        "pages": pages,
        "readText": "\n".join(line.text for text in texts for line in text.lines),
        "ocrEngine": "+".join(sorted({text.engine for text in texts})),
        "ocrConfidence": _mean_confidence(texts),
    }


def _mean_confidence(texts: Sequence[PageText]) -> float:
    words = [word for text in texts for line in text.lines for word in line.words]
    return round(sum(word.confidence for word in words) / len(words), 4) if words else 0.0
