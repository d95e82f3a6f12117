"""What a snapshot holds: three Parquet files, whose columns are these.

Money in cents of the receipt's currency, weights in kg, shares and confidences 0..1, times in
UTC. `receipt_row` is the place of a line's or tax's receipt among the receipts, from 0. Receipts
are in the order of their day, then of their id; lines and taxes in that of their receipts.

A receipt is there once it was read and bears a date: a job that failed has no day of purchase and
is told of in the figures of quality alone. Where the order names a category, a receipt stands for
its lines of it: total, weight and coverage are theirs, and what only a whole receipt has (subtotal,
taxes, score, grade) is None.
"""

import pyarrow as pa

# Names that come again and again are kept once, as a dictionary.
_NAME = pa.dictionary(pa.int32(), pa.string())

RECEIPTS = pa.schema(
    [
        ("receipt_id", pa.string()),
        ("merchant", _NAME),
        ("merchant_key", _NAME),
        ("bought_on", pa.date32()),
        ("currency", _NAME),
        ("total_cents", pa.int64()),
        ("subtotal_cents", pa.int64()),
        # Over all rates that it states; None where it states none.
        ("tax_cents", pa.int64()),
        ("payment_method", _NAME),
        ("receipt_type", _NAME),
        ("number", pa.string()),
        ("kg_co2e", pa.float64()),
        ("kg_co2e_low", pa.float64()),
        ("kg_co2e_high", pa.float64()),
        ("coverage", pa.float64()),
        ("score", pa.int32()),
        ("grade", _NAME),
        ("confidence", pa.float64()),
        ("needs_review", pa.bool_()),
        ("was_unsure", pa.bool_()),
        # Of its values: to accept them as they are is no correction.
        ("is_corrected", pa.bool_()),
        ("reviewed_at", pa.timestamp("us", "UTC")),
        ("reviewed_by", _NAME),
        # Codes of why it asks for a person, between commas.
        ("review_reasons", _NAME),
        # The receipt that it may be the same purchase as; None once somebody said it is not.
        ("duplicate_of", pa.string()),
        ("is_discarded", pa.bool_()),
        # Of the job that read it: completed, or another where it is being read again.
        ("status", _NAME),
        ("client", _NAME),
        ("file_name", pa.string()),
        ("submitted_at", pa.timestamp("us", "UTC")),
    ]
)

LINES = pa.schema(
    [
        ("receipt_row", pa.int32()),
        ("position", pa.int32()),
        ("description", _NAME),
        ("line_key", _NAME),
        ("quantity", pa.float64()),
        ("unit", _NAME),
        # Thousandths of the currency's unit.
        ("unit_price_mills", pa.int64()),
        ("amount_cents", pa.int64()),
        ("discount_cents", pa.int64()),
        ("category", _NAME),
        ("factor", _NAME),
        ("method", _NAME),
        ("mass_kg", pa.float64()),
        ("kg_co2e", pa.float64()),
        ("kg_co2e_low", pa.float64()),
        ("kg_co2e_high", pa.float64()),
        ("confidence", pa.float64()),
    ]
)

TAXES = pa.schema(
    [
        ("receipt_row", pa.int32()),
        # In percent.
        ("rate", pa.float64()),
        ("base_cents", pa.int64()),
        ("amount_cents", pa.int64()),
    ]
)
