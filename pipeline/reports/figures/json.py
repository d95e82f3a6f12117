"""Figures as JSON and back, so that one job computes them and others draw them."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from pipeline.reports.figures.types import Figures


def figures_to_json(figures: Figures) -> dict[str, Any]:
    """All figures as plain values; days and moments in ISO 8601."""
    values: dict[str, Any] = _adapter().dump_python(figures, mode="json")
    return values


def figures_from_json(values: dict[str, Any]) -> Figures:
    """The figures that `figures_to_json` wrote."""
    return _adapter().validate_python(values)


@cache
def _adapter() -> TypeAdapter[Figures]:
    return TypeAdapter(Figures)
