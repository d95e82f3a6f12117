"""The administrator's commands as `worker.py` offers them: names, options, help. Nothing heavy.

Each imports what it needs when it runs, so that a worker that only serves stays small.
"""

from typing import TYPE_CHECKING

import typer

from pipeline.models import JobStatus
from pipeline.storable import is_storable
from terminal.options import (
    AsJson,
    Client,
    DryRun,
    Every,
    Fingerprint,
    JobId,
    JobIds,
    KindName,
    Limit,
    Page,
    Query,
    Queue,
    QueueArgument,
    QueueName,
    Reason,
    Status,
    Yes,
)
from terminal.registering import command

if TYPE_CHECKING:
    from pipeline.jobs.search import JobFilter

PANEL = "Look and steer"
STATUS_EXIT_CODES = (
    "Exit codes: 0 healthy; 1 degraded (broker down, disk nearly full, no worker where jobs wait) "
    "or a setting that cannot be used; 2 unhealthy (store or files cannot be used)."
)

jobs = typer.Typer(no_args_is_help=True, help="List jobs, look at one, run again or cancel.")
queues = typer.Typer(no_args_is_help=True, help="Pause a queue, or let it go on.")


def add_commands(cli: typer.Typer) -> None:
    """Register everything with the command line of the worker."""
    command(cli, epilog=STATUS_EXIT_CODES, rich_help_panel=PANEL)(status)
    command(cli, epilog=None, rich_help_panel=PANEL)(monitor)
    cli.add_typer(jobs, name="jobs", rich_help_panel=PANEL)
    cli.add_typer(queues, name="queues", rich_help_panel=PANEL)


def status(as_json: AsJson = False) -> None:
    """Show queues, workers, running jobs and the newest failures once.

    Due: may start now. Later: wait for their time or for other parts of their workflow. Done, OK
    (completed among completed and failed), wait and run times: of the last hour. A queue is
    unattended while no living worker serves it.

    Which store, broker and files it looks at: COMPTOIR_DATA_DIR, COMPTOIR_DATABASE_URL,
    COMPTOIR_REDIS_URL, COMPTOIR_BROKER, COMPTOIR_FILES_URL, as for the worker.

    Example:

        python worker.py status || mail -s "Comptoir needs a look" admin@example.com
    """
    from terminal.status import print_status

    raise typer.Exit(print_status(as_json=as_json))


def monitor(every: Every = 2.0) -> None:
    """Watch the same live, with what runs and what just happened, until Ctrl-C.

    Where the output is not a terminal, it is printed once.

    Example:

        python worker.py monitor --every 5
    """
    from terminal.monitor import watch

    watch(every_s=every)


@command(jobs, "list")
def list_(
    queue: Queue = None,
    kind: KindName = None,
    status: Status = None,
    query: Query = "",
    failure: Fingerprint = None,
    client: Client = None,
    page: Page = 1,
    limit: Limit = 25,
    as_json: AsJson = False,
) -> None:
    """List jobs, the newest first.

    Examples:

        python worker.py jobs list --status failed --kind receipt.analyze
        python worker.py jobs list --query facture-07 --json
    """
    from terminal.job_list import print_jobs

    wanted = _filter(queue, kind, status, query, failure, client)
    print_jobs(wanted, page=page, limit=limit, as_json=as_json)


@command(jobs)
def show(
    job_id: JobId,
    as_json: AsJson = False,
) -> None:
    """Show one job: its timeline, attempts, error and workflow.

    Example:

        python worker.py jobs show 3f2a90b1
    """
    from terminal.job_page import print_job

    print_job(job_id, as_json=as_json)


@command(jobs)
def retry(
    ids: JobIds = None,
    queue: Queue = None,
    kind: KindName = None,
    status: Status = None,
    query: Query = "",
    failure: Fingerprint = None,
    client: Client = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Run failed or cancelled jobs again: these, or all that match.

    With filters it says how many match and asks before it begins. Finished stages are not
    repeated. Who did it is kept as cli:ACCOUNT.

    Examples:

        python worker.py jobs retry 3f2a90b1 77c0de12
        python worker.py jobs retry --failure 9c41d2aa01b3e77f --yes
    """
    from terminal.job_steering import RETRY, steer_jobs

    wanted = _filter(queue, kind, status, query, failure, client)
    _require_one_of(ids, wanted)
    raise typer.Exit(steer_jobs(RETRY, ids or [], wanted, dry_run=dry_run, sure=yes))


@command(jobs)
def cancel(
    ids: JobIds = None,
    queue: Queue = None,
    kind: KindName = None,
    status: Status = None,
    query: Query = "",
    failure: Fingerprint = None,
    client: Client = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Cancel waiting and running jobs: these, or all that match.

    A waiting job is closed at once, a running one stops within two seconds, a workflow is
    cancelled with everything in it. With filters it says how many match and asks first.

    Examples:

        python worker.py jobs cancel 3f2a90b1
        python worker.py jobs cancel --client scanner-2 --status pending --dry-run
    """
    from terminal.job_steering import CANCEL, steer_jobs

    wanted = _filter(queue, kind, status, query, failure, client)
    _require_one_of(ids, wanted)
    raise typer.Exit(steer_jobs(CANCEL, ids or [], wanted, dry_run=dry_run, sure=yes))


@command(queues)
def pause(
    name: QueueArgument,
    reason: Reason,
) -> None:
    """Let nothing of a queue start until it is resumed; what runs may finish.

    Example:

        python worker.py queues pause reports --reason "The disk is being replaced"
    """
    from terminal.queue_steering import pause_queue

    pause_queue(name, reason)


@command(queues)
def resume(
    name: QueueArgument,
) -> None:
    """Let a paused queue go on.

    Example:

        python worker.py queues resume reports
    """
    from terminal.queue_steering import resume_queue

    resume_queue(name)


def _filter(
    queue: QueueName | None,
    kind: str | None,
    status: JobStatus | None,
    query: str,
    fingerprint: str | None,
    client: str | None,
) -> "JobFilter":
    from pipeline.jobs.search import JobFilter

    for word in (kind, query, fingerprint, client):
        if word and not is_storable(word):
            raise typer.BadParameter("A filter holds characters that are no text.")
    return JobFilter(
        queue=queue,
        kind=kind,
        status=status,
        query=query,
        fingerprint=fingerprint,
        client_id=client,
    )


def _require_one_of(ids: list[str] | None, wanted: "JobFilter") -> None:
    if bool(ids) == (not wanted.is_empty):
        raise typer.BadParameter("Name jobs, or say with filters which are meant; not both.")
