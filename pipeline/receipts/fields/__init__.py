"""Understanding a ticket: pure rules from page text to fields, in six languages."""

from dataclasses import replace

from pipeline.receipts.document import PageText, ReceiptFields
from pipeline.receipts.fields.address import find_address
from pipeline.receipts.fields.amounts import label_rows
from pipeline.receipts.fields.currency import find_currency
from pipeline.receipts.fields.dates import find_date, find_time
from pipeline.receipts.fields.language import find_language
from pipeline.receipts.fields.merchant import find_merchant
from pipeline.receipts.fields.payment import find_payment_method
from pipeline.receipts.fields.phone import find_phone
from pipeline.receipts.fields.realign import realign_rows
from pipeline.receipts.fields.receipt_number import find_receipt_number
from pipeline.receipts.fields.receipt_type import find_receipt_type
from pipeline.receipts.fields.sums import read_sums
from pipeline.receipts.fields.tax_ids import find_tax_ids
from pipeline.receipts.fields.text import read_rows


def extract_fields(pages: tuple[PageText, ...]) -> ReceiptFields:
    """Merchant, date, time, total, currency and language; what is not on the ticket is None."""
    rows = realign_rows(read_rows(pages))
    if not rows:
        return ReceiptFields()
    currency, language = find_currency(rows), find_language(rows)
    code = currency.value if currency else None
    tongue = language.value if language else None
    merchant, day = find_merchant(rows, tongue), find_date(rows, code, tongue)
    labelled = label_rows(rows)
    siret, vat_number = find_tax_ids(rows)
    return replace(
        read_sums(rows, labelled, code),
        merchant=merchant,
        address=find_address(rows, tongue, merchant),
        phone=find_phone(rows),
        siret=siret,
        vat_number=vat_number,
        date=day,
        time=find_time(rows, day),
        payment_method=find_payment_method(labelled),
        currency=currency,
        receipt_type=find_receipt_type(rows),
        receipt_number=find_receipt_number(rows),
        language=language,
    )


__all__ = ["extract_fields"]
