"""Imports in words: their state, what a dry run is called, why missing products stayed."""

from dashboard.language import N_, say_code, t, tn
from dashboard.widgets.formats import show_wait, show_whole
from dashboard.widgets.states import CANCELLED, DONE, FAILED, NEEDS_ME, RUNNING, WAITING, State
from pipeline.catalog.importing.orders import ImportState
from pipeline.models import JobStatus

UNFINISHED = (JobStatus.PENDING, JobStatus.PROCESSING)


def present_state(state: ImportState) -> State:
    """The state as a person would say it; rejected rows ask for a look."""
    job, checks = state.job, state.dry_run
    if job.status == JobStatus.PROCESSING:
        doing = N_("Checking") if checks else N_("Importing")
        label = N_("Stopping") if job.cancel_requested else doing
        return State(RUNNING.name, label, RUNNING.icon, RUNNING.colour, spins=True)
    if job.status == JobStatus.COMPLETED:
        known = NEEDS_ME if state.rejected else DONE
        label = N_("Checked") if checks else N_("Imported")
        return State(known.name, label, known.icon, known.colour)
    if job.status == JobStatus.PENDING:
        return WAITING
    return FAILED if job.status == JobStatus.FAILED else CANCELLED


def describe_import(state: ImportState) -> str:
    """What kind of thing it is, and of what file."""
    kind = {"csv": "CSV", "xlsx": "Excel", "jsonl": "JSON Lines"}[state.format.kind]
    return t("Trial run of {kind}, nothing is changed", kind=kind) if state.dry_run else kind


def say_rows(state: ImportState) -> str:
    """How many rows are done of how many; nothing while their number is not known."""
    if not state.rows:
        return ""
    done = show_whole(state.rows_done)
    return tn("{done} of {n} row", "{done} of {n} rows", state.rows, done=done)


def say_remaining(state: ImportState) -> str:
    """How long it will still take; while it waits, nobody knows who will begin it, and when."""
    is_begun = state.job.status == JobStatus.PROCESSING
    return show_wait(state.remaining_s) if is_begun and state.remaining_s is not None else ""


def count_changes(state: ImportState) -> int:
    """How many products an import of this would change."""
    return state.created + state.updated + state.deleted


def say_kept(code: str) -> str:
    """Why products that the table does not name were not deleted."""
    return say_code(code, fallback=code)
