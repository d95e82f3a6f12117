"""What a workflow is made of, as plain data, before any of it is a row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.models import Job, OnFailure

# Chains and groups are rows too, but nothing runs them: they are on no worker's queue.
WORKFLOW_QUEUE = "workflow"
CHAIN = "workflow.chain"
GROUP = "workflow.group"


@dataclass(frozen=True)
class Step:
    """One job of `kind`; its `received` is what the parts before it handed on."""

    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Chain:
    """Parts one after another, each receiving what the one before handed on.

    STOP: a part that fails ends the chain, what comes after is cancelled, the chain fails.
    CONTINUE: the next part receives `{"error": {"code", "message"}}` instead.
    """

    parts: tuple["Part", ...]
    on_failure: OnFailure = OnFailure.STOP


@dataclass(frozen=True)
class Group:
    """Parts side by side, each receiving the same; the group hands on a list in their order.

    STOP: a part that fails stops the others, the group fails. CONTINUE: the others go on, and
    the list holds `{"error": {"code", "message"}}` in the failed part's place.
    """

    parts: tuple["Part", ...]
    on_failure: OnFailure = OnFailure.STOP


Part = Step | Chain | Group


def chord(parts: tuple[Part, ...], then: Part, on_failure: OnFailure = OnFailure.STOP) -> Chain:
    """Parts side by side, then one that receives the list of what they handed on."""
    return Chain((Group(parts, on_failure), then))


def is_workflow(job: Job) -> bool:
    """Whether this row is a chain or a group, which never runs itself."""
    return job.queue == WORKFLOW_QUEUE
