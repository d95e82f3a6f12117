"""How the parts are, judged in one place: for `/health` and for the periodic check."""

import shutil
from dataclasses import dataclass
from typing import Literal

import structlog
from sqlalchemy.exc import SQLAlchemyError

from pipeline.errors import PipelineError
from pipeline.jobs.admission import DiskState, judge_disk
from pipeline.jobs.broker import Doorbell, open_doorbell
from pipeline.queue_settings import QUEUES
from pipeline.settings import Settings
from pipeline.store import check_writable

log = structlog.get_logger(__name__)

Status = Literal["healthy", "degraded", "unhealthy"]


@dataclass(frozen=True)
class Problem:
    """Something that is not as it should be; `fatal` where nothing can be taken in or read."""

    part: str
    code: str
    fatal: bool


@dataclass(frozen=True)
class Vitals:
    """What is wrong, if anything."""

    problems: tuple[Problem, ...]

    @property
    def status(self) -> Status:
        """healthy without a problem, unhealthy with a fatal one."""
        if any(problem.fatal for problem in self.problems):
            return "unhealthy"
        return "degraded" if self.problems else "healthy"


def examine(settings: Settings) -> Vitals:
    """Look at store, broker, disk and who serves the queues."""
    found = (*_examine_store(settings), *_examine_broker(settings), *_examine_disk(settings))
    return Vitals(found)


def _examine_store(settings: Settings) -> tuple[Problem, ...]:
    try:
        check_writable(settings)
    except (PipelineError, SQLAlchemyError):
        log.warning("store_unavailable", exc_info=True)
        return (Problem("store", "STORE_UNAVAILABLE", fatal=True),)
    return ()


def _examine_broker(settings: Settings) -> tuple[Problem, ...]:
    doorbell: Doorbell = open_doorbell(settings)
    try:
        doorbell.depth(QUEUES[0])
    except PipelineError:
        log.warning("broker_down", exc_info=True)
        return (Problem("broker", "BROKER_DOWN", fatal=False),)
    finally:
        doorbell.close()
    return ()


def _examine_disk(settings: Settings) -> tuple[Problem, ...]:
    state = judge_disk(settings, shutil.disk_usage(settings.data_dir).free)
    if state is DiskState.UP:
        return ()
    return (Problem("disk", "DISK_LOW", fatal=state is DiskState.FULL),)
