"""A runner: one process that does the heavy work of one minder, and can be killed at any time."""

import multiprocessing
import os
import threading
import traceback
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.connection import wait as wait_for_any

import structlog
from pebble import ProcessPool

from pipeline.errors import PipelineError
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Outcome, get_kind, kinds_of
from pipeline.jobs.ledger import Claim
from pipeline.logs import configure_logs
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

REPLACE_WITHIN_S = 5.0


class Runner:
    """A pool of exactly one spawned process, so that killing it touches no other job."""

    def __init__(self, settings: Settings, queue: str) -> None:
        self._settings = settings
        self._queue = queue
        self._pool = self._make_pool()

    def _make_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=1,
            max_tasks=self._settings.runner_jobs,
            initializer=prepare_process,
            initargs=(self._settings, self._queue),
            # Never fork: PyTorch and OpenVINO keep threads and locks that a fork breaks.
            context=multiprocessing.get_context("spawn"),
        )

    @property
    def is_sound(self) -> bool:
        """Whether the pool still minds its process; once it does not, it never will again."""
        return bool(self._pool.active)

    def warm(self) -> None:
        """Start the process now, so that the first job does not wait for the models."""
        self._pool.schedule(os.getpid)

    def start(self, claim: Claim) -> "Future[Outcome]":
        """Run the claimed attempt; cancelling the future kills the process."""
        try:
            return self._schedule(claim)
        except (RuntimeError, OSError):
            # It could not start its process, for want of memory perhaps.
            log.warning("runner_pool_replaced", queue=self._queue, exc_info=True)
            self._replace_pool()
            return self._schedule(claim)

    def stop(self) -> None:
        """Kill the process and wait until it is gone."""
        self._pool.stop()
        self._pool.join()

    def _schedule(self, claim: Claim) -> "Future[Outcome]":
        future: Future[Outcome] = self._pool.schedule(run_claim, args=(claim, self._settings))
        return future

    def _replace_pool(self) -> None:
        # A pool that broke while starting cannot even be stopped in order.
        with suppress(RuntimeError, OSError, AttributeError):
            self._pool.stop()
            self._pool.join(REPLACE_WITHIN_S)
        self._pool = self._make_pool()


def prepare_process(settings: Settings, queue: str) -> None:
    """First thing in a new runner: step back, watch the parent, load the models."""
    os.nice(settings.runner_nice)
    _die_with_parent()
    configure_logs(settings)
    if settings.warm_runners:
        _warm_up(settings, queue)


def _warm_up(settings: Settings, queue: str) -> None:
    for kind in kinds_of(queue):
        try:
            kind.warm_up(settings)
        except Exception:
            log.exception("warm_up_failed", kind=kind.name)


def run_claim(claim: Claim, settings: Settings) -> Outcome:
    """Run one attempt. Raises PipelineError alone; anything else is logged and wrapped."""
    structlog.contextvars.bind_contextvars(job=claim.job_id, attempt=claim.attempt)
    try:
        return get_kind(claim.kind).run(JobContext(claim, settings))
    except PipelineError:
        raise
    except MemoryError as error:
        raise PipelineError(
            "OUT_OF_MEMORY",
            "This file needs more memory than there is. Send a smaller picture or fewer pages.",
            permanent=False,
        ) from error
    except Exception as error:
        log.exception("attempt_failed")
        raise PipelineError(
            "INTERNAL_ERROR",
            "Something went wrong on our side. Retry; if it stays, tell the administrator.",
            permanent=False,
            params={"cause": traceback.format_exception_only(error)[-1].strip()},
        ) from error
    finally:
        structlog.contextvars.clear_contextvars()


def _die_with_parent() -> None:
    # A worker that is killed cannot tell its runners; they watch for its end themselves.
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait_for_any([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()
