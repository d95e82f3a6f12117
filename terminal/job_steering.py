"""`jobs retry` and `jobs cancel`: some jobs by id, or all that match, with an outcome for each."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import typer
from rich.text import Text
from sqlmodel import Session

from pipeline.clock import utc_now
from pipeline.errors import ConflictError, NotFoundError, StoreUnavailableError
from pipeline.jobs import bulk, steering
from pipeline.jobs.broker import Doorbell, open_doorbell
from pipeline.jobs.bulk import BulkOutcome, Matching
from pipeline.jobs.bulk_batch import JobOutcome, Outcome
from pipeline.jobs.dispatch import ring_new, ring_released
from pipeline.jobs.search import JobFilter
from pipeline.messages import DEFAULT_LANGUAGE, translate
from pipeline.models import Job, JobStatus
from pipeline.store import read_session, write_session
from terminal.desk import Desk, open_desk, require_store
from terminal.job_filters import find_ids

# More outcomes than this are told as counts.
TOLD_ONE_BY_ONE = 20
ROUND_S = 60.0
WORDS = {Outcome.CANCEL_REQUESTED: "asked to stop"}
STYLES = {Outcome.SKIPPED: "yellow"}


@dataclass(frozen=True)
class Action:
    """What is done to jobs: its words, how matching jobs are counted, one changed, or all."""

    verb: str
    participle: str
    count: Callable[[Session, JobFilter], Matching]
    change_one: Callable[..., Job]
    change_all: Callable[..., BulkOutcome]
    done: Outcome


RETRY = Action(
    verb="retry",
    participle="run again",
    count=bulk.count_retryable,
    change_one=steering.retry,
    change_all=bulk.retry_matching,
    done=Outcome.RETRIED,
)
CANCEL = Action(
    verb="cancel",
    participle="cancelled",
    count=bulk.count_cancellable,
    change_one=steering.cancel,
    change_all=bulk.cancel_matching,
    done=Outcome.CANCELLED,
)


def steer_jobs(
    action: Action, beginnings: Sequence[str], wanted: JobFilter, *, dry_run: bool, sure: bool
) -> int:
    """Do it and print what became of each job; 1 where some were skipped or nobody agreed."""
    with open_desk(to_steer=True) as desk:
        require_store(desk.settings)
        doorbell = open_doorbell(desk.settings)
        try:
            if beginnings:
                return _steer_these(desk, doorbell, action, beginnings, dry_run=dry_run)
            return _steer_matching(desk, doorbell, action, wanted, dry_run=dry_run, sure=sure)
        finally:
            doorbell.close()
    raise AssertionError("unreachable: the desk ends the program")


def _steer_these(
    desk: Desk, doorbell: Doorbell, action: Action, beginnings: Sequence[str], *, dry_run: bool
) -> int:
    with read_session(desk.settings) as session:
        job_ids = find_ids(session, beginnings)
    if dry_run:
        desk.console.print(f"Would {action.verb}: {', '.join(job_ids)}", soft_wrap=True)
        return 0
    outcomes = [_steer_one(desk, doorbell, action, job_id) for job_id in job_ids]
    return _tell(desk, outcomes)


def _steer_one(desk: Desk, doorbell: Doorbell, action: Action, job_id: str) -> JobOutcome:
    try:
        with write_session(desk.settings) as session:
            job = action.change_one(session, job_id, desk.actor, now=utc_now())
    except (ConflictError, NotFoundError) as error:
        return JobOutcome(job_id, Outcome.SKIPPED, error.code)
    if job.status == JobStatus.PENDING and not job.blocked:
        ring_new(desk.settings, doorbell, job)
    ring_released(desk.settings, doorbell, session)
    if action is CANCEL and job.status == JobStatus.PROCESSING:
        return JobOutcome(job_id, Outcome.CANCEL_REQUESTED)
    return JobOutcome(job_id, action.done)


def _steer_matching(
    desk: Desk,
    doorbell: Doorbell,
    action: Action,
    wanted: JobFilter,
    *,
    dry_run: bool,
    sure: bool,
) -> int:
    with read_session(desk.settings) as session:
        matching = action.count(session, wanted)
    about = "At least " if matching.is_at_least else ""
    jobs = "job matches" if matching.total == 1 else "jobs match"
    desk.console.print(f"{about}{matching.total} {jobs} and can be {action.participle}.")
    if dry_run or not matching.total:
        return 0
    if not sure and not typer.confirm(f"{action.verb.capitalize()} them?"):
        desk.console.print("Nothing was changed.")
        return 1
    outcomes, remaining = _change_in_rounds(desk, doorbell, action, wanted)
    if remaining:
        desk.console.print(f"{remaining} jobs that match are left.", style="yellow")
    return _tell(desk, outcomes) or int(remaining > 0)


def _change_in_rounds(
    desk: Desk, doorbell: Doorbell, action: Action, wanted: JobFilter
) -> tuple[list[JobOutcome], int]:
    """Round after round, as one takes no more than 10,000 jobs; what is skipped matches again."""
    told: dict[str, JobOutcome] = {}
    remaining = 0
    while True:
        try:
            done = action.change_all(
                desk.settings, doorbell, wanted, desk.actor, time_limit_s=ROUND_S
            )
        except StoreUnavailableError:
            if not told:
                raise
            # What earlier rounds did is done, and must be told.
            return list(told.values()), remaining
        remaining = done.remaining
        fresh = {one.job_id: one for one in done.outcomes if one.job_id not in told}
        told |= fresh
        moved = any(one.outcome != Outcome.SKIPPED for one in fresh.values())
        if not done.remaining or not moved:
            return list(told.values()), done.remaining


def _tell(desk: Desk, outcomes: list[JobOutcome]) -> int:
    """Print the outcomes, or their counts where there are many; 1 where one was skipped."""
    if len(outcomes) <= TOLD_ONE_BY_ONE:
        for one in outcomes:
            line = Text(f"{one.job_id} {_describe(one)}", _style(one.outcome))
            desk.console.print(line, soft_wrap=True)
    else:
        counts = Counter((one.outcome, _describe(one)) for one in outcomes)
        for (outcome, words), number in counts.most_common():
            desk.console.print(Text(f"{number} {words}", _style(outcome)))
    return int(any(one.outcome == Outcome.SKIPPED for one in outcomes))


def _describe(one: JobOutcome) -> str:
    words = WORDS.get(one.outcome, str(one.outcome))
    return f"{words}: {translate(one.reason, DEFAULT_LANGUAGE)}" if one.reason else words


def _style(outcome: Outcome) -> str:
    return STYLES.get(outcome, "green")
