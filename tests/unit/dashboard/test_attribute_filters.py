"""Attributes in an address."""

from dashboard.api.attribute_filters import group_attributes, split_attribute


def test_values_of_one_name_stand_together() -> None:
    assert group_attributes(["colour:red", "size:M", "colour:blue"]) == {
        "colour": ("red", "blue"),
        "size": ("M",),
    }


def test_a_text_is_also_looked_for_as_the_number_or_truth_that_it_looks_like() -> None:
    assert group_attributes(["weight:42", "organic:true"]) == {
        "weight": ("42", 42.0),
        "organic": ("true", True),
    }


def test_what_is_no_attribute_narrows_nothing() -> None:
    assert group_attributes(["colour", ":red", ""]) == {}
    assert group_attributes(["x:inf", "y:nan"]) == {"x": ("inf",), "y": ("nan",)}


def test_a_value_may_hold_a_colon() -> None:
    assert split_attribute("ratio:16:9") == ("ratio", "16:9")
