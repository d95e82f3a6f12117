"""What is known about a receipt's file and its reading, apart from the values themselves."""

from typing import Any

from dashboard.language import N_, t, tn
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import (
    shorten_id,
    show_ago,
    show_confidence,
    show_duration,
    show_moment,
    show_size,
)
from pipeline.clock import utc_now
from pipeline.receipts.queries import ReceiptDetail

_render = load_component("facts", built_of=("fact_list",))

ENGINE_NAMES = {"rapidocr": "RapidOCR", "tesseract": "Tesseract"}
TYPE_NAMES = {
    "image/jpeg": N_("JPEG picture"),
    "image/png": N_("PNG picture"),
    "image/webp": N_("WebP picture"),
    "image/tiff": N_("TIFF picture"),
    "image/heic": N_("HEIC picture"),
    "application/pdf": N_("PDF"),
}


def show_facts(detail: ReceiptDetail) -> None:
    """The facts as pairs; ids and hashes can be copied whole."""
    upload, row = detail.upload, detail.row
    facts = [
        _fact(t("Receipt id"), shorten_id(row.job_id), copy=row.job_id),
        _fact(t("File name"), upload.name),
        _fact(t("Type"), t(TYPE_NAMES.get(upload.media_type, upload.media_type))),
        _fact(t("Size"), show_size(upload.size_bytes)),
        _fact(t("Pages"), tn("{n} page", "{n} pages", upload.pages)),
        _fact(
            t("Submitted"), show_ago(row.created_at, utc_now()), hover=show_moment(row.created_at)
        ),
        _fact(t("SHA-256"), shorten_id(upload.sha256), copy=upload.sha256),
    ]
    _render(data={"facts": facts + _reading_facts(detail)}, key=f"facts-{row.job_id}")


def _reading_facts(detail: ReceiptDetail) -> list[dict[str, Any]]:
    receipt = detail.receipt
    if receipt is None:
        return []
    engine = ENGINE_NAMES.get(receipt.ocr_engine, receipt.ocr_engine)
    return [
        _fact(t("Read in"), show_duration(receipt.processing_time_s)),
        _fact(t("Read by"), engine),
        _fact(t("Text confidence"), show_confidence(receipt.ocr_confidence)),
    ]


def _fact(
    label: str, value: str, *, copy: str | None = None, hover: str | None = None
) -> dict[str, Any]:
    return {"label": label, "value": value, "copy": copy, "hover": hover or copy}
