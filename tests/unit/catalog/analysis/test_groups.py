"""Groups of duplicates: exact ones first, no chains, and what a person said stays said."""

from pipeline.catalog.analysis.groups import Group, group_duplicates


def members(groups: list[Group]) -> list[tuple[int, ...]]:
    return [group.members for group in groups]


def test_products_with_the_same_file_are_an_exact_group_and_come_first() -> None:
    groups = group_duplicates([[4, 9, 6]], [(1, 2, 0.99)])
    assert members(groups) == [(4, 6, 9), (1, 2)]
    assert [group.is_exact for group in groups] == [True, False]
    assert groups[1].likeness == (0.99,)


def test_the_first_of_a_group_is_the_product_that_was_there_first() -> None:
    (group,) = group_duplicates([], [(3, 8, 0.97), (5, 8, 0.98)])
    assert group.first == 3
    assert set(group.others) == {5, 8}


def test_a_chain_of_pictures_does_not_become_one_group() -> None:
    # 1 is like 2, 2 like 3 and so on: the ends have nothing in common.
    chain = [(one, one + 1, 0.96) for one in range(1, 9)]
    assert max(len(group.members) for group in group_duplicates([], chain)) <= 3


def test_what_is_close_to_a_file_is_close_to_all_products_with_that_file() -> None:
    (group,) = group_duplicates([[1, 2]], [(1, 7, 0.98)])
    assert group.members == (1, 2, 7)
    assert not group.is_exact


def test_products_that_were_said_to_differ_are_in_no_group_together() -> None:
    assert group_duplicates([], [(1, 2, 0.99)], {(1, 2)}) == []
    groups = group_duplicates([], [(1, 2, 0.99), (1, 3, 0.98), (2, 3, 0.98)], {(2, 3)})
    assert members(groups) == [(1, 2)]


def test_each_product_is_in_one_group_only() -> None:
    groups = group_duplicates([], [(1, 2, 0.99), (2, 3, 0.96), (3, 4, 0.99), (4, 5, 0.95)])
    listed = [one for group in groups for one in group.members]
    assert len(listed) == len(set(listed))


def test_a_placeholder_under_many_products_is_one_group() -> None:
    (group,) = group_duplicates([list(range(5000))], [])
    assert len(group.members) == 5000
