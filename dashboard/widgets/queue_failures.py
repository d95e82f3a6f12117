"""Failures that are alike, with how many jobs are failed so now, and running them again."""

import re
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard.language import current_language, t, tn
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_ago, show_moment, show_whole
from dashboard.widgets.job_bulk import ask_to_retry
from dashboard.widgets.job_words import say_kind
from dashboard.widgets.queue_address import GROUP, link_to_job, link_to_jobs
from dashboard.widgets.queue_snapshot import look_at_failures
from pipeline.clock import utc_now
from pipeline.jobs.failures import GroupedFailures
from pipeline.jobs.search import JobFilter
from pipeline.messages import load_catalog, translate

_render = load_component("queue_failures", built_of=("queue_parts",))
KEY = "queue-failures"
# What has its place above the diagrams; the others come with a click.
FEW = 5
_ALL = "queue-failures-all"
# A mistake of ours is kept as its sentence, in English, and the cause behind it.
_CAUSE = re.compile(r"\((.+)\)\.?$", re.DOTALL)


def show_failures() -> None:
    """The groups, or that nothing is failed. Raises StoreUnavailableError."""
    found, now = look_at_failures(), utc_now()
    if not found.groups:
        st.success(
            t("**Nothing is failed.** What fails for good appears here, alike failures as one."),
            icon=":material/check_circle:",
        )
        return
    shown = found.groups if st.session_state.get(_ALL) else found.groups[:FEW]
    groups = [_present(one, now) for one in shown]
    _render(data={"groups": groups}, key=KEY, on_act_change=_act)
    left = found.total - len(groups)
    if not left:
        return
    if len(shown) < len(found.groups):
        more = tn("Show {n} more kind of failure", "Show {n} more kinds of failures", left)
        st.button(more, icon=":material/expand_more:", type="tertiary", on_click=_show_all)
    else:
        more = tn("{n} more kind of failure.", "{n} more kinds of failures.", left)
        where = t("Find their jobs under Jobs.")
        st.caption(f"{more} {where}")


def _show_all() -> None:
    st.session_state[_ALL] = True


def _act() -> None:
    asked = st.session_state[KEY].get("act")
    if asked:
        ask_to_retry(JobFilter(fingerprint=asked["id"]))


def _present(one: GroupedFailures, now: datetime) -> dict[str, Any]:
    group = one.group
    what = translate(group.code, current_language(), fallback=group.message)
    return {
        "id": group.fingerprint,
        "failed": show_whole(one.failed_now),
        "label": tn("Retry {n} job", "Retry {n} jobs", one.failed_now),
        "what": what,
        "kind": say_kind(group.kind),
        "code": group.code,
        "when": t(
            "last {last}, first {first}, {count} in all",
            last=show_ago(group.last_seen_at, now),
            first=show_ago(group.first_seen_at, now),
            count=show_whole(group.count),
        ),
        "moments": f"{show_moment(group.first_seen_at)} – {show_moment(group.last_seen_at)}",
        "message": say_more(group.code, group.message, what),
        "jobsHref": link_to_jobs(**{GROUP: group.fingerprint}),
        "exampleHref": link_to_job(group.example_job_id),
    }


def say_more(code: str, message: str, what: str) -> str:
    """What was said the last time, where that is more than the sentence of the code."""
    if code not in load_catalog(current_language()):
        return message if message != what else ""
    cause = _CAUSE.search(message)
    return cause[1] if cause else ""
