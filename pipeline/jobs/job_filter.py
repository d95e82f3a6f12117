"""Which jobs are meant: the filter of lists, searches and bulk changes."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from pipeline.models import JobStatus


@dataclass(frozen=True)
class JobFilter:
    """Which jobs are meant; None and "" mean any.

    `query` is the beginning of an id (4 characters or more), of a kind, of an error code or of
    a file's name, or a whole client id. `fingerprint` and `code` find the jobs that are failed so
    now.
    """

    queue: str | None = None
    kind: str | None = None
    status: str | None = None
    query: str = ""
    fingerprint: str | None = None
    code: str | None = None
    client_id: str | None = None
    root_id: str | None = None
    parent_id: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether every job matches."""
        return not any(
            value.strip() if isinstance(value, str) else value
            for value in (getattr(self, field.name) for field in fields(self))
        )


def with_status(wanted: JobFilter, statuses: Sequence[JobStatus]) -> list[JobFilter]:
    """The part of `wanted` in these statuses, as one filter for each."""
    return [
        replace(wanted, status=status)
        for status in statuses
        if wanted.status is None or wanted.status == status
    ]
