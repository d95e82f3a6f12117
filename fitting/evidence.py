"""What the product knows of each total and date that it reads, and whether it is right."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from fitting.drawn import DrawnReceipt
from fitting.spoil import spoil_pages
from fitting.sroie import LabelledReceipt
from pipeline.receipts.document import PageText
from pipeline.receipts.fields import extract_fields
from pipeline.receipts.fields.calendar_text import find_dates
from pipeline.receipts.fields.confirm import Features, describe_date, weigh_total
from pipeline.receipts.items import find_items


@dataclass(frozen=True)
class Task:
    """One receipt to be understood; `total` and `day` are the truth, None where unknown."""

    source: str
    group: str
    total: Decimal | None
    day: date | None
    pages: tuple[PageText, ...]
    is_spoiled: bool = False


@dataclass(frozen=True)
class Judged:
    """The evidence for one value that was read, and whether it is the right one."""

    field: str
    source: str
    group: str
    features: Features
    is_right: bool
    is_spoiled: bool


def list_tasks(
    labelled: Sequence[tuple[str, Sequence[LabelledReceipt]]], drawn: Sequence[DrawnReceipt]
) -> Iterator[Task]:
    """Each receipt as it was read, and once more spoiled; sources are named in `labelled`."""
    for source, receipts in labelled:
        for receipt in receipts:
            total, day = _read_amount(receipt.total), _read_day(receipt.date)
            yield Task(source, receipt.group, total, day, receipt.pages)
            spoiled = spoil_pages(receipt.pages, f"{source} {receipt.name}")
            yield Task(source, receipt.group, total, day, spoiled, is_spoiled=True)
    for one in drawn:
        yield Task("drawn", one.group, one.total, one.day, one.pages)
        spoiled = spoil_pages(one.pages, one.name)
        yield Task("drawn", one.group, one.total, one.day, spoiled, is_spoiled=True)


def judge(task: Task) -> list[Judged]:
    """The total and date that the product reads in a task's pages, where it reads any."""
    fields = extract_fields(task.pages)
    found = []
    if fields.total is not None and task.total is not None:
        total, features = weigh_total(task.pages, fields, find_items(task.pages, fields))
        found.append(_judge(task, "total", features, total.value == task.total))
    if fields.date is not None and task.day is not None:
        features = describe_date(fields.date)
        found.append(_judge(task, "date", features, fields.date.value == task.day))
    return found


def _judge(task: Task, field: str, features: Features, is_right: bool) -> Judged:
    return Judged(field, task.source, task.group, features, is_right, task.is_spoiled)


def _read_amount(text: str) -> Decimal | None:
    try:
        return Decimal(re.sub(r"[^0-9.-]", "", text))
    except InvalidOperation:
        return None


def _read_day(text: str) -> date | None:
    found = find_dates(text, with_compact=True)
    return found[0].read(month_first=False) or found[0].read(month_first=True) if found else None
