"""Reports in words: their kinds, sections, stages and days, as a person would say them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from dashboard.language import N_, current_language, current_locale, t
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
    "pdf": KindWords(N_("PDF"), N_("To read and to print"), "picture_as_pdf"),
    "excel": KindWords(N_("Excel"), N_("To calculate on"), "table_view"),
    "analysis": KindWords(N_("Analysis"), N_("To see what changed"), "query_stats"),
    "dummy": KindWords(N_("Test report"), N_("To see whether reports are made"), "science"),
}

SECTIONS: Mapping[ReportKind, Mapping[str, str]] = {
    "pdf": {
        "overview": N_("Overview"),
        "spending": N_("Spending over time"),
        "merchants": N_("Merchants"),
        "categories": N_("Categories"),
        "taxes": N_("Taxes"),
        "footprint": N_("Footprint"),
        "review": N_("Duplicates and review"),
        "quality": N_("How well receipts were read"),
        "receipts": N_("List of every receipt"),
    },
    "excel": {
        "summary": N_("Summary"),
        "receipts": N_("Receipts"),
        "lines": N_("Lines"),
        "taxes": N_("Taxes"),
        "footprint": N_("Footprint"),
        "quality": N_("How well receipts were read"),
    },
    "analysis": {
        "trends": N_("Trends"),
        "anomalies": N_("What stands out"),
        "seasonality": N_("Days and seasons"),
        "prices": N_("Price changes"),
        "suppliers": N_("Dependence on suppliers"),
        "footprint": N_("What drives the footprint"),
        "data_quality": N_("Gaps in the data"),
    },
    "dummy": {},
}

PERIODS: Mapping[PeriodRule, str] = {
    "yesterday": N_("The day before"),
    "previous_week": N_("The week before"),
    "previous_month": N_("The month before"),
    "previous_quarter": N_("The quarter before"),
    "previous_year": N_("The year before"),
    "last_7_days": N_("The last 7 days"),
    "last_30_days": N_("The last 30 days"),
    "month_to_date": N_("This month so far"),
    "year_to_date": N_("This year so far"),
}

# Of the rhythms that are offered; any other is described from its expression.
RHYTHMS: Mapping[str, str] = {
    "0 8 * * 1": N_("Every Monday at 08:00"),
    "0 8 * * 1-5": N_("Every weekday at 08:00"),
    "0 8 * * *": N_("Every day at 08:00"),
    "0 8 1 * *": N_("On the first of the month at 08:00"),
    "0 18 L * *": N_("On the last day of the month at 18:00"),
    "0 8 1 1,4,7,10 *": N_("On the first day of the quarter at 08:00"),
    "0 8 1 1 *": N_("On the first of January at 08:00"),
}

# How the part of an analysis that looks into one section begins.
RESEARCH = "research."
# Of a part while it runs, and the name of the part itself.
PARTS: Mapping[str, str] = {
    "collect": N_("Collect"),
    "draw": N_("Draw"),
    "write": N_("Write"),
    "preview": N_("Preview"),
    "plan": N_("Plan"),
    "finish": N_("Finish"),
}
STAGES: Mapping[str, str] = {
    "collect": N_("Collecting the receipts"),
    "snapshot": N_("Collecting the receipts"),
    "figures": N_("Adding up"),
    "draw": N_("Drawing the pages"),
    "write": N_("Writing"),
    "preview": N_("Making the preview"),
    "plan": N_("Choosing what is worth telling"),
    "finish": N_("Putting it together"),
}


def say_section(kind: str, section: str) -> str:
    """A section by the name that a reader knows."""
    words: Mapping[str, Mapping[str, str]] = {str(one): names for one, names in SECTIONS.items()}
    label = words.get(kind, {}).get(section)
    return t(label) if label else section.replace("_", " ").capitalize()


def say_part(kind: str, name: str) -> str:
    """A part of the work by its name; each section of an analysis is one, too."""
    section = name.removeprefix(RESEARCH)
    if section != name:
        return say_section(kind, section)
    return t(PARTS[name]) if name in PARTS else name.capitalize()


def say_stage(kind: str, stage: str | None) -> str:
    """What is being done."""
    section = (stage or "").removeprefix(RESEARCH)
    if stage and section != stage:
        return t("Looking into it: {section}", section=say_section(kind, section).lower())
    if not stage:
        return t("Starting")
    return t(STAGES[stage]) if stage in STAGES else t("Working")


def say_rhythm(cron: str) -> str:
    """When a schedule runs, as a sentence."""
    return t(RHYTHMS[cron]) if cron in RHYTHMS else describe(cron, current_language())


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
