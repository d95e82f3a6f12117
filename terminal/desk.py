"""The frame of every command: its settings, its console, who asks, and a sentence if it fails."""

import getpass
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from pipeline.errors import PipelineError, StoreUnavailableError
from pipeline.settings import Settings
from pipeline.starting import read_settings_or_exit

# A person who steers waits for a busy store rather than start again.
STEER_WAIT_S = 15.0
# What both drivers say about tables and columns that are not there.
OTHER_VERSION = ("no such table", "no such column", "does not exist")


@dataclass(frozen=True)
class Desk:
    """What a command works with."""

    settings: Settings
    console: Console

    @property
    def actor(self) -> str:
        """Who the audit says it was: the account that runs the command."""
        return f"cli:{_account()}"


@contextmanager
def open_desk(*, to_steer: bool = False) -> Iterator[Desk]:
    """Settings and console for one command; every error in the block ends it with a sentence."""
    # The answer is what the command prints; a log between its lines would only be in the way.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        settings = read_settings_or_exit()
        if to_steer:
            settings = settings.model_copy(update={"store_wait_s": STEER_WAIT_S})
        yield Desk(settings, Console(highlight=False))
    except PipelineError as error:
        # The code is what the documentation lists, and what can be searched for.
        raise SystemExit(f"{explain(error)} [{error.code}]") from None
    except SQLAlchemyError as error:
        raise SystemExit(explain(error)) from None
    except PermissionError as error:
        raise SystemExit(_explain_permission(str(error.filename))) from None


def require_store(settings: Settings) -> None:
    """Raise StoreUnavailableError with a useful sentence where there is no file to open."""
    path = settings.database_path
    if settings.uses_postgresql:
        return
    if not path.exists():
        raise _unavailable(
            f"There is no store at {path}. Check COMPTOIR_DATA_DIR, or start Comptoir once: it "
            "makes one."
        )
    if not os.access(path, os.R_OK | os.W_OK, effective_ids=True):
        raise _unavailable(_explain_no_access(path))


def explain(error: PipelineError | SQLAlchemyError) -> str:
    """The sentence for this error, with its cause where that helps an administrator."""
    if isinstance(error, PipelineError):
        cause = str(error.params.get("cause", "")).strip()
    else:
        cause = str(getattr(error, "orig", None) or error)
    cause = (cause.splitlines() or [""])[0].rstrip(".")
    if any(words in cause for words in OTHER_VERSION):
        return (
            f"The store is not of this version ({cause}). Start the dashboard or a worker of "
            "this version once: it brings the store up to date."
        )
    if not isinstance(error, PipelineError):
        return f"The store answered with an error: {cause}."
    return f"{error.message} ({cause})" if cause else error.message


def _explain_no_access(path: Path) -> str:
    # No account may write there, so that naming one would send the person the wrong way.
    if os.access(path, os.R_OK, effective_ids=True) and os.statvfs(path).f_flag & os.ST_RDONLY:
        return (
            f"{path} lies on a file system that can only be read. Mount it for writing, or check "
            "COMPTOIR_DATA_DIR."
        )
    return _explain_permission(str(path))


def _explain_permission(path: str) -> str:
    return (
        f"The account {_account()} may not use {path}. Run this as the account that runs Comptoir."
    )


def _unavailable(sentence: str) -> StoreUnavailableError:
    return StoreUnavailableError("STORE_UNAVAILABLE", sentence, permanent=False)


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run as a number that has no name.
        return str(os.getuid())
