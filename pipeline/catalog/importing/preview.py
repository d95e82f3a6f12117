"""A look at a table before it is imported: its columns, first rows, and what they probably say."""

from itertools import islice

from pipeline.catalog.importing.open_table import Table, open_table
from pipeline.catalog.importing.orders import SentFile, TablePreview
from pipeline.catalog.importing.suggest import suggest_mapping
from pipeline.catalog.importing.table import TableError
from pipeline.errors import PayloadTooLargeError
from pipeline.settings import BYTES_PER_MB, Settings

SHOWN_ROWS = 20
JUDGED_ROWS = 200


def preview_table(settings: Settings, table: SentFile) -> TablePreview:
    """What the wizard shows first. Raises TableError, ZipError or PayloadTooLargeError."""
    opened = open_sent_table(settings, table)
    rows = [row.cells for row in islice(opened.rows(), JUDGED_ROWS)]
    return TablePreview(
        format=opened.format,
        columns=opened.columns,
        rows=rows[:SHOWN_ROWS],
        row_estimate=judge_rows(settings, opened),
        mapping=suggest_mapping(opened.columns, rows),
    )


def open_sent_table(settings: Settings, table: SentFile) -> Table:
    """The table in a file that was sent, if it is no larger than may be."""
    if table.content.seek(0, 2) > settings.catalog_max_upload_mb * BYTES_PER_MB:
        raise too_large(settings)
    return open_table(table.content)


def judge_rows(settings: Settings, table: Table) -> int:
    """How many rows there may be. Raises TableError TABLE_EMPTY or TABLE_TOO_MANY_ROWS."""
    most = settings.catalog_max_rows
    rows = table.estimate_rows()
    if rows > most:
        # Line breaks inside cells were counted too.
        rows = sum(1 for _ in islice(table.rows(), most + 1))
    if rows > most:
        raise too_many_rows(most)
    if next(table.rows(), None) is None:
        raise TableError("TABLE_WITHOUT_ROWS", "The table has column names and no rows below them.")
    return rows


def too_many_rows(most: int) -> TableError:
    """The refusal of a table of more rows than the settings allow."""
    return TableError(
        "TABLE_TOO_MANY_ROWS",
        f"The table has more than {most} rows. Split it and import the parts.",
        params={"max": most},
    )


def too_large(settings: Settings) -> PayloadTooLargeError:
    """The refusal of a table or pictures of too many bytes."""
    max_mb = settings.catalog_max_upload_mb
    return PayloadTooLargeError(
        "IMPORT_TOO_LARGE",
        f"Table and pictures are larger than {max_mb} MB. Import them in parts.",
        params={"max_mb": max_mb},
    )
