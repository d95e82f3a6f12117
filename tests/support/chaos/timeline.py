"""The story of one job as the witness in the store tells it, and what is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.models import FINISHED, JobStatus
from tests.support.chaos.witness import Note

# What only the worker that holds the job may say of it.
OF_THE_HOLDER = ("completed", "failed", "retry", "crashed", "handed_back", "stage")
PENDING, PROCESSING = str(JobStatus.PENDING), str(JobStatus.PROCESSING)


@dataclass(frozen=True)
class Timeline:
    """Notes on one job, in order."""

    notes: Sequence[Note]

    @cached_property
    def moves(self) -> list[Note]:
        return [note for note in self.notes if note.what == "moved"]

    @cached_property
    def effects(self) -> list[dict[str, Any]]:
        """The details of its effects, as its runners wrote them."""
        return [note.detail for note in self.notes if note.what == "effect" and note.detail]

    @property
    def claims(self) -> int:
        return sum(note.status == PROCESSING for note in self.moves if _changes(note))

    @property
    def rings(self) -> int:
        return sum(note.what == "rung" for note in self.notes)

    @property
    def began_at(self) -> int | None:
        """Place of its first start in the order of the witness."""
        return next((note.id for note in self.moves if note.status == PROCESSING), None)

    @property
    def ended_at(self) -> int | None:
        """Place of its ending."""
        return next((note.id for note in self.moves if note.status in FINISHED), None)

    def find_duplicates(self, job_id: str) -> Iterator[str]:
        """Effects or endings beyond the first."""
        endings = [str(note.status) for note in self.moves if note.status in FINISHED]
        told = [note.name for note in self.notes if note.what == "event" and note.name in FINISHED]
        if len(self.effects) > 1:
            yield f"job {job_id}: {len(self.effects)} effects"
        if len(endings) > 1 or told != endings:
            yield f"job {job_id}: ended {endings}, and its events say {told}"

    def find_stale_writes(self, job_id: str) -> Iterator[str]:
        """Moves that no one claim explains, and what an attempt wrote that did not hold the job."""
        held: Note | None = None
        # The claim whose end was just written: its events and effect follow in one transaction.
        closing: Note | None = None
        for note in self.notes:
            if note.what == "moved":
                if not _is_lawful(note):
                    yield f"job {job_id}: {note}"
                if note.status == PROCESSING:
                    held, closing = note, None
                else:
                    held, closing = None, held
            elif note.what == "event" and note.name in OF_THE_HOLDER:
                writer = held if note.name == "stage" else closing
                if writer is None or note.attempt != writer.attempt:
                    yield f"job {job_id}: {note} while {writer} held it"
            elif note.what == "effect" and not _is_by(note, closing):
                yield f"job {job_id}: {note} while {closing} held it"


def _is_by(effect: Note, holder: Note | None) -> bool:
    if holder is None or effect.detail is None:
        return False
    written_by = (effect.detail["token"], effect.detail["attempt"])
    return written_by == (holder.token, holder.attempt)


def _changes(note: Note) -> bool:
    return note.old_status != note.status


def _is_lawful(note: Note) -> bool:
    if note.status == PROCESSING:
        # Chains and groups start without a token, as nobody runs them.
        one_more = note.attempt == (note.old_attempt or 0) + 1
        return note.old_status == PENDING and note.old_token is None and one_more
    if note.token is not None or note.attempt != note.old_attempt:
        return False
    if note.old_status == PENDING:
        return note.status == JobStatus.CANCELLED
    return note.old_status == PROCESSING
