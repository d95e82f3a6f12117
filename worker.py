"""The worker process: consumers that answer the doorbell, and the dispatcher that rings again.

Started by the dashboard (`--supervised`: it ends when its standard input does) or by hand.
"""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Annotated

import structlog
import typer

from pipeline.errors import PipelineError
from pipeline.jobs.broker import QueueConsumer, open_doorbell
from pipeline.jobs.dispatch import dispatch
from pipeline.jobs.minder import Minder
from pipeline.jobs.statistics import QUEUES
from pipeline.logs import configure_logs
from pipeline.settings import Settings, get_settings
from pipeline.store import migrate

log = structlog.get_logger("worker")

# Pages must answer quickly, so they wait little for another writer; a finished result may wait.
STORE_WAIT_S = 15.0

cli = typer.Typer(
    add_completion=False, pretty_exceptions_enable=False, help="Runs Comptoir's background jobs."
)


@cli.command()
def run(
    queue: Annotated[str, typer.Argument(help="Queue to serve: documents, or all.")] = "all",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Jobs at once; default: the setting.")
    ] = None,
    worker_id: Annotated[str | None, typer.Option(hidden=True)] = None,
    supervised: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Serve one queue or all of them until SIGTERM or Ctrl-C."""
    if queue not in (*QUEUES, "all"):
        raise typer.BadParameter(f"there is no queue called {queue}")
    settings = get_settings().model_copy(update={"store_wait_s": STORE_WAIT_S})
    if workers is not None:
        settings = settings.model_copy(update={"documents_workers": workers})
    configure_logs(settings)
    try:
        migrate(settings)
    except PipelineError as error:
        raise SystemExit(error.message) from error
    stopping = threading.Event()
    _stop_on_signals(stopping)
    if supervised:
        _stop_with_parent(stopping)
    queues = QUEUES if queue == "all" else (queue,)
    Worker(settings, queues, worker_id or make_worker_id(), stopping).run()


class Worker:
    """Consumers for every queue it serves, a minder for each of their threads, a dispatcher."""

    def __init__(
        self,
        settings: Settings,
        queues: tuple[str, ...],
        worker_id: str,
        stopping: threading.Event,
    ) -> None:
        self._settings = settings
        self._queues = queues
        self._worker_id = worker_id
        self._stopping = stopping
        self._doorbell = open_doorbell(settings)
        self._minders: list[Minder] = []
        self._free: dict[str, list[Minder]] = {}

    def run(self) -> None:
        """Serve until `stopping` is set, then let running jobs finish or hand them back."""
        consumers = [self._start_consumer(queue) for queue in self._queues]
        log.info("worker_started", worker=self._worker_id, runners=len(self._minders))
        dispatcher = threading.Thread(target=self._dispatch_until_stopped, name="dispatcher")
        dispatcher.start()
        # A bounded wait, because an unbounded one keeps signal handlers from running.
        while not self._stopping.wait(1.0):
            pass
        for consumer in consumers:
            consumer.stop(graceful=True)
        dispatcher.join()
        for minder in self._minders:
            minder.close()
        log.info("worker_stopped", worker=self._worker_id)

    def _start_consumer(self, queue: str) -> QueueConsumer:
        workers = self._settings.documents_runners
        minders = [
            Minder(self._settings, queue, self._worker_id, self._stopping) for _ in range(workers)
        ]
        self._minders += minders
        self._free[queue] = list(minders)
        consumer = self._doorbell.consumer(
            queue, lambda job_id: self._answer(queue, job_id), workers
        )
        consumer.start()
        return consumer

    def _answer(self, queue: str, job_id: str) -> None:
        # As many minders as consumer threads, so there is always one free; list operations are
        # atomic under the interpreter lock.
        minder = self._free[queue].pop()
        try:
            minder.mind(job_id)
        except PipelineError as error:
            log.warning("ring_not_answered", job=job_id, code=error.code, message=error.message)
        finally:
            self._free[queue].append(minder)

    def _dispatch_until_stopped(self) -> None:
        while True:
            try:
                dispatch(self._settings, self._doorbell, self._queues)
            except PipelineError as error:
                log.warning("dispatch_skipped", code=error.code, message=error.message)
            except Exception:
                # Without this round nothing is retried or taken back, so there must be a next one.
                log.exception("dispatch_broke")
            if self._stopping.wait(self._settings.dispatch_s):
                return


def make_worker_id() -> str:
    """Host, process and start time: unique also after the process id is used again."""
    return f"{socket.gethostname()}:{os.getpid()}:{int(time.time())}"


def _stop_on_signals(stopping: threading.Event) -> None:
    # A handler that set the event itself could deadlock with the very wait that it interrupts.
    told, tell = os.pipe()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        os.write(tell, b"!")

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    _watch("watch-signals", lambda: os.read(told, 1), stopping)


def _stop_with_parent(stopping: threading.Event) -> None:
    # The dashboard holds the other end of our standard input; it closes even on kill -9.
    def read_to_end() -> None:
        # Not through sys.stdin: its lock, held here, would abort the interpreter's shutdown.
        while os.read(sys.stdin.fileno(), 1024):
            pass

    _watch("watch-dashboard", read_to_end, stopping)


def _watch(name: str, wait: Callable[[], object], stopping: threading.Event) -> None:
    def watch() -> None:
        wait()
        stopping.set()

    threading.Thread(target=watch, name=name, daemon=True).start()


if __name__ == "__main__":
    cli()
