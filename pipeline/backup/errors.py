"""What can stand in the way of a backup or a restore."""

from pathlib import Path

from pipeline.catalog.index.vector_index import IndexUnavailableError
from pipeline.errors import (
    ConflictError,
    NotFoundError,
    PipelineError,
    StoreUnavailableError,
)


def damaged(path: Path, cause: str) -> PipelineError:
    """The archive is not whole, or no backup at all."""
    return PipelineError(
        "BACKUP_DAMAGED",
        f"{path.name} is no whole backup: {cause}. Nothing was changed. Take another copy of it, "
        "or an older backup.",
        params={"name": path.name, "why": cause},
    )


def newer(version: str) -> ConflictError:
    """The tables of the backup are of a version that is not known here."""
    return ConflictError(
        "BACKUP_NEWER",
        f"This backup is of Comptoir {version}, which is newer than this one. Nothing was changed. "
        "Install that version, then restore.",
        params={"version": version},
    )


def no_backup(source: str) -> NotFoundError:
    """There is nothing under this address."""
    return NotFoundError(
        "BACKUP_NOT_FOUND", f"There is no backup at {source}.", params={"source": source}
    )


def target_exists(target: str) -> ConflictError:
    """A backup never takes the place of another file."""
    return ConflictError(
        "BACKUP_EXISTS",
        f"There is a file at {target} already. Choose another name.",
        params={"target": target},
    )


def not_written(target: str, cause: str) -> StoreUnavailableError:
    """The place of the archive cannot be written, or is full."""
    return StoreUnavailableError(
        "BACKUP_NOT_WRITTEN",
        f"The backup cannot be written to {target}: {cause}. Nothing was left there.",
        permanent=False,
        params={"target": target, "why": cause},
    )


def outdated() -> ConflictError:
    """The store is of another version than the program."""
    return ConflictError(
        "STORE_OUTDATED",
        "The store is not of this version. Start Comptoir once, which brings it up to date; then "
        "make the backup.",
    )


def not_empty() -> ConflictError:
    """Something would be lost."""
    return ConflictError(
        "STORE_NOT_EMPTY",
        "There is something in this installation already. Nothing was changed. Add --replace to "
        "delete all of it in favour of the backup.",
    )


def in_use(who: str) -> ConflictError:
    """A worker or a dashboard would write into what is being replaced."""
    return ConflictError(
        "STORE_IN_USE",
        f"Comptoir runs: {who}. Nothing was changed. Stop every dashboard and every worker, then "
        "restore.",
        permanent=False,
        params={"who": who},
    )


def index_missing(error: IndexUnavailableError) -> IndexUnavailableError:
    """Rows and files are there; searching by picture waits for the index."""
    return IndexUnavailableError(
        "INDEX_NOT_BUILT",
        "Everything is restored but the search index, which cannot be reached. Once it answers, "
        "run: python -m pipeline.catalog.index rebuild",
        permanent=False,
        params={"cause": error.message},
    )
