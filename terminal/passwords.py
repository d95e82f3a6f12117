"""Asking for a password: twice and unseen at a terminal, or one line of the standard input."""

import getpass
import sys

from pipeline.errors import InvalidRequestError


def ask_password(*, from_stdin: bool) -> str:
    """The password. Raises InvalidRequestError where none can be asked for, or two differ."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        # It would be shown while it is typed.
        raise InvalidRequestError(
            "PASSWORD_NOT_ASKED",
            "There is no terminal to ask for a password at. Send it with --password-stdin.",
        )
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Once more: "):
        raise InvalidRequestError("PASSWORDS_DIFFER", "The two are not the same. Start again.")
    return first
