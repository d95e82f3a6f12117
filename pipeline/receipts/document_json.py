"""JSON shapes of the plain data: page text as stages store it, fields as the contract shows them.

Called by the receipt job when it saves a stage and by the API when it answers.
"""

from datetime import date, time
from decimal import Decimal
from typing import Any

from pipeline.receipts.document import (
    AmountField,
    Box,
    DateField,
    Line,
    LineItem,
    PageText,
    Reading,
    ReceiptFields,
    TaxLine,
    TextField,
    TimeField,
    Word,
)

JsonObject = dict[str, Any]


def page_text_to_json(page: PageText) -> JsonObject:
    """Write one page as JSON values; boxes keep a tenth of a pixel, confidences four digits."""
    return {
        "page": page.page,
        "width": page.width,
        "height": page.height,
        "engine": page.engine,
        "lines": [_line_to_json(line) for line in page.lines],
    }


def _line_to_json(line: Line) -> JsonObject:
    return {
        "text": line.text,
        "box": _box_to_json(line.box),
        "confidence": round(line.confidence, 4),
        "words": [
            {
                "text": word.text,
                "box": _box_to_json(word.box),
                "confidence": round(word.confidence, 4),
            }
            for word in line.words
        ],
    }


def page_text_from_json(data: JsonObject) -> PageText:
    """Read back what `page_text_to_json` wrote; raises KeyError on another shape."""
    return PageText(
        page=data["page"],
        width=data["width"],
        height=data["height"],
        engine=data["engine"],
        lines=tuple(_line_from_json(line) for line in data["lines"]),
    )


def _line_from_json(data: JsonObject) -> Line:
    return Line(
        text=data["text"],
        box=_box_from_json(data["box"]),
        confidence=data["confidence"],
        words=tuple(
            Word(word["text"], _box_from_json(word["box"]), word["confidence"])
            for word in data["words"]
        ),
    )


def reading_to_json(reading: Reading) -> JsonObject:
    """Write the contract's `extractedFields`; what was not found has no key.

    Lists keep their order; each item carries an `id` that edits refer to.
    """
    data = fields_to_json(reading.fields)
    if reading.fields.taxes:
        data["taxes"] = [_tax_to_json(tax) for tax in reading.fields.taxes]
    data["items"] = [
        _item_to_json(f"r{number}", item) for number, item in enumerate(reading.items.items, 1)
    ]
    return data


def fields_to_json(fields: ReceiptFields) -> JsonObject:
    """The single fields by their names in the contract."""
    named: dict[str, TextField | DateField | TimeField | AmountField | None] = {
        "merchantName": fields.merchant,
        "merchantAddress": fields.address,
        "merchantPhone": fields.phone,
        "siret": fields.siret,
        "vatNumber": fields.vat_number,
        "date": fields.date,
        "time": fields.time,
        "totalAmount": fields.total,
        "subtotal": fields.subtotal,
        "tip": fields.tip,
        "change": fields.change,
        "currency": fields.currency,
        "paymentMethod": fields.payment_method,
        "receiptType": fields.receipt_type,
        "receiptNumber": fields.receipt_number,
        "language": fields.language,
    }
    return {name: _field_to_json(field) for name, field in named.items() if field is not None}


def _tax_to_json(tax: TaxLine) -> JsonObject:
    return {
        "rate": _number(tax.rate),
        "base": _number(tax.base),
        "amount": _number(tax.amount),
        **_origin(tax),
    }


def _item_to_json(item_id: str, item: LineItem) -> JsonObject:
    return {
        "id": item_id,
        "description": item.description,
        "quantity": _number(item.quantity),
        "unit": item.unit,
        "unitPrice": _number(item.unit_price),
        "amount": _number(item.amount),
        "discount": _number(item.discount),
        **_origin(item),
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _field_to_json(field: TextField | DateField | TimeField | AmountField) -> JsonObject:
    data: JsonObject = {"value": _value_to_json(field)}
    if isinstance(field, AmountField):
        data["currency"] = field.currency
    return data | _origin(field)


def _origin(
    part: TextField | DateField | TimeField | AmountField | TaxLine | LineItem,
) -> JsonObject:
    return {
        "confidence": round(part.confidence, 3),
        "box": None if part.box is None else _box_to_json(part.box),
        "page": part.page,
    }


def _value_to_json(field: TextField | DateField | TimeField | AmountField) -> str | float:
    if isinstance(field, AmountField):
        # JSON knows only binary numbers; the shortest repr of a float shows the same cents.
        return float(field.value)
    if isinstance(field.value, date):
        return field.value.isoformat()
    if isinstance(field.value, time):
        return field.value.isoformat("seconds" if field.value.second else "minutes")
    return field.value


def _box_to_json(box: Box) -> list[float]:
    return [round(side, 1) for side in box]


def _box_from_json(sides: list[float]) -> Box:
    x0, y0, x1, y1 = sides
    return (x0, y0, x1, y1)
