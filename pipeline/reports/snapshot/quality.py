"""How the reading of receipts went, from the rows of their jobs."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select
from sqlmodel import col

from pipeline.models import Job, JobStatus
from pipeline.receipts.job import KIND_NAME
from pipeline.reports.figures.types import QualityFigures
from pipeline.reports.period import Period
from pipeline.reports.snapshot.questions import fetch, moments_of

# Cancelled ones say when somebody lost patience, not how long it takes.
RAN = (JobStatus.COMPLETED, JobStatus.FAILED)


def quality_of(connection: Connection, period: Period, client: str) -> QualityFigures:
    """The figures of the jobs that were submitted in these days (UTC); `client` "" means any.

    A wait is from when the last attempt could have begun to when it did; percentiles interpolate
    between the two nearest values, as numpy's default does.
    """
    since, until = moments_of(period)
    columns = (Job.status, Job.error_code, Job.run_at, Job.started_at, Job.finished_at)
    statement = select(*columns).where(  # type: ignore[call-overload]
        col(Job.kind) == KIND_NAME, col(Job.created_at) >= since, col(Job.created_at) < until
    )
    if client:
        statement = statement.where(col(Job.client_id) == client)
    status, codes, *times = fetch(connection, statement) or [[] for _ in columns]
    ran = [
        row[1:] for row in zip(status, *times, strict=True) if row[0] in RAN and row[2] and row[3]
    ]
    due, started, finished = map(_moments, zip(*ran, strict=True) if ran else ((),) * 3)
    failed = [code or "" for one, code in zip(status, codes, strict=True) if one == "failed"]
    return _figures(Counter(status), Counter(failed), finished - started, started - due)


def _figures(
    counts: Counter[str], codes: Counter[str], runs_s: np.ndarray, waits_s: np.ndarray
) -> QualityFigures:
    ended = {status: counts[status] for status in ("completed", "failed", "cancelled")}
    return QualityFigures(
        submitted=counts.total(),
        **ended,
        open=counts.total() - sum(ended.values()),
        mean_run_s=_round(np.mean(runs_s)) if len(runs_s) else None,
        p50_run_s=_percentile(runs_s, 50),
        p95_run_s=_percentile(runs_s, 95),
        p50_wait_s=_percentile(waits_s, 50),
        p95_wait_s=_percentile(waits_s, 95),
        failures=dict(sorted(codes.items(), key=lambda one: (-one[1], one[0]))),
    )


def _moments(values: tuple[object, ...]) -> np.ndarray:
    """Seconds since 1970."""
    moments = pa.array(values).cast(pa.timestamp("us"))
    seconds: np.ndarray = pc.cast(moments, pa.int64()).to_numpy() / 1e6
    return seconds


def _percentile(values: np.ndarray, percent: float) -> float | None:
    return _round(np.percentile(np.maximum(values, 0.0), percent)) if len(values) else None


def _round(seconds: float) -> float:
    return round(float(seconds), 3)
