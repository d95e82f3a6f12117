"""What is asked of a report: kind, period, filters, language, title, sections."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Literal, get_args

from pipeline.errors import InvalidRequestError
from pipeline.notifications.addresses import check_addresses
from pipeline.receipts.find.filters import ReceiptFilter
from pipeline.reports.period import Period

ReportKind = Literal["dummy", "pdf", "excel", "analysis"]
KINDS: tuple[ReportKind, ...] = get_args(ReportKind)
Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
MAX_TITLE = 120
# The period before must exist too.
FIRST_YEAR = 1900

# In the order in which they stand in the report.
SECTIONS: Mapping[ReportKind, tuple[str, ...]] = {
    "dummy": (),
    "pdf": (
        *("overview", "spending", "merchants", "categories", "taxes", "footprint", "review"),
        *("quality", "receipts"),
    ),
    "excel": ("summary", "receipts", "lines", "taxes", "footprint", "quality"),
    "analysis": (
        *("trends", "anomalies", "seasonality", "prices", "suppliers", "footprint"),
        "data_quality",
    ),
}
# Asked for when nobody names sections: the list of every receipt is long, and for Excel.
DEFAULT_SECTIONS: Mapping[ReportKind, tuple[str, ...]] = {
    **SECTIONS,
    "pdf": tuple(name for name in SECTIONS["pdf"] if name != "receipts"),
}


@dataclass(frozen=True)
class ReportFilter:
    """Which receipts of the period are meant; "" and None mean any.

    `merchant` is part of a name, `category` that of a line: then only such lines are told of, and
    only receipts that have one. `status` is the job's; `client` the one who handed it over.
    """

    merchant: str = ""
    category: str = ""
    status: str = ""
    client: str = ""
    needs_review: bool | None = None


@dataclass(frozen=True)
class ReportOrder:
    """What was asked for. `period` None is for a dummy alone; `compare`: with the period before."""

    kind: ReportKind
    period: Period | None
    filters: ReportFilter = field(default_factory=ReportFilter)
    language: Language = "en"
    title: str = ""
    sections: tuple[str, ...] = ()
    compare: bool = True
    email_to: tuple[str, ...] = ()
    delivery: Literal["attach", "link"] = "attach"
    skip_empty: bool = False

    def to_json(self) -> dict[str, Any]:
        """As it is kept in the ledger and in `Report.asked`."""
        values = asdict(self)
        for name in ("sections", "email_to"):
            values[name] = list(values[name])
        if self.period is not None:
            values["period"] = [self.period.first.isoformat(), self.period.last.isoformat()]
        return values

    def of_period(self, period: Period) -> "ReportOrder":
        """The same report of other days."""
        return replace(self, period=period)

    def receipt_filter(self) -> ReceiptFilter:
        """The receipts that are meant, as lists and exports name them; days of the purchase."""
        wanted = self.filters
        return ReceiptFilter(
            merchant=wanted.merchant,
            category=wanted.category or None,
            status=wanted.status or None,
            client=wanted.client,
            needs_review=wanted.needs_review,
            bought_from=self.period.first if self.period else None,
            bought_to=self.period.last if self.period else None,
        )


def read_order(values: Mapping[str, Any]) -> ReportOrder:
    """The order that `to_json` wrote."""
    days = values.get("period")
    return ReportOrder(
        kind=values["kind"],
        period=Period(date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else None,
        filters=ReportFilter(**values["filters"]),
        language=values["language"],
        title=values["title"],
        sections=tuple(values["sections"]),
        compare=values["compare"],
        email_to=tuple(values["email_to"]),
        delivery=values["delivery"],
        skip_empty=values["skip_empty"],
    )


def check_order(order: ReportOrder) -> ReportOrder:
    """The order with its sections filled in and in order, and its addresses bare.

    Raises InvalidRequestError REPORT_PERIOD_MISSING, REPORT_PERIOD_EARLY, REPORT_SECTION_UNKNOWN,
    REPORT_TITLE_LONG, and those of `check_addresses`.
    """
    if order.kind != "dummy" and order.period is None:
        raise InvalidRequestError(
            "REPORT_PERIOD_MISSING", "Say from which day to which day the report goes."
        )
    if order.period is not None and order.period.first.year < FIRST_YEAR:
        raise InvalidRequestError(
            "REPORT_PERIOD_EARLY", "Begin the report later.", params={"least": str(FIRST_YEAR)}
        )
    if len(order.title) > MAX_TITLE:
        raise InvalidRequestError(
            "REPORT_TITLE_LONG", "Shorten the title.", params={"most": MAX_TITLE}
        )
    known = SECTIONS[order.kind]
    for name in order.sections:
        if name not in known:
            raise InvalidRequestError(
                "REPORT_SECTION_UNKNOWN",
                "There is no such section in this kind of report.",
                params={"section": name, "known": ", ".join(known)},
            )
    wanted = order.sections or DEFAULT_SECTIONS[order.kind]
    sections = tuple(name for name in known if name in wanted)
    return replace(order, sections=sections, email_to=check_addresses(order.email_to))
