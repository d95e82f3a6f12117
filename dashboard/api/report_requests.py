"""What callers ask of reports: orders, schedules, filters of the list."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from dashboard.api.envelope import ApiModel
from dashboard.api.job_answers import Status
from dashboard.api.values import Text, Word
from pipeline.reports.order import Language, ReportFilter, ReportKind, ReportOrder
from pipeline.reports.period import Period, PeriodRule
from pipeline.reports.schedules import ScheduleDraft

HeavyKind = Literal["pdf", "excel", "analysis"]
MAX_PAGE_SIZE = 200


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Addresses = Annotated[
    tuple[Text, ...], BeforeValidator(_as_list, json_schema_input_type=str | list[str])
]
TO_WHOM = "One address or a list of them; nobody is mailed without."
Delivery = Annotated[
    Literal["attach", "link"], Field(description="How the report comes with its mail.")
]


class ReportFilterBody(ApiModel):
    """Which receipts of the period are meant; each key narrows it."""

    model_config = ConfigDict(extra="forbid")

    merchant: Word = Field("", description="Part of the merchant's name.")
    category: Word = Field("", description="Of lines: others are left out.")
    status: Status | None = Field(None, description="Of the job that read the receipt.")
    client: Word = Field("", description="Who handed it over.")
    needs_review: bool | None = None

    def to_filter(self) -> ReportFilter:
        """The same for an order."""
        return ReportFilter(
            merchant=self.merchant,
            category=self.category,
            status=self.status or "",
            client=self.client,
            needs_review=self.needs_review,
        )


class DummyBody(ApiModel):
    """A small report of fixed content, to see whether reports and mail work."""

    model_config = ConfigDict(extra="forbid")

    title: Text = ""
    language: Language | None = Field(None, description="Default: that of Accept-Language.")
    email_to: Addresses = Field((), description=TO_WHOM)

    def to_order(self, language: Language) -> ReportOrder:
        """`language` is the caller's, where none is named."""
        return ReportOrder(
            "dummy",
            None,
            language=self.language or language,
            title=self.title.strip(),
            email_to=self.email_to,
        )


class ContentBody(ApiModel):
    """What a report is about, whenever it is made."""

    model_config = ConfigDict(extra="forbid")

    type: HeavyKind
    filters: ReportFilterBody = ReportFilterBody()
    title: Text = Field("", description="At most 120 characters; default: its kind.")
    language: Language | None = Field(None, description="Default: that of Accept-Language.")
    sections: list[Word] = Field(
        [], max_length=20, description="Default: all, for pdf without the list of receipts."
    )
    compare: bool = Field(True, description="With the period before.")
    email_to: Addresses = Field((), description=TO_WHOM)
    delivery: Delivery = "attach"

    def to_order(self, language: Language, period: Period | None = None) -> ReportOrder:
        """`language` is the caller's, where none is named."""
        return ReportOrder(
            self.type,
            period,
            filters=self.filters.to_filter(),
            language=self.language or language,
            title=self.title.strip(),
            sections=tuple(self.sections),
            compare=self.compare,
            email_to=self.email_to,
            delivery=self.delivery,
        )


class HeavyBody(ContentBody):
    """A report over days of purchase, both included."""

    first: date = Field(alias="from", examples=["2026-03-01"])
    last: date = Field(alias="to", examples=["2026-03-31"])

    def to_dated_order(self, language: Language) -> ReportOrder:
        """Raises InvalidRequestError REPORT_PERIOD_BACKWARDS, REPORT_PERIOD_LONG."""
        return self.to_order(language, Period(self.first, self.last))


class ScheduleBody(ContentBody):
    """A report that is made again and again."""

    name: Text = Field(description="1 to 120 characters.")
    cron: Text = Field(
        description="Five fields, at most one run an hour.", examples=["0 8 * * 1", "0 8 1 * *"]
    )
    time_zone: Text = Field("UTC", description="IANA name.", examples=["Europe/Paris"])
    period: PeriodRule = Field(description="Which days each run is about.")
    skip_empty: bool = Field(True, description="Mail nobody where nothing matches.")

    def to_draft(self, language: Language) -> ScheduleDraft:
        """The same for the store; checked there."""
        return ScheduleDraft(
            name=self.name,
            order=self.to_order(language),
            period=self.period,
            cron=self.cron,
            time_zone=self.time_zone,
            recipients=self.email_to,
            delivery=self.delivery,
            skip_empty=self.skip_empty,
        )


class SchedulePauseBody(ApiModel):
    """Why a schedule is stopped; others will read it."""

    model_config = ConfigDict(extra="forbid")

    reason: Text = ""


class ScheduleTestBody(ApiModel):
    """To whom the report goes this once."""

    model_config = ConfigDict(extra="forbid")

    email_to: Text


class ReportListQuery(ApiModel):
    """Which reports, and which page of them."""

    model_config = ConfigDict(extra="ignore")

    type: ReportKind | None = None
    query: Word = Field("", description="Part of a title, or the beginning of an id.")
    page: int = Field(1, ge=1, le=1_000_000)
    page_size: int = Field(25, ge=1, le=MAX_PAGE_SIZE)
