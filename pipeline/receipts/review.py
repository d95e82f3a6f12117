"""Whether a person must look at a receipt, and why."""

from pipeline.receipts.document import ReceiptFields

# Stable codes; pages and API turn them into sentences.
NO_MERCHANT = "NO_MERCHANT"
NO_DATE = "NO_DATE"
NO_TOTAL = "NO_TOTAL"
UNSURE_MERCHANT = "UNSURE_MERCHANT"
UNSURE_DATE = "UNSURE_DATE"
UNSURE_TOTAL = "UNSURE_TOTAL"


def review_reasons(fields: ReceiptFields, threshold: float) -> list[str]:
    """Codes of what is missing or less sure than `threshold` (0..1); empty means none needed."""
    looked_at = (
        (fields.merchant, NO_MERCHANT, UNSURE_MERCHANT),
        (fields.date, NO_DATE, UNSURE_DATE),
        (fields.total, NO_TOTAL, UNSURE_TOTAL),
    )
    reasons = []
    for field, missing, unsure in looked_at:
        if field is None:
            reasons.append(missing)
        elif field.confidence < threshold:
            reasons.append(unsure)
    return reasons


def overall_confidence(fields: ReceiptFields) -> float:
    """The weakest of merchant, date and total, 0..1: the least sure part decides."""
    return round(
        min(
            field.confidence if field else 0.0
            for field in (fields.merchant, fields.date, fields.total)
        ),
        4,
    )
