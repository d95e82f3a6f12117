"""The dialog that asks whether two receipts are one purchase, under `?compare=<id>`."""

from typing import Any

import streamlit as st
from sqlmodel import Session

from dashboard.access.current import act_as, may
from dashboard.language import N_, t, tn
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_ago, show_amount, show_day
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.receipt_rows import API
from dashboard.widgets.receipt_words import say_choice
from dashboard.widgets.store_access import calm, explain
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.models import Receipt, Upload
from pipeline.receipts.review.corrections import Edit, apply_edits
from pipeline.receipts.review.duplicates import DISCARDED, KEPT_BOTH
from pipeline.settings import get_settings
from pipeline.store import read_session, write_session

PARAMETER = "compare"
FIELDS = (
    (N_("Merchant"), "merchantName"),
    (N_("Date"), "date"),
    (N_("Time"), "time"),
    (N_("Total"), "totalAmount"),
    (N_("Paid by"), "paymentMethod"),
    (N_("Receipt number"), "receiptNumber"),
)

_render = load_component("receipt_pair")


def show_comparison() -> None:
    """Open the dialog where the address asks for it; called once by a page, outside fragments."""
    job_id = st.query_params.get(PARAMETER)
    if job_id is not None:
        _ask(job_id)


def count_again(job_id: str) -> None:
    """Take back that this receipt was set aside; the question is open again."""
    _decide(job_id, None)


def _leave() -> None:
    st.query_params.pop(PARAMETER, None)


def _ask(job_id: str) -> None:
    # The title belongs to the language of the page, which is known only now.
    title = t("Is this the same purchase?")
    st.dialog(title, width="large", on_dismiss=_leave)(_compare)(job_id)


@calm
def _compare(job_id: str) -> None:
    with read_session() as session:
        later = session.get(Receipt, job_id)
        earlier = session.get(Receipt, later.duplicate_of) if later and later.duplicate_of else None
        if later is None or earlier is None:
            st.markdown(t("There is no other receipt of this purchase any more."))
            _show_close(t("Close"))
            return
        data = {
            "sides": [_present_side(session, one) for one in (earlier, later)],
            "rows": _present_rows(earlier, later),
        }
    _render(data=data, key=f"pair-{job_id}")
    if not may("submit"):
        _show_close(t("Close"))
        return
    st.caption(t("What is set aside can still be opened, but counts nowhere."))
    _show_choices(earlier.job_id, later.job_id)


def _show_choices(earlier_id: str, later_id: str) -> None:
    with st.container(horizontal=True, key="pair-acts"):
        _offer(t("Keep the first"), "looks_one", later_id, later_id, DISCARDED, primary=True)
        _offer(t("Keep the second"), "looks_two", later_id, earlier_id, DISCARDED)
        _offer(t("Keep both"), "filter_none", later_id, later_id, KEPT_BOTH)
        _show_close(t("Decide later"))


def _offer(
    label: str, icon: str, asked_id: str, job_id: str, decision: str, *, primary: bool = False
) -> None:
    pressed = st.button(
        label,
        icon=f":material/{icon}:",
        type="primary" if primary else "secondary",
        key=f"{decision}-{job_id}-{asked_id}",
    )
    if pressed and _decide(job_id, decision):
        _leave()
        st.rerun()


def _show_close(label: str) -> None:
    if st.button(label, type="tertiary", key="pair-close"):
        _leave()
        st.rerun()


def _decide(job_id: str, decision: str | None) -> bool:
    settings = get_settings()
    edit = Edit("duplicate", decision)
    try:
        with write_session(settings) as session:
            apply_edits(session, job_id, [edit], actor=act_as(), now=utc_now(), settings=settings)
    except PipelineError as error:
        st.error(as_plain_text(explain(error)), icon=":material/cancel:")
        return False
    return True


def _present_side(session: Session, receipt: Receipt) -> dict[str, Any]:
    upload = session.get_one(Upload, receipt.upload_id)
    return {
        "name": upload.name,
        "ago": t("submitted {ago}", ago=show_ago(receipt.created_at, utc_now())),
        "href": f"receipts?receipt={receipt.job_id}",
        "picture": f"{API}/{receipt.job_id}/pages/1",
    }


def _present_rows(earlier: Receipt, later: Receipt) -> list[dict[str, Any]]:
    pairs = [
        (t(label), [_say_field(one, name) for one in (earlier, later)]) for label, name in FIELDS
    ]
    pairs.append((t("Lines"), [_say_lines(one) for one in (earlier, later)]))
    return [
        {"label": label, "values": values, "differs": values[0] != values[1]}
        for label, values in pairs
        if any(value is not None for value in values)
    ]


def _say_field(receipt: Receipt, name: str) -> str | None:
    field = receipt.fields.get(name)
    if field is None:
        return None
    if name == "date":
        return show_day(field["value"])
    if name == "totalAmount":
        return show_amount(field["value"], receipt.currency)
    return say_choice(name, field["value"])


def _say_lines(receipt: Receipt) -> str:
    items = receipt.fields.get("items") or []
    return tn("{n} line", "{n} lines", len(items))
