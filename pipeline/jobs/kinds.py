"""What kinds of job there are. A kind is declared beside the function it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import structlog
from sqlmodel import Session

from pipeline.errors import PipelineError
from pipeline.models import Job
from pipeline.settings import Settings, get_settings

if TYPE_CHECKING:
    from pipeline.jobs.context import JobContext

log = structlog.get_logger(__name__)

Outcome = dict[str, Any]

# Where each kind is declared; imported when first asked for, so that this module imports none.
KIND_MODULES: Mapping[str, str] = {
    "receipt.analyze": "pipeline.receipts.job",
    "receipt.reextract": "pipeline.receipts.reextract",
    "receipt.apply_rule": "pipeline.receipts.review.apply_rule",
    "catalog.import": "pipeline.catalog.importing.job",
    "catalog.dry_run": "pipeline.catalog.importing.job",
    "catalog.duplicates": "pipeline.catalog.analysis.duplicates",
    "catalog.map": "pipeline.catalog.analysis.layout",
    "catalog.outliers": "pipeline.catalog.analysis.outliers",
    "product.encode": "pipeline.catalog.products.encode_job",
    "product.index": "pipeline.catalog.products.index_job",
    "catalog.reencode": "pipeline.catalog.index.reencode",
    "catalog.link": "pipeline.catalog.linking.job",
    "report.dummy": "pipeline.reports.dummy",
    "report.plan": "pipeline.reports.analysis.job",
    "report.research": "pipeline.reports.analysis.job",
    "report.write": "pipeline.reports.analysis.job",
    "report.finish": "pipeline.reports.analysis.job",
    "report.pdf": "pipeline.reports.pdf.job",
    "report.excel": "pipeline.reports.excel.job",
    "email.send": "pipeline.notifications.job",
    "email.bulk": "pipeline.notifications.job",
    "maintenance.cleanup": "pipeline.jobs.maintenance",
    "maintenance.health": "pipeline.jobs.maintenance",
    "maintenance.metrics": "pipeline.jobs.maintenance",
    "maintenance.schedules": "pipeline.reports.schedules.run",
}


class UnknownKindError(PipelineError):
    """This version of the program has no such kind; a newer one may."""


@dataclass(frozen=True)
class Kind:
    """How one kind of job runs; attempts and pauses between them are its queue's settings.

    `run` is called in a runner process and may import heavy libraries inside its body. `save`
    is called in the minder, inside the completing transaction, and writes the effects.
    `on_failed` is called in the transaction in which a job fails for good, whatever the way; a
    mistake in it is logged and undone, and the job fails all the same. `hand_on` picks from the
    outcome what the next part of a workflow receives. `time_limit_s` takes the place of the queue's
    own. A kind with `every_s` is submitted by itself that often.
    """

    name: str
    queue: str
    run: Callable[["JobContext"], Outcome]
    save: Callable[[Session, Job, Outcome, datetime], None] | None = None
    on_failed: Callable[[Session, Job, datetime], None] | None = None
    hand_on: Callable[[Outcome], Any] = lambda outcome: outcome
    warm_up: Callable[[Settings], None] | None = None
    time_limit_s: Callable[[Settings, Mapping[str, Any]], float] | None = None
    every_s: float | None = None

    def limit_s(self, settings: Settings, payload: Mapping[str, Any]) -> float:
        """Seconds that one attempt at a job with this payload may take."""
        if self.time_limit_s is not None:
            return self.time_limit_s(settings, payload)
        return settings.policy_of(self.queue).time_limit_s


def get_kind(name: str) -> Kind:
    """The kind called `name`; raises UnknownKindError where there is none."""
    module = _kind_modules().get(name)
    if module is None:
        raise UnknownKindError("KIND_UNKNOWN", f"There is no kind of job called {name}.")
    return _load_kind(name, module)


def all_kinds() -> list[Kind]:
    """Every kind there is; one whose module cannot be used is logged once and left out."""
    kinds = []
    for name, module in _kind_modules().items():
        try:
            kinds.append(_load_kind(name, module))
        except Exception as error:  # noqa: BLE001 - a module may fail in any way
            _log_broken(name, module, repr(error))
    return kinds


def check_extra_kinds(settings: Settings) -> list[str]:
    """One sentence for each kind of the settings whose module cannot be used."""
    sentences = []
    for name, module in settings.extra_kinds.items():
        try:
            _load_kind(name, module)
        except Exception as error:  # noqa: BLE001 - a module may fail in any way
            sentences.append(
                f"COMPTOIR_EXTRA_KINDS: the kind {name} cannot be loaded from the module "
                f"{module}: {error}."
            )
    return sentences


def kinds_of(queue: str) -> list[Kind]:
    """Every kind that runs on `queue`."""
    return [kind for kind in all_kinds() if kind.queue == queue]


def _load_kind(name: str, module: str) -> Kind:
    kinds: tuple[Kind, ...] = import_module(module).KINDS
    found = next((kind for kind in kinds if kind.name == name), None)
    if found is None:
        raise LookupError(f"it declares no kind called {name}")
    return found


@cache
def _log_broken(kind: str, module: str, cause: str) -> None:
    # Once: the beat asks for every kind every two seconds.
    log.error("kind_not_loaded", kind=kind, module=module, cause=cause)


def _kind_modules() -> dict[str, str]:
    return {**KIND_MODULES, **get_settings().extra_kinds}
