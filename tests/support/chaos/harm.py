"""The harm of a chaos run: somebody is killed every second or two, and now and then worse."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from sqlmodel import col, select

from pipeline.models import Job, JobStatus
from pipeline.settings import Settings
from pipeline.store import read_session
from tests.support.chaos.crew import Crew
from tests.support.chaos.places import Fault, Pause, Place

# The longest that a worker waits for the store (`worker.STORE_WAIT_S`), and a little.
HOLD_S = 16.0
# Past the leases of `run.WORKER_SETTINGS`.
FREEZE_S = 6.5
FREEZE_TRIES = 100
KILL_EVERY_S = (1.0, 2.0)
# Of those who are killed; the others are runners.
WORKERS_SHARE = 0.25


@dataclass
class Harm:
    """Kills on one thread and faults on another, until the time is over."""

    place: Place
    crew: Crew
    chance: random.Random
    rounds: int
    hold_s: float
    inflicted: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def go_on_for(self, seconds: float) -> None:
        """Kill and harm meanwhile; what was begun is undone when this returns."""
        threads = [
            threading.Thread(target=self._kill),
            threading.Thread(target=self._inflict, args=(seconds,)),
        ]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        self._over.set()
        for thread in threads:
            thread.join()

    def _kill(self) -> None:
        while not self._over.wait(self.chance.uniform(*KILL_EVERY_S)):
            victims = [self.crew.kill_runner, self.crew.kill_worker]
            if self.chance.random() < WORKERS_SHARE:
                victims.reverse()
            # The one is not up for a while after it was killed; then it is the other's turn.
            any(kill(self.chance) for kill in victims)

    def _inflict(self, seconds: float) -> None:
        began_s = time.monotonic()
        faults = [fault for _ in range(self.rounds) for fault in self._draw_round()]
        for place, fault in enumerate(faults):
            begin_s = began_s + seconds * (place + 0.5) / len(faults)
            if self._over.wait(max(0.0, begin_s - time.monotonic())):
                return
            try:
                fault.inflict(time.sleep)
            except Exception as error:  # noqa: BLE001 - the run goes on, and says so at its end
                self.errors.append(f"{fault.name}: {error!r}")
            self.inflicted[fault.name] += 1

    def _draw_round(self) -> list[Fault]:
        """Each fault as often as it asks for; the lasting ones are not left to the end."""
        freeze = Fault("busy workers frozen past their leases", self._freeze, 2, lasts=True)
        drawn = [
            fault for fault in (*self.place.faults(self.hold_s), freeze) for _ in range(fault.times)
        ]
        self.chance.shuffle(drawn)
        lasting = [fault for fault in drawn if fault.lasts]
        quick = [fault for fault in drawn if not fault.lasts]
        share = -(-len(quick) // len(lasting))
        mixed: list[Fault] = []
        for place, fault in enumerate(lasting):
            mixed += [fault, *quick[place * share : (place + 1) * share]]
        return mixed

    def _freeze(self, pause: Pause) -> None:
        # One that has something to lose; whoever takes its jobs over must not be disturbed by it.
        for _ in range(FREEZE_TRIES):
            busy = _find_busy_workers(self.place.settings) & self.crew.pids
            if busy:
                self.crew.freeze(self.chance.choice(sorted(busy)), FREEZE_S)
                return
            pause(0.05)


def _find_busy_workers(settings: Settings) -> set[int]:
    """Process ids of workers that run a job which takes a while."""
    statement = select(Job.worker_id).where(
        Job.status == JobStatus.PROCESSING, col(Job.stage).is_not(None)
    )
    with read_session(settings) as session:
        ids = session.exec(statement).all()
    return {int(worker_id.split(":")[1]) for worker_id in ids if worker_id}
