"""What the last job of a report writes: its files, its figures, and until when they are kept."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlmodel import Session, col, delete

from pipeline.jobs.kinds import Outcome
from pipeline.models import Job, Report, ReportFile
from pipeline.reports.delivery import announce_report
from pipeline.settings import get_settings

Role = Literal["document", "preview", "snapshot"]

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "png": "image/png",
    "parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True)
class MadeFile:
    """A file that a job put into the file store; `pages` where it has some."""

    role: Role
    format: str
    sha256: str
    name: str
    size_bytes: int
    position: int = 0
    pages: int | None = None


def make_outcome(
    files: Sequence[MadeFile],
    *,
    as_of: datetime,
    is_empty: bool = False,
    figures: dict[str, Any] | None = None,
    snapshot: dict[str, Any] | None = None,
    missing: Sequence[dict[str, str]] = (),
) -> Outcome:
    """The outcome of a job that `record_report` understands."""
    return {
        "files": [asdict(file) for file in files],
        "asOf": as_of.isoformat(),
        "isEmpty": is_empty,
        "figures": figures,
        "snapshot": snapshot,
        "missing": list(missing),
    }


def record_report(session: Session, job: Job, outcome: Outcome, now: datetime) -> None:
    """Write the files and figures of a report, in the transaction that completes its job."""
    report = session.get(Report, job.root_id or job.id)
    if report is None:
        # Somebody deleted it before its job was run again.
        return
    session.exec(delete(ReportFile).where(col(ReportFile.report_id) == report.id))
    for file in outcome["files"]:
        media_type = MEDIA_TYPES[file["format"]]
        session.add(ReportFile(report_id=report.id, media_type=media_type, **file))
    report.figures = outcome["figures"]
    report.snapshot = outcome["snapshot"]
    report.missing = outcome["missing"]
    report.is_empty = outcome["isEmpty"]
    report.as_of = datetime.fromisoformat(outcome["asOf"])
    report.finished_at = now
    report.expires_at = now + timedelta(days=get_settings().report_keep_days)
    report.files_dropped_at = None
    session.add(report)
    announce_report(session, report, now)
