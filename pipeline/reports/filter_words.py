"""What a report was limited to, in the reader's language; for every kind of report."""

from pipeline.reports.order import ReportFilter
from pipeline.reports.texts import Texts


def list_filters(texts: Texts, filters: ReportFilter) -> list[str]:
    """merchant contains “Paul”, category “bread”; where there was no filter, that."""
    asked = {
        "merchant": filters.merchant,
        "category": filters.category and texts.category(filters.category),
        "status": filters.status,
        "client": filters.client,
    }
    found = [texts.say(f"pdf.filter.{name}", value=value) for name, value in asked.items() if value]
    if filters.needs_review is not None:
        key = "pdf.filter.review" if filters.needs_review else "pdf.filter.no_review"
        found.append(texts.say(key))
    return found or [texts.say("pdf.filter.none")]
