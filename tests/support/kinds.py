"""Kinds of job that only tests run; real processes import this through COMPTOIR_EXTRA_KINDS."""

import ctypes
import json
import time
from datetime import datetime
from pathlib import Path

import structlog
from sqlmodel import Session

from pipeline.errors import PipelineError
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.models import AuditEntry, Job

log = structlog.get_logger(__name__)

NAMES = (
    *("test.echo", "test.noop", "test.read"),
    *("test.hang", "test.crash", "test.flaky", "test.refuse", "test.unsaved"),
    *("test.unsendable", "test.exit", "test.report"),
)
EXTRA_KINDS = json.dumps(dict.fromkeys(NAMES, "tests.support.kinds"))


def _echo(context: JobContext) -> Outcome:
    return dict(context.claim.payload)


def _read(context: JobContext) -> Outcome:
    """Reads the file named in the payload."""
    return {"text": context.files.read(context.payload["sha256"]).decode()}


def _noop(_context: JobContext) -> Outcome:
    return {}


def _hang(context: JobContext) -> Outcome:
    """Marks that it began, then works until the file named in the payload appears."""
    context.advance("hang", 50)
    log.info("hanging", release=context.claim.payload["release"])
    release = Path(context.claim.payload["release"])
    while not release.exists():
        time.sleep(0.02)
    return {"attempt": context.claim.attempt}


def _crash(_context: JobContext) -> Outcome:
    ctypes.string_at(0)
    raise AssertionError("unreachable")


def _flaky(context: JobContext) -> Outcome:
    if context.claim.attempt <= context.claim.payload["failures"]:
        raise PipelineError("FLAKY", "Try again.", permanent=False)
    return {}


def _refuse(_context: JobContext) -> Outcome:
    raise PipelineError("REFUSED", "This can never work.")


def _unsendable(_context: JobContext) -> Outcome:
    return {"function": lambda: None}


def _exit(_context: JobContext) -> Outcome:
    raise SystemExit(3)


def _save(session: Session, job: Job, outcome: Outcome, now: datetime) -> None:
    session.add(
        AuditEntry(
            at=now,
            actor="test",
            action="effect",
            target_type="job",
            target_id=job.id,
            detail=outcome,
        )
    )


def _save_and_break(_session: Session, _job: Job, _outcome: Outcome, _now: datetime) -> None:
    raise ValueError("a mistake in a kind")


QUEUES = {"test.report": "reports"}
SAVES = {"test.noop": None, "test.unsaved": _save_and_break}


def _kind(name: str, run: object) -> Kind:
    return Kind(
        name=name,
        queue=QUEUES.get(name, "documents"),
        run=run,  # type: ignore[arg-type]
        save=SAVES.get(name, _save),
    )


RUNS = (_echo, _noop, _read, _hang, _crash, _flaky, _refuse, _noop, _unsendable, _exit, _hang)
KINDS = tuple(_kind(name, run) for name, run in zip(NAMES, RUNS, strict=True))
