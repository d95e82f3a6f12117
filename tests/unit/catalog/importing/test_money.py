"""Prices as people of several countries write them."""

import pytest

from pipeline.catalog.importing.mapping import DecimalMark
from pipeline.catalog.importing.money import (
    AmountError,
    Price,
    find_decimal_mark,
    read_currency,
    read_number,
    read_price,
)
from pipeline.catalog.importing.table import Cell


@pytest.mark.parametrize(
    ("cell", "cents", "currency"),
    [
        ("12,90 €", 1290, "EUR"),
        ("12.90", 1290, None),
        ("1 299.00", 129_900, None),
        ("1\u202f299,00\u00a0€", 129_900, "EUR"),
        ("1.299,00", 129_900, None),
        ("1,299.00", 129_900, None),
        ("1.299.000", 129_900_000, None),
        ("1'299.50 CHF", 129_950, "CHF"),
        ("EUR 12", 1200, "EUR"),
        ("£5", 500, "GBP"),
        ("12€90", 1290, "EUR"),
        ("19,-", 1900, None),
        ("49,90 € TTC", 4990, "EUR"),
        ("0,299", 30, None),
        (".5", 50, None),
        (12.5, 1250, None),
        (3, 300, None),
        (0.285, 29, None),
    ],
)
def test_a_price_is_understood(cell: Cell, cents: int, currency: str | None) -> None:
    assert read_price(cell, None) == Price(cents, currency)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("abc", "PRICE_INVALID"),
        ("1.2.3", "PRICE_INVALID"),
        ("12 90", "PRICE_INVALID"),
        ("1,299,00", "PRICE_INVALID"),
        ("5 to 9", "PRICE_INVALID"),
        ("", "PRICE_INVALID"),
        (True, "PRICE_INVALID"),
        (float("inf"), "PRICE_INVALID"),
        ("9" * 40, "PRICE_INVALID"),
        ("-3", "PRICE_NEGATIVE"),
        (-1, "PRICE_NEGATIVE"),
        ("5 zorkmids", "CURRENCY_UNKNOWN"),
        ("1,299", "PRICE_AMBIGUOUS"),
    ],
)
def test_what_is_no_price_is_refused_with_its_own_code(cell: Cell, code: str) -> None:
    with pytest.raises(AmountError) as refusal:
        read_price(cell, None)

    assert refusal.value.code == code


@pytest.mark.parametrize(("decimal", "cents"), [(",", 129_900), (".", 130)])
def test_the_other_prices_of_a_table_decide_what_a_lone_mark_means(
    decimal: DecimalMark, cents: int
) -> None:
    assert read_price("1.299", decimal).cents == cents


def test_only_a_price_with_cents_tells_the_mark() -> None:
    marks = [find_decimal_mark(cell) for cell in ("12,90 €", "1 299.5", "1.299", "7", 7.5)]

    assert marks == [",", ".", None, None, None]


@pytest.mark.parametrize(("cell", "code"), [("eur", "EUR"), ("€", "EUR"), ("CHF", "CHF")])
def test_a_currency_is_a_code_or_a_sign(cell: str, code: str) -> None:
    assert read_currency(cell) == code


@pytest.mark.parametrize(("cell", "number"), [("2,5", 2.5), ("-4", -4), ("1 000", 1000), (7, 7)])
def test_a_number_may_have_either_mark(cell: Cell, number: float) -> None:
    assert read_number(cell) == number
