"""`backup` and `restore` as `worker.py` offers them: names, options, help. Nothing heavy."""

from typing import Annotated

import typer

from terminal.registering import command

PANEL = "Keep safe"

Target = Annotated[
    str,
    typer.Argument(
        metavar="TARGET", help="A path that does not exist yet, or an address: s3://bucket/name."
    ),
]
Source = Annotated[str, typer.Argument(metavar="SOURCE", help="The path or address of a backup.")]
Replace = Annotated[
    bool, typer.Option("--replace", help="Delete what is in this installation, if anything is.")
]


def add_safekeeping_commands(cli: typer.Typer) -> None:
    """Register everything with the command line of the worker."""
    command(cli, rich_help_panel=PANEL)(backup)
    command(cli, rich_help_panel=PANEL)(restore)


def backup(target: Target) -> None:
    """Write the whole installation, which may be running, into one archive.

    It holds whole receipts, addresses, hashes of passwords and keys, and the secrets of webhooks.
    COMPTOIR_* variables are not in it.

    Example:

        python worker.py backup /backups/comptoir-2026-11-23.tar.gz
    """
    from terminal.safekeeping import back_up

    back_up(target)


def restore(source: Source, replace: Replace = False) -> None:
    """Put a backup in place of this installation, while no dashboard and no worker runs.

    All of the backup is checked first. Then it is there as a whole, or nothing has changed.

    Example:

        python worker.py restore /backups/comptoir-2026-11-23.tar.gz
    """
    from terminal.safekeeping import restore as restore_from

    restore_from(source, replace=replace)
