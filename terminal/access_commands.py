"""The commands `user` and `key`: names, options, help. Each imports what it needs when it runs."""

from enum import StrEnum
from typing import Annotated

import typer

from pipeline.access.principal import ROLES, SCOPES
from terminal.options import AsJson
from terminal.registering import command

PANEL = "Who may come in"

RoleName = StrEnum("RoleName", {name: name for name in ROLES})  # type: ignore[misc]
ScopeName = StrEnum("ScopeName", {name: name for name in SCOPES})  # type: ignore[misc]

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="What the person signs in with; with OIDC the e-mail.")
]
Role = Annotated[RoleName, typer.Option(metavar="ROLE", help=f"One of {', '.join(ROLES)}.")]
RoleArgument = Annotated[
    RoleName, typer.Argument(metavar="ROLE", help=f"One of {', '.join(ROLES)}.")
]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the standard input.")
]
Without = Annotated[
    bool, typer.Option("--without-password", help="The person signs in at the OIDC provider.")
]
KeyName = Annotated[str, typer.Argument(metavar="NAME", help="What uses the key, as scanner-2.")]
KeyWord = Annotated[
    str, typer.Argument(metavar="KEY", help="The name of a key in use, or how it begins (cpt_…).")
]
Scopes = Annotated[
    list[ScopeName],
    typer.Option("--scope", metavar="SCOPE", help=f"{', '.join(SCOPES)}; several: repeat it."),
]
Days = Annotated[
    int | None,
    typer.Option(min=1, max=36_500, metavar="NUMBER", help="Days it holds; default: for ever."),
]

users = typer.Typer(no_args_is_help=True, help="Add people, and change what they may do.")
keys = typer.Typer(no_args_is_help=True, help="Make keys for programs, and revoke them.")


def add_access_commands(cli: typer.Typer) -> None:
    """Register both with the command line of the worker."""
    cli.add_typer(users, name="user", rich_help_panel=PANEL)
    cli.add_typer(keys, name="key", rich_help_panel=PANEL)


@command(users)
def add(
    name: Name, role: Role, password_stdin: FromStdin = False, without_password: Without = False
) -> None:
    """Add a person. The password is asked for twice, or read from the standard input.

    With the first account, pages and API ask everybody who they are.

    Examples:

        python worker.py user add ana --role admin
        pass show comptoir/ana | python worker.py user add ana --role operator --password-stdin
    """
    from terminal.accounts import add_person

    if password_stdin and without_password:
        raise typer.BadParameter("Give a password or none; not both.")
    add_person(name, role, from_stdin=password_stdin, has_password=not without_password)


@command(users, "list")
def list_users(as_json: AsJson = False) -> None:
    """List everybody, with their role and when they were last seen.

    Example:

        python worker.py user list --json
    """
    from terminal.accounts import print_people

    print_people(as_json=as_json)


@command(users)
def role(name: Name, role: RoleArgument) -> None:
    """Let a person be something else. It counts within 5 seconds, without signing in again.

    Example:

        python worker.py user role ana operator
    """
    from terminal.accounts import change_role

    change_role(name, role)


@command(users)
def password(name: Name, password_stdin: FromStdin = False) -> None:
    """Give a person another password. Whoever is signed in under the name is signed out.

    Example:

        python worker.py user password ana
    """
    from terminal.accounts import change_password

    change_password(name, from_stdin=password_stdin)


@command(users)
def disable(name: Name) -> None:
    """Let nobody in under this name any more, and whoever is in out.

    Example:

        python worker.py user disable ana
    """
    from terminal.accounts import disable_person

    disable_person(name)


@command(users)
def enable(name: Name) -> None:
    """Let a person in again who was disabled, or locked out by wrong passwords.

    Example:

        python worker.py user enable ana
    """
    from terminal.accounts import enable_person

    enable_person(name)


@command(keys)
def create(name: KeyName, scope: Scopes, expires_days: Days = None) -> None:
    """Make a key and print it, this once alone: only its hash is kept.

    read looks at everything; submit changes receipts, products, reports and jobs; admin pauses
    queues and manages rules, keys and accounts. A key has exactly those it is given.

    Example:

        python worker.py key create scanner-2 --scope read --scope submit --expires-days 365
    """
    from terminal.keys import make_key

    make_key(name, [str(one) for one in scope], expires_days)


@command(keys, "list")
def list_keys(as_json: AsJson = False) -> None:
    """List every key: how it begins, what it may do, when it expires and was last used.

    Example:

        python worker.py key list
    """
    from terminal.keys import print_keys

    print_keys(as_json=as_json)


@command(keys)
def revoke(key: KeyWord) -> None:
    """Let a key open nothing any more; within 5 seconds, and for good.

    Example:

        python worker.py key revoke scanner-2
    """
    from terminal.keys import revoke_one

    revoke_one(key)
