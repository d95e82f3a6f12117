"""A runner: one process that does the heavy work of one minder, and can be killed at any time.

Our own rather than a pool's: a pool's threads and queues between minder and process cost 20 ms a
job, this pipe costs 0.1 ms (measured with jobs that do nothing, 2 cores).
"""

import multiprocessing
import os
import pickle
import threading
import time
import traceback
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for_any
from selectors import EVENT_READ, DefaultSelector
from types import TracebackType

import structlog

from pipeline.errors import PipelineError, StoreUnavailableError
from pipeline.jobs.context import ClaimLostError, JobContext
from pipeline.jobs.failures import Failure
from pipeline.jobs.job_log import MOST_LINES, LineKeeper, LogLine
from pipeline.jobs.kinds import Outcome, UnknownKindError, get_kind, kinds_of
from pipeline.jobs.ledger import Claim
from pipeline.logs import configure_logs
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

# Never fork: PyTorch and OpenVINO keep threads and locks that a fork breaks.
SPAWN = multiprocessing.get_context("spawn")
END_WITHIN_S = 5.0
WORN_AFTER_S = 60.0
OUR_CODE = ("pipeline.", "dashboard.", "tests.")


@dataclass(frozen=True)
class Done:
    """The attempt ended with a result."""

    outcome: Outcome


class Died:
    """The process ended under the attempt."""


class Lost:
    """The runner found out that another worker has the job."""


class Ready:
    """The process is up and its models are loaded; the first thing it says."""


Answer = Done | Failure | Died | Lost


class Runner:
    """One spawned process, started when it is needed and replaced after `runner_jobs` jobs."""

    def __init__(self, settings: Settings, queue: str) -> None:
        self._settings = settings
        self._queue = queue
        self._jobs = 0
        self._started_s = 0.0
        # Whether the process has said so; before, it still loads its models.
        self.is_ready = False
        # What the attempt logged, as far as it came through; the last lines of many.
        self.lines: deque[LogLine] = deque(maxlen=MOST_LINES)
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def warm(self) -> None:
        """Start the process now, so that the first job does not wait for the models."""
        if any(kind.warm_up for kind in kinds_of(self._queue)):
            self._ensure_process()

    def start(self, claim: Claim) -> None:
        """Run the claimed attempt; ask `wait` how it ended. Raises OSError without memory."""
        if self._is_worn() or not self._is_alive():
            self.kill()
        pipe = self._ensure_process()
        self.lines.clear()
        self._jobs += 1
        try:
            pipe.send(claim)
        except BrokenPipeError:
            # It died since we looked; `wait` notices.
            return

    def wait(self, timeout_s: float) -> Answer | None:
        """How the attempt ended; None while it goes on."""
        ends_s = time.monotonic() + timeout_s
        while isinstance(answer := self._receive(ends_s - time.monotonic()), Ready | LogLine):
            if isinstance(answer, Ready):
                self.is_ready = True
            else:
                self.lines.append(answer)
        return answer

    def _receive(self, timeout_s: float) -> Answer | Ready | LogLine | None:
        assert self._pipe is not None
        ready = [key.fileobj for key, _events in self._either.select(max(timeout_s, 0))]
        if not ready:
            return None
        # A result may have been sent just before the process ended.
        if self._pipe in ready or self._pipe.poll():
            with suppress(EOFError, OSError):
                answer: Answer | Ready | LogLine = self._pipe.recv()
                return answer
        self.kill()
        return Died()

    def kill(self) -> None:
        """End the process at once, whatever it does, and wait until it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.join(END_WITHIN_S)
        if self._pipe is not None:
            self._either.close()
            self._pipe.close()
        self._process, self._pipe, self._jobs = None, None, 0

    def _is_worn(self) -> bool:
        # Jobs of a millisecond wear nothing out, and a new process costs a second.
        old = time.monotonic() - self._started_s >= WORN_AFTER_S
        return old and self._jobs >= self._settings.runner_jobs

    def _is_alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def _ensure_process(self) -> Connection:
        if self._pipe is None:
            ours, theirs = SPAWN.Pipe()
            with theirs:
                process = SPAWN.Process(
                    target=serve, args=(theirs, self._settings, self._queue), daemon=True
                )
                process.start()
            self._started_s = time.monotonic()
            self.is_ready = False
            self._process, self._pipe = process, ours
            # An answer, or the end of the process; made once, as it is asked after every job.
            self._either = DefaultSelector()
            self._either.register(ours, EVENT_READ)
            self._either.register(process.sentinel, EVENT_READ)
        return self._pipe


def serve(pipe: Connection, settings: Settings, queue: str) -> None:
    """The process: takes claims from the pipe and answers each, until the pipe closes."""
    # Threads of libraries log too, and a pipe takes one message at a time.
    lock = threading.Lock()

    def say(what: Answer | Ready | LogLine) -> None:
        with lock:
            pipe.send(what)

    keeper = LineKeeper(say)
    _prepare(settings, queue, keeper)
    say(Ready())
    while True:
        try:
            claim: Claim = pipe.recv()
        except EOFError:
            return
        keeper.is_open = True
        answer = run_claim(claim, settings)
        keeper.is_open = False
        try:
            say(answer)
        except (TypeError, AttributeError, pickle.PicklingError) as error:
            # What the kind handed over cannot leave this process.
            say(describe_mistake(error))


def _prepare(settings: Settings, queue: str, keeper: LineKeeper) -> None:
    """Step back, watch the parent, load the models."""
    os.nice(settings.runner_nice)
    _die_with_parent()
    configure_logs(settings, keeper)
    if settings.warm_runners:
        _warm_up(settings, queue)


def _warm_up(settings: Settings, queue: str) -> None:
    for kind in kinds_of(queue):
        if kind.warm_up is None:
            continue
        try:
            kind.warm_up(settings)
        except Exception:
            log.exception("warm_up_failed", kind=kind.name)


def run_claim(claim: Claim, settings: Settings) -> Answer:
    """Run one attempt; every way in which it can end is an answer."""
    structlog.contextvars.bind_contextvars(job=claim.id, attempt=claim.attempt)
    try:
        return Done(get_kind(claim.kind).run(JobContext(claim, settings)))
    except ClaimLostError:
        return Lost()
    except PipelineError as error:
        frame = find_frame(error.__traceback__)
        ours = isinstance(error, StoreUnavailableError | UnknownKindError)
        return Failure(error.code, error.message, error.permanent, error.params, frame, not ours)
    except MemoryError:
        return Failure(
            "OUT_OF_MEMORY",
            "This file needs more memory than there is. Send a smaller picture or fewer pages.",
            permanent=False,
        )
    except (Exception, SystemExit) as error:
        log.exception("attempt_failed")
        return describe_mistake(error)
    finally:
        structlog.contextvars.clear_contextvars()


def describe_mistake(error: BaseException) -> Failure:
    """The failure that stands for a mistake of ours."""
    return Failure(
        "INTERNAL_ERROR",
        "Something went wrong on our side. Retry; if it stays, tell the administrator.",
        permanent=False,
        params={"cause": traceback.format_exception_only(error)[-1].strip()},
        frame=find_frame(error.__traceback__),
    )


def find_frame(trace: TracebackType | None) -> str | None:
    """The innermost place in our own code, as `module:function`."""
    places = [
        f"{frame.f_globals.get('__name__', '')}:{frame.f_code.co_name}"
        for frame, _line in traceback.walk_tb(trace)
    ]
    ours = [place for place in places if place.startswith(OUR_CODE)]
    found = ours or places
    return found[-1] if found else None


def _die_with_parent() -> None:
    # A worker that is killed cannot tell its runners; they watch for its end themselves.
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait_for_any([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()
