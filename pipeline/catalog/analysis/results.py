"""What analyses leave behind: a file of what was found, and a row that says how old it is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from pipeline.files import FileStore
from pipeline.jobs.kinds import Outcome
from pipeline.models import CatalogAnalysis, Job, JobStatus, Product
from pipeline.unused_files import note_hashes

AnalysisKind = Literal["duplicates", "map", "outliers"]
ANALYSES: tuple[AnalysisKind, ...] = get_args(AnalysisKind)
ACTIVE = (JobStatus.PENDING, JobStatus.PROCESSING)


@dataclass(frozen=True)
class Standing:
    """How an analysis stands: what was found last, what happened since, and the newest job.

    `changed` counts the products that came, changed or went since; `job` waits, runs or failed,
    None where the newest one is the one that made `last`, or where there is none.
    """

    last: CatalogAnalysis | None
    changed: int
    job: Job | None

    @property
    def is_running(self) -> bool:
        """Whether a job waits or runs."""
        return self.job is not None and self.job.status in ACTIVE


def job_kind(kind: AnalysisKind) -> str:
    """The kind of job that computes it."""
    return f"catalog.{kind}"


def read_standing(session: Session, kind: AnalysisKind) -> Standing:
    """How the analysis stands; three short queries."""
    last = session.get(CatalogAnalysis, kind)
    job = session.exec(
        select(Job).where(Job.kind == job_kind(kind)).order_by(col(Job.created_at).desc()).limit(1)
    ).first()
    if job is not None and job.status == JobStatus.COMPLETED:
        job = None
    return Standing(last, count_changes(session, last.seq) if last else 0, job)


def count_changes(session: Session, seq: int) -> int:
    """How many products came, changed or went after this number."""
    query = select(func.count()).select_from(Product).where(col(Product.seq) > seq)
    return session.exec(query).one()


def keep_result(
    files: FileStore, job_id: str, encoder: str, seq: int, products: int, found: int,
    result: dict[str, Any],
) -> Outcome:  # fmt: skip
    """Write the file; the outcome is what `record_analysis` makes the row of."""
    # With the job's id no two files are the same one: the older may be deleted.
    content = json.dumps({"job": job_id, **result}, separators=(",", ":")).encode()
    return {
        "encoder": encoder, "seq": seq, "products": products, "found": found,
        "file": files.put_bytes(content),
    }  # fmt: skip


def record_analysis(session: Session, job: Job, outcome: Outcome, now: datetime) -> None:
    """Put what was found in place of what was found before."""
    kind = job.kind.removeprefix("catalog.")
    before = session.get(CatalogAnalysis, kind)
    if before is not None and before.file_sha256 != outcome["file"]:
        note_hashes(session, [before.file_sha256], now)
    session.merge(
        CatalogAnalysis(
            kind=kind,
            job_id=job.id,
            encoder=outcome["encoder"],
            seq=outcome["seq"],
            products=outcome["products"],
            found=outcome["found"],
            file_sha256=outcome["file"],
            created_at=now,
        )
    )


def read_result(files: FileStore, analysis: CatalogAnalysis) -> dict[str, Any]:
    """What the job found, as its module describes it. Raises NotFoundError FILE_GONE."""
    return read_file(files, analysis.file_sha256)


def read_file(files: FileStore, sha256: str) -> dict[str, Any]:
    """The same by the file's hash."""
    found: dict[str, Any] = json.loads(files.read(sha256))
    return found


def live_refs(session: Session, refs: Sequence[int]) -> set[int]:
    """Those of these products that are still there; any number of them."""
    found: set[int] = set()
    for at in range(0, len(refs), 500):
        query = select(Product.id).where(
            col(Product.id).in_(refs[at : at + 500]), text("product.deleted_at IS NULL")
        )
        found.update(ref for ref in session.exec(query) if ref is not None)
    return found
