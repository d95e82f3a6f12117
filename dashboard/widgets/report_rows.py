"""What a card shows of one report, as plain values for our components."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dashboard.access.current import may
from dashboard.language import N_, say_code, t, tn
from dashboard.widgets.footprint_words import show_kg
from dashboard.widgets.formats import (
    show_ago,
    show_duration,
    show_moment,
    show_money,
    show_size,
    show_wait,
)
from dashboard.widgets.receipt_rows import present_state
from dashboard.widgets.report_words import (
    KINDS,
    say_part,
    say_period,
    say_section,
    say_stage,
)
from dashboard.widgets.states import CANCELLED, DONE, FAILED, NEEDS_ME, RUNNING, WAITING, State
from pipeline.access.principal import OPEN_API, OPEN_PAGES
from pipeline.models import Report, ReportFile
from pipeline.reports.listing import ReportRow
from pipeline.reports.states import Part

API = "/api/v1/reports"
FORMATS = {"pdf": "PDF", "xlsx": "Excel", "html": N_("Web page")}
# Before that, how long it takes is a guess.
LEAST_PROGRESS = 5
ONE_MINUTE_S = 60

_STATES: Mapping[str, State] = {
    "pending": WAITING,
    "queued": WAITING,
    "started": RUNNING,
    "completed": DONE,
    "failed": FAILED,
    "cancelled": CANCELLED,
}


def is_unfinished(row: ReportRow) -> bool:
    """Whether this report still waits or is being made."""
    return row.status in ("pending", "queued", "started")


def is_gone(report: Report) -> bool:
    """Whether its files were kept long enough and went."""
    return report.files_dropped_at is not None


def state_of(row: ReportRow) -> State:
    """The state as a person says it, its label translated; missing sections ask for a look."""
    known = _STATES[row.status]
    if row.status == "started":
        label = t("Stopping") if row.job.cancel_requested else t("Being made")
        return replace(known, label=label)
    if row.status == "completed":
        return _state_of_made(row.report)
    return replace(known, label=t(known.label))


def _state_of_made(report: Report) -> State:
    if is_gone(report):
        return State(DONE.name, t("Files are gone"), "auto_delete", "gray")
    if report.is_empty:
        return State(DONE.name, t("Nothing to report"), "inbox", "gray")
    if report.missing:
        said = tn("{n} section missing", "{n} sections missing", len(report.missing))
        return State(NEEDS_ME.name, said, NEEDS_ME.icon, NEEDS_ME.colour)
    return State(DONE.name, t("Ready"), DONE.icon, DONE.colour)


def present_report(row: ReportRow, now: datetime, schedules: Mapping[str, str]) -> dict[str, Any]:
    """All texts of a card; `schedules` are the names of those that ask for reports, by id."""
    report = row.report
    kind = KINDS[report.kind]
    has_picture = bool(row.previews()) and not is_gone(report)
    return {
        "id": report.id,
        "href": f"reports?report={report.id}",
        "title": report.title,
        "kind": {"label": t(kind.label), "icon": kind.icon},
        "state": _present(state_of(row)),
        "days": say_period(report.period_from, report.period_to),
        "who": say_who(report, schedules),
        "ago": show_ago(report.created_at, now),
        "moment": show_moment(report.created_at),
        "picture": preview_address(report.id, 1) if has_picture else None,
        "figures": say_figures(report),
        "facts": _say_files(row),
        "keeps": say_kept(report, now),
        "live": present_live(row, now) if is_unfinished(row) else None,
        "note": say_note(row),
        "documents": []
        if is_gone(report)
        else [present_document(file) for file in row.documents()],
        "acts": acts_of(row),
    }


def _present(state: State) -> dict[str, Any]:
    return present_state(state, state.label)


def preview_address(report_id: str, page: int) -> str:
    """Where the browser finds the picture of a page, counted from 1."""
    return f"{API}/{report_id}/preview/{page}"


def present_document(file: ReportFile) -> dict[str, Any]:
    """A file to download; a web page opens instead."""
    return {
        "label": _say_format(file),
        "href": f"{API}/{file.report_id}/file?format={file.format}",
        "name": file.name,
        "opens": file.format == "html",
        "detail": _say_size(file),
    }


def acts_of(row: ReportRow) -> list[dict[str, str]]:
    """What whoever looks may do to this report now, beside reading it."""
    if not may("submit") or row.status == "completed":
        return []
    if not is_unfinished(row):
        return [{"act": "retry", "label": t("Retry")}]
    return [] if row.job.cancel_requested else [{"act": "cancel", "label": t("Cancel")}]


def say_who(report: Report, schedules: Mapping[str, str]) -> str:
    """Whoever asked for it."""
    if report.schedule_id:
        name = schedules.get(report.schedule_id)
        return t("By schedule {name}", name=name) if name else t("By a schedule that was deleted")
    if report.client_id == OPEN_PAGES.name:
        return t("From this page")
    if report.client_id.startswith("key:"):
        return t("By key {name}", name=report.client_id.removeprefix("key:"))
    # Where nobody signs in, the API knows its clients by their addresses.
    if report.client_id == OPEN_API.name or report.client_id.startswith("address:"):
        return t("Through the API")
    return t("By {name}", name=report.client_id)


def say_figures(report: Report) -> list[str]:
    """What stands in it, in a few figures; nothing before it is made."""
    figures = report.figures
    if not figures or report.is_empty:
        return []
    spent = [show_money(one["cents"], one["currency"]) for one in figures.get("spent") or []]
    weight = figures.get("kgCO2e")
    return [
        tn("{n} receipt", "{n} receipts", figures.get("receipts") or 0),
        *([_say_spent(spent)] if spent else []),
        *([f"{show_kg(weight)} CO2e"] if weight else []),
    ]


def _say_spent(spent: list[str]) -> str:
    others = len(spent) - 1
    if not others:
        return spent[0]
    said = tn("{n} more currency", "{n} more currencies", others)
    return t("{amount} and {others}", amount=spent[0], others=said)


def say_kept(report: Report, now: datetime) -> str:
    """How long its files are still there; nothing where they are not."""
    if is_gone(report) or report.expires_at is None:
        return ""
    left = report.expires_at - now
    if left < timedelta(days=1):
        return t("Goes today")
    return tn("{n} day left", "{n} days left", round(left / timedelta(days=1)))


def say_failure(row: ReportRow) -> str:
    """Why it could not be made, and what to do."""
    job = row.job
    failed = next((part for part in row.parts if part.status == "failed"), None)
    if job.error_code is None and failed is not None and failed.error_code:
        return say_code(failed.error_code, failed.params, fallback=failed.message)
    code = job.error_code or "INTERNAL_ERROR"
    return say_code(code, job.error_params, fallback=job.error_message)


def say_missing(kind: str, missing: list[Any]) -> str:
    """The sections that a finished report is without."""
    names = ", ".join(say_section(kind, one["section"]) for one in missing)
    if len(missing) == 1:
        return t("Without {section}: it could not be made.", section=names)
    return t("Without {sections}: they could not be made.", sections=names)


def explain_missing(kind: str, missing: list[Any]) -> list[tuple[str, str]]:
    """Each of them by name, with the reason."""
    return [(say_section(kind, one["section"]), say_code(one["code"])) for one in missing]


def _say_files(row: ReportRow) -> list[str]:
    return [] if is_gone(row.report) else [_say_file(file) for file in row.documents()]


def _say_file(file: ReportFile) -> str:
    return f"{_say_format(file)}, {_say_size(file)}"


def _say_size(file: ReportFile) -> str:
    size = show_size(file.size_bytes)
    if not file.pages:
        return size
    pages = tn("{n} page", "{n} pages", file.pages)
    return f"{pages}, {size}"


def _say_format(file: ReportFile) -> str:
    return t(FORMATS[file.format]) if file.format in FORMATS else file.format


def say_note(row: ReportRow) -> dict[str, str] | None:
    """What has to be said of it beside its state, with its icon and colour; perhaps nothing."""
    report = row.report
    if row.status == "failed":
        return {"text": say_failure(row), "colour": "red", "icon": "cancel"}
    if row.status == "completed" and report.missing:
        text = say_missing(report.kind, report.missing)
        return {"text": text, "colour": "orange", "icon": "visibility"}
    if row.status == "started" and row.is_slow:
        text = say_code("RUNS_LONG")
        return {"text": text, "colour": "gray", "icon": "hourglass_top"}
    if row.status == "completed" and report.is_empty:
        return {"text": t("No receipt of these days."), "colour": "gray", "icon": "inbox"}
    return None


def present_live(row: ReportRow, now: datetime) -> dict[str, Any]:
    """How a report in the making is getting on, as a whole and in its parts."""
    return {
        "progress": row.progress,
        "stage": _say_doing(row),
        "elapsed": _say_elapsed(row, now),
        "left": _say_left(row, now),
        "parts": [_present_part(row.report.kind, part) for part in row.parts],
    }


def _say_doing(row: ReportRow) -> str:
    if row.job.cancel_requested:
        return t("Stopping")
    if row.status == "started":
        return say_stage(row.report.kind, row.stage)
    if row.job.attempt and row.status == "pending":
        return t("Waiting for attempt {number}", number=row.job.attempt + 1)
    return t("Waiting for its turn")


def _present_part(kind: str, part: Part) -> dict[str, Any]:
    state = _STATES[part.status]
    label = t("Being made") if part.status == "started" else t(state.label)
    return {
        "name": part.name,
        "label": say_part(kind, part.name),
        "state": present_state(state, label),
        "progress": part.progress if part.status == "started" else None,
        "why": say_code(part.error_code, part.params, fallback=part.message)
        if part.error_code
        else None,
    }


def elapsed_s(row: ReportRow, now: datetime) -> float:
    """For how long it is being made; 0 before it begins."""
    begun = row.job.started_at
    return max(0.0, (now - begun).total_seconds()) if begun and row.status == "started" else 0.0


def _say_elapsed(row: ReportRow, now: datetime) -> str:
    passed = round(elapsed_s(row, now))
    if passed < 2:
        return ""
    said = f"{passed} s" if passed < ONE_MINUTE_S else show_duration(passed)
    return t("for {duration}", duration=said)


def _say_left(row: ReportRow, now: datetime) -> str:
    if row.progress < LEAST_PROGRESS or row.job.cancel_requested:
        return ""
    passed = elapsed_s(row, now)
    return show_wait(passed * (100 - row.progress) / row.progress) if passed else ""
