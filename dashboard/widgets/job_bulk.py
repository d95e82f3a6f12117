"""Running again or cancelling all jobs that match: counted first, then done and told job by job."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from dashboard.access.current import act_as
from dashboard.language import t, tn
from dashboard.runtime import get_doorbell
from dashboard.widgets.formats import show_whole
from dashboard.widgets.job_bulk_outcomes import show_outcomes
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.queue_snapshot import look_anew
from dashboard.widgets.store_access import calm, explain
from pipeline.errors import PipelineError
from pipeline.jobs import bulk
from pipeline.jobs.bulk import Matching
from pipeline.jobs.bulk_batch import JobOutcome, Outcome
from pipeline.jobs.search import JobFilter
from pipeline.settings import get_settings
from pipeline.store import read_session

_RUN = "job-bulk"
# A round of a long change, after which its progress is shown.
ROUND_S = 1.0
# Told job by job; of more, the counts are told.
MOST_TOLD = 1000


@dataclass
class BulkRun:
    """A change that is asked about, goes on or is done; kept for its page alone."""

    action: Literal["retry", "cancel"]
    wanted: JobFilter
    stage: Literal["asked", "runs", "done"] = "asked"
    total: int = 0
    remaining: int = 0
    counts: Counter[Outcome] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)
    told: list[JobOutcome] = field(default_factory=list)
    wrong: str = ""

    @property
    def changed(self) -> int:
        """Jobs whose turn came."""
        return sum(self.counts.values())


def ask_to_retry(wanted: JobFilter) -> None:
    """Ask whether to run these again as soon as the page is drawn anew."""
    st.session_state[_RUN] = BulkRun("retry", wanted)


def ask_to_cancel(wanted: JobFilter) -> None:
    """Ask whether to cancel these as soon as the page is drawn anew."""
    st.session_state[_RUN] = BulkRun("cancel", wanted)


def is_asking() -> bool:
    """Whether there is a question, or something goes on."""
    return _RUN in st.session_state


def is_done() -> bool:
    """Whether all that is left of it are its outcomes."""
    return is_asking() and st.session_state[_RUN].stage == "done"


def show_question() -> None:
    """The dialog, where one was asked for; called once, outside fragments."""
    run: BulkRun | None = st.session_state.get(_RUN)
    if run is None:
        return
    title = t("Retry jobs") if run.action == "retry" else t("Cancel jobs")
    st.dialog(title, width="medium", on_dismiss=forget)(_draw)(run)


@calm
def _draw(run: BulkRun) -> None:
    if run.stage == "asked":
        _ask(run)
    elif run.stage == "runs":
        _go_on(run)
    else:
        _tell(run)


def _ask(run: BulkRun) -> None:
    try:
        matching = _count(run)
    except PipelineError as error:
        st.error(as_plain_text(explain(error)), icon=":material/cancel:")
        return
    if not matching.total:
        _say_none(run)
        return
    st.markdown(_say_matching(run, matching))
    label = (
        tn("Retry {n} job", "Retry {n} jobs", matching.total)
        if run.action == "retry"
        else tn("Cancel {n} job", "Cancel {n} jobs", matching.total)
    )
    with st.container(horizontal=True):
        if st.button(label, type="primary", icon=":material/check:", key="bulk-now"):
            run.stage, run.total = "runs", matching.total
            st.rerun(scope="fragment")
        if st.button(t("Leave them"), key="bulk-leave"):
            forget()
            st.rerun()


def _count(run: BulkRun) -> Matching:
    count = bulk.count_retryable if run.action == "retry" else bulk.count_cancellable
    with read_session(get_settings()) as session:
        return count(session, run.wanted)


def _say_none(run: BulkRun) -> None:
    if run.action == "retry":
        st.info(t("None of these jobs is failed or cancelled any more."), icon=":material/info:")
    else:
        st.info(t("None of these jobs waits or runs any more."), icon=":material/info:")


def _say_matching(run: BulkRun, matching: Matching) -> str:
    if matching.is_at_least:
        counted = tn(
            "At least **{n}** job matches.", "At least **{n}** jobs match.", matching.total
        )
    else:
        counted = tn("**{n}** job matches.", "**{n}** jobs match.", matching.total)
    if run.action == "retry":
        what = tn(
            "It is queued again; stages that are done are not repeated.",
            "They are queued again; stages that are done are not repeated.",
            matching.total,
        )
    else:
        what = t("What waits is taken out of the queue, what runs is stopped.")
    return f"{counted} {what}"


def _go_on(run: BulkRun) -> None:
    share = min(run.changed / run.total, 1.0) if run.total else 0.0
    done, total = show_whole(run.changed), show_whole(run.total)
    st.progress(share, t("{done} of {total} jobs", done=done, total=total))
    st.caption(t("Closing this stops it; what is done stays done."))
    stopped = st.button(t("Stop"), icon=":material/stop:", key="bulk-stop")
    if stopped or _is_over(run):
        run.stage = "done"
        look_anew()
    st.rerun(scope="fragment")


def _is_over(run: BulkRun) -> bool:
    """Do one round; whether it was the last."""
    change = bulk.retry_matching if run.action == "retry" else bulk.cancel_matching
    try:
        done = change(
            get_settings(), get_doorbell(), run.wanted, act_as("admin"), time_limit_s=ROUND_S
        )
    except PipelineError as error:
        run.wrong = explain(error)
        return True
    fresh = [one for one in done.outcomes if one.job_id not in run.seen]
    run.counts.update(one.outcome for one in fresh)
    run.remaining = done.remaining
    # What is skipped matches again, and so does what fails again at once.
    moved = any(one.outcome is not Outcome.SKIPPED for one in fresh)
    run.seen.update(one.job_id for one in fresh)
    run.told += fresh[: MOST_TOLD - len(run.told)]
    return not done.remaining or not moved or run.changed >= run.total


def _tell(run: BulkRun) -> None:
    if run.wrong:
        st.error(as_plain_text(run.wrong), icon=":material/cancel:")
    show_outcomes(run.counts, run.told)
    if run.remaining:
        st.caption(tn("{n} job that matches is left.", "{n} jobs match still.", run.remaining))
    if st.button(t("Close"), type="primary", key="bulk-close"):
        forget()
        st.rerun()


def forget() -> None:
    """Nothing is asked any more; what is done stays done."""
    st.session_state.pop(_RUN, None)
