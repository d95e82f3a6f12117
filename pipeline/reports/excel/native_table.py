"""Excel's own tables on sheets that are written in constant memory.

XlsxWriter refuses `add_table` there since it would go back to the header's cells and remember
every cell of the table. The table's own file needs neither, so it is described here as
`add_table` would have; the caller has written the same header into the sheet.
"""

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_range

# Header and bands in the first accent of the theme.
STYLE = "TableStyleMedium2"


def add_native_table(
    sheet: Any, name: str, header_row: int, last_row: int, titles: Sequence[str]
) -> None:
    """Make a table of the rows below `header_row` (from 0, one at least), with filters.

    `name` is without spaces and no cell's address; `titles` differ, whatever their case.
    """
    reach = xl_range(header_row, 0, last_row, len(titles) - 1)
    sheet.tables.append(
        {
            "name": name,
            "range": reach,
            "a_range": reach,
            "autofilter": reach,
            "header_row_count": 1,
            "totals_row_shown": False,
            "style": STYLE,
            "show_first_col": False,
            "show_last_col": False,
            "show_row_stripes": True,
            "show_col_stripes": False,
            "columns": [{"id": place, "name": title} for place, title in enumerate(titles, 1)],
        }
    )
