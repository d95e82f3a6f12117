"""Short chaos runs: whatever is killed, wiped, locked or filled up, nothing is lost or doubled."""

import warnings
from pathlib import Path

from tests.support.chaos.places import Place, place_in_folder, place_on_servers
from tests.support.chaos.run import Plan, run_chaos
from tests.support.postgresql import PostgresServer
from tests.support.valkey import start_valkey


def assert_nothing_is_lost_or_doubled(place: Place, plan: Plan, log: Path) -> None:
    verdict = run_chaos(place, plan, log).verdict
    assert verdict.losses == []
    assert verdict.duplicates == []
    assert verdict.stale_writes == []
    assert verdict.workflow_errors == []
    assert verdict.other_wrongs == []


def test_half_a_minute_of_kills_wiped_brokers_and_a_held_store_loses_nothing(
    tmp_path: Path,
) -> None:
    with place_in_folder() as place:
        if not place.on_tmpfs:
            warnings.warn("the disk was not filled: nothing may be mounted here", stacklevel=1)
        plan = Plan(jobs=120, seconds=28, seed=3, rounds=1)
        assert_nothing_is_lost_or_doubled(place, plan, tmp_path / "worker.log")


def test_kills_and_restarted_servers_lose_nothing(
    postgresql: PostgresServer, tmp_path: Path
) -> None:
    with start_valkey() as broker, place_on_servers(postgresql, broker) as place:
        plan = Plan(jobs=60, seconds=16, seed=3, rounds=1, hold_s=3)
        assert_nothing_is_lost_or_doubled(place, plan, tmp_path / "worker.log")
