"""Writing a workflow into the ledger and letting its first parts begin."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from pipeline.jobs import ledger
from pipeline.jobs.kinds import Kind, Outcome, get_kind
from pipeline.jobs.workflow.parts import CHAIN, GROUP, WORKFLOW_QUEUE, Chain, Group, Part, Step
from pipeline.jobs.workflow.tree import begin, load
from pipeline.models import Job, new_id


def _never_run(_context: Any) -> Outcome:
    raise AssertionError("a chain or group was claimed")


OF_THE_WHOLE = ("unique_key", "idempotency_key")
COMPOSITES = {
    Chain: Kind(CHAIN, WORKFLOW_QUEUE, _never_run),
    Group: Kind(GROUP, WORKFLOW_QUEUE, _never_run),
}


def start(session: Session, workflow: Chain | Group, *, now: datetime, **options: Any) -> Job:
    """Insert every part and begin; the row of the whole is returned.

    `options` are those of `ledger.submit`: client_id and priority hold for every part,
    unique_key and idempotency_key for the whole. Ring for `take_released` after the commit.
    Raises ValueError where a chain or group is empty, UnknownKindError for a step of no kind.
    """
    root_id = new_id()
    whole = {name: options.pop(name) for name in OF_THE_WHOLE if name in options}
    root = _insert(session, workflow, now, {**options, "root_id": root_id}, id=root_id, **whole)
    begin(session, root, None, now=now)
    return load(session, root_id)


def _insert(session: Session, part: Part, now: datetime, shared: dict[str, Any], **own: Any) -> Job:
    if isinstance(part, Step):
        kind, payload, on_failure = get_kind(part.kind), dict(part.payload), None
    else:
        if not part.parts:
            raise ValueError("a chain or group needs at least one part")
        kind, payload, on_failure = COMPOSITES[type(part)], {}, part.on_failure
    if on_failure is not None:
        own["on_failure"] = on_failure
    job = ledger.submit(session, kind, payload, now=now, blocked=True, **shared, **own)
    for position, child in enumerate(() if isinstance(part, Step) else part.parts):
        _insert(session, child, now, shared, parent_id=job.id, position=position)
    return job
