"""The first rows of a table as an import will understand them, with what is wrong with them."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.language import say_code, t
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_money, show_whole
from dashboard.widgets.product_rows import present_facts, say_footprint
from pipeline.catalog.importing.candidate import Candidate, read_candidate
from pipeline.catalog.importing.mapping import ColumnMapping
from pipeline.catalog.importing.orders import TablePreview
from pipeline.catalog.importing.table import Cell, Problem, Row
from pipeline.catalog.product import AttributeValue, ProductDraft

SHOWN_ROWS = 5
# A spreadsheet counts from 1, and the header is its first row.
FIRST_ROW = 2

_render = load_component("plain_table")


def show_understood(table: TablePreview, mapping: ColumnMapping, *, has_pictures: bool) -> None:
    """The first rows, each as the product that it would become or with its problems."""
    columns = (
        (t("Row"), "right"),
        (t("Product id"), ""),
        (t("Name"), "wide"),
        (t("Category"), ""),
        (t("Price"), "right"),
        (t("Picture"), ""),
        (t("Attributes"), ""),
    )
    rows = [
        _present(Row(number, cells), mapping, table.columns, has_pictures=has_pictures)
        for number, cells in enumerate(table.rows[:SHOWN_ROWS], FIRST_ROW)
    ]
    _render(
        data={
            "caption": t("The first rows as understood"),
            "columns": [{"label": label, "align": align} for label, align in columns],
            "rows": rows,
        },
        key="understood",
    )


def say_problem(code: str, params: Mapping[str, Any], column: str | None) -> str:
    """What is wrong with a row, and in which column."""
    sentence = say_code(code, dict(params), fallback=code)
    return t("{column}: {sentence}", column=column, sentence=sentence) if column else sentence


def _present(
    row: Row, mapping: ColumnMapping, columns: Sequence[str], *, has_pictures: bool
) -> dict[str, Any]:
    read = read_candidate(row, mapping, columns)
    if not isinstance(read, Candidate):
        return _present_problems(row, mapping, read)
    if read.deletes:
        said = t("Will be deleted")
        cells = [show_whole(row.number), read.product_id, said, None, None, None, None]
        return {"tone": "", "cells": cells}
    draft = read.draft(None)
    return {"tone": "", "cells": _present_draft(read, draft, has_pictures=has_pictures)}


def _present_draft(read: Candidate, draft: ProductDraft | None, *, has_pictures: bool) -> list[Any]:
    facts: Mapping[str, AttributeValue] = draft.attributes if draft else {}
    words = ", ".join(f"{fact['label']}: {fact['value']}" for fact in present_facts(facts))
    price = None
    if draft and draft.price_cents is not None:
        price = show_money(draft.price_cents, draft.currency)
    footprint = draft.footprint if draft else None
    if footprint:
        words = f"{say_footprint(footprint.kg_co2e, footprint.basis)}; {words}".rstrip("; ")
    return [
        show_whole(read.row.number),
        read.product_id,
        {
            "text": draft.name if draft else t("Name stays as it is"),
            "title": draft.description if draft else None,
        },
        draft.category if draft else None,
        price,
        _present_picture(read, has_pictures=has_pictures),
        words or None,
    ]


def _present_picture(read: Candidate, *, has_pictures: bool) -> dict[str, Any] | None:
    if read.image and not has_pictures:
        return {"text": read.image, "notes": [t("No pictures were sent along.")]}
    named = read.image or read.image_url
    return {"text": named, "title": named} if named else None


def _present_problems(
    row: Row, mapping: ColumnMapping, problems: Sequence[Problem]
) -> dict[str, Any]:
    notes = [say_problem(one.code, one.params, one.column) for one in problems]
    cells = [
        show_whole(row.number),
        _text_of(row, mapping.fields.get("id")),
        {"text": _text_of(row, mapping.fields.get("name")) or t("Not taken"), "notes": notes},
        _text_of(row, mapping.fields.get("category")),
        _text_of(row, mapping.fields.get("price")),
        None,
        None,
    ]
    return {"tone": "orange", "cells": cells}


def _text_of(row: Row, column: str | None) -> str | None:
    cell: Cell = row.cells.get(column) if column else None
    return None if cell is None else str(cell)
