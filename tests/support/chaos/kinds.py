"""Kinds whose every effect says which claim it was made under, for the workers of a chaos run."""

import json
import time
from datetime import datetime

from sqlmodel import Session

from pipeline.errors import PipelineError
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.models import AuditEntry, Job

WORK = "chaos.work"
FLAKY = "chaos.flaky"
REFUSE = "chaos.refuse"
NAMES = (WORK, FLAKY, REFUSE)
EXTRA_KINDS = json.dumps(dict.fromkeys(NAMES, __name__))

EFFECT = "chaos.effect"
REFUSAL = ("CHAOS_REFUSED", "This can never work.")
STAGE_S = 0.5


def _work(context: JobContext) -> Outcome:
    """Take as long as the payload says, with a stage in the timeline every half second."""
    left_s: float = context.payload["seconds"]
    stage = 0
    while left_s > 0:
        stage += 1
        context.advance(f"stage {stage}", min(99, stage))
        time.sleep(min(left_s, STAGE_S))
        left_s -= STAGE_S
    return _tell(context)


def _flaky(context: JobContext) -> Outcome:
    if context.claim.attempt <= context.payload["failures"]:
        raise PipelineError("CHAOS_FLAKY", "Try again.", permanent=False)
    return _work(context)


def _refuse(_context: JobContext) -> Outcome:
    code, message = REFUSAL
    raise PipelineError(code, message)


def _tell(context: JobContext) -> Outcome:
    # What the runner itself was given: the row may say something else by the time it is done.
    claim = context.claim
    return {
        "name": context.payload["name"],
        "attempt": claim.attempt,
        "token": claim.token,
        "received": context.received,
    }


def _save(session: Session, job: Job, outcome: Outcome, now: datetime) -> None:
    session.add(
        AuditEntry(
            at=now,
            actor="chaos",
            action=EFFECT,
            target_type="job",
            target_id=job.id,
            detail=outcome,
        )
    )


def _hand_on(outcome: Outcome) -> dict[str, str]:
    return {"name": outcome["name"]}


KINDS = tuple(
    Kind(name=name, queue="documents", run=run, save=_save, hand_on=_hand_on)
    for name, run in ((WORK, _work), (FLAKY, _flaky), (REFUSE, _refuse))
)
