"""What a report was limited to, in the reader's language; for every kind of report."""

from pipeline.reports.order import ReportFilter
from pipeline.reports.texts import Texts


def list_filters(texts: Texts, filters: ReportFilter) -> list[str]:
    """merchant contains “Paul”, category “bread”; where there was no filter, that."""
    found = [
        texts.say(f"pdf.filter.{name}", value=value)
        for name in ("merchant", "category", "status", "client")
        if (value := getattr(filters, name))
    ]
    if filters.needs_review is not None:
        key = "pdf.filter.review" if filters.needs_review else "pdf.filter.no_review"
        found.append(texts.say(key))
    return found or [texts.say("pdf.filter.none")]
