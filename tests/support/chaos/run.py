"""One chaos run: hire, submit, harm, let it come to rest, judge."""

import os
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from sqlmodel import select

from pipeline.errors import StoreUnavailableError
from pipeline.models import WorkerRow
from pipeline.settings import Settings, get_settings
from pipeline.store import read_session
from tests.support.chaos.crew import Crew, hire_crew
from tests.support.chaos.harm import HOLD_S, Harm
from tests.support.chaos.kinds import EXTRA_KINDS
from tests.support.chaos.orders import Order, draw_orders
from tests.support.chaos.places import Place
from tests.support.chaos.submitter import Submitter
from tests.support.chaos.verdict import Verdict, judge, unfinished
from tests.support.chaos.witness import install_witness

SUBMITTERS = 2
# Submitting ends a little before the harm does, so that the last jobs are harmed too.
SUBMITTED_BY = 0.85
REST_WITHIN_S = 300.0
WORKER_SETTINGS = {
    "COMPTOIR_EXTRA_KINDS": EXTRA_KINDS,
    "COMPTOIR_DISPATCH_S": "0.5",
    "COMPTOIR_HEARTBEAT_S": "1",
    "COMPTOIR_LEASE_S": "4",
    "COMPTOIR_WARM_RUNNERS": "0",
    "COMPTOIR_DOCUMENTS_WORKERS": "3",
    "COMPTOIR_DOCUMENTS_BACKOFF_S": "0.2,0.4,0.8",
    # Holding the store longer than a worker waits for it must not count against a job's time.
    "COMPTOIR_DOCUMENTS_TIME_LIMIT_S": "120",
    # Nobody here dies by the job's own fault.
    "COMPTOIR_MAX_CRASHES": "100000",
    "COMPTOIR_RUNNER_JOBS": "40",
    "COMPTOIR_STOP_GRACE_S": "5",
    "COMPTOIR_LOG_JSON": "1",
}


@dataclass(frozen=True)
class Plan:
    """How much of everything."""

    jobs: int
    seconds: float
    seed: int
    # How often the faults of the place come round.
    rounds: int
    # How long a lock on the store is held.
    hold_s: float = HOLD_S


@dataclass(frozen=True)
class Report:
    """What was done, and what came of it."""

    verdict: Verdict
    submitter: Submitter
    crew: Crew
    harm: Harm
    rings_lost: int
    took_s: float
    rest_s: float


def run_chaos(place: Place, plan: Plan, log: Path) -> Report:
    """Submit and harm for as long as the plan says, wait for rest, stop the workers, judge."""
    began_s = time.monotonic()
    environment = {"COMPTOIR_DATA_DIR": str(place.settings.data_dir), **place.environment}
    with _environment(environment | WORKER_SETTINGS):
        install_witness(place.settings)
        submitter = Submitter(place.settings)
        crew = hire_crew(dict(os.environ), place.settings.data_dir, log)
        chance = random.Random(plan.seed + 1)
        harm = Harm(place, crew, chance, plan.rounds, plan.hold_s)
        try:
            orders = draw_orders(random.Random(plan.seed), plan.jobs)
            _submit_under(harm, submitter, orders, plan.seconds)
            calm_s = time.monotonic()
            came_to_rest = _wait_for_rest(place.settings, crew)
            rest_s = time.monotonic() - calm_s
        finally:
            left = crew.stop()
        verdict = judge(place.settings, submitter.orders, submitter.cancels)
    verdict.other_wrongs += [*left, *harm.errors, *place.check_whole()]
    if not came_to_rest:
        verdict.other_wrongs.append(f"not at rest after {REST_WITHIN_S:.0f} s")
    if len(submitter.orders) != len(orders):
        verdict.losses.append(f"{len(orders) - len(submitter.orders)} orders never submitted")
    took_s = time.monotonic() - began_s
    return Report(verdict, submitter, crew, harm, place.rings_lost, took_s, rest_s)


def _submit_under(
    harm: Harm, submitter: Submitter, orders: Sequence[Order], seconds: float
) -> None:
    submitted = threading.Event()
    shares = [orders[start::SUBMITTERS] for start in range(SUBMITTERS)]
    submitting = [
        threading.Thread(target=submitter.submit_all, args=(share, seconds * SUBMITTED_BY))
        for share in shares
    ]
    cancelling = threading.Thread(target=submitter.cancel_until, args=(submitted,))
    for thread in (*submitting, cancelling):
        thread.start()
    harm.go_on_for(seconds)
    for thread in submitting:
        thread.join()
    submitted.set()
    cancelling.join()


def _wait_for_rest(settings: Settings, crew: Crew) -> bool:
    """Whether every job ended; then also both workers are up, so that they can be stopped."""
    ends_s = time.monotonic() + REST_WITHIN_S
    while time.monotonic() < ends_s:
        try:
            if not unfinished(settings) and crew.all_are_in(_reported(settings)):
                return True
        except StoreUnavailableError:
            pass
        time.sleep(0.2)
    return False


def _reported(settings: Settings) -> set[int]:
    with read_session(settings) as session:
        return set(session.exec(select(WorkerRow.pid)).all())


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    get_settings.cache_clear()
    with mock.patch.dict(os.environ, variables):
        yield
    get_settings.cache_clear()
