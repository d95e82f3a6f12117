"""What kinds of job there are. A kind is declared beside the function it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from pipeline.models import Job
from pipeline.settings import Settings, get_settings

if TYPE_CHECKING:
    from pipeline.jobs.context import JobContext

Outcome = dict[str, Any]

# Where each kind is declared; imported when first asked for, so that this module imports none.
KIND_MODULES: Mapping[str, str] = {
    "receipt.analyze": "pipeline.receipts.job",
}


@dataclass(frozen=True)
class Kind:
    """How one kind of job runs, and what happens when it does not.

    `run` is called in a runner process and may import heavy libraries inside its body;
    `save` is called in the minder, inside the completing transaction, and writes the effects.
    """

    name: str
    queue: str
    run: Callable[["JobContext"], Outcome]
    save: Callable[[Session, Job, Outcome, datetime], None]
    warm_up: Callable[[Settings], None]
    time_limit_s: Callable[[Settings, Mapping[str, Any]], float]
    max_attempts: int
    backoff_s: tuple[float, ...]

    def delay_s(self, failures: int) -> float:
        """Seconds to wait after the given number of failures (1 or more)."""
        return self.backoff_s[min(failures, len(self.backoff_s)) - 1]


def get_kind(name: str) -> Kind:
    """The kind called `name`; KeyError where there is none."""
    kinds: tuple[Kind, ...] = import_module(_kind_modules()[name]).KINDS
    return next(kind for kind in kinds if kind.name == name)


def kinds_of(queue: str) -> list[Kind]:
    """Every kind that runs on `queue`."""
    return [kind for kind in map(get_kind, _kind_modules()) if kind.queue == queue]


def _kind_modules() -> dict[str, str]:
    return {**KIND_MODULES, **get_settings().extra_kinds}
