"""Reports in words: their kinds, sections, stages and days, as a person would say them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from dashboard.language import current_language, current_locale
from pipeline.reports.order import ReportKind
from pipeline.reports.period import Period, PeriodRule
from pipeline.reports.schedules import describe


@dataclass(frozen=True)
class KindWords:
    """What a kind of report is called, what it is for, and its icon."""

    label: str
    purpose: str
    icon: str


KINDS: Mapping[ReportKind, KindWords] = {
    "pdf": KindWords("PDF", "To read and to print", "picture_as_pdf"),
    "excel": KindWords("Excel", "To calculate on", "table_view"),
    "analysis": KindWords("Analysis", "To see what changed", "query_stats"),
    "dummy": KindWords("Test report", "To see whether reports are made", "science"),
}

SECTIONS: Mapping[ReportKind, Mapping[str, str]] = {
    "pdf": {
        "overview": "Overview",
        "spending": "Spending over time",
        "merchants": "Merchants",
        "categories": "Categories",
        "taxes": "Taxes",
        "footprint": "Footprint",
        "review": "Duplicates and review",
        "quality": "How well receipts were read",
        "receipts": "List of every receipt",
    },
    "excel": {
        "summary": "Summary",
        "receipts": "Receipts",
        "lines": "Lines",
        "taxes": "Taxes",
        "footprint": "Footprint",
        "quality": "How well receipts were read",
    },
    "analysis": {
        "trends": "Trends",
        "anomalies": "What stands out",
        "seasonality": "Days and seasons",
        "prices": "Price changes",
        "suppliers": "Dependence on suppliers",
        "footprint": "What drives the footprint",
        "data_quality": "Gaps in the data",
    },
    "dummy": {},
}

PERIODS: Mapping[PeriodRule, str] = {
    "yesterday": "The day before",
    "previous_week": "The week before",
    "previous_month": "The month before",
    "previous_quarter": "The quarter before",
    "previous_year": "The year before",
    "last_7_days": "The last 7 days",
    "last_30_days": "The last 30 days",
    "month_to_date": "This month so far",
    "year_to_date": "This year so far",
}

# Of the rhythms that are offered; any other is described from its expression.
RHYTHMS: Mapping[str, str] = {
    "0 8 * * 1": "Every Monday at 08:00",
    "0 8 * * 1-5": "Every weekday at 08:00",
    "0 8 * * *": "Every day at 08:00",
    "0 8 1 * *": "On the first of the month at 08:00",
    "0 18 L * *": "On the last day of the month at 18:00",
    "0 8 1 1,4,7,10 *": "On the first day of the quarter at 08:00",
    "0 8 1 1 *": "On the first of January at 08:00",
}

# How the part of an analysis that looks into one section begins.
RESEARCH = "research."
# Of a part while it runs, and the name of the part itself.
PARTS: Mapping[str, str] = {
    "collect": "Collect",
    "draw": "Draw",
    "write": "Write",
    "preview": "Preview",
    "plan": "Plan",
    "finish": "Finish",
}
STAGES: Mapping[str, str] = {
    "collect": "Collecting the receipts",
    "snapshot": "Collecting the receipts",
    "figures": "Adding up",
    "draw": "Drawing the pages",
    "write": "Writing",
    "preview": "Making the preview",
    "plan": "Choosing what is worth telling",
    "finish": "Putting it together",
}


def say_section(kind: str, section: str) -> str:
    """A section by the name that a reader knows."""
    words: Mapping[str, Mapping[str, str]] = {str(one): names for one, names in SECTIONS.items()}
    return words.get(kind, {}).get(section, section.replace("_", " ").capitalize())


def say_part(kind: str, name: str) -> str:
    """A part of the work by its name; each section of an analysis is one, too."""
    section = name.removeprefix(RESEARCH)
    return say_section(kind, section) if section != name else PARTS.get(name, name.capitalize())


def say_stage(kind: str, stage: str | None) -> str:
    """What is being done."""
    section = (stage or "").removeprefix(RESEARCH)
    if stage and section != stage:
        return f"Looking into it: {say_section(kind, section).lower()}"
    return STAGES.get(stage or "", "Working" if stage else "Starting")


def say_rhythm(cron: str) -> str:
    """When a schedule runs, as a sentence."""
    return RHYTHMS.get(cron) or describe(cron, current_language())


def say_days(period: Period) -> str:
    """The days without saying a month or a year twice: 1 – 31 Oct 2026."""
    first, last = period.first, period.last
    if first == last:
        return _say_day(last, "d MMM y")
    if first.year != last.year:
        pattern = "d MMM y"
    else:
        pattern = "d" if first.month == last.month else "d MMM"
    return f"{_say_day(first, pattern)} – {_say_day(last, 'd MMM y')}"


def say_period(first: date | None, last: date | None) -> str:
    """The days of a report; one that is about none says nothing."""
    return say_days(Period(first, last)) if first and last else ""


def _say_day(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=current_locale())
