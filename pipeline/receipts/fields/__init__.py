"""Understanding a ticket: pure rules from page text to fields, in six languages."""

from pipeline.receipts.document import PageText, ReceiptFields
from pipeline.receipts.fields.currency import find_currency
from pipeline.receipts.fields.dates import find_date, find_time
from pipeline.receipts.fields.language import find_language
from pipeline.receipts.fields.merchant import find_merchant
from pipeline.receipts.fields.text import read_rows
from pipeline.receipts.fields.total import find_total


def extract_fields(pages: tuple[PageText, ...]) -> ReceiptFields:
    """Merchant, date, time, total, currency and language; what is not on the ticket is None."""
    rows = read_rows(pages)
    if not rows:
        return ReceiptFields()
    currency, language = find_currency(rows), find_language(rows)
    code = currency.value if currency else None
    day = find_date(rows, code, language.value if language else None)
    return ReceiptFields(
        merchant=find_merchant(rows),
        date=day,
        time=find_time(rows, day),
        total=find_total(rows, code),
        currency=currency,
        language=language,
    )


__all__ = ["extract_fields"]
