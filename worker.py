"""The worker process and the command line: consumers, a pulse that rings again, admin's commands.

Started by the dashboard (`all --supervised`: it ends when its standard input does) or by hand.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Annotated

import structlog
import typer

from pipeline.errors import PipelineError
from pipeline.files import open_files
from pipeline.jobs import workers
from pipeline.jobs.beat import Beat
from pipeline.jobs.broker import QueueConsumer, open_doorbell
from pipeline.jobs.minder import Minder
from pipeline.jobs.pulse import Pulse
from pipeline.logs import configure_logs
from pipeline.queue_settings import QUEUES
from pipeline.settings import Settings
from pipeline.starting import read_settings_and_kinds_or_exit, warn_of_unknown_variables
from pipeline.store import migrate_when_ready
from terminal.access_commands import add_access_commands
from terminal.commands import add_commands
from terminal.safekeeping_commands import add_safekeeping_commands

log = structlog.get_logger("worker")

# Pages must answer quickly, so they wait little for another writer; a finished result may wait.
STORE_WAIT_S = 15.0

Workers = Annotated[
    int | None, typer.Option(min=1, help="Jobs at once on each queue; default: the settings.")
]
WorkerId = Annotated[str | None, typer.Option(hidden=True)]
Supervised = Annotated[bool, typer.Option(hidden=True)]

cli = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help=(
        "Runs Comptoir's background jobs, and shows and steers them. Everything it needs to "
        "know comes from COMPTOIR_* variables, the same as the dashboard's."
    ),
)


def _add_serving(name: str, queues: tuple[str, ...], text: str) -> None:
    @cli.command(name, help=text, rich_help_panel="Serve until SIGTERM or Ctrl-C")
    def serve(
        workers: Workers = None, worker_id: WorkerId = None, supervised: Supervised = False
    ) -> None:
        run_worker(queues, workers, worker_id, supervised=supervised)


_add_serving("all", QUEUES, "Serve every queue.")
_add_serving("documents", ("documents",), "Read receipts.")
_add_serving("catalog", ("catalog",), "Import catalogs and embed products.")
_add_serving("reports", ("reports",), "Make reports.")
_add_serving("notifications", ("notifications",), "Send e-mails.")
_add_serving("maintenance", ("maintenance",), "Clean up and check; submits the periodic jobs.")
_add_serving("beat", ("maintenance",), "The same as maintenance.")
add_commands(cli)
add_access_commands(cli)
add_safekeeping_commands(cli)


def run_worker(
    queues: tuple[str, ...], runners: int | None, worker_id: str | None, *, supervised: bool
) -> None:
    """Serve `queues` in this process until it is told to stop."""
    settings = read_settings(runners)
    configure_logs(settings)
    # The dashboard has said it already.
    if not supervised:
        warn_of_unknown_variables()
    try:
        migrate_when_ready(settings)
        open_files(settings)
    except PipelineError as error:
        raise SystemExit(error.message) from error
    stopping = threading.Event()
    _stop_on_signals(stopping)
    if supervised:
        _stop_with_parent(stopping)
    Worker(settings, queues, worker_id or workers.make_worker_id(), stopping).run()


def read_settings(runners: int | None = None) -> Settings:
    """The settings as a worker uses them; ends with sentences where one cannot be used."""
    settings = read_settings_and_kinds_or_exit()
    changed: dict[str, object] = {"store_wait_s": STORE_WAIT_S, "store_durable": False}
    if runners is not None:
        changed |= {f"{queue}_workers": runners for queue in QUEUES}
    return settings.model_copy(update=changed)


class Worker:
    """Consumers for every queue it serves, a minder for each of their threads, and a pulse."""

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
        self._free: dict[str, list[Minder]] = {}
        beat = Beat(settings, self._doorbell) if "maintenance" in queues else None
        served = {queue: settings.policy_of(queue).workers for queue in queues}
        self._pulse = Pulse(settings, self._doorbell, worker_id, served, beat)

    def run(self) -> None:
        """Serve until `stopping` is set, then let running jobs finish or hand them back."""
        consumers = [self._start_consumer(queue) for queue in self._queues]
        log.info("worker_started", worker=self._worker_id, queues=list(self._queues))
        pulse = threading.Thread(target=self._pulse.run_until, args=(self._stopping,), name="pulse")
        pulse.start()
        # A bounded wait, because an unbounded one keeps signal handlers from running.
        while not self._stopping.wait(1.0):
            pass
        for consumer in consumers:
            consumer.stop(graceful=True)
        pulse.join()
        for minder in (minder for minders in self._free.values() for minder in minders):
            minder.close()
        self._pulse.sign_off()
        self._doorbell.close()
        log.info("worker_stopped", worker=self._worker_id)

    def _start_consumer(self, queue: str) -> QueueConsumer:
        policy = self._settings.policy_of(queue)
        self._free[queue] = [
            Minder(self._settings, queue, self._worker_id, self._stopping, self._doorbell)
            for _ in range(policy.workers)
        ]
        consumer = self._doorbell.consumer(
            queue, lambda job_id: self._answer(queue, job_id), policy.workers
        )
        consumer.start()
        return consumer

    def _answer(self, queue: str, job_id: str) -> None:
        # As many minders as consumer threads, so there is always one free; list operations are
        # atomic under the interpreter lock. In turn, so that the second one has its runner up
        # before the first one's is replaced: else both start at once, and jobs wait a second.
        minder = self._free[queue].pop(0)
        try:
            minder.mind(job_id)
        except PipelineError as error:
            log.warning("ring_not_answered", job=job_id, code=error.code, message=error.message)
        finally:
            self._free[queue].append(minder)


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
