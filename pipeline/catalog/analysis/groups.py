"""Groups of duplicates from close pairs, without letting chains grow into one large group."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

Pair = tuple[int, int]


@dataclass(frozen=True)
class Group:
    """Products with the same picture: `first` resembles all others; likeness 0..1 to it.

    `is_exact`: all of them have the very same file.
    """

    first: int
    others: tuple[int, ...]
    likeness: tuple[float, ...]
    is_exact: bool

    @property
    def members(self) -> tuple[int, ...]:
        """All of them."""
        return (self.first, *self.others)


def group_duplicates(
    same_file: Iterable[Sequence[int]],
    close: Iterable[tuple[int, int, float]],
    different: Collection[Pair] = (),
) -> list[Group]:
    """The groups, those with the very same file first, then by likeness and size.

    `same_file` lists products that share a file, `close` pairs of products whose files look the
    same. `different` are pairs, the smaller first, of which a person said that they are not.
    Every member of a group is close to its first one: A like B and B like C do not make A like C.
    """
    likeness = _collect(same_file, close, set(different))
    groups: list[Group] = []
    taken: set[int] = set()
    # Whoever resembles most stands for the group; of equals, the one that was there first.
    for first in sorted(likeness, key=lambda one: (-len(likeness[one]), one)):
        if first in taken:
            continue
        others = _compatible(first, likeness, taken, set(different))
        if others:
            taken.update((first, *others))
            groups.append(_make_group(first, others, likeness))
    return sorted(groups, key=lambda one: (not one.is_exact, -min(one.likeness), one.first))


def _collect(
    same_file: Iterable[Sequence[int]],
    close: Iterable[tuple[int, int, float]],
    different: Collection[Pair],
) -> dict[int, dict[int, float]]:
    likeness: dict[int, dict[int, float]] = defaultdict(dict)
    stands_for: dict[int, Sequence[int]] = {}
    for members in same_file:
        # Each with the first only: 5,000 products under one placeholder are 12 million pairs.
        stands_for[members[0]] = members
        for other in members[1:]:
            _note(likeness, members[0], other, 1.0, different)
    for one, another, cosine in close:
        # Not 1: that is said of the very same file alone.
        value = min(cosine, 0.9999)
        for left in stands_for.get(one, (one,)):
            _note(likeness, left, another, value, different)
        for right in stands_for.get(another, ())[1:]:
            _note(likeness, one, right, value, different)
    return likeness


def _note(
    likeness: dict[int, dict[int, float]], one: int, another: int, value: float,
    different: Collection[Pair],
) -> None:  # fmt: skip
    if (min(one, another), max(one, another)) not in different:
        likeness[one][another] = likeness[another][one] = value


def _compatible(
    first: int,
    likeness: dict[int, dict[int, float]],
    taken: Collection[int],
    different: Collection[Pair],
) -> list[int]:
    """The free neighbours of `first`, the most alike first, no two of them said to differ."""
    members: list[int] = []
    apart = {one for pair in different for one in pair}
    for other in sorted(likeness[first], key=lambda one: (-likeness[first][one], one)):
        if other in taken:
            continue
        if other in apart and any(
            (min(other, one), max(other, one)) in different for one in members
        ):
            continue
        members.append(other)
    return members


def _make_group(first: int, others: Sequence[int], likeness: dict[int, dict[int, float]]) -> Group:
    # The oldest product of the group is shown, and kept, first.
    eldest = min((first, *others))
    rest = tuple(one for one in (first, *others) if one != eldest)
    values = tuple(likeness[eldest].get(one, likeness[first].get(one, 0.0)) for one in rest)
    is_exact = all(likeness[first][one] >= 1.0 for one in others)
    return Group(eldest, rest, values, is_exact)
