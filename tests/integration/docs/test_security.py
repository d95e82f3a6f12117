"""The page about who gets in shows the table that decides."""

from tests.integration.docs.path_table import PAGE, renew


def test_the_table_of_paths_is_the_one_that_decides() -> None:
    assert renew() == PAGE.read_text(), "run: python -m tests.integration.docs.path_table"
