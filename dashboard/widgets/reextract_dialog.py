"""The dialog that has the receipts that match understood anew."""

import streamlit as st

from dashboard.access.current import act_as
from dashboard.language import t, tn
from dashboard.runtime import get_doorbell
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.receipt_filters import current_filter
from dashboard.widgets.store_access import calm, explain
from pipeline.errors import PipelineError
from pipeline.receipts.find.listing import count_exactly, find_matching
from pipeline.receipts.reextract import submit_reextract
from pipeline.settings import get_settings
from pipeline.store import read_session

# A click must not queue a day's work for the readers.
MOST = 1_000


def show_reextract() -> None:
    """Say what happens to how many; a click queues them."""
    st.dialog(t("Read again"), icon=":material/restart_alt:")(_ask)()


@calm
def _ask() -> None:
    settings = get_settings()
    with read_session(settings) as session:
        count = count_exactly(session, current_filter())
        job_ids = find_matching(session, current_filter(), limit=MOST).job_ids
    st.markdown(
        t(
            "Fields, lines and footprints are found anew in the text that was read. "
            "What somebody corrected or accepted stays."
        )
    )
    if count > MOST:
        st.caption(
            tn(
                "{n} receipt matches; this is the newest.",
                "{n} receipts match; these are the newest.",
                count,
            )
        )
    label = tn("Read {n} receipt again", "Read {n} receipts again", len(job_ids))
    if not st.button(label, type="primary", disabled=not job_ids, width="stretch"):
        return
    try:
        done = submit_reextract(settings, get_doorbell(), job_ids, act_as())
    except PipelineError as error:
        st.error(as_plain_text(explain(error)), icon=":material/error:")
        return
    queued = sum(one.reason is None for one in done)
    left = len(done) - queued
    said = [tn("{n} receipt is queued.", "{n} receipts are queued.", queued)]
    if left:
        said.append(
            tn(
                "{n} is not read yet or waits already.",
                "{n} are not read yet or wait already.",
                left,
            )
        )
    st.success(" ".join(said), icon=":material/check:")
