"""A key belongs to one request at a time, and its first answer to all that repeat it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlmodel import select

from pipeline import idempotency
from pipeline.errors import ConflictError
from pipeline.idempotency import FirstAnswer, Reservation
from pipeline.models import IdempotentAnswer
from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from tests.support.ledger import FakeClock
from tests.support.migrated import migrate_copy

ANSWER = FirstAnswer("fingerprint", 202, '{"success":true}')


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path)
    migrate_copy(settings)
    return settings


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def reserve(settings: Settings, clock: FakeClock, client: str = "ana") -> Reservation:
    held = idempotency.reserve(settings, client, "k1", clock())
    assert isinstance(held, Reservation)
    return held


def test_the_first_answer_is_given_again(settings: Settings, clock: FakeClock) -> None:
    held = reserve(settings, clock)

    idempotency.keep_answer(settings, held, ANSWER, clock())

    assert idempotency.reserve(settings, "ana", "k1", clock()) == ANSWER


def test_a_request_that_runs_is_not_run_twice(settings: Settings, clock: FakeClock) -> None:
    reserve(settings, clock)
    clock.tick(59)

    with pytest.raises(ConflictError, match="still being worked on") as caught:
        reserve(settings, clock)

    assert caught.value.code == "REQUEST_RUNNING"
    assert caught.value.params["retry_after_s"] == 2


def test_the_key_of_one_client_means_nothing_to_another(
    settings: Settings, clock: FakeClock
) -> None:
    reserve(settings, clock, "ana")

    assert reserve(settings, clock, "ben").client == "ben"


def test_a_released_key_is_free(settings: Settings, clock: FakeClock) -> None:
    idempotency.release(settings, reserve(settings, clock))

    reserve(settings, clock)


def test_an_abandoned_key_is_taken_over_and_its_late_owner_writes_nothing(
    settings: Settings, clock: FakeClock
) -> None:
    late = reserve(settings, clock)
    clock.tick(61)
    reserve(settings, clock)

    idempotency.keep_answer(settings, late, ANSWER, clock())
    idempotency.release(settings, late)

    with pytest.raises(ConflictError):
        reserve(settings, clock)


def test_a_long_request_that_shows_life_keeps_its_key(settings: Settings, clock: FakeClock) -> None:
    held = reserve(settings, clock)
    for _ in range(10):
        clock.tick(30)
        idempotency.show_life(settings, held, clock())

    with pytest.raises(ConflictError):
        reserve(settings, clock)


def test_of_many_at_once_one_gets_the_key(settings: Settings, clock: FakeClock) -> None:
    together = Barrier(20)

    def try_it(_: int) -> bool:
        together.wait(30)
        try:
            reserve(settings, clock)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(try_it, range(20))) == 1


def test_answers_are_forgotten_after_a_day(settings: Settings, clock: FakeClock) -> None:
    idempotency.keep_answer(settings, reserve(settings, clock, "ana"), ANSWER, clock())
    clock.tick(3600)
    idempotency.keep_answer(settings, reserve(settings, clock, "ben"), ANSWER, clock())

    with write_session(settings) as session:
        now = clock() + timedelta(hours=23, minutes=30)
        assert idempotency.delete_old_answers(session, now) == 1

    with read_session(settings) as session:
        assert session.exec(select(IdempotentAnswer.client)).all() == ["ben"]
