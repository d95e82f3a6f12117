"""The rows of an export, fetched in batches; a value that is not known stays empty."""

from collections.abc import Callable, Iterator, Mapping
from datetime import time
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from pipeline.models import Job, Receipt, Upload
from pipeline.receipts.export.columns import Row, Scope, Value
from pipeline.receipts.find.filters import ReceiptFilter
from pipeline.receipts.find.listing import iterate_ids
from pipeline.receipts.review.effective import value_of

Link = Callable[[str], str]


def iterate_rows(
    session: Session, scope: Scope, wanted: ReceiptFilter, link: Link
) -> Iterator[Row]:
    """One row for each receipt that matches, or for each of their lines, newest receipts first."""
    for job_ids in iterate_ids(session, wanted):
        found = {row.id: row for row in _load(session, job_ids)}
        for job_id in job_ids:
            row = found[job_id]
            if scope == "lines":
                yield from _lines(row)
            else:
                yield _receipt(row, link(job_id))
        # What was exported is not looked at again.
        session.expunge_all()


def _load(session: Session, job_ids: list[str]) -> list[Any]:
    columns = (
        *(Job.id, Job.status, Upload.name, Receipt.merchant, Receipt.purchased_on),
        *(Receipt.total_cents, Receipt.currency, Receipt.payment_method, Receipt.receipt_type),
        *(Receipt.kg_co2e, Receipt.kg_co2e_low, Receipt.kg_co2e_high),
        *(Receipt.footprint_coverage, Receipt.score, Receipt.grade, Receipt.needs_review),
        *(Receipt.reviewed_by, Receipt.reviewed_at, Receipt.duplicate_of, Receipt.fields),
    )
    statement: Any = select(*columns)  # type: ignore[call-overload]
    statement = (
        statement.select_from(Job)
        .join(Upload, col(Upload.id) == Job.upload_id)
        .outerjoin(Receipt, col(Receipt.job_id) == Job.id)
        .where(col(Job.id).in_(job_ids))
    )
    return list(session.execute(statement).all())


def _receipt(row: Any, link: str) -> Row:
    fields = row.fields or {}
    values: tuple[Value, ...] = (
        row.id,
        row.merchant,
        value_of(fields, "merchantAddress"),
        row.purchased_on,
        _time(value_of(fields, "time")),
        _cents(row.total_cents),
        _money(value_of(fields, "subtotal")),
        _taxes(fields),
        row.currency,
        row.payment_method,
        row.receipt_type,
        value_of(fields, "receiptNumber"),
        _figure(row.kg_co2e),
        _figure(row.kg_co2e_low),
        _figure(row.kg_co2e_high),
        _figure(row.footprint_coverage),
        row.score,
        row.grade,
        row.status,
        None if row.needs_review is None else bool(row.needs_review),
        row.reviewed_by,
        row.reviewed_at,
        row.duplicate_of,
        row.name,
        link,
    )
    return Row(values, row.currency)


def _lines(row: Any) -> Iterator[Row]:
    for item in (row.fields or {}).get("items") or []:
        weighed = item.get("footprint") or {}
        factor = weighed.get("factor") or {}
        values: tuple[Value, ...] = (
            row.id,
            row.merchant,
            row.purchased_on,
            item.get("description"),
            _figure(item.get("quantity")),
            item.get("unit"),
            _figure(item.get("unitPrice")),
            _money(item.get("amount")),
            _money(item.get("discount")),
            row.currency,
            item.get("category") or weighed.get("category"),
            factor.get("name"),
            factor.get("source"),
            factor.get("year"),
            weighed.get("method"),
            _figure(weighed.get("kgCO2e")),
            _figure(weighed.get("low")),
            _figure(weighed.get("high")),
            weighed.get("score"),
        )
        yield Row(values, row.currency)


def _cents(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents).scaleb(-2)


def _money(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))


def _figure(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _time(value: str | None) -> time | str | None:
    try:
        return time.fromisoformat(value) if value else None
    except ValueError:
        return value


def _taxes(fields: Mapping[str, Any]) -> Decimal | None:
    amounts = [tax["amount"] for tax in fields.get("taxes") or [] if tax.get("amount") is not None]
    return sum((Decimal(str(amount)) for amount in amounts), Decimal(0)) if amounts else None
