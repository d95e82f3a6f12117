"""The last lines that each attempt at a job logged: kept in the runner, sent to its minder, saved.

They leave the runner one by one, so that those of one that was killed are there too.
"""

import json
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from pipeline.jobs.ledger import Claim
from pipeline.models import JobLog
from pipeline.upsert import insert_into

# The tail of an attempt: enough for a traceback and what led to it.
MOST_LINES = 100
MOST_CHARACTERS = 4000
# What every line has anyway, or what stands beside the lines.
_KNOWN = frozenset({"event", "level", "timestamp", "exception", "job", "attempt"})


@dataclass(frozen=True)
class LogLine:
    """One line: what was said, its values by name, and the traceback of an exception."""

    at: str
    level: str
    event: str
    values: Mapping[str, str]
    exception: str | None = None


class LineKeeper:
    """A processor of structlog that hands each line of the running attempt to `send`."""

    def __init__(self, send: Callable[[LogLine], None]) -> None:
        self._send = send
        self.is_open = False

    def __call__(
        self, _logger: Any, _method: str, line: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Called for every line, before it is written out."""
        if self.is_open:
            # A minder that is gone takes no lines; its runner ends by itself.
            with suppress(OSError):
                self._send(_read_line(line))
        return line


def save_lines(session: Session, held: Claim, lines: Sequence[LogLine]) -> None:
    """Keep the last lines of an attempt, in the transaction that ends it."""
    if not lines:
        return
    kept = [asdict(line) for line in lines[-MOST_LINES:]]
    row = {"job_id": held.id, "attempt": held.attempt, "lines": kept}
    statement = insert_into(session, JobLog).values(row)
    # An attempt that was handed back has the number of the next one, whose lines say more.
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["job_id", "attempt"], set_={"lines": statement.excluded.lines}
        )
    )


def list_lines(session: Session, job_id: str, *, attempts: int = 3) -> dict[int, list[LogLine]]:
    """The lines of the newest attempts by attempt, oldest first."""
    newest = select(JobLog).where(JobLog.job_id == job_id).order_by(col(JobLog.attempt).desc())
    rows = session.exec(newest.limit(attempts)).all()
    return {row.attempt: [LogLine(**line) for line in row.lines] for row in reversed(rows)}


def read_instant(line: LogLine) -> datetime:
    """When the line was written."""
    return datetime.fromisoformat(line.at)


def _read_line(line: Mapping[str, Any]) -> LogLine:
    exception = line.get("exception")
    return LogLine(
        at=str(line.get("timestamp", "")),
        level=str(line.get("level", "info")),
        event=_cut(line.get("event", "")),
        values={name: _cut(value) for name, value in line.items() if _is_said(name)},
        # The end of a traceback says what happened.
        exception=None if exception is None else str(exception)[-MOST_CHARACTERS:],
    )


def _is_said(name: str) -> bool:
    return name not in _KNOWN and not name.startswith("_")


def _cut(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return text[:MOST_CHARACTERS]
