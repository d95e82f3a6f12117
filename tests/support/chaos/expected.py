"""What an order must come to, computed from the order alone, to be compared with the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.jobs.workflow import Chain, Group, Part, Step
from pipeline.models import FINISHED, JobStatus, OnFailure
from tests.support.chaos.kinds import REFUSAL, REFUSE

# Stands for whatever a part received that never had to run.
ANYTHING = object()


@dataclass(frozen=True)
class Expected:
    """How one job may end; `path` leads to it from the root of its order."""

    path: tuple[int, ...]
    part: Part
    statuses: frozenset[str]
    received: Any
    # Parts that must have completed (or, under CONTINUE, ended) before this one starts.
    after: tuple[tuple[int, ...], ...] = ()


def expect(part: Part, *, cancelled: bool) -> list[Expected]:
    """Every job of an order; of a cancelled one any part may have got anywhere."""
    found = list(_walk(part, (), None, ()))
    if not cancelled:
        return found
    finished = frozenset(map(str, FINISHED))
    return [Expected(one.path, one.part, finished, ANYTHING, one.after) for one in found]


def _walk(
    part: Part, path: tuple[int, ...], received: Any, after: tuple[tuple[int, ...], ...]
) -> Iterator[Expected]:
    yield Expected(path, part, frozenset({_status(part)}), received, after)
    if isinstance(part, Chain):
        yield from _walk_chain(part, path, received, after)
    elif isinstance(part, Group):
        stopped = part.on_failure == OnFailure.STOP and _status(part) == JobStatus.FAILED
        for position, inner in enumerate(part.parts):
            below = list(_walk(inner, (*path, position), received, after))
            yield from (_or_cancelled(one) for one in below) if stopped else below


def _walk_chain(
    chain: Chain, path: tuple[int, ...], received: Any, after: tuple[tuple[int, ...], ...]
) -> Iterator[Expected]:
    failed = False
    for position, inner in enumerate(chain.parts):
        here = (*path, position)
        below = _walk(inner, here, received, after)
        yield from (_cancelled(one) for one in below) if failed else below
        failed = failed or (
            chain.on_failure == OnFailure.STOP and _status(inner) == JobStatus.FAILED
        )
        received, after = _handed_on(inner), (here,)


def _cancelled(one: Expected) -> Expected:
    never = frozenset({str(JobStatus.CANCELLED)})
    return Expected(one.path, one.part, never, ANYTHING, one.after)


def _or_cancelled(one: Expected) -> Expected:
    either = one.statuses | {str(JobStatus.CANCELLED)}
    return Expected(one.path, one.part, either, one.received, one.after)


def _status(part: Part) -> str:
    if isinstance(part, Step):
        return str(JobStatus.FAILED if part.kind == REFUSE else JobStatus.COMPLETED)
    failed = any(_status(inner) == JobStatus.FAILED for inner in part.parts)
    stops = part.on_failure == OnFailure.STOP
    return str(JobStatus.FAILED if failed and stops else JobStatus.COMPLETED)


def _handed_on(part: Part) -> Any:
    if _status(part) == JobStatus.FAILED:
        code, message = REFUSAL
        return {"error": {"code": code, "message": message}}
    if isinstance(part, Step):
        return {"name": part.payload["name"]}
    results = [_handed_on(inner) for inner in part.parts]
    return results[-1] if isinstance(part, Chain) else results
