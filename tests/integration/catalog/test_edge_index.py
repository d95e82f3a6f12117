"""The index in the dashboard's own process: what kills, broken files and others do to it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.index.edge import EdgeIndex
from pipeline.catalog.index.homes import mark_for_rebuild
from pipeline.catalog.index.vector_index import Fed, Point
from pipeline.errors import ConflictError

DIMENSION = 8
ALL = ProductFilter()
# More than are compared one by one, in two vectors each.
MANY = 12_000
FEW = 300
KILLED_AFTER_LINES = 40

# Writes 50 products at a time, takes one of the time before out again, and says so afterwards.
WRITER = """
import sys
from pathlib import Path
import numpy as np
from pipeline.catalog.index.edge import EdgeIndex
from pipeline.catalog.index.vector_index import Point

index = EdgeIndex(Path(sys.argv[1]), 8)
vector = np.ones(8, np.float32)
seq = index.last_seq()
while True:
    points = [Point(seq + number, {"image": vector}) for number in range(1, 51)]
    gone = [seq - 49] if seq else []
    index.apply(points, gone, seq + 50)
    seq += 50
    print(seq, flush=True)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of an index that nobody opened yet."""
    return tmp_path / "index"


@pytest.fixture
def index(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EdgeIndex]:
    """An index that is optimised though it holds few vectors, because that is quicker."""
    monkeypatch.setattr("pipeline.catalog.index.edge.UNINDEXED_AT_MOST", FEW)
    opened = EdgeIndex(home, DIMENSION)
    opened.apply(random_points(FEW), [], 1)
    yield opened
    opened.close()


def random_points(count: int) -> list[Point]:
    vectors = np.random.default_rng(5).standard_normal((count, DIMENSION)).astype(np.float32)
    return [Point(n, {"image": v, "text": v}) for n, v in enumerate(vectors, 1)]


def up_to_date(_fed: Fed) -> None:
    """Nothing changed meanwhile."""


def test_a_kill_never_leaves_the_index_ahead_of_its_points(home: Path) -> None:
    for _ in range(3):
        writer = subprocess.Popen(
            (sys.executable, "-c", WRITER, str(home)),
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
        assert writer.stdout is not None
        told = [int(writer.stdout.readline()) for _ in range(KILLED_AFTER_LINES)]
        writer.kill()
        told += [int(line) for line in writer.stdout.read().split()]
        writer.wait()

        index = EdgeIndex(home, DIMENSION)
        seen = index.last_seq()
        # Of each fifty but the last the first is gone; the kill may have met the next fifty.
        lost = {seen - 49} | {seen - 49 - 50}
        expected = {n for n in range(1, seen + 1) if n % 50 != 1}
        held = {hit.id for hit in index.search(np.ones(8, np.float32), "image", ALL, seen + 50)}
        index.close()

        assert seen >= told[-1]
        assert expected <= held
        assert held - expected <= lost


def test_only_one_may_have_it_open(home: Path) -> None:
    first = EdgeIndex(home, DIMENSION)

    with pytest.raises(ConflictError) as refused:
        EdgeIndex(home, DIMENSION)
    first.close()

    assert refused.value.code == "INDEX_IN_USE"
    EdgeIndex(home, DIMENSION).close()


@pytest.mark.parametrize("damage", ["config", "segments", "dimension", "empty"])
def test_what_cannot_be_read_is_moved_aside_and_begun_anew(home: Path, damage: str) -> None:
    index = EdgeIndex(home, DIMENSION)
    index.apply([Point(1, {"image": np.ones(DIMENSION, np.float32)})], [], 7)
    index.close()
    damage_shard(home / "1", damage)

    index = EdgeIndex(home, DIMENSION + (damage == "dimension"))

    assert index.last_seq() == index.count(ALL) == 0
    assert len(list(home.glob("broken-*"))) == 1
    index.close()


def damage_shard(shard: Path, damage: str) -> None:
    if damage == "config":
        (shard / "edge_config.json").write_text("{")
    if damage == "empty":
        (shard / "edge_config.json").write_text("")
    if damage == "segments":
        for file in shard.rglob("segment.json"):
            file.write_bytes(b"\0" * 100)


def test_optimising_changes_nothing_but_the_pace(home: Path) -> None:
    question = np.ones(DIMENSION, np.float32)
    index = EdgeIndex(home, DIMENSION)
    index.apply(random_points(MANY), [], 1)
    before = index.search(question, "text", ALL, 10)

    assert index.optimize(up_to_date)

    after = index.search(question, "text", ALL, 10)
    assert [hit.id for hit in after] == [hit.id for hit in before]
    assert [hit.score for hit in after] == pytest.approx([hit.score for hit in before], abs=1e-4)
    assert index.count(ALL) == MANY
    assert [path.name for path in home.iterdir() if path.is_dir()] == ["2"]
    # And then it is left alone.
    assert not index.optimize(up_to_date)
    index.close()


def test_what_changes_while_it_is_optimised_is_there_afterwards(index: EdgeIndex) -> None:
    new = [Point(FEW + 1, {"image": np.ones(DIMENSION, np.float32)})]
    index.apply(new, [1], 2)

    def catch_up(fed: Fed) -> None:
        if fed.last_seq() < 3:
            fed.apply([Point(FEW + 2, {})], [2], 3)

    assert index.optimize(catch_up)

    assert index.last_seq() == 3
    assert index.count(ProductFilter(ids=(1, 2, FEW + 1, FEW + 2))) == 2


def test_questions_are_answered_while_it_is_optimised(index: EdgeIndex) -> None:
    optimizing = threading.Thread(target=index.optimize, args=(up_to_date,))
    optimizing.start()
    answers = 0
    while optimizing.is_alive():
        answers += len(index.search(np.ones(DIMENSION, np.float32), "image", ALL, 1))
    optimizing.join()

    # The library alone would let one or two through.
    assert answers > 20


def test_it_is_closed_at_once_while_it_is_optimised(index: EdgeIndex, home: Path) -> None:
    optimizing = threading.Thread(target=index.optimize, args=(up_to_date,))
    optimizing.start()
    index.close()
    optimizing.join(10)

    assert not optimizing.is_alive()
    again = EdgeIndex(home, DIMENSION)
    assert (again.last_seq(), again.count(ALL)) == (1, FEW)
    again.close()


def test_a_rebuild_takes_over_with_what_it_is_fed(index: EdgeIndex) -> None:
    def feed(fed: Fed) -> None:
        if fed.last_seq() == 0:
            fed.apply([Point(5, {"image": np.ones(DIMENSION, np.float32)})], [], 9)

    index.rebuild(feed)

    assert (index.last_seq(), index.count(ALL)) == (9, 1)


def test_what_is_marked_for_a_rebuild_is_opened_empty(index: EdgeIndex, home: Path) -> None:
    index.close()
    mark_for_rebuild(home)

    for expected in (0, 3):
        again = EdgeIndex(home, DIMENSION)
        assert again.last_seq() == expected
        again.apply([], [], 3)
        again.close()
