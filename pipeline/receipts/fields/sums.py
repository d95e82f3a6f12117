"""All amounts of a ticket together: total, subtotal, tip, change, taxes, and their agreement."""

from dataclasses import replace
from decimal import Decimal

from pipeline.receipts.document import ReceiptFields
from pipeline.receipts.fields.amounts import LabelledRow
from pipeline.receipts.fields.settlement import find_change, find_subtotal, find_tip
from pipeline.receipts.fields.taxes import find_taxes
from pipeline.receipts.fields.text import Row
from pipeline.receipts.fields.total import find_total
from pipeline.receipts.fields.witnesses import call_witnesses, infer_total, mend_total


def read_sums(
    rows: tuple[Row, ...], labelled: tuple[LabelledRow, ...], currency: str | None
) -> ReceiptFields:
    """Fields of the amounts only; a total misread or missing is taken from two others."""
    fields = ReceiptFields(
        total=find_total(labelled, currency),
        subtotal=find_subtotal(labelled, currency),
        tip=find_tip(labelled, currency),
    )
    fields = _read_dependents(fields, rows, labelled, currency)
    witnesses = call_witnesses(labelled, fields)
    if fields.total is None:
        total = infer_total(witnesses, currency, labelled[-1].row.page if labelled else 1)
    else:
        total = mend_total(fields.total, witnesses)
    if total is fields.total:
        return fields
    return _read_dependents(replace(fields, total=total), rows, labelled, currency)


def _read_dependents(
    fields: ReceiptFields,
    rows: tuple[Row, ...],
    labelled: tuple[LabelledRow, ...],
    currency: str | None,
) -> ReceiptFields:
    """Change and taxes, whose reading leans on the total."""
    total = fields.total.value if fields.total else None
    subtotal = fields.subtotal.value if fields.subtotal else None
    return replace(
        fields,
        change=find_change(labelled, currency, total),
        taxes=find_taxes(rows, _leave_tip(fields), subtotal),
    )


def _leave_tip(fields: ReceiptFields) -> Decimal | None:
    """The total that taxes are part of: less the tip where it is in the total."""
    if fields.total is None or fields.tip is None or fields.subtotal is None:
        return fields.total.value if fields.total else None
    without = fields.total.value - fields.tip.value
    return without if without >= fields.subtotal.value else fields.total.value
