"""How a function becomes a command: its docstring is the help, and each says how it exits."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import typer

F = TypeVar("F", bound=Callable[..., None])

EXIT_CODES = (
    "Exit codes: 0 done; 1 not done, or not for every job, and a sentence says why; 2 the "
    "command line is wrong."
)


def command(
    app: typer.Typer, name: str | None = None, epilog: str | None = EXIT_CODES, **options: Any
) -> Callable[[F], F]:
    """Registers a function as a command of `app`; its docstring is the help."""

    def register(function: F) -> F:
        text = _join_lines(inspect.getdoc(function) or "")
        return app.command(name, help=text, epilog=epilog, **options)(function)

    return register


def _join_lines(text: str) -> str:
    """Paragraphs as one line each, for Typer to break; indented ones stay as they are."""
    return "\n\n".join(
        paragraph if paragraph.startswith(" ") else paragraph.replace("\n", " ")
        for paragraph in text.split("\n\n")
    )
