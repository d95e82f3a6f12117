"""The judge of chaos runs finds what it is there to find."""

from itertools import count

from tests.support.chaos.timeline import Timeline
from tests.support.chaos.witness import Note

JOB = "job"


class Story:
    """Notes of one job, as the triggers in the store write them."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self._ids = count(1)
        self._token: str | None = None
        self._attempt = 0

    def claim(self, token: str) -> "Story":
        self._move("pending", "processing", token, self._attempt + 1)
        return self._say("started", self._attempt)

    def give_back(self, *, said_by: int) -> "Story":
        self._move("processing", "pending", None, self._attempt)
        return self._say("crashed", said_by)

    def complete(self, token: str, attempt: int) -> "Story":
        self._move("processing", "completed", None, self._attempt)
        self._say("completed", attempt)
        return self.effect(token, attempt)

    def stage(self, attempt: int) -> "Story":
        return self._say("stage", attempt)

    def effect(self, token: str, attempt: int) -> "Story":
        return self._note("effect", detail={"token": token, "attempt": attempt})

    def found(self) -> tuple[int, int]:
        """Duplicates and stale writes."""
        timeline = Timeline(self.notes)
        return len(list(timeline.find_duplicates(JOB))), len(list(timeline.find_stale_writes(JOB)))

    def _move(self, old: str, new: str, token: str | None, attempt: int) -> None:
        self._note(
            "moved",
            old_status=old,
            status=new,
            old_token=self._token,
            token=token,
            old_attempt=self._attempt,
            attempt=attempt,
        )
        self._token, self._attempt = token, attempt

    def _say(self, name: str, attempt: int) -> "Story":
        return self._note("event", name=name, attempt=attempt)

    def _note(self, what: str, **columns: object) -> "Story":
        empty = dict.fromkeys(
            ("old_status", "status", "old_token", "token", "old_attempt", "attempt", "name")
        )
        values = {**empty, "detail": None, **columns}
        self.notes.append(Note(next(self._ids), what, JOB, **values))  # type: ignore[arg-type]
        return self


def test_a_job_that_crashed_once_and_completed_is_in_order() -> None:
    story = Story().claim("a").stage(1).give_back(said_by=1).claim("b").stage(2).complete("b", 2)
    assert story.found() == (0, 0)


def test_a_second_effect_is_a_duplicate_and_stale() -> None:
    story = Story().claim("a").complete("a", 1).effect("a", 1)
    assert story.found()[0] == 1


def test_a_completion_by_an_attempt_that_lost_the_job_is_stale() -> None:
    story = Story().claim("a").give_back(said_by=1).claim("b").complete("a", 1)
    duplicates, stale_writes = story.found()
    assert (duplicates, stale_writes) == (0, 2)


def test_a_stage_of_an_attempt_that_lost_the_job_is_stale() -> None:
    story = Story().claim("a").give_back(said_by=1).claim("b").stage(1)
    assert story.found() == (0, 1)


def test_a_job_that_ends_twice_is_a_duplicate() -> None:
    story = Story().claim("a").complete("a", 1).claim("b").complete("b", 2)
    assert story.found()[0] == 2
