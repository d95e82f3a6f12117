"""What must be true after a chaos run, judged from the ledger and the witness in the store."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import col, select

from pipeline.clock import utc_now
from pipeline.jobs import rollup
from pipeline.models import FINISHED, Job, JobRollup, JobStatus
from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from tests.support.chaos.expected import ANYTHING, Expected, expect
from tests.support.chaos.orders import Order
from tests.support.chaos.timeline import Timeline
from tests.support.chaos.witness import read_witness

DEFAULT_CAP = 3


@dataclass
class Verdict:
    """Every wrong found, in words, and what there is to count."""

    losses: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    stale_writes: list[str] = field(default_factory=list)
    workflow_errors: list[str] = field(default_factory=list)
    other_wrongs: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Ledger:
    """Everything of one run, read at its end."""

    jobs: Mapping[str, Job]
    children: Mapping[str, list[Job]]
    timelines: Mapping[str, Timeline]

    def find(self, root_id: str, path: tuple[int, ...]) -> Job | None:
        """The job at `path` below an order's root."""
        job = self.jobs.get(root_id)
        for position in path:
            parts = self.children.get(job.id, []) if job else []
            job = next((part for part in parts if part.position == position), None)
        return job


def judge(settings: Settings, orders: Mapping[str, Order], cancels: Mapping[str, bool]) -> Verdict:
    """Compare what each acknowledged order came to with what it must come to."""
    ledger, verdict = _read(settings), Verdict()
    for root_id, order in orders.items():
        for one in expect(order.part, cancelled=order.cancelled):
            job = ledger.find(root_id, one.path)
            what = f"{order.name}{list(one.path) or ''} {type(one.part).__name__}"
            if job is None:
                verdict.losses.append(f"{what}: missing")
                continue
            verdict.losses += _judge_ending(what, job, one, ledger)
            verdict.workflow_errors += _judge_place(what, root_id, job, one, ledger)
    for root_id, taken in cancels.items():
        verdict.losses += _judge_cancel(ledger.jobs[root_id], taken)
    for job_id, timeline in ledger.timelines.items():
        verdict.duplicates += timeline.find_duplicates(job_id)
        verdict.stale_writes += timeline.find_stale_writes(job_id)
    _count(verdict, ledger)
    verdict.other_wrongs += _compare_rollup(settings, ledger)
    return verdict


def unfinished(settings: Settings) -> int:
    """Jobs that have not ended."""
    with read_session(settings) as session:
        statement = select(Job.id).where(col(Job.status).not_in(FINISHED))
        return len(session.exec(statement).all())


def _read(settings: Settings) -> Ledger:
    with read_session(settings) as session:
        jobs = {job.id: job for job in session.exec(select(Job)).all()}
    children: defaultdict[str, list[Job]] = defaultdict(list)
    for job in jobs.values():
        if job.parent_id:
            children[job.parent_id].append(job)
    notes = read_witness(settings)
    return Ledger(jobs, children, {job_id: Timeline(notes[job_id]) for job_id in notes})


def _judge_ending(what: str, job: Job, one: Expected, ledger: Ledger) -> Iterator[str]:
    if job.status not in one.statuses:
        wanted = "/".join(sorted(one.statuses))
        yield f"{what}: {job.status} ({job.error_code}) instead of {wanted}, job {job.id}"
    effects = len(ledger.timelines[job.id].effects)
    runs = not job.kind.startswith(rollup.COMPOSITE)
    if runs and job.status == JobStatus.COMPLETED and not effects:
        yield f"{what}: completed without its effect, job {job.id}"
    if job.status != JobStatus.COMPLETED and effects:
        yield f"{what}: {job.status} with an effect, job {job.id}"


def _judge_cancel(job: Job, taken: bool) -> Iterator[str]:
    # A running job may end before its minder has seen the request; a refusal says that it had.
    allowed = (JobStatus.CANCELLED, JobStatus.COMPLETED) if taken else FINISHED
    if job.status not in allowed:
        yield f"job {job.id}: {job.status} after its cancel was taken"


def _judge_place(what: str, root_id: str, job: Job, one: Expected, ledger: Ledger) -> Iterator[str]:
    for effect in ledger.timelines[job.id].effects:
        received = effect["received"]
        if one.received is not ANYTHING and received != one.received:
            yield f"{what}: received {received} instead of {one.received}, job {job.id}"
    began = ledger.timelines[job.id].began_at
    for path in one.after:
        before = ledger.find(root_id, path)
        ended = ledger.timelines[before.id].ended_at if before else None
        if began is not None and (ended is None or began < ended):
            yield f"{what}: began before part {list(path)} ended, job {job.id}"


def _count(verdict: Verdict, ledger: Ledger) -> None:
    counts = verdict.counts
    for job in ledger.jobs.values():
        counts[f"jobs {job.status}"] += 1
        counts["redeliveries"] += max(0, ledger.timelines[job.id].claims - 1)
        counts["rings repeated"] += ledger.timelines[job.id].rings
        counts["jobs past the default poison cap"] += job.crashes >= DEFAULT_CAP
        if job.status not in FINISHED:
            verdict.other_wrongs.append(f"job {job.id} is still {job.status}")


def _compare_rollup(settings: Settings, ledger: Ledger) -> list[str]:
    while True:
        with write_session(settings) as session:
            if not rollup.count_endings(session, utc_now()):
                break
    with read_session(settings) as session:
        rows = session.exec(select(JobRollup).where(JobRollup.span == "total")).all()
    counted = {(row.queue, row.kind): _totals_of(row) for row in rows}
    wanted: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for job in ledger.jobs.values():
        totals = wanted[job.queue, job.kind]
        totals[job.status] += 1
        failed = job.status == JobStatus.FAILED
        totals["retries"] += max(job.failures + job.crashes - failed, 0)
    return [
        f"rollup of {key}: {dict(counted.get(key, Counter()))} instead of {dict(wanted[key])}"
        for key in sorted({*counted, *wanted})
        if counted.get(key, Counter()) != wanted[key]
    ]


def _totals_of(row: Any) -> Counter[str]:
    names = ("completed", "failed", "cancelled", "retries")
    return Counter({name: getattr(row, name) for name in names})
