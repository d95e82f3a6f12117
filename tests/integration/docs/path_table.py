"""The table of paths in docs/security.md, made from the table that decides.

`python -m tests.integration.docs.path_table` writes it anew; a test says when to.
"""

from dashboard.access.paths import TABLE, Row
from tests.integration.docs.settings_tables import make_rows, replace_between
from tests.support.path_outcomes import VISITORS, outcome_of
from tests.support.worker import ROOT

PAGE = ROOT / "docs" / "security.md"


def renew() -> str:
    """The page with the table as it is now."""
    rows = [_show(row) for row in TABLE]
    table = make_rows(["path", "methods", "what", *VISITORS], rows)
    return replace_between(PAGE.read_text(), "<!-- table: paths -->\n", "<!-- end -->", table)


def _show(row: Row) -> list[str]:
    methods = "any" if len(row.methods) > 4 else ", ".join(row.methods)
    outcomes = [outcome_of(row, visitor) for visitor in VISITORS]
    return [f"`{row.path}`", methods, row.what, *outcomes]


if __name__ == "__main__":
    PAGE.write_text(renew())
