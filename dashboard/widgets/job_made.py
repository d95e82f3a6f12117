"""What came of a job, with the way to it: a receipt, a report, an import, products."""

from collections.abc import Callable, Mapping

import streamlit as st

from dashboard.language import t
from dashboard.widgets.job_facts import list_fields
from dashboard.widgets.plain_text import as_plain_text
from pipeline.jobs.detail import JobDetail
from pipeline.models import Job, JobStatus, Receipt, Report
from pipeline.settings import get_settings
from pipeline.store import read_session

# What a kind hands on may be long; the rest is in what it made.
MOST_FIELDS = 8


def show_made(detail: JobDetail) -> None:
    """The link, or else what the job handed on; nothing before it is completed."""
    job = detail.row.job
    place = _find_place(job)
    if place is not None:
        label, address, icon = place
        st.markdown(f":material/{icon}: [{label}]({address})")
    elif job.status == JobStatus.COMPLETED and isinstance(job.result, Mapping):
        fields = list(list_fields(job.result))[:MOST_FIELDS]
        for name, value in fields:
            st.caption(as_plain_text(f"{name}: {value}"))


def _find_place(job: Job) -> tuple[str, str, str] | None:
    finders: Mapping[str, Callable[[Job], tuple[str, str, str] | None]] = {
        "receipt": _find_receipt,
        "report": _find_report,
        "workflow": _find_report,
        "catalog": _find_import,
    }
    finder = finders.get(job.kind.split(".")[0])
    return finder(job) if finder else None


def _find_receipt(job: Job) -> tuple[str, str, str] | None:
    receipt_id = str(job.payload.get("receipt") or job.id)
    with read_session(get_settings()) as session:
        if session.get(Receipt, receipt_id) is None and job.kind != "receipt.analyze":
            return None
    return t("Open the receipt"), f"/receipts?receipt={receipt_id}", "receipt_long"


def _find_report(job: Job) -> tuple[str, str, str] | None:
    report_id = job.root_id or job.id
    with read_session(get_settings()) as session:
        if session.get(Report, report_id) is None:
            return None
    return t("Open the report"), f"/reports?report={report_id}", "description"


def _find_import(job: Job) -> tuple[str, str, str] | None:
    if job.kind not in ("catalog.import", "catalog.dry_run"):
        return None
    return t("Open the import"), f"/catalog?import={job.id}", "upload"
