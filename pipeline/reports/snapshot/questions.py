"""What a snapshot asks the store: bare rows in batches, in the order in which they are kept.

Rows come as the driver hands them over; `columns` makes typed columns of them, all at once. A
million lines through the types of SQLAlchemy would take three times as long.
"""

import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Connection, Select, Text, and_, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col

from pipeline.models import Job, Receipt, ReceiptChange, ReceiptLine, ReceiptTax, Upload
from pipeline.receipts.find.filters import conditions
from pipeline.receipts.job import KIND_NAME
from pipeline.receipts.review.duplicates import KEPT_BOTH
from pipeline.reports.order import ReportOrder
from pipeline.reports.period import ONE_DAY, Period

# A list for each column.
Values = list[list[Any]]
# Rows turned into columns while the processor still has them at hand: of 20,000 at once that takes
# as long as fetching them, and the tuples keep the garbage collector busy.
PIECE = 100
# What a person changed of the values; to accept them as they are is no correction.
CORRECTED = ("fields", "taxes", "items", "choices")


def receipts_of(order: ReportOrder) -> Select[Any]:
    """The receipts bought in the period of `order`, discarded duplicates included, in order.

    Their columns are those of `columns.RECEIPT_VALUES`.
    """
    corrected = or_(*(Receipt.corrections[part].as_string().is_not(None) for part in CORRECTED))  # type: ignore[index]
    kept_both = col(Receipt.duplicate_decision) == KEPT_BOTH
    columns: Sequence[Any] = (
        *(Receipt.job_id, Receipt.merchant, Receipt.merchant_key, Receipt.purchased_on),
        *(Receipt.currency, Receipt.total_cents, Receipt.payment_method, Receipt.receipt_type),
        *(Receipt.kg_co2e, Receipt.kg_co2e_low, Receipt.kg_co2e_high),
        *(Receipt.footprint_coverage, Receipt.score, Receipt.grade, Receipt.confidence),
        *(Receipt.needs_review, Receipt.was_unsure, Receipt.reviewed_at, Receipt.reviewed_by),
        *(Receipt.discarded_at, Job.status, Job.client_id, Upload.name, Job.created_at),
        Job.finished_at,
        case((kept_both, None), else_=col(Receipt.duplicate_of)),
        case((col(Receipt.corrections).is_(None), False), else_=corrected),
        cast(Receipt.review_reasons, Text),
        Receipt.fields["subtotal", "value"].as_string(),  # type: ignore[index]
        Receipt.fields["receiptNumber", "value"].as_string(),  # type: ignore[index]
    )
    statement = _wanted(select(*columns), order).join(Upload, col(Upload.id) == Receipt.upload_id)
    return statement.order_by(col(Receipt.purchased_on), col(Receipt.job_id))


def first_day_of() -> Select[Any]:
    """The day with which receipts begin, whatever a report leaves out; None without any."""
    bought = (col(Receipt.purchased_on).is_not(None), col(Receipt.discarded_at).is_(None))
    return select(func.min(Receipt.purchased_on)).where(*bought)


def undated_of(order: ReportOrder) -> Select[Any]:
    """How many receipts were handed over in these days (UTC) and bear no date."""
    assert order.period is not None
    statement = _wanted(select(func.count()), replace(order, period=None))
    since, until = moments_of(order.period)
    return statement.where(
        col(Receipt.purchased_on).is_(None),
        col(Receipt.discarded_at).is_(None),
        and_(col(Receipt.created_at) >= since, col(Receipt.created_at) < until),
    )


def moments_of(period: Period) -> tuple[datetime, datetime]:
    """The first moment of these days and the first one after them, UTC."""
    first, last = period.first, period.last + ONE_DAY
    return datetime.combine(first, time(), UTC), datetime.combine(last, time(), UTC)


def lines_of(connection: Connection, job_ids: Sequence[str], category: str) -> Values:
    """The lines of these receipts, in no order: place among them, position, and the values.

    The columns after these two are those of `columns.LINE_VALUES`; `category` "" means any.
    """
    columns: Sequence[Any] = (
        *(ReceiptLine.position, ReceiptLine.description, ReceiptLine.line_key),
        *(ReceiptLine.quantity, ReceiptLine.unit, ReceiptLine.unit_price_mills),
        *(ReceiptLine.amount_cents, ReceiptLine.discount_cents, ReceiptLine.category),
        *(ReceiptLine.factor_name, ReceiptLine.method, ReceiptLine.mass_kg),
        *(ReceiptLine.kg_co2e, ReceiptLine.kg_co2e_low, ReceiptLine.kg_co2e_high),
        ReceiptLine.confidence,
    )
    asked = _asked(connection, job_ids)
    statement = select(asked.c.place, *columns).where(col(ReceiptLine.job_id) == asked.c.value)
    if category:
        # As the filter of the receipts compares it.
        statement = statement.where(func.lower(ReceiptLine.category) == category.lower())
    return fetch(connection, statement)


def taxes_of(connection: Connection, job_ids: Sequence[str]) -> Values:
    """Their tax rows, in no order: place among these receipts, id, rate, base and amount."""
    asked = _asked(connection, job_ids)
    columns = (ReceiptTax.id, ReceiptTax.rate, ReceiptTax.base_cents, ReceiptTax.amount_cents)
    statement = select(asked.c.place, *columns)  # type: ignore[call-overload]
    return fetch(connection, statement.where(col(ReceiptTax.job_id) == asked.c.value))


def last_change_of(connection: Connection, job_ids: Sequence[str]) -> datetime | None:
    """When the last of these receipts was changed by a person."""
    asked = _asked(connection, job_ids)
    latest = select(func.max(ReceiptChange.at)).where(col(ReceiptChange.job_id) == asked.c.value)
    found: datetime | None = connection.execute(latest).scalar_one()
    return found


def fetch(connection: Connection, statement: Any) -> Values:
    """All rows, a list of values for each column; dates may be texts (SQLite)."""
    return next(fetch_batches(connection, statement), [])


def fetch_batches(connection: Connection, statement: Any, size: int = 0) -> Iterator[Values]:
    """The same for so many rows at once, or a few more; all of them for 0."""
    values: Values = []
    with closing(_pieces(connection, statement, size)) as pieces:
        for rows in pieces:
            values = values or [[] for _ in rows[0]]
            for known, more in zip(values, zip(*rows, strict=True), strict=True):
                known.extend(more)
            if size and len(values[0]) >= size:
                yield values
                values = []
    if values:
        yield values


def _pieces(
    connection: Connection, statement: Any, size: int
) -> Generator[Sequence[Any], None, None]:
    if size and connection.dialect.name != "sqlite":
        # The server keeps the rest; SQLAlchemy has taken its first row from the driver already.
        with connection.execute(statement, execution_options={"yield_per": size}) as result:
            yield from result.partitions(size)
        return
    with connection.execute(statement) as result:
        assert result.cursor is not None
        while rows := result.cursor.fetchmany(PIECE):
            yield rows


def _wanted(statement: Select[Any], order: ReportOrder) -> Select[Any]:
    wanted = replace(order.receipt_filter(), discarded="with")
    statement = statement.select_from(Receipt).join(Job, col(Job.id) == Receipt.job_id)
    return statement.where(col(Job.kind) == KIND_NAME, *conditions(wanted))


def _asked(connection: Connection, job_ids: Sequence[str]) -> Any:
    """The ids as a table of `place`, from 0, and `value`: no store has to sort by them."""
    if connection.dialect.name == "sqlite":
        each = func.json_each(json.dumps(list(job_ids))).table_valued("key", "value")
        return select(each.c.key.label("place"), each.c.value).subquery()
    ids = literal(list(job_ids), ARRAY(Text))
    each = func.unnest(ids).table_valued("value", with_ordinality="ordinal").render_derived()
    return select((each.c.ordinal - 1).label("place"), each.c.value).subquery()
