"""What the reading of a receipt comes to, and how a program asks for it."""

from typing import Any

import httpx

OUTCOME: dict[str, Any] = {
    "fields": {
        "merchantName": {
            "value": "Super Marché",
            "confidence": 0.85,
            "box": [10.0, 20.0, 200.0, 44.0],
            "page": 1,
        },
        "date": {"value": "2024-01-01", "confidence": 0.9, "box": None, "page": 1},
        "totalAmount": {
            "value": 25.99,
            "currency": "EUR",
            "confidence": 0.6,
            "box": [10.0, 400.0, 200.0, 430.0],
            "page": 1,
        },
        "receiptType": {"value": "retail", "confidence": 0.7, "box": None, "page": 1},
        "language": {"value": "fr", "confidence": 0.9, "box": None, "page": 1},
    },
    "pages": [{"number": 1, "rotationDeg": 90, "skewDeg": 0.0}],
    "ocrEngine": "rapidocr",
    "ocrConfidence": 0.88,
}


def with_total(value: float) -> dict[str, Any]:
    """A purchase of its own: what costs the same on the same day may be a duplicate."""
    total = OUTCOME["fields"]["totalAmount"] | {"value": value}
    return OUTCOME | {"fields": OUTCOME["fields"] | {"totalAmount": total}}


def get(client: httpx.Client, path: str, **options: Any) -> httpx.Response:
    """What is below the receipts of the API."""
    return client.get(f"/api/v1/receipts{path}", **options)
