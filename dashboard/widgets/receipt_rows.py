"""What a card or a table row shows of one receipt, as plain values for our components."""

from datetime import datetime
from typing import Any

from dashboard.language import current_language, say_code, t
from dashboard.widgets.footprint_words import SCORE_NAME, show_kg
from dashboard.widgets.formats import (
    shorten_id,
    show_ago,
    show_confidence,
    show_day,
    show_moment,
    show_money,
    show_wait,
)
from dashboard.widgets.states import (
    NEEDS_ME,
    State,
    describe_state,
    find_original,
    is_unfinished,
    state_of,
    tone_of_confidence,
)
from pipeline.models import RETRYABLE, JobStatus
from pipeline.receipts.queries import ReceiptRow
from pipeline.receipts.review.reasons import say_reasons

API = "/api/v1/receipts"


def present_row(
    row: ReceiptRow, now: datetime, review_below: float, *, may_act: bool
) -> dict[str, Any]:
    """All texts of a row, ready to be shown; acts only for who may do them."""
    return {
        "id": row.job_id,
        "shortId": shorten_id(row.job_id),
        "href": f"receipts?receipt={row.job_id}",
        "file": row.file_name,
        "state": present_state(state_of(row), describe_state(row)),
        "progress": _progress(row),
        "wait": show_wait(row.eta_s) if row.eta_s is not None else None,
        "thumbnail": thumbnail_address(row),
        "merchant": row.merchant,
        "day": show_day(row.purchased_on) if row.purchased_on else None,
        "total": show_money(row.total_cents, row.currency) if row.total_cents is not None else None,
        "confidence": present_confidence(row.confidence, review_below),
        "kg": None if row.kg_co2e is None else show_kg(row.kg_co2e),
        "grade": row.grade,
        "gradeSays": t(SCORE_NAME),
        "note": _note(row),
        "snippet": _snippet(row),
        "ago": show_ago(row.created_at, now),
        "moment": show_moment(row.created_at),
        "finished": row.status == JobStatus.COMPLETED,
        "acts": acts_of(row) if may_act else [],
    }


def present_state(state: State, label: str | None = None) -> dict[str, Any]:
    """A state for our components: its look, and the words beside the icon."""
    return {
        "name": state.name,
        "label": label or t(state.label),
        "icon": state.icon,
        "colour": state.colour,
        "spins": state.spins,
    }


def present_confidence(confidence: float | None, review_below: float) -> dict[str, Any] | None:
    """A confidence of 0..1 as percent with the colour of its state."""
    if confidence is None:
        return None
    state, share = tone_of_confidence(confidence, review_below), show_confidence(confidence)
    return {
        "text": share,
        "share": confidence,
        "colour": state.colour,
        "icon": state.icon,
        "says": t("Check this: {share} confidence", share=share)
        if state is NEEDS_ME
        else t("Sure: {share} confidence", share=share),
    }


def thumbnail_address(row: ReceiptRow) -> str | None:
    """Where the browser finds the small picture, once the file was opened."""
    if row.thumbnail is None:
        return None
    return f"{API}/{row.job_id}/thumbnail?v={row.thumbnail[:12]}"


def acts_of(row: ReceiptRow) -> list[dict[str, str]]:
    """What a person may do to this receipt now; one with an `href` leads to where it is done."""
    file = row.file_name
    if is_unfinished(row) and not row.cancel_requested:
        return [{"act": "cancel", "label": t("Cancel"), "says": t("Cancel {file}", file=file)}]
    if row.status in RETRYABLE:
        return [{"act": "retry", "label": t("Retry"), "says": t("Retry {file}", file=file)}]
    if find_original(row.review_reasons) is not None:
        address, says = f"?compare={row.job_id}", t("Compare {file}", file=file)
        return [{"act": "compare", "label": t("Compare"), "says": says, "href": address}]
    return []


def _progress(row: ReceiptRow) -> int | None:
    if not is_unfinished(row):
        return None
    return row.progress if row.status == JobStatus.PROCESSING else 0


def _snippet(row: ReceiptRow) -> list[list[Any]] | None:
    """The line that was found, in pieces with whether each is what was looked for."""
    if row.snippet is None:
        return None
    text, pieces, at = row.snippet.text, [], 0
    for start, end in row.snippet.marks:
        pieces += [[text[at:start], False], [text[max(at, start) : end], True]]
        at = max(at, end)
    return [piece for piece in [*pieces, [text[at:], False]] if piece[0]]


def _note(row: ReceiptRow) -> str | None:
    if row.error_code:
        return say_code(row.error_code, row.error_params, fallback=row.error_message)
    if row.needs_review:
        return " ".join(say_reasons(row.review_reasons, current_language()))
    return None
