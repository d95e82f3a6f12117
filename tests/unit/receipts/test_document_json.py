import json
from datetime import date, time
from decimal import Decimal

from pipeline.receipts.document import (
    AmountField,
    DateField,
    Line,
    PageText,
    ReceiptFields,
    TextField,
    TimeField,
    Word,
)
from pipeline.receipts.document_json import (
    fields_to_json,
    page_text_from_json,
    page_text_to_json,
)

BOX = (1.0, 2.0, 30.5, 12.0)


def test_page_text_survives_json() -> None:
    word = Word("café", BOX, 0.9876)
    page = PageText(1, 600, 800, "rapidocr", (Line("café", BOX, 0.9876, (word,)),))
    assert page_text_from_json(json.loads(json.dumps(page_text_to_json(page)))) == page


def test_fields_take_the_shape_of_the_contract() -> None:
    fields = ReceiptFields(
        merchant=TextField("Épicerie du Coin", 0.812, BOX, 1),
        date=DateField(date(2024, 1, 31), 0.9, BOX, 1),
        time=TimeField(time(18, 42), 0.8, None, 1),
        total=AmountField(Decimal("25.90"), "EUR", 0.954, BOX, 2),
        currency=TextField("EUR", 0.9, None, 1),
        language=TextField("fr", 0.7, None, 1),
    )
    data = json.loads(json.dumps(fields_to_json(fields)))
    assert data["merchantName"] == {
        "value": "Épicerie du Coin",
        "confidence": 0.812,
        "box": list(BOX),
        "page": 1,
    }
    assert (data["date"]["value"], data["time"]["value"]) == ("2024-01-31", "18:42")
    assert (data["totalAmount"]["value"], data["totalAmount"]["currency"]) == (25.9, "EUR")
    assert data["totalAmount"]["page"] == 2
    assert data["language"]["value"] == "fr"


def test_a_field_that_was_not_found_has_no_key() -> None:
    assert fields_to_json(ReceiptFields()) == {}
