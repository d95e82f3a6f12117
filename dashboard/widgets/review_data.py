"""Everything the review desk shows of one receipt, gathered from the store in one go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from dashboard.api.product_answers import ADDRESS as PRODUCTS_API
from dashboard.language import current_language, t
from dashboard.widgets.change_words import present_changes
from dashboard.widgets.footprint_words import present_footprint
from dashboard.widgets.line_offers import list_offers
from dashboard.widgets.receipt_rows import API, present_state
from dashboard.widgets.receipt_words import say_category
from dashboard.widgets.review_form import present_form, present_marks
from dashboard.widgets.states import DONE, NEEDS_ME, find_original
from pipeline.catalog.products.find import has_products
from pipeline.models import Receipt, ReceiptChange
from pipeline.receipts.factors.store import load_book
from pipeline.receipts.fields.text import fold
from pipeline.receipts.footprint import FactorBook
from pipeline.receipts.queries import ReceiptDetail, find_page, get_detail, read_pages
from pipeline.receipts.record import thresholds_of
from pipeline.receipts.retention import picture_of
from pipeline.receipts.review.corrections import list_changes
from pipeline.receipts.review.queue import Place, find_place
from pipeline.receipts.review.reasons import say_reasons
from pipeline.settings import Settings

JsonObject = dict[str, Any]

FACTORS_API = "/api/v1/factors"


@dataclass(frozen=True)
class Desk:
    """One receipt to be looked at; `pages` are pictures, `texts` what an engine read on them."""

    detail: ReceiptDetail
    receipt: Receipt
    pages: list[JsonObject]
    texts: list[JsonObject]
    place: Place
    changes: list[ReceiptChange]
    next_pages: list[str]
    offers: list[JsonObject]
    book: FactorBook
    has_products: bool


def load_desk(session: Session, job_id: str, settings: Settings, now: datetime) -> Desk | None:
    """The receipt under this id; None where there is none, or where it is not read yet."""
    detail = get_detail(session, job_id, now=now, workers=settings.documents_runners)
    place = find_place(session, job_id)
    if detail is None or detail.receipt is None or place is None:
        return None
    return Desk(
        detail=detail,
        receipt=detail.receipt,
        pages=_load_pages(session, job_id, detail.upload.pages),
        texts=read_pages(session, detail.receipt, detail.upload.sha256),
        place=place,
        changes=list_changes(session, job_id),
        next_pages=_next_pages(session, place),
        offers=list_offers(session, detail.receipt),
        book=load_book(session),
        has_products=has_products(session),
    )


def present_desk(desk: Desk, settings: Settings, now: datetime) -> JsonObject:
    """The data of the desk's component; see review_desk.js."""
    receipt = desk.receipt
    form = present_form(receipt, thresholds_of(settings), settings.review_below, desk.book)
    return {
        "scope": receipt.job_id,
        "revision": receipt.revision,
        "api": API,
        "factorsApi": FACTORS_API,
        "file": desk.detail.row.file_name,
        "title": receipt.merchant or desk.detail.row.file_name,
        "pages": [present_page(receipt.job_id, page) for page in desk.pages],
        "words": present_words(desk.texts),
        "marks": present_marks(form, receipt.currency),
        **form,
        "place": _present_place(desk),
        "state": present_state(NEEDS_ME if receipt.needs_review else DONE, _say_state(receipt)),
        "reasons": say_reasons(receipt.review_reasons, current_language()),
        "compare": _compare_address(receipt),
        "isAccepted": receipt.reviewed_at is not None,
        "footprint": present_footprint(receipt),
        "history": present_changes(desk.changes, now),
        "nextPages": desk.next_pages,
        "offers": desk.offers,
        "categories": _list_categories(desk.book),
        "language": current_language(),
        "productsApi": PRODUCTS_API if desk.has_products else None,
    }


def present_page(job_id: str, page: JsonObject) -> JsonObject:
    """Where the browser finds a page's picture, and its size in the pixels of the boxes."""
    return {
        "source": _address(job_id, page),
        "width": page["width"],
        "height": page["height"],
    }


def present_words(texts: list[JsonObject]) -> list[JsonObject]:
    """Every word that was read, in reading order, with the line it stands in."""
    words = (
        (text["page"], line_number, word)
        for text in texts
        for line_number, line in enumerate(text["lines"])
        for word in line["words"]
    )
    return [
        {"id": number, "page": page, "line": line, "text": word["text"], "box": word["box"]}
        for number, (page, line, word) in enumerate(words)
    ]


def _load_pages(session: Session, job_id: str, count: int) -> list[JsonObject]:
    found = (find_page(session, job_id, number + 1) for number in range(count))
    return [page for page in found if page is not None]


def _next_pages(session: Session, place: Place) -> list[str]:
    if place.next_id is None:
        return []
    page = find_page(session, place.next_id, 1)
    return [] if page is None else [_address(place.next_id, page)]


def _address(job_id: str, page: JsonObject) -> str:
    return f"{API}/{job_id}/pages/{page['number']}?v={page[picture_of(page)][:12]}"


def _present_place(desk: Desk) -> JsonObject:
    place = desk.place
    return {
        "position": place.position if desk.receipt.needs_review else None,
        "total": place.total,
        "previous": place.previous_id,
        "next": place.next_id,
    }


def _compare_address(receipt: Receipt) -> str | None:
    if find_original(receipt.review_reasons) is None:
        return None
    return f"review?receipt={receipt.job_id}&compare={receipt.job_id}"


def _list_categories(book: FactorBook) -> list[tuple[str, str]]:
    """Each with its name in the language of the page, by which they are sorted."""
    named = [(name, say_category(name)) for name in book.categories]
    return sorted(named, key=lambda pair: fold(pair[1]))


def _say_state(receipt: Receipt) -> str:
    if receipt.needs_review:
        return t(NEEDS_ME.label)
    if receipt.discarded_at is not None:
        return t("Set aside as a duplicate")
    return t("Accepted") if receipt.reviewed_at is not None else t("Nothing left to check")
