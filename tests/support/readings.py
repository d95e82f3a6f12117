"""Receipts that were read, without reading anything: outcomes of the stages, written as jobs do."""

from typing import Any

from pipeline.models import Receipt, Upload
from pipeline.settings import Settings
from pipeline.store import read_session
from tests.support.ledger import LedgerBench

PLACE = {"box": [10.0, 20.0, 200.0, 44.0], "page": 1}


def text(value: str, confidence: float = 0.95) -> dict[str, Any]:
    return {"value": value, "confidence": confidence, **PLACE}


def amount(value: float, confidence: float = 0.95, currency: str | None = "EUR") -> dict[str, Any]:
    return {"value": value, "currency": currency, "confidence": confidence, **PLACE}


def item(number: int, description: str, amount: float, **parts: Any) -> dict[str, Any]:
    plain = {"quantity": 1.0, "unit": "pcs", "unitPrice": None, "discount": 0.0}
    about = {"id": f"r{number}", "description": description, "amount": amount}
    return {**about, **plain, "confidence": 0.8, **PLACE, **parts}


def reading(**fields: Any) -> dict[str, Any]:
    """The fields of a sure receipt of two lines; None leaves one out."""
    whole = {
        "merchantName": text("SUPER MARCHE"),
        "date": text("2026-03-01"),
        "totalAmount": amount(7.5),
        "language": text("fr"),
        "items": [item(1, "TOMATES", 3.0), item(2, "STEAK BOEUF", 4.5)],
        **fields,
    }
    return {name: field for name, field in whole.items() if field is not None}


def outcome(fields: dict[str, Any]) -> dict[str, Any]:
    """What the job's run hands to its save."""
    page = {"number": 1, "width": 400, "height": 800, "rotationDeg": 0, "skewDeg": 0.0}
    stage = {"textStage": "text:1", "textVersion": "test"}
    engine = {"ocrEngine": "rapidocr", "ocrConfidence": 0.9, "readText": ""}
    return {"fields": fields, "weighed": {}, "pages": [{**page, **stage}], **engine}


def add_receipt(bench: LedgerBench, fields: dict[str, Any] | None = None) -> str:
    """A completed receipt with this reading; returns its job id."""
    job_id = submit_file(bench)
    bench.complete(bench.take(job_id), outcome(fields or reading()))
    return job_id


def submit_file(bench: LedgerBench, sha256: str = "0" * 64, client_id: str = "") -> str:
    """A waiting job for a file that was handed over."""
    with bench.write() as session:
        upload = Upload(
            sha256=sha256,
            name="receipt.jpg",
            media_type="image/jpeg",
            size_bytes=1,
            pages=1,
            client_id=client_id,
            created_at=bench.clock(),
        )
        session.add(upload)
        session.flush()
        payload = {"sha256": sha256, "mediaType": "image/jpeg", "pages": 1}
        return bench.submit_in(
            session, "receipt.analyze", upload_id=upload.id, client_id=client_id, payload=payload
        )


def find_receipt(settings: Settings, job_id: str) -> Receipt:
    with read_session(settings) as session:
        return session.get_one(Receipt, job_id)
