"""Choosing what a column holds: one column for each field, nothing lost by changing one's mind."""

import pytest

from dashboard.widgets.column_choices import (
    CHOICES,
    choice_of,
    choose,
    keep_attributes,
    keeps_attributes,
)
from pipeline.catalog.importing.mapping import ColumnMapping, require_fitting

COLUMNS = ("ref", "titre", "prix", "couleur")
MAPPING = ColumnMapping({"id": "ref", "name": "titre", "price": "prix"}, decimal=",")


def test_every_column_shows_what_it_is_said_to_hold() -> None:
    assert [choice_of(MAPPING, column) for column in COLUMNS] == [
        "id",
        "name",
        "price",
        "attribute",
    ]


@pytest.mark.parametrize("choice", list(CHOICES))
def test_what_is_chosen_is_shown_and_the_rest_stays(choice: str) -> None:
    chosen = choose(MAPPING, "couleur", choice)

    assert choice_of(chosen, "couleur") == choice
    untouched = [name for name in ("ref", "titre", "prix") if choice_of(MAPPING, name) != choice]
    assert all(choice_of(chosen, name) == choice_of(MAPPING, name) for name in untouched)
    assert chosen.decimal == ","


def test_a_field_that_moves_leaves_its_former_column_an_attribute() -> None:
    chosen = choose(MAPPING, "couleur", "name")

    assert (choice_of(chosen, "couleur"), choice_of(chosen, "titre")) == ("name", "attribute")
    require_fitting(chosen, COLUMNS)


def test_a_type_is_forgotten_with_the_attribute() -> None:
    numbered = choose(MAPPING, "couleur", "attribute:number")
    again = choose(choose(numbered, "couleur", "ignore"), "couleur", "attribute")

    assert numbered.attributes == {"couleur": "number"}
    assert again == MAPPING


def test_all_other_columns_are_left_out_or_kept_at_once() -> None:
    bare = keep_attributes(MAPPING, COLUMNS, kept=False)

    assert bare.ignored == {"couleur"}
    assert keep_attributes(bare, COLUMNS, kept=True) == MAPPING


def test_one_column_left_out_leaves_the_others_kept() -> None:
    columns = (*COLUMNS, "photo")

    assert keeps_attributes(choose(MAPPING, "photo", "ignore"), columns)
    assert not keeps_attributes(keep_attributes(MAPPING, columns, kept=False), columns)
