"""Workflows: chains, groups and chords as rows of the ledger, so that they survive what jobs do.

Submitters build a `Chain`, `Group` or `chord` of `Step`s and `start` it; the endings of its parts
`settle` it; steering cancels and resumes it.
"""

from pipeline.jobs.workflow.parts import (
    WORKFLOW_QUEUE,
    Chain,
    Group,
    Part,
    Step,
    chord,
    is_workflow,
)
from pipeline.jobs.workflow.settle import settle
from pipeline.jobs.workflow.start import start
from pipeline.jobs.workflow.steer import cancel_tree, resume
from pipeline.jobs.workflow.tree import list_leaves, lock, mean_progress, progress, take_released

__all__ = [
    "WORKFLOW_QUEUE",
    "Chain",
    "Group",
    "Part",
    "Step",
    "cancel_tree",
    "chord",
    "is_workflow",
    "list_leaves",
    "lock",
    "mean_progress",
    "progress",
    "resume",
    "settle",
    "start",
    "take_released",
]
