"""Rows that an import did not take, as they are kept and listed."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, func, select

from pipeline.catalog.importing.orders import RejectedRow
from pipeline.catalog.importing.table import Cell, Problem
from pipeline.models import CatalogRejection

READ_AT_ONCE = 500


def keep_rejections(
    session: Session,
    job_id: str,
    rejected: Sequence[tuple[int, str | None, Mapping[str, Cell], Sequence[Problem]]],
) -> None:
    """Write (row number, product id, cells, problems); each row's first problem comes first."""
    rows = [
        {
            "job_id": job_id,
            "row_number": number,
            "product_id": product_id,
            "code": problem.code,
            "column_name": problem.column,
            "params": dict(problem.params),
            "cells": dict(cells),
        }
        for number, product_id, cells, problems in rejected
        # Of several columns with the same problem, the first.
        for problem in {problem.code: problem for problem in reversed(problems)}.values()
    ]
    if rows:
        session.connection().execute(insert(CatalogRejection), rows)


def list_rejections(
    session: Session, job_id: str, *, limit: int, offset: int = 0
) -> tuple[list[RejectedRow], int]:
    """Rejected rows in the order of the table, each with all of its reasons, and how many."""
    numbers = _row_numbers(job_id)
    total = session.exec(select(func.count()).select_from(numbers.subquery())).one()
    return _read(session, job_id, numbers.limit(limit).offset(offset)), total


def all_rejections(session: Session, job_id: str) -> Iterator[RejectedRow]:
    """Every rejected row, read in pieces."""
    after = 0
    while True:
        later = _row_numbers(job_id).where(col(CatalogRejection.row_number) > after)
        found = _read(session, job_id, later.limit(READ_AT_ONCE))
        if not found:
            return
        yield from found
        after = found[-1].row_number
        # A million of them would stay in the session otherwise.
        session.expunge_all()


def _row_numbers(job_id: str) -> Any:
    """The numbers of the rejected rows, each once, ascending."""
    number = col(CatalogRejection.row_number)
    return select(number).where(CatalogRejection.job_id == job_id).distinct().order_by(number)


def _read(session: Session, job_id: str, numbers: Any) -> list[RejectedRow]:
    """The rows of these numbers, which have no other between them."""
    wanted = list(session.exec(numbers).all())
    if not wanted:
        return []
    between = col(CatalogRejection.row_number).between(wanted[0], wanted[-1])
    rows = session.exec(
        select(CatalogRejection)
        .where(col(CatalogRejection.job_id) == job_id, between)
        .order_by(col(CatalogRejection.row_number), col(CatalogRejection.id))
    ).all()
    by_row = groupby(rows, key=lambda row: row.row_number)
    return [_rejected_row(list(same)) for _number, same in by_row]


def _rejected_row(rows: list[CatalogRejection]) -> RejectedRow:
    first = rows[0]
    return RejectedRow(
        row_number=first.row_number,
        product_id=first.product_id,
        column=first.column_name,
        code=first.code,
        params=first.params,
        cells={name: _to_cell(value) for name, value in first.cells.items()},
        further=[(row.column_name, row.code, row.params) for row in rows[1:]],
    )


def _to_cell(value: Any) -> Cell:
    # JSON has no tuples.
    cell: Cell = tuple(value) if isinstance(value, list) else value
    return cell
