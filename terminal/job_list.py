"""`jobs list`: one page of the jobs that match, newest first."""

from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from pipeline.clock import utc_now
from pipeline.jobs.search import JobFilter, JobList, JobRow, list_jobs
from pipeline.models import JobStatus
from pipeline.store import read_session
from terminal.as_json import print_json, to_json
from terminal.desk import open_desk, require_store
from terminal.formats import SHORT_ID, show_age, show_text
from terminal.tables import make_table
from terminal.words import STATUS_STYLES

# From here on there is room for whose job it is.
WIDE = 100
# A worker's right to an attempt is nobody else's business; `counted` is bookkeeping.
KEPT_BACK = ("token", "counted")


def print_jobs(wanted: JobFilter, *, page: int, limit: int, as_json: bool) -> None:
    """Print one page and how many there are."""
    with open_desk() as desk:
        require_store(desk.settings)
        now = utc_now()
        with read_session(desk.settings) as session:
            found = list_jobs(session, wanted, now=now, page=page, page_size=limit)
        if as_json:
            print_json(_to_answer(found, page))
            return
        if found.rows:
            desk.console.print(show_jobs(found.rows, now, with_client=desk.console.width >= WIDE))
        desk.console.print(_say_how_many(found, page, limit), style="dim")


def show_jobs(rows: list[JobRow], now: datetime, *, with_client: bool) -> Table:
    """A line a job; the last column holds what went wrong, or else the file's name."""
    client = ["Client"] if with_client else []
    table = make_table("Job", "Kind", "Status", "Submitted", "Try", *client, "Error or file")
    for row in rows:
        job = row.job
        shown_client = [show_text(job.client_id)] if with_client else []
        table.add_row(
            job.id[:SHORT_ID],
            show_text(job.kind),
            Text(_show_status(row, now), STATUS_STYLES[JobStatus(job.status)]),
            show_age(job.created_at, now),
            str(job.attempt),
            *shown_client,
            show_text(job.error_code or row.file_name),
        )
    return table


def job_answer(row: JobRow) -> dict[str, Any]:
    """A job as JSON holds it."""
    answer = to_json(row.job)
    for name in KEPT_BACK:
        answer.pop(name)
    return {**answer, "fileName": row.file_name, "waitsForDispatch": row.waits_for_dispatch}


def _show_status(row: JobRow, now: datetime) -> str:
    job = row.job
    if job.status == JobStatus.PROCESSING:
        return "stopping" if job.cancel_requested else f"running {job.progress}%"
    if job.status != JobStatus.PENDING:
        return job.status
    if job.blocked:
        return "blocked"
    if job.run_at > now:
        return show_age(job.run_at, now)
    return "undispatched" if row.waits_for_dispatch else "pending"


def _say_how_many(found: JobList, page: int, limit: int) -> str:
    if not found.total:
        return "No job matches."
    about = "at least " if found.total_is_at_least else ""
    last = -(-found.total // limit)
    if not found.rows:
        return f"There are {about}{found.total} jobs, on {last} pages."
    first = (page - 1) * limit + 1
    more = f"; --page {page + 1} shows older ones" if page < last else ""
    return f"{first} to {first + len(found.rows) - 1} of {about}{found.total}{more}"


def _to_answer(found: JobList, page: int) -> dict[str, Any]:
    return {
        "total": found.total,
        "totalIsAtLeast": found.total_is_at_least,
        "page": page,
        "items": [job_answer(row) for row in found.rows],
    }
