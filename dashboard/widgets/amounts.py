"""Amounts that a person types, with a decimal point or comma, whatever the page's language."""

import math
from typing import Any

import streamlit as st
from babel.numbers import get_decimal_symbol
from streamlit.delta_generator import DeltaGenerator

from dashboard.language import current_locale, t
from pipeline.catalog.importing.money import AmountError, read_number


def ask_amount(place: DeltaGenerator, label: str, **options: Any) -> float | None:
    """An input for an amount; None, and a sentence below it, where none can be understood.

    Streamlit's own input for numbers drops a comma in most browsers: 12,5 would become 125.
    """
    text: str = place.text_input(label, **options)
    amount = read_amount(text)
    if text and amount is None:
        place.caption(f":red[{say_unreadable()}]")
    return amount


def ask_number(label: str, before: float, key: str, **options: Any) -> float:
    """An input for any other number, with as many decimals as it has; NaN where there is none."""
    shown = f"{before:.10g}".replace(".", get_decimal_symbol(current_locale()))
    number = ask_amount(st.container(gap="xxsmall"), label, value=shown, key=key, **options)
    return math.nan if number is None else number


def say_unreadable() -> str:
    """What to type where something else stands."""
    return t("Write an amount, such as 17.54.")


def read_amount(text: str | None) -> float | None:
    """The amount in `text`; None where there is none."""
    try:
        return float(read_number(text)) if text else None
    except AmountError:
        return None


def type_amount(amount: float) -> str:
    """The amount as a person who reads the page would type it: 12.5 or 12,5."""
    return f"{amount:.2f}".removesuffix(".00").replace(".", get_decimal_symbol(current_locale()))
