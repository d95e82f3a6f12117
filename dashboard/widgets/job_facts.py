"""What a job was given, as readable fields with secrets masked, and what it is."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import streamlit as st

from dashboard.language import N_, t
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import shorten_id, show_ago, show_moment, show_whole
from dashboard.widgets.job_heading import show_heading
from dashboard.widgets.job_words import say_queue
from pipeline.clock import utc_now
from pipeline.jobs.detail import JobDetail
from pipeline.models import Job, Priority

_render = load_component("facts", built_of=("fact_list",))

MASK = "••••••"
_SECRET = re.compile(r"password|passwd|secret|token|authorization|api_?key|credential", re.I)
# A password in an address: https://user:password@host.
_USERINFO = re.compile(r"(?<=://)[^/@\s]+(?=@)")
MOST_FIELDS = 60
MOST_CHARACTERS = 300
PRIORITIES = {
    Priority.LOW: N_("Low"),
    Priority.NORMAL: N_("Normal"),
    Priority.HIGH: N_("High"),
}


def show_inputs(detail: JobDetail) -> None:
    """What it was submitted with, and what the parts before it handed on."""
    job = detail.row.job
    fields = list(list_fields(job.payload))
    if isinstance(job.received, Mapping):
        fields += [
            (t("received {name}", name=name), value) for name, value in list_fields(job.received)
        ]
    if not fields:
        return
    show_heading(t("Inputs"))
    facts = [_fact(name, value) for name, value in fields[:MOST_FIELDS]]
    _render(data={"facts": facts}, key=f"inputs-{job.id}")
    if len(fields) > MOST_FIELDS:
        left = show_whole(len(fields) - MOST_FIELDS)
        st.caption(t("{count} more fields are not shown.", count=left))


def list_fields(payload: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Each value with its path, `filters.from`; what would let somebody in is masked."""
    for name, value in payload.items():
        where = f"{path}.{name}" if path else str(name)
        if value is None or value in ("", [], {}):
            continue
        if _SECRET.search(str(name)):
            yield where, MASK
        elif isinstance(value, Mapping):
            yield from list_fields(value, where)
        elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            yield from list_fields({str(at + 1): one for at, one in enumerate(value)}, where)
        else:
            yield where, _USERINFO.sub(MASK, _say(value))


def _say(value: Any) -> str:
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, list):
        return ", ".join(_say(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def show_facts(detail: JobDetail) -> None:
    """Id, queue, kind, priority, file, client, and its counts."""
    job = detail.row.job
    show_heading(t("About it"))
    facts = [
        _fact(t("Id"), shorten_id(job.id), copy=job.id),
        _fact(t("Kind"), job.kind),
        _fact(t("Queue"), say_queue(job.queue)),
        _fact(t("Priority"), t(PRIORITIES[Priority(job.priority)])),
        _fact(t("Attempts"), show_whole(job.attempt)),
        _fact(t("Failures"), show_whole(job.failures)),
        _fact(t("Crashes"), show_whole(job.crashes)),
        *_optional(detail),
    ]
    _render(data={"facts": facts}, key=f"facts-{job.id}")


def _optional(detail: JobDetail) -> list[dict[str, Any]]:
    job = detail.row.job
    said = [
        _fact(label, value)
        for label, value in (
            (t("File"), detail.row.file_name),
            (t("Client"), job.client_id),
            (t("Worker"), job.worker_id),
        )
        if value
    ]
    return said + _times(job)


def _times(job: Job) -> list[dict[str, Any]]:
    now = utc_now()
    times = (
        (t("Submitted"), job.created_at),
        (t("Due"), job.run_at),
        (t("Started"), job.started_at),
        (t("Finished"), job.finished_at),
    )
    return [
        {**_fact(label, show_ago(at, now)), "hover": show_moment(at)} for label, at in times if at
    ]


def _fact(label: str, value: str, *, copy: str | None = None) -> dict[str, Any]:
    short = value if len(value) <= MOST_CHARACTERS else f"{value[:MOST_CHARACTERS]}…"
    return {"label": label, "value": short, "copy": copy, "hover": None}
