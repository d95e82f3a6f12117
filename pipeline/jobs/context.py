"""What a running job sees: its payload, its saved stages, and a way to show progress."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from sqlmodel import Session, select

from pipeline.clock import utc_now
from pipeline.errors import StoreUnavailableError
from pipeline.files import FileStore, open_files
from pipeline.jobs import ledger
from pipeline.jobs.ledger import Claim
from pipeline.models import StageResult
from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from pipeline.upsert import insert_into

log = structlog.get_logger(__name__)


class ClaimLostError(Exception):
    """Another worker has this job now; stop and write nothing."""


@dataclass(frozen=True)
class JobContext:
    """Handed to `Kind.run` inside a runner process."""

    claim: Claim
    settings: Settings

    @property
    def payload(self) -> dict[str, Any]:
        """What the job was submitted with."""
        return self.claim.payload

    @property
    def received(self) -> Any:
        """What the part before handed on, in a workflow; a list where that was a group."""
        return self.claim.received

    @property
    def files(self) -> FileStore:
        """The file store of this installation."""
        return open_files(self.settings)

    def advance(self, stage: str, progress: int) -> None:
        """Show stage and progress (0..100). Raises ClaimLostError where the job moved on."""
        try:
            with write_session(self.settings) as session:
                held = ledger.advance(session, self.claim, stage, progress, now=utc_now())
        except StoreUnavailableError:
            # Progress is for the eye; a store that is busy just now must not cost the attempt.
            log.warning("progress_not_shown", job=self.claim.id, stage=stage)
            return
        if not held:
            raise ClaimLostError(self.claim.id)

    @contextmanager
    def checkpoint(self, stage: str, progress: int) -> Iterator[Session]:
        """A transaction for effects in the middle of a long attempt, fenced like its end.

        Commits what was written in it together with stage and progress (0..100). Raises
        ClaimLostError, before anything was written, where another worker has the job, and
        StoreUnavailableError where nothing was kept.
        """
        with write_session(self.settings) as session:
            if not ledger.advance(session, self.claim, stage, progress, now=utc_now()):
                raise ClaimLostError(self.claim.id)
            yield session

    def load_stage(self, content_hash: str, stage: str, version: str) -> dict[str, Any] | None:
        """What this version of the stage made of these bytes before, if anything."""
        with read_session(self.settings) as session:
            row = session.exec(_stage_query(content_hash, stage, version)).first()
            return row.data if row else None

    def save_stage(self, content_hash: str, stage: str, version: str, data: dict[str, Any]) -> None:
        """Keep a stage's result, in place of an earlier one, so that no attempt repeats it."""
        row = {"content_hash": content_hash, "stage": stage, "version": version, "data": data}
        with write_session(self.settings) as session:
            # The same file may be read by two runners at once.
            insert = insert_into(session, StageResult).values(**row, created_at=utc_now())
            session.connection().execute(
                insert.on_conflict_do_update(
                    index_elements=["content_hash", "stage", "version"],
                    set_={"data": insert.excluded.data},
                )
            )


def _stage_query(content_hash: str, stage: str, version: str) -> Any:
    return select(StageResult).where(
        StageResult.content_hash == content_hash,
        StageResult.stage == stage,
        StageResult.version == version,
    )
