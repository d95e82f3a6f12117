"""The words of the cover, of the file's own description, and of head and foot."""

from collections.abc import Iterator
from datetime import datetime

from pipeline.reports.figures.types import CurrencyFigures, Figures
from pipeline.reports.filter_words import list_filters
from pipeline.reports.order import ReportFilter, ReportOrder
from pipeline.reports.pdf.cover import Cover, KeyFigure
from pipeline.reports.pdf.measures import COUNTS, MONEY, share_untouched
from pipeline.reports.pdf.paper import About
from pipeline.reports.pdf.running import Running
from pipeline.reports.pdf.spending_bars import make_time_bars
from pipeline.reports.pdf.told import Told
from pipeline.reports.texts import NONE, Texts

_LANGUAGE_TAGS = {"en": "en-GB", "fr": "fr-FR"}


def describe_file(order: ReportOrder, figures: Figures, created_at: datetime) -> About:
    """Title, subject and keywords of the file."""
    texts = Texts(order.language)
    period = texts.period(figures.period)
    return About(
        title=f"{title_of(order)}, {period}",
        subject=texts.say("pdf.subject", period=period),
        keywords=tuple(texts.say("pdf.keywords").split(", ")),
        language=_LANGUAGE_TAGS.get(order.language, "en-GB"),
        created_at=created_at,
    )


def title_of(order: ReportOrder) -> str:
    """The title that was given, or what kind of report it is."""
    return order.title or Texts(order.language).say("kind.pdf")


def make_running(told: Told, order: ReportOrder, *, has_cover: bool) -> Running:
    """Head and foot of the pages."""
    foot = period = told.texts.period(told.figures.period)
    if told.figures.changed_at:
        moment = told.texts.moment(told.figures.changed_at)
        foot = told.say("foot", period=period, moment=moment)
    return Running(
        title=title_of(order),
        foot=foot,
        count=lambda number, total: told.say("page", number=number, total=total),
        has_cover=has_cover,
    )


def make_cover(told: Told, order: ReportOrder) -> Cover:
    """The words of the first page."""
    main = told.figures.currencies[0]
    return Cover(
        title=title_of(order),
        period=told.texts.period(told.figures.period),
        figures=tuple(_key_figures(told)),
        facts=tuple(list_facts(told, order.filters)),
        chart=make_time_bars(told, main) if len(main.points) > 1 else None,
    )


def list_facts(told: Told, filters: ReportFilter) -> Iterator[tuple[str, str]]:
    """What the figures are of: other currencies, filters, days compared, moment of the data."""
    figures, texts = told.figures, told.texts
    others = [_amount(told, block) for block in figures.currencies[1:]]
    if others:
        yield told.say("fact.others"), told.say("list_end").join(others)
    yield told.say("fact.filters"), told.say("list_end").join(list_filters(texts, filters))
    if figures.previous:
        period = texts.period(figures.previous.period)
        said = period if told.previous else told.say("fact.nothing_before", period=period)
        yield told.say("fact.compared"), said
    if said := told.uncompared:
        yield told.say("previous_period"), said
    if figures.changed_at:
        yield told.say("fact.data"), texts.moment(figures.changed_at)


def _key_figures(told: Told) -> Iterator[KeyFigure]:
    figures, texts, previous = told.figures, told.texts, told.previous
    main = figures.currencies[0]
    unit, block_before = main.currency, told.before(main.currency)
    for key in ("spent", "tax"):
        now, before = MONEY[key](main), MONEY[key](block_before) if block_before else None
        name = told.say(key) if unit else told.unit(key, None)
        shown = _compare(told, now, before, texts.money(before, unit))
        yield KeyFigure(name, texts.money(now, unit), shown)
    for key in ("receipts", "merchants"):
        count, former = COUNTS[key](figures), COUNTS[key](previous) if previous else None
        shown = _compare(told, count, former, texts.number(former))
        yield KeyFigure(told.say(key), texts.number(count), shown)
    kg = figures.footprint.kg_co2e
    kg_before = previous.footprint.kg_co2e if previous else None
    shown = _compare(told, kg, kg_before, f"{texts.kg(kg_before)} kg")
    yield KeyFigure(told.say("footprint_kg"), f"{texts.kg(kg)} kg", shown)
    share = share_untouched(previous) if previous else None
    shown = "" if share is None else told.say("before", value=texts.percent(share))
    yield KeyFigure(told.say("untouched"), texts.percent(share_untouched(figures)), shown)


def _compare(told: Told, now: float | None, before: float | None, said: str) -> str:
    """+12% · before €10.00; "" where nothing is compared."""
    if before is None:
        return ""
    change = told.change(now, before)
    words = told.say("before", value=said)
    return words if change == NONE else f"{change} · {words}"


def _amount(told: Told, block: CurrencyFigures) -> str:
    amount = told.texts.money(block.spent_cents, block.currency)
    return amount if block.currency else told.say("unstated_amount", amount=amount)
