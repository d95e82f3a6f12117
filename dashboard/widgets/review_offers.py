"""After a person said what a line is: the offer to carry it to the merchant's other receipts.

An offer lives in the visitor's session; what was said itself is in the store already.
"""

from typing import Any

import streamlit as st
from sqlmodel import Session

from dashboard.widgets.formats import show_count
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import explain
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.models import LineRule, Receipt
from pipeline.receipts.line_rules import affected_receipts, apply_rule_to, rule_for
from pipeline.settings import get_settings
from pipeline.store import write_session

_CHOSEN = "review-chosen"


def note_choice(chosen: dict[str, Any]) -> None:
    """Remember which line of which receipt was chosen for; `chosen` is {scope, item}."""
    st.session_state[_CHOSEN] = (chosen["scope"], chosen["item"])


def find_offer(session: Session, job_id: str) -> dict[str, str] | None:
    """The offer for the line that was chosen for on this receipt; None where nothing is left."""
    found = _find_affected(session, job_id)
    if found is None or not found[1]:
        return None
    receipt = session.get_one(Receipt, job_id)
    count = show_count(len(found[1]), "other receipt", "other receipts")
    return {
        "words": f"The same line stands on {count} of {receipt.merchant}.",
        "act": f"Apply to {show_count(len(found[1]), 'receipt', 'receipts')}",
    }


def answer_offer(answer: dict[str, Any], *, accepted: bool) -> None:
    """Carry the rule to the receipts that it affects, or forget the offer."""
    settings = get_settings()
    try:
        with write_session(settings) as session:
            found = _find_affected(session, answer["scope"]) if accepted else None
            if found is not None:
                rule, job_ids = found
                changed = apply_rule_to(session, job_ids, rule, now=utc_now(), settings=settings)
                count = show_count(len(changed), "receipt", "receipts")
                st.toast(f"Applied to {count}.", icon=":material/check:")
    except PipelineError as error:
        st.toast(as_plain_text(explain(error)), icon=":material/info:")
        return
    st.session_state.pop(_CHOSEN, None)


def _find_affected(session: Session, job_id: str) -> tuple[LineRule, list[str]] | None:
    scope, item_id = st.session_state.get(_CHOSEN, (None, None))
    if scope != job_id:
        return None
    try:
        rule = rule_for(session, job_id, item_id)
    except PipelineError:
        # Taken back meanwhile, or the merchant is not known: nothing to carry on.
        return None
    return rule, affected_receipts(
        session, rule.merchant_key, rule.line_key, rule.factor_id, rule.category
    )
