"""What the invented tickets say: arithmetic, company numbers, and print that fits the paper."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import pytest

from pipeline.receipts.fields.tax_checks import french_vat_number
from pipeline.samples import ReceiptTruth, compose_receipt
from pipeline.samples.merchant import luhn_check_digit
from pipeline.samples.rows import Row, TextRow
from pipeline.samples.style import Style
from pipeline.samples.vocabulary import (
    COUNTRIES,
    RECEIPT_TYPES,
    load_merchant_words,
    load_products,
)

CENT = Decimal("0.01")


@cache
def many() -> list[tuple[tuple[Row, ...], Style, ReceiptTruth]]:
    return [compose_receipt(seed, "clean") for seed in range(400)]


def truths() -> list[ReceiptTruth]:
    return [truth for _, _, truth in many()]


def printed_text(rows: tuple[Row, ...]) -> str:
    return "\n".join(row.text for row in rows if isinstance(row, TextRow))


def test_the_items_less_their_discounts_sum_to_the_total() -> None:
    for truth in truths():
        net = sum((Decimal(i.amount) - Decimal(i.discount) for i in truth.items), Decimal(0))
        assert net == Decimal(truth.total), truth.seed


def test_every_amount_is_quantity_times_unit_price() -> None:
    for truth in truths():
        for item in truth.items:
            product = Decimal(item.quantity) * Decimal(item.unitPrice)
            assert Decimal(item.amount) == product.quantize(CENT, ROUND_HALF_UP)


def test_prices_carry_cents_and_only_fuel_a_third_decimal() -> None:
    for truth in truths():
        for item in truth.items:
            decimals = len(item.unitPrice.partition(".")[2])
            assert decimals == (3 if item.unit == "L" else 2), (truth.seed, item)


def test_a_ticket_has_one_to_twenty_two_items() -> None:
    counts = {len(truth.items) for truth in truths()}
    assert min(counts) == 1
    assert 18 < max(counts) <= 22


def test_the_printed_taxes_add_up_to_the_total() -> None:
    for truth in truths():
        if truth.taxes:
            gross = sum((Decimal(t.base) + Decimal(t.amount) for t in truth.taxes), Decimal(0))
            assert gross == Decimal(truth.total), truth.seed


def test_each_tax_is_its_rate_of_its_base_to_the_cent() -> None:
    for truth in truths():
        for tax in truth.taxes:
            expected = Decimal(tax.base) * Decimal(tax.rate) / 100
            assert abs(Decimal(tax.amount) - expected) <= CENT, truth.seed


def test_cash_gives_change_and_a_card_does_not() -> None:
    for truth in truths():
        assert (truth.change is not None) == (truth.paymentMethod == "cash")
        assert truth.change is None or Decimal(truth.change) >= 0


def test_every_siret_passes_luhn_and_every_vat_number_its_key() -> None:
    sirets = [truth.siret for truth in truths() if truth.siret]
    assert len(sirets) > 100
    for siret in sirets:
        assert len(siret) == 14
        assert luhn_check_digit(siret[:-1]) == siret[-1]
        assert luhn_check_digit(siret[:8]) == siret[8]
    for number in (truth.vatNumber for truth in truths() if truth.vatNumber):
        if number.startswith("FR"):
            assert number == french_vat_number(number[4:])
        else:
            digits = number.removeprefix("GB")
            weighted = sum(int(d) * w for d, w in zip(digits[:7], range(8, 1, -1), strict=True))
            assert (weighted + int(digits[7:])) % 97 == 0


def test_luhn_agrees_with_a_published_number() -> None:
    assert luhn_check_digit("7992739871") == "3"


def test_no_row_is_wider_than_the_paper() -> None:
    for rows, style, truth in many():
        for row in rows:
            if isinstance(row, TextRow):
                room = style.columns // 2 if row.is_wide else style.columns
                assert len(row.text) <= room, (truth.seed, row)


def test_what_the_truth_says_is_printed() -> None:
    for rows, style, truth in many():
        text = printed_text(rows)
        words = text.split()
        number = truth.total.replace(".", style.total_money.decimal_mark)
        assert number in text, truth.seed
        assert truth.receiptNumber in text
        assert style.total_word in text
        for name in (truth.merchant, *(item.description for item in truth.items)):
            assert all(word in words for word in name.split()), (truth.seed, name)
        for item in truth.items:
            amount = item.amount.replace(".", style.item_money.decimal_mark)
            assert amount in text, (truth.seed, item)


def test_numbers_that_are_not_printed_are_not_in_the_truth() -> None:
    for rows, _, truth in many():
        text = printed_text(rows)
        assert ("SIRET" in text) == (truth.siret is not None)
        assert truth.phone is None or truth.phone in text
        assert truth.vatNumber is None or truth.vatNumber in text


def test_the_same_seed_gives_the_same_truth_and_another_seed_another() -> None:
    first, again = compose_receipt(41, "worn")[2], compose_receipt(41, "worn")[2]
    assert first.to_json() == again.to_json()
    assert first.to_json() != compose_receipt(42, "worn")[2].to_json()


def test_the_tickets_vary() -> None:
    seen = truths()
    assert {truth.receiptType for truth in seen} == set(RECEIPT_TYPES)
    assert {truth.currency for truth in seen} == {"EUR", "GBP", "USD"}
    assert len({truth.merchant for truth in seen}) >= 40
    assert len({style.columns for _, style, _ in many()}) >= 5
    assert len({(s.item_layout, s.tax_layout, s.total_word) for _, s, _ in many()}) >= 40
    assert any(item.unit == "kg" for truth in seen for item in truth.items)
    assert any(Decimal(item.discount) > 0 for truth in seen for item in truth.items)


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_kind_of_shop_exists_in_every_country(country: str) -> None:
    for receipt_type in RECEIPT_TYPES:
        _, _, truth = compose_receipt(5, "clean", country=country, receipt_type=receipt_type)
        assert truth.receiptType == receipt_type
        assert truth.merchant


def test_the_vocabulary_is_large() -> None:
    products = sum(
        len(load_products(lang, kind)) for lang in ("fr", "en") for kind in RECEIPT_TYPES
    )
    merchants = sum(
        len(words.heads[kind]) * len(words.tails[kind])
        for words in (load_merchant_words(country) for country in COUNTRIES)
        for kind in RECEIPT_TYPES
    )
    assert products >= 150
    assert merchants >= 40
