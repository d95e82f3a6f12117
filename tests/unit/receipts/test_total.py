from decimal import Decimal

import pytest

from pipeline.receipts.fields import extract_fields
from tests.unit.receipts.writing import write_page


def total_of(text: str) -> Decimal | None:
    total = extract_fields((write_page(text),)).total
    return None if total is None else total.value


@pytest.mark.parametrize(
    "label",
    [
        "TOTAL", "T0TAL", "Total TTC", "NET A PAYER", "NET À PAYER", "A PAYER", "AMOUNT DUE",
        "BALANCE DUE", "GRAND TOTAL", "TOTAL DUE (GBP)", "TOTALTTC", "TOTAI. TTC", "MONTANT TTC",
        "Total Sales (Inclusive of GST)", "TOTAL AMT PAYABLE", "ROUNDED TOTAL",
    ],
)  # fmt: skip
def test_a_total_is_known_by_its_label(label: str) -> None:
    assert total_of(f"CORNER SHOP\nBREAD  3.00\nMILK  1.50\n{label}  4.50") == Decimal("4.50")


@pytest.mark.parametrize(
    "rows",
    [
        "SUBTOTAL  90.00\nTOTAL  4.50",
        "SOUS-TOTAL  90.00\nTOTAL  4.50",
        "TOTAL HT  90.00\nTOTAL TTC  4.50",
        "TOTAL EXCL GST  90.00\nTOTAL  4.50",
        "TOTAL  4.50\nTOTAL GST  90.00",
        "TOTAL  4.50\nCASH  90.00\nCHANGE  85.50",
        "TOTAL  4.50\nTOTAL QTY  90.00",
        "TOTAL  4.50\nTOTAL SAVINGS  90.00",
        "NOMBRE D'ARTICLES  90.00\nTOTAL  4.50",
        "TOTAL SAVING  0.00   TOTAL  4.50",
    ],
)
def test_what_only_sounds_like_a_total_is_none(rows: str) -> None:
    assert total_of(f"CORNER SHOP\n{rows}") == Decimal("4.50")


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("£4.50", "4.50"), ("4,50 €", "4.50"), ("4€50", "4.50"), ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"), ("1 234,50", "1234.50"), ("4.S0", "4.50"), ("l2.O0", "12.00"),
        ("4. 50", "4.50"), ("RM4.50", "4.50"), ("EUR 4,50", "4.50"), ("CHF 1'234.50", "1234.50"),
        ("4 50", "4.50"), ("$ 12", "12.00"),
    ],
)  # fmt: skip
def test_amounts_are_read_in_every_notation(printed: str, value: str) -> None:
    assert total_of(f"CORNER SHOP\nTOTAL  {printed}") == Decimal(value)


def test_a_quantity_column_is_no_thousand() -> None:
    assert total_of("CORNER SHOP\nTOTAL   1     180,91") == Decimal("180.91")


def test_a_label_may_have_its_amount_on_the_next_row() -> None:
    assert total_of("CORNER SHOP\nBREAD  2.10\nTOTAL\n2.10 EUR") == Decimal("2.10")


def test_the_rounded_total_is_what_was_paid() -> None:
    rows = "TOTAL  60.31\nROUNDING ADJ  -0.01\nRM 60.30\nCASH  70.30\nCHANGE  10.00"
    assert total_of(f"CORNER SHOP\n{rows}") == Decimal("60.30")


def test_cash_less_change_settles_two_totals() -> None:
    rows = "TOTAL  19.00\nTOTAL  17.00\nCASH  20.00\nCHANGE  3.00"
    assert total_of(f"CORNER SHOP\n{rows}") == Decimal("17.00")


def test_a_ticket_without_total_takes_what_was_paid_by_card() -> None:
    assert total_of("PARKING\n12/03/2024 10:11\nCB  6,40 €") == Decimal("6.40")


def test_rates_dates_and_telephones_are_no_money() -> None:
    assert total_of("SHOP\nTOTAL 12.03.2024\nTOTAL 5.50 %\nTOTAL 02.12.34.56.78") is None


@pytest.mark.parametrize(
    "rows",
    [
        "4.50\nTOTAL\n10.00\nCASH  5.50\nCHANGE",
        "RM 4.50\nTOTAL INCL. GST@6%  RM 10.00\nCASH  RM 5.50\nCHANGE",
        "SUBTOTAL\nTOTAL  4.50\nCASH  4.50\nCHANGE  10.00\n5.50",
        "ITEMS: 2  4.50\nTOTAL:\n4.50\nVISA",
        "SUBTOTAL\nITEMS: 2  4.50\nTOTAL\nVISA  4.50\n4.50",
    ],
)
def test_amounts_that_slipped_by_a_row_go_back_to_their_labels(rows: str) -> None:
    assert total_of(f"CORNER SHOP\nBREAD\n{rows}\nTHANK YOU") == Decimal("4.50")


def test_amounts_stay_where_moving_them_closes_nothing() -> None:
    rows = "BREAD\n2.00\nSUBTOTAL  4.50\nTOTAL  4.50\nCASH  10.00\nCHANGE"
    assert total_of(f"CORNER SHOP\n{rows}") == Decimal("4.50")


def test_what_one_rate_was_taken_from_is_no_total() -> None:
    rows = "TOTAL 0% SUPPLIES  20.67\nTOTAL 6% SUPPLIES  69.36\nTOTAL PAYABLE  94.19"
    assert total_of(f"CORNER SHOP\n{rows}") == Decimal("94.19")
