from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.receipts.document import AmountField, ReceiptFields
from pipeline.receipts.fields import extract_fields
from pipeline.receipts.fields.calibration import estimate, to_log_odds
from pipeline.receipts.fields.weights import load_weights
from pipeline.receipts.fields.witnesses import Witness, mend_total
from pipeline.receipts.understand import understand
from tests.unit.receipts.writing import write_page

HEAD = "EPICERIE DU COIN\n12/03/2024 10:11\nPAIN DE MIE  10,55\nSAVON DOUX  6,00"


def read(text: str) -> ReceiptFields:
    return understand((write_page(text),)).fields


def total_of(text: str) -> AmountField:
    total = read(text).total
    assert total is not None
    return total


def test_items_payment_and_taxes_that_agree_make_the_total_surer() -> None:
    tax = "TAUX HT TVA TTC\n5,5%  10,00  0,55  10,55\n20%  5,00  1,00  6,00"
    proven = total_of(f"{HEAD}\nTOTAL TTC  16,55\nCB  16,55\n{tax}")
    alone = total_of("EPICERIE DU COIN\nTOTAL TTC  16,55")
    odd = total_of(f"{HEAD}\nSOUS-TOTAL  16,55\nTOTAL TTC  61,77\nCB  16,55")
    assert proven.confidence > alone.confidence > odd.confidence
    assert proven.confidence > 0.95


@pytest.mark.parametrize("misread", ["16,56", "18,55", "76,55", "116,55", "6,55"])
def test_two_witnesses_mend_a_misread_total(misread: str) -> None:
    tax = "TAUX HT TVA TTC\n5,5%  10,00  0,55  10,55\n20%  5,00  1,00  6,00"
    total = total_of(f"{HEAD}\nTOTAL TTC  {misread}\n{tax}")
    assert total.value == Decimal("16.55")


def test_a_total_that_was_not_read_is_inferred_where_taxes_and_items_agree() -> None:
    total = total_of("THE BLUE KETTLE\nPUDDING  14.20\nFRIES  4.80\nVAT @ 20% ON 15.83 = 3.17")
    assert (total.value, total.box, total.page) == (Decimal("19.00"), None, 1)


def test_items_alone_are_no_total() -> None:
    assert read("DELIVERY NOTE\nPUDDING  14.20\nFRIES  4.80").total is None


def test_one_witness_mends_nothing() -> None:
    total = AmountField(Decimal("18.55"), "EUR", 0.9, None, 1)
    assert mend_total(total, [Witness("items", (Decimal("16.55"),))]) is total


def test_a_total_that_one_witness_supports_stays() -> None:
    total = AmountField(Decimal("18.55"), "EUR", 0.9, None, 1)
    witnesses = [
        Witness("paid", (Decimal("18.55"),)),
        Witness("items", (Decimal("16.55"),)),
        Witness("taxes", (Decimal("16.55"),)),
    ]
    assert mend_total(total, witnesses) is total


def test_items_tell_the_bases_that_are_not_printed() -> None:
    fields = read(f"{HEAD}\nTOTAL TTC  16,55\nDONT TVA 5,5%  0,55\nDONT TVA 20%  1,00\nCB  16,55")
    assert [tax.base for tax in fields.taxes] == [Decimal("10.00"), Decimal("5.00")]


def test_other_fields_are_left_as_they_were_read() -> None:
    page = write_page(f"{HEAD}\nTOTAL TTC  16,55")
    before, after = extract_fields((page,)), understand((page,)).fields
    assert replace(after, total=None, date=None) == replace(before, total=None, date=None)
    assert after.date and before.date and after.date.value == before.date.value


def test_no_probability_is_nought_or_one() -> None:
    assert estimate("total", {"read": 100.0}) < 1
    assert estimate("total", {"read": -100.0}) > 0
    assert to_log_odds(0.0) == pytest.approx(-to_log_odds(1.0))


def test_the_shipped_weights_name_the_evidence_that_is_gathered() -> None:
    assert {"bias", "read", "items agree", "paid differ"} <= set(load_weights("total"))
    assert set(load_weights("date")) == {"bias", "read"}
