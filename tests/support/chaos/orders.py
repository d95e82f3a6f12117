"""What a chaos run submits: jobs and workflows of every sort, drawn from a seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from pipeline.jobs.workflow import Chain, Group, Part, Step, chord
from pipeline.models import OnFailure, Priority
from tests.support.chaos.kinds import FLAKY, REFUSE, WORK

# Long enough to be still running when the cancel comes.
ENDLESS_S = 12.0
LATER_S = 4.0


@dataclass(frozen=True)
class Order:
    """One thing to submit: a single step or a workflow."""

    name: str
    part: Part
    priority: int = Priority.NORMAL
    # Seconds after the submit at which it is due.
    later_s: float = 0.0
    # Somebody cancels it, once it runs.
    cancelled: bool = False


@dataclass
class Drawing:
    """Draws the parts of one order, each step with a name of its own."""

    chance: random.Random
    name: str
    steps: int = field(default=0)

    def work(self, shortest_s: float = 0.0, longest_s: float = 0.0) -> Step:
        return self._step(WORK, seconds=round(self.chance.uniform(shortest_s, longest_s), 2))

    def flaky(self) -> Step:
        return self._step(FLAKY, seconds=0.1, failures=self.chance.randint(1, 2))

    def refuse(self) -> Step:
        return self._step(REFUSE)

    def mixed(self) -> Step:
        """Mostly nothing to do."""
        draw = self.chance.random()
        return self.work() if draw < 0.7 else self.flaky() if draw < 0.8 else self.work(0.1, 1.0)

    def workflow(self) -> Chain | Group:
        shapes = (
            self._chain,
            self._group,
            self._chord,
            self._nested,
            partial(self._broken, OnFailure.STOP),
            partial(self._broken, OnFailure.CONTINUE),
        )
        return self.chance.choice(shapes)()

    def endless_workflow(self) -> Chain:
        stuck = Group((self.work(), self.work(ENDLESS_S, ENDLESS_S), self.mixed()))
        return Chain((self.mixed(), stuck, self.work()))

    def _chain(self) -> Chain:
        return Chain(tuple(self.mixed() for _ in range(3)))

    def _group(self) -> Group:
        return Group(tuple(self.mixed() for _ in range(4)))

    def _chord(self) -> Chain:
        return chord(tuple(self.mixed() for _ in range(3)), self.work())

    def _nested(self) -> Chain:
        sides: tuple[Part, ...] = (self._chain(), self._group(), self.mixed())
        return Chain((self.mixed(), chord(sides, self.work()), self.work()))

    def _broken(self, on_failure: OnFailure) -> Chain:
        parts = (self.mixed(), self.refuse(), self.mixed())
        inner = self.chance.choice((Chain, Group))(parts, on_failure)
        return Chain((self.work(), inner, self.work()), on_failure)

    def _step(self, kind: str, **payload: float) -> Step:
        self.steps += 1
        return Step(kind, {"name": f"{self.name}.{self.steps}", **payload})


def draw_orders(chance: random.Random, jobs: int) -> list[Order]:
    """Orders with at least `jobs` rows together, chains and groups counted."""
    orders: list[Order] = []
    rows = 0
    while rows < jobs:
        orders.append(_draw_order(chance, f"o{len(orders)}"))
        rows += count_rows(orders[-1].part)
    return orders


def count_rows(part: Part) -> int:
    """How many jobs of the ledger a part makes."""
    return 1 if isinstance(part, Step) else 1 + sum(count_rows(inner) for inner in part.parts)


def _draw_order(chance: random.Random, name: str) -> Order:
    drawing = Drawing(chance, name)
    shapes: dict[Callable[[], Part], int] = {
        drawing.work: 50,
        partial(drawing.work, 0.05, 0.5): 18,
        partial(drawing.work, 1.0, 3.0): 7,
        drawing.flaky: 6,
        drawing.refuse: 4,
        drawing.workflow: 8,
    }
    if chance.random() < 0.03:
        endless = (partial(drawing.work, ENDLESS_S, ENDLESS_S), drawing.endless_workflow)
        return Order(name, chance.choice(endless)(), cancelled=True)
    (shape,) = chance.choices(list(shapes), list(shapes.values()))
    return Order(
        name,
        shape(),
        priority=chance.choice(list(Priority)),
        later_s=chance.uniform(0, LATER_S) if chance.random() < 0.1 else 0.0,
    )
