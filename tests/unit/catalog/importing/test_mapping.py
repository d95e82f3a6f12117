"""Which column says what: guessed from names and values, given as JSON, checked."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from pipeline.catalog.importing.mapping import ColumnMapping, mapping_from_json, require_fitting
from pipeline.catalog.importing.suggest import suggest_mapping
from pipeline.errors import InvalidRequestError


def suggest(columns: Sequence[str], *values: Sequence[Any]) -> ColumnMapping:
    return suggest_mapping(columns, [dict(zip(columns, row, strict=True)) for row in values])


def test_french_columns_are_understood() -> None:
    columns = [
        "Réf. produit", "Désignation", "Descriptif", "Rayon", "Prix TTC", "Devise", "Photo",
        "Empreinte carbone (kg CO2e)", "Supprimer", "Couleur",
    ]  # fmt: skip

    fields = suggest(columns).fields

    assert fields == {
        "id": "Réf. produit",
        "name": "Désignation",
        "description": "Descriptif",
        "category": "Rayon",
        "price": "Prix TTC",
        "currency": "Devise",
        "image": "Photo",
        "footprint": "Empreinte carbone (kg CO2e)",
        "delete": "Supprimer",
    }


def test_english_columns_are_understood() -> None:
    columns = ["productId", "ProductDisplayName", "masterCategory", "Price", "image_url", "ean"]

    assert suggest(columns).fields == {
        "id": "productId",
        "name": "ProductDisplayName",
        "category": "masterCategory",
        "price": "Price",
        "image_url": "image_url",
    }


def test_values_say_what_names_do_not() -> None:
    columns = ["a", "b", "c", "d"]
    rows = [
        ["X-1", "Red shoe", "12,90 €", "https://shop.example/1.jpg"],
        ["X-2", "Blue shoe", "1.299,00 €", "https://shop.example/2.jpg"],
    ]

    mapping = suggest(columns, *rows)

    assert mapping.fields == {"id": "a", "price": "c", "image_url": "d"}
    assert mapping.decimal == ","


def test_a_column_that_tells_what_is_not_made_any_more_deletes_nothing_unasked() -> None:
    mapping = suggest_mapping(["id", "name", "Discontinued"], [])

    assert "delete" not in mapping.fields


def test_a_column_of_addresses_is_no_column_of_file_names() -> None:
    mapping = suggest(["id", "photo"], ["1", "https://shop.example/a"], ["2", "https://b.example"])

    assert mapping.fields == {"id": "id", "image_url": "photo"}


def test_the_currency_may_stand_in_the_columns_name() -> None:
    assert suggest(["id", "name", "Prix (EUR)"]).currency == "EUR"


def test_every_other_column_is_an_attribute_unless_it_is_left_out() -> None:
    columns = ["id", "name", "colour", "size", "rejected because"]

    assert mapping_from_json({"id": "id", "name": "name"}).attribute_columns(columns) == [
        "colour",
        "size",
    ]
    listed = mapping_from_json({"id": "id", "name": "name", "attributes": ["size"]})
    assert listed.attribute_columns(columns) == ["size"]
    ignoring = mapping_from_json({"id": "id", "name": "name", "ignored": ["size"]})
    assert ignoring.attribute_columns(columns) == ["colour"]


def test_a_mapping_survives_json() -> None:
    mapping = ColumnMapping(
        {"id": "a", "image_url": "b"}, {"c": "number"}, False, frozenset({"d"}), ",", "EUR"
    )

    assert mapping_from_json(mapping.to_json()) == mapping


@pytest.mark.parametrize(
    "given",
    [
        {"sku": "a"},
        {"id": 3},
        {"id": ""},
        {"attributes": "all"},
        {"attributes": [{}]},
        {"attributes": {"a": "date"}},
        {"decimal": "'"},
        {"currencyOfAll": "euro"},
        {"ignored": "a"},
        {"others": "drop"},
    ],
)
def test_a_mapping_that_means_nothing_is_refused(given: Mapping[str, Any]) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        mapping_from_json(given)

    assert refusal.value.code == "MAPPING_INVALID"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": "a"}, "MAPPING_WITHOUT_ID"),
        ({"id": "a"}, "MAPPING_WITHOUT_NAME"),
        ({"id": "a", "name": "z"}, "MAPPING_COLUMN_UNKNOWN"),
        ({"id": "a", "name": "a"}, "MAPPING_COLUMN_TWICE"),
    ],
)
def test_a_mapping_that_does_not_fit_its_table_is_refused(
    given: Mapping[str, Any], code: str
) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        require_fitting(mapping_from_json(given), ["a", "b"])

    assert refusal.value.code == code
