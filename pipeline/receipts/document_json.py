"""JSON shapes of the plain data: page text as stages store it, fields as the contract shows them.

Called by the receipt job when it saves a stage and by the API when it answers.
"""

from datetime import date, time
from typing import Any

from pipeline.receipts.document import (
    AmountField,
    Box,
    DateField,
    Line,
    PageText,
    ReceiptFields,
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


def fields_to_json(fields: ReceiptFields) -> JsonObject:
    """Write the contract's `extractedFields`; a field that was not found has no key."""
    named: dict[str, TextField | DateField | TimeField | AmountField | None] = {
        "merchantName": fields.merchant,
        "date": fields.date,
        "time": fields.time,
        "totalAmount": fields.total,
        "currency": fields.currency,
        "language": fields.language,
    }
    return {name: _field_to_json(field) for name, field in named.items() if field is not None}


def _field_to_json(field: TextField | DateField | TimeField | AmountField) -> JsonObject:
    data: JsonObject = {"value": _value_to_json(field)}
    if isinstance(field, AmountField):
        data["currency"] = field.currency
    data["confidence"] = round(field.confidence, 2)
    data["box"] = None if field.box is None else _box_to_json(field.box)
    data["page"] = field.page
    return data


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
