"""A row through a mapping: what it says of a product, or everything that is wrong with it."""

from collections.abc import Mapping
from typing import Any

import pytest

from pipeline.catalog.importing.candidate import Candidate, read_candidate
from pipeline.catalog.importing.mapping import mapping_from_json
from pipeline.catalog.importing.table import Cell, Problem, Row
from pipeline.catalog.product import Footprint, ProductDraft

BASE = {"id": "id", "name": "name"}


def read(
    cells: Mapping[str, Cell], mapping: Mapping[str, Any] | None = None
) -> Candidate | tuple[Problem, ...]:
    given = mapping_from_json({**BASE, **(mapping or {})})
    return read_candidate(Row(2, cells), given, list(cells))


def accept(cells: Mapping[str, Cell], mapping: Mapping[str, Any] | None = None) -> Candidate:
    candidate = read(cells, mapping)
    assert isinstance(candidate, Candidate), candidate
    return candidate


def problems(cells: Mapping[str, Cell], mapping: Mapping[str, Any] | None = None) -> set[str]:
    found = read(cells, mapping)
    assert not isinstance(found, Candidate)
    return {problem.code for problem in found}


def test_a_row_becomes_a_product() -> None:
    cells: dict[str, Cell] = {
        "id": 12, "name": "Shoe", "p": "12,90 €", "co2": "2,5", "colour": "red",
        "sizes": "38|39", "stock": "7", "code": "007", "new": "vrai",
    }  # fmt: skip

    draft = accept(cells, {"price": "p", "footprint": "co2"}).draft(None)

    assert draft == ProductDraft(
        product_id="12",
        name="Shoe",
        price_cents=1290,
        currency="EUR",
        footprint=Footprint(2.5, "piece"),
        attributes={
            "colour": "red", "sizes": ("38", "39"), "stock": 7, "code": "007", "new": True,
        },
    )  # fmt: skip


def test_what_the_table_does_not_say_stays_and_an_empty_cell_empties() -> None:
    known = ProductDraft("1", "Shoe", "fine", "Shoes", 900, "EUR", {"colour": "red", "old": 1})

    draft = accept({"id": "1", "cat": None, "colour": None}, {"name": None, "category": "cat"})
    after = draft.draft(known)

    assert after == ProductDraft("1", "Shoe", "fine", None, 900, "EUR", {"old": 1})


def test_a_new_product_needs_a_name() -> None:
    assert accept({"id": "1", "p": 3}, {"name": None, "price": "p"}).draft(None) is None


def test_every_problem_of_a_row_is_told_at_once() -> None:
    cells: dict[str, Cell] = {"id": None, "name": None, "p": "cheap", "n": "many"}

    found = problems(cells, {"price": "p", "attributes": {"n": "number"}})

    assert found == {"ID_MISSING", "NAME_MISSING", "PRICE_INVALID", "NUMBER_INVALID"}


@pytest.mark.parametrize(
    ("extra", "mapping", "code"),
    [
        ({"id": "x" * 300}, {}, "ID_TOO_LONG"),
        ({"name": "x" * 600}, {}, "NAME_TOO_LONG"),
        ({"d": "x" * 10_001}, {"description": "d"}, "DESCRIPTION_TOO_LONG"),
        ({"c": "x" * 201}, {"category": "c"}, "CATEGORY_TOO_LONG"),
        ({"p": "3 €", "c": "USD"}, {"price": "p", "currency": "c"}, "CURRENCY_CONFLICT"),
        ({"p": "$3", "c": "EUR"}, {"price": "p", "currency": "c"}, "CURRENCY_CONFLICT"),
        ({"p": 3, "c": "XQQ"}, {"price": "p", "currency": "c"}, "CURRENCY_UNKNOWN"),
        ({"f": "-1"}, {"footprint": "f"}, "FOOTPRINT_INVALID"),
        ({"f": "1", "b": "barrel"}, {"footprint": "f", "footprintBasis": "b"},
         "FOOTPRINT_BASIS_UNKNOWN"),
        ({"f": "1", "s": "x" * 201}, {"footprint": "f", "footprintSource": "s"},
         "FOOTPRINT_SOURCE_TOO_LONG"),
        ({"x": "perhaps"}, {"delete": "x"}, "MARKER_INVALID"),
        ({"x": "perhaps"}, {"attributes": {"x": "boolean"}}, "FLAG_INVALID"),
        ({"x": "y" * 3000}, {}, "ATTRIBUTE_TOO_LONG"),
    ],
)  # fmt: skip
def test_each_bad_cell_has_its_own_code(
    extra: dict[str, Cell], mapping: Mapping[str, Any], code: str
) -> None:
    assert problems({"id": "1", "name": "Shoe", **extra}, mapping) == {code}


@pytest.mark.parametrize(
    ("price", "column", "of_all", "code"),
    [
        ("$12.90", "CAD", None, "CAD"),
        ("$12.90", None, "AUD", "AUD"),
        ("$12.90 CAD", None, None, "CAD"),
        ("$12.90", None, None, "USD"),
        ("$12.90", None, "EUR", "USD"),
        ("¥1290", "CNY", None, "CNY"),
        ("12,90 €", None, "CAD", "EUR"),
    ],
)
def test_a_sign_that_currencies_share_is_that_of_the_table(
    price: str, column: str | None, of_all: str | None, code: str
) -> None:
    cells: dict[str, Cell] = {"id": "1", "name": "Shoe", "p": price, "c": column}
    mapping = {"price": "p", "currency": "c", "currencyOfAll": of_all}

    assert accept(cells, mapping).said["currency"] == code


@pytest.mark.parametrize(
    ("word", "deletes"), [("oui", True), ("X", True), ("non", False), (None, False)]
)
def test_a_marker_deletes(word: Cell, deletes: bool) -> None:
    cells = {"id": "1", "name": None if deletes else "Shoe", "x": word}

    assert accept(cells, {"delete": "x"}).deletes is deletes


@pytest.mark.parametrize(
    ("column", "basis"), [("kg CO2e", "piece"), ("kg CO2e/kg", "kg"), ("co2 par kg", "kg")]
)
def test_the_columns_name_may_say_the_basis(column: str, basis: str) -> None:
    draft = accept({"id": "1", "name": "a", column: 2}, {"footprint": column}).draft(None)

    assert draft is not None
    assert draft.footprint == Footprint(2.0, basis)


@pytest.mark.parametrize(
    ("cells", "image", "url"),
    [
        ({"i": "a.jpg", "u": "https://x.example/b.jpg"}, "a.jpg", None),
        ({"i": None, "u": "https://x.example/b.jpg"}, None, "https://x.example/b.jpg"),
        ({"i": "https://x.example/c.jpg", "u": None}, None, "https://x.example/c.jpg"),
        ({"i": "a.jpg | b.jpg", "u": None}, "a.jpg", None),
        ({"i": None, "u": None}, None, None),
    ],
)
def test_a_picture_is_a_file_or_an_address(
    cells: dict[str, Cell], image: str | None, url: str | None
) -> None:
    found = accept({"id": "1", "name": "a", **cells}, {"image": "i", "imageUrl": "u"})

    assert (found.image, found.image_url) == (image, url)
