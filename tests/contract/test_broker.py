"""The doorbell keeps the same promises on a file, on Valkey and on PostgreSQL."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest
import structlog

from pipeline.jobs.broker import BrokerDownError, Doorbell, open_doorbell
from pipeline.models import Priority
from pipeline.settings import Settings
from tests.support.broker import (
    Place,
    answered,
    place_in_folder,
    place_on_postgresql,
    place_on_valkey,
)
from tests.support.postgresql import PostgresServer, empty_database
from tests.support.valkey import ValkeyServer, start_valkey
from tests.support.worker import wait_until

LOW, NORMAL, HIGH = Priority.LOW, Priority.NORMAL, Priority.HIGH


@pytest.fixture(params=("sqlite", "redis", "postgresql"))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty broker of each kind."""
    if request.param == "sqlite":
        found = place_in_folder(tmp_path)
    elif request.param == "redis":
        found = place_on_valkey(request.getfixturevalue("valkey"))
    else:
        found = place_on_postgresql(request.getfixturevalue("postgresql"))
    yield found
    for doorbell in found.opened:
        doorbell.close()


def test_the_settings_choose_the_broker(place: Place) -> None:
    assert place.open().kind == place.settings.broker_kind


def test_high_priority_comes_first_and_equals_in_the_order_they_were_rung(place: Place) -> None:
    doorbell = place.open()
    doorbell.ring("documents", "b-low", LOW)
    doorbell.ring("documents", "z-normal")
    doorbell.ring("documents", "a-normal")
    doorbell.ring("documents", "high", HIGH)

    with answered(place.open()) as answers:
        answers.wait_for(["high", "z-normal", "a-normal", "b-low"])


def test_many_are_rung_at_once_in_their_order(place: Place) -> None:
    names = [f"job-{(number * 37) % 500}" for number in range(500)]

    place.open().ring_many("documents", [(name, NORMAL) for name in names])

    with answered(place.open()) as answers:
        answers.wait_for(names)


def test_a_job_rung_again_is_answered_once_and_keeps_its_place(place: Place) -> None:
    doorbell = place.open()
    doorbell.ring_many("documents", [("first", NORMAL), ("second", NORMAL), ("first", NORMAL)])
    doorbell.ring("documents", "first")

    assert doorbell.depth("documents") == 2
    with answered(doorbell) as answers:
        answers.wait_for(["first", "second"])


def test_a_job_rung_again_takes_the_higher_priority(place: Place) -> None:
    doorbell = place.open()
    doorbell.ring_many("documents", [("normal", NORMAL), ("raised", LOW), ("kept", HIGH)])

    doorbell.ring_many("documents", [("raised", HIGH), ("kept", LOW)])

    with answered(doorbell) as answers:
        wait_until(lambda: len(answers.job_ids) == 3, 5)
    assert answers.job_ids[2] == "normal"


def test_a_job_answered_may_be_rung_again(place: Place) -> None:
    doorbell = place.open()
    with answered(doorbell) as answers:
        doorbell.ring("documents", "job-1")
        answers.wait_for(["job-1"])
        doorbell.ring("documents", "job-1")
        answers.wait_for(["job-1", "job-1"])


def test_queues_do_not_hear_each_other(place: Place) -> None:
    doorbell = place.open()
    doorbell.ring("documents", "job-1")
    doorbell.ring_many("reports", [])

    assert (doorbell.depth("documents"), doorbell.depth("reports")) == (1, 0)


def test_each_message_goes_to_one_consumer(place: Place) -> None:
    names = {f"job-{number}" for number in range(60)}
    with answered(place.open(), workers=3) as some, answered(place.open(), workers=3) as others:
        place.open().ring_many("documents", [(name, NORMAL) for name in names])
        wait_until(lambda: len(some.job_ids) + len(others.job_ids) >= 60, 5)
    assert sorted(some.job_ids + others.job_ids) == sorted(names)


def test_another_process_is_heard_at_once(place: Place) -> None:
    ringing = place.open()
    delays_s = []
    with answered(place.open(), workers=2) as answers:
        for number in range(9):
            rung_s = time.monotonic()
            ringing.ring("documents", f"job-{number}")
            while len(answers.job_ids) <= number:
                assert time.monotonic() < rung_s + 5
                time.sleep(0.001)
            delays_s.append(time.monotonic() - rung_s)
    assert sorted(delays_s)[4] < 0.06, delays_s


def test_an_idle_consumer_stops_at_once_and_leaves_signals_alone(place: Place) -> None:
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with answered(place.open(), workers=3) as answers:
        assert handlers == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        place.open().ring("documents", "job-1")
        answers.wait_for(["job-1"])
        assert answers.consumer is not None

        started_s = time.monotonic()
        answers.consumer.stop(graceful=True)
        assert time.monotonic() - started_s < 1.5


def test_a_stop_waits_for_the_answer_that_runs_and_takes_no_other(place: Place) -> None:
    doorbell = place.open()
    began, go_on = threading.Event(), threading.Event()
    ended: list[str] = []

    def answer(job_id: str) -> None:
        began.set()
        assert go_on.wait(10)
        ended.append(job_id)

    consumer = doorbell.consumer("documents", answer, 1)
    consumer.start()
    doorbell.ring_many("documents", [("runs", NORMAL), ("stays", NORMAL)])
    assert began.wait(5)

    consumer.stop()
    go_on.set()
    consumer.stop(graceful=True)

    assert (ended, doorbell.depth("documents")) == (["runs"], 1)


def test_an_answer_that_fails_does_not_end_the_consumer(place: Place) -> None:
    doorbell = place.open()
    heard: list[str] = []

    def answer(job_id: str) -> None:
        heard.append(job_id)
        raise RuntimeError(job_id)

    consumer = doorbell.consumer("documents", answer, 1)
    consumer.start()
    doorbell.ring_many("documents", [("one", NORMAL), ("two", NORMAL)])
    wait_until(lambda: heard == ["one", "two"], 5)
    consumer.stop(graceful=True)


def test_a_broker_that_is_down_answers_fast_and_faster_the_next_time(place: Place) -> None:
    doorbell = place.open()
    doorbell.ring("documents", "before")
    place.stop()
    try:
        assert time_refusal(doorbell) < 2
        assert time_refusal(doorbell) < 0.1
        with pytest.raises(BrokerDownError):
            doorbell.depth("reports")
    finally:
        place.start()

    wait_until(lambda: rings(doorbell, "after"), 5)


def test_consumers_outlive_a_restart_and_complain_once(place: Place) -> None:
    doorbell, ringing = place.open(), place.open()
    with (
        structlog.testing.capture_logs() as lines,
        answered(doorbell, workers=2) as answers,
        answered(doorbell, "reports", workers=2),
    ):
        ringing.ring("documents", "before")
        answers.wait_for(["before"])
        place.stop()
        try:
            wait_until(lambda: lines, 5)
            used_s = time.process_time()
            assert not threading.Event().wait(0.5)
            used_s = time.process_time() - used_s
        finally:
            place.start()
        wait_until(lambda: rings(ringing, "after"), 5)
        answers.wait_for(["before", "after"])
    assert [line["event"] for line in lines] == ["broker_unreadable"]
    assert used_s < 0.25


def test_a_valkey_that_says_nothing_is_not_waited_for(valkey: ValkeyServer) -> None:
    check_silence(open_doorbell(Settings(redis_url=valkey.url())), valkey.freeze)


def test_a_postgresql_that_says_nothing_is_not_waited_for(postgresql: PostgresServer) -> None:
    settings = Settings(store_url=empty_database(postgresql))
    check_silence(open_doorbell(settings), postgresql.freeze)


def check_silence(doorbell: Doorbell, freeze: Callable[[], AbstractContextManager[None]]) -> None:
    doorbell.ring("documents", "before")
    with freeze():
        assert time_refusal(doorbell) < 2
    wait_until(lambda: rings(doorbell, "after"), 5)
    doorbell.close()


def test_valkey_is_reached_as_its_address_says() -> None:
    with start_valkey(password="opens") as server:
        open_doorbell(Settings(redis_url=server.url(3))).ring("documents", "job-1")

        assert open_doorbell(Settings(redis_url=server.url(3))).depth("documents") == 1
        assert open_doorbell(Settings(redis_url=server.url(4))).depth("documents") == 0
        wrong = server.url(3).replace("opens", "shut")
        with pytest.raises(BrokerDownError):
            open_doorbell(Settings(redis_url=wrong)).ring("documents", "job-2")


def test_processes_that_start_at_once_make_one_table(postgresql: PostgresServer) -> None:
    settings = Settings(store_url=empty_database(postgresql))
    doorbells = [open_doorbell(settings) for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: doorbells[number].ring("documents", str(number)), range(8)))

    assert doorbells[0].depth("documents") == 8
    for doorbell in doorbells:
        doorbell.close()


def test_a_role_that_may_not_create_uses_the_table_that_is_there(
    postgresql: PostgresServer,
) -> None:
    url = empty_database(postgresql)
    open_doorbell(Settings(store_url=url)).ring("documents", "job-1")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop role if exists limited")
        connection.execute("create role limited login")
        connection.execute("grant select, insert, update, delete on comptoir_bell_task to limited")
        connection.execute("grant usage on sequence comptoir_bell_task_id_seq to limited")

    limited = open_doorbell(Settings(store_url=url.replace("postgres@", "limited@")))
    limited.ring("documents", "job-2")

    with answered(limited) as answers:
        answers.wait_for(["job-1", "job-2"])
    limited.close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop owned by limited")
        connection.execute("drop role limited")


def rings(doorbell: Doorbell, job_id: str) -> bool:
    try:
        doorbell.ring("documents", job_id)
    except BrokerDownError:
        return False
    return True


def time_refusal(doorbell: Doorbell) -> float:
    started_s = time.monotonic()
    with pytest.raises(BrokerDownError):
        doorbell.ring("documents", "refused")
    return time.monotonic() - started_s
