"""Attributes as a person edits them: what was not touched comes back exactly as it was."""

import pytest

from dashboard.widgets.attribute_lines import (
    AttributeLineError,
    changes_between,
    read_lines,
    write_lines,
)
from pipeline.catalog.product import AttributeValue

ATTRIBUTES: dict[str, AttributeValue] = {
    "colour": "red",
    "weight_g": 250,
    "heel": 7.25,
    "share": 0.1234567891,
    "organic": True,
    "sizes": ("S", "M"),
    "code": "0042",
    "year": "2024",
    "note": "a: b",
}


def test_lines_that_nobody_touched_say_the_same() -> None:
    assert read_lines(write_lines(ATTRIBUTES), ATTRIBUTES) == ATTRIBUTES


def test_new_values_are_what_they_look_like() -> None:
    lines = "colour: blue\nweight_g: 300\norganic: false\nsizes: S | M | L\n\n  made in : Porto "

    assert read_lines(lines, ATTRIBUTES) == {
        "colour": "blue",
        "weight_g": 300,
        "organic": False,
        "sizes": ("S", "M", "L"),
        "made in": "Porto",
    }


@pytest.mark.parametrize("line", ["colour", "colour:", ": red", "just words"])
def test_a_line_without_name_or_value_is_refused_with_the_line_itself(line: str) -> None:
    with pytest.raises(AttributeLineError, match=r"name: value"):
        read_lines(f"size: S\n{line}", {})


def test_a_line_that_is_gone_takes_its_attribute_away() -> None:
    assert changes_between({"a": 1, "b": 2}, {"b": 3, "c": 4}) == {"a": None, "b": 3, "c": 4}
