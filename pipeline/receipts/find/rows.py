"""The rows behind the search: the text of each receipt, and its words as the store finds them.

`receipt_words` is an FTS5 table on SQLite and holds a tsvector on PostgreSQL; on both its `rowid`
is the id in `receipt_search`, microseconds since 1970 of when the receipt was handed over: the
newest are found first without sorting.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from pipeline.fulltext.dialects import to_tsvector
from pipeline.fulltext.words import clean_text, split_words

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Words:
    """What can be found of one receipt: what was read on it, and what it is said to be."""

    job_id: str
    read_text: str
    stated_text: str

    @property
    def folded(self) -> list[str]:
        """All its words; what it is said to be comes first and is never cut off."""
        return split_words(f"{self.stated_text}\n{self.read_text}")


def insert_words(connection: Connection, words: Words, created_at: datetime) -> None:
    """Make a receipt findable that is not yet; `created_at` in UTC places it in the order."""
    search_id = (created_at.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
    # Several are handed over at the same microsecond in no other way than by a program.
    while not _insert_text(connection, search_id, words):
        search_id += 1
    _insert_words(connection, search_id, words.folded)


def replace_words(connection: Connection, search_id: int, words: Words) -> None:
    """Let a receipt be found by these words instead of those before."""
    connection.execute(
        text("UPDATE receipt_search SET read_text = :read, stated_text = :stated WHERE id = :id"),
        {"id": search_id} | _texts(words),
    )
    connection.execute(text("DELETE FROM receipt_words WHERE rowid = :id"), {"id": search_id})
    _insert_words(connection, search_id, words.folded)


def delete_words(connection: Connection, search_id: int) -> None:
    """Let a receipt not be found any more."""
    for statement in (
        "DELETE FROM receipt_words WHERE rowid = :id",
        "DELETE FROM receipt_search WHERE id = :id",
    ):
        connection.execute(text(statement), {"id": search_id})


def _insert_text(connection: Connection, search_id: int, words: Words) -> bool:
    inserted = connection.execute(
        text(
            "INSERT INTO receipt_search (id, job_id, read_text, stated_text) "
            "VALUES (:id, :job_id, :read, :stated) ON CONFLICT (id) DO NOTHING"
        ),
        {"id": search_id, "job_id": words.job_id} | _texts(words),
    )
    return inserted.rowcount == 1


def _texts(words: Words) -> dict[str, str]:
    return {"read": clean_text(words.read_text), "stated": clean_text(words.stated_text)}


def _insert_words(connection: Connection, search_id: int, folded: list[str]) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    value = ":words" if is_sqlite else "CAST(:words AS tsvector)"
    connection.execute(
        text(f"INSERT INTO receipt_words (rowid, words) VALUES (:id, {value})"),  # noqa: S608
        {"id": search_id, "words": " ".join(folded) if is_sqlite else to_tsvector(folded)},
    )
