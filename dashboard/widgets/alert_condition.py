"""The first part of a rule's form: what it is about, and from where on it speaks."""

from typing import Any

import streamlit as st

from dashboard.language import t
from dashboard.widgets.alert_words import KINDS, ONE_MINUTE_S
from dashboard.widgets.amounts import ask_number
from dashboard.widgets.job_words import say_queue
from pipeline.alerts.rules import RuleDraft
from pipeline.queue_settings import QUEUES

FIRST = RuleDraft(name="", kind="oldest_waiting", threshold=600.0, queue="documents")
# What the form offers for a kind that the rule was not of.
USUAL = {"oldest_waiting": 600.0, "no_workers": 120.0, "failure_rate": 0.2, "disk": 1000.0}


def ask_condition(before: RuleDraft, key: str) -> dict[str, Any]:
    """The parts of the draft that make its condition."""
    kind = st.selectbox(
        t("Tell me when"),
        list(KINDS),
        index=list(KINDS).index(before.kind),
        format_func=lambda one: t(KINDS[one]),
        key=f"{key}-kind",
    )
    same = kind == before.kind
    said: dict[str, Any] = {"kind": kind, "queue": None}
    if kind != "disk":
        said["queue"] = _ask_queue(before.queue, kind, key)
    said["threshold"] = _ask_threshold(kind, before.threshold if same else USUAL[kind], key)
    if kind == "failure_rate":
        said |= _ask_endings(before, key)
    said["lasting_s"] = ask_minutes(
        t("It must hold for, in minutes"),
        before.lasting_s,
        f"{key}-lasting",
        help=t("0: it speaks at the first look. It must be over for as long, too."),
    )
    return said


def ask_minutes(
    label: str, seconds: float, key: str, *, least: float = 0.0, **options: Any
) -> float:
    """A span in minutes, as seconds; NaN, which no rule takes, where none can be read."""
    minutes = ask_number(label, max(seconds / ONE_MINUTE_S, least), key, **options)
    return round(minutes * ONE_MINUTE_S, 3)


def _ask_queue(before: str | None, kind: str, key: str) -> str | None:
    anything = t("All queues: none runs at all") if kind == "no_workers" else t("Any queue")
    options = [None, *QUEUES]
    chosen: str | None = st.selectbox(
        t("Queue"),
        options,
        index=options.index(before) if before in options else 0,
        format_func=lambda queue: say_queue(queue) if queue else anything,
        key=f"{key}-queue-{kind}",
    )
    return chosen


def _ask_threshold(kind: str, before: float, key: str) -> float:
    key = f"{key}-threshold-{kind}"
    if kind == "oldest_waiting":
        return ask_minutes(t("The oldest waits longer than, in minutes"), before, key, least=0.05)
    if kind == "no_workers":
        return ask_minutes(t("Nobody works for, in minutes"), before, key, least=0.05)
    if kind == "failure_rate":
        share = ask_number(t("More than, in % of the ended jobs"), round(before * 100, 6), key)
        return round(share / 100, 8)
    return ask_number(t("Less than, in free MB"), before, key)


def _ask_endings(before: RuleDraft, key: str) -> dict[str, Any]:
    least, window = st.columns(2)
    with least:
        count = st.number_input(
            t("Of at least so many jobs"),
            min_value=1,
            value=before.least_endings,
            key=f"{key}-least",
            help=t("So that one failure of one job wakes nobody."),
        )
    with window:
        window_s = ask_minutes(
            t("Ended within, in minutes"), before.window_s, f"{key}-window", least=1.0
        )
    return {"least_endings": count, "window_s": window_s}
