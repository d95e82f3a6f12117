"""The options of the administrator's commands, with the help that each shows."""

from enum import StrEnum
from typing import Annotated

import typer

from pipeline.models import JobStatus
from pipeline.queue_settings import QUEUES

QueueName = StrEnum("QueueName", {name: name for name in QUEUES})  # type: ignore[misc]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Queue = Annotated[
    QueueName | None,
    typer.Option(metavar="NAME", help=f"Only jobs of this queue: {', '.join(QUEUES)}."),
]
KindName = Annotated[
    str | None,
    typer.Option("--kind", metavar="NAME", help="Only jobs of this kind, as receipt.analyze."),
]
Status = Annotated[
    JobStatus | None,
    typer.Option(metavar="STATUS", help=f"Only jobs that are {', '.join(JobStatus)}."),
]
Query = Annotated[
    str,
    typer.Option(
        metavar="TEXT",
        help=(
            "How an id (4 characters or more), a kind, an error code or a file's name begins; "
            "or a whole client id."
        ),
    ),
]
Fingerprint = Annotated[
    str | None,
    typer.Option(
        "--failure",
        metavar="FINGERPRINT",
        help="Only jobs of this group of failures, as status --json names it.",
    ),
]
Client = Annotated[str | None, typer.Option(metavar="ID", help="Only jobs of this client.")]
JobIds = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help="Jobs, or how their ids begin.", show_default=False),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say how many jobs it would be, and change none.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before many are changed.")]

QueueArgument = Annotated[
    QueueName, typer.Argument(metavar="NAME", help=f"One of {', '.join(QUEUES)}.")
]
Reason = Annotated[
    str, typer.Option(metavar="TEXT", help="Why; everybody who looks at the queue reads it.")
]
JobId = Annotated[str, typer.Argument(metavar="ID", help="A job, or how its id begins.")]
Page = Annotated[int, typer.Option(min=1, metavar="NUMBER", help="Which page.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, metavar="NUMBER", help="Jobs on it.")]
Every = Annotated[
    float, typer.Option(min=0.2, metavar="SECONDS", help="From one look to the next.")
]
