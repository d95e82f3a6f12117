"""Which receipts are meant: the filters that list, export and saved views share."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, exists
from sqlmodel import col, func

from pipeline.fulltext.words import parse_question
from pipeline.models import Job, Receipt, ReceiptLine
from pipeline.receipts.keys import merchant_key

Conditions = list[ColumnElement[bool]]
Discarded = Literal["without", "with", "only"]

GRADES = ("A+", "A", "B", "C", "D", "E", "F")


@dataclass(frozen=True)
class ReceiptFilter:
    """Which receipts are meant; None and "" mean any. Money in cents, days of the purchase.

    `query` are words, see `search_text`; `merchant` is part of the name, `category` that of a line,
    `client` who handed it over.
    Discarded duplicates are left out unless asked for. `unknown_footprint` asks for receipts with
    lines that are not weighed, False for those that are weighed in full.
    """

    query: str = ""
    status: str | None = None
    needs_review: bool | None = None
    merchant: str = ""
    bought_from: date | None = None
    bought_to: date | None = None
    min_total_cents: int | None = None
    max_total_cents: int | None = None
    receipt_type: str | None = None
    currency: str | None = None
    grade: str | None = None
    category: str | None = None
    unknown_footprint: bool | None = None
    discarded: Discarded = "without"
    submitted_since: datetime | None = None
    client: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for, but perhaps that discarded ones are meant as well."""
        widest = self if self.discarded == "only" else replace(self, discarded="with")
        return parse_question(self.query).is_empty and not conditions(widest)

    @property
    def is_plain(self) -> bool:
        """Whether it asks for nothing but a status or a look, which is counted without looking."""
        plain = {"status", "needs_review", "discarded"}
        others = (field for field in fields(self) if field.name not in plain)
        unset = all(getattr(self, field.name) in (None, "") for field in others)
        return unset and self.discarded == "without"

    @property
    def asks_of_receipt(self) -> bool:
        """Whether only what was read can match."""
        return bool(_of_purchase(self) or _of_footprint(self) or self.discarded == "only")


def conditions(wanted: ReceiptFilter) -> Conditions:
    """What `wanted` asks, its words apart, of a `Job` with its `Receipt`, outer joined."""
    return [*_of_job(wanted), *_of_purchase(wanted), *_of_footprint(wanted)]


def _of_job(wanted: ReceiptFilter) -> Conditions:
    found: Conditions = []
    if wanted.status:
        found.append(col(Job.status) == wanted.status)
    if wanted.needs_review is not None:
        found.append(col(Receipt.needs_review).is_(wanted.needs_review))
    if wanted.submitted_since is not None:
        found.append(col(Job.created_at) >= wanted.submitted_since)
    if wanted.client:
        found.append(col(Job.client_id) == wanted.client)
    if wanted.discarded != "with":
        gone = col(Receipt.discarded_at).is_not(None)
        # A job without a receipt yet was not discarded either.
        found.append(gone if wanted.discarded == "only" else col(Receipt.discarded_at).is_(None))
    return found


def _of_purchase(wanted: ReceiptFilter) -> Conditions:
    asked: list[tuple[Any, Callable[[Any], ColumnElement[bool]]]] = [
        (wanted.merchant.strip(), _is_named),
        (wanted.bought_from, lambda day: col(Receipt.purchased_on) >= day),
        (wanted.bought_to, lambda day: col(Receipt.purchased_on) <= day),
        (wanted.min_total_cents, lambda cents: col(Receipt.total_cents) >= cents),
        (wanted.max_total_cents, lambda cents: col(Receipt.total_cents) <= cents),
        (wanted.receipt_type, lambda kind: col(Receipt.receipt_type) == kind),
        (wanted.currency, lambda code: col(Receipt.currency) == code.upper()),
    ]
    return [condition(value) for value, condition in asked if value not in (None, "")]


def _is_named(part: str) -> ColumnElement[bool]:
    # No store's LIKE knows that É is e; but receipts of earlier versions have no key.
    named: ColumnElement[bool] = col(Receipt.merchant).icontains(part, autoescape=True)
    key = merchant_key(part)
    return named | col(Receipt.merchant_key).contains(key) if key else named


def _of_footprint(wanted: ReceiptFilter) -> Conditions:
    found: Conditions = []
    if wanted.grade:
        found.append(col(Receipt.grade) == wanted.grade)
    if wanted.category:
        found.append(
            exists().where(
                col(ReceiptLine.job_id) == Receipt.job_id,
                func.lower(ReceiptLine.category) == wanted.category.lower(),
            )
        )
    if wanted.unknown_footprint is not None:
        # Coverage is a share of money; what is rounded away weighs nothing either.
        covered = func.coalesce(Receipt.footprint_coverage, 0.0)
        found.append(covered < 1.0 if wanted.unknown_footprint else covered >= 1.0)
        found.append(col(Receipt.job_id).is_not(None))
    return found
