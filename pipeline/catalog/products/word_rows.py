"""The words by which products are found: `product_words`, whose rowid is the product's reference.

An FTS5 table on SQLite, a tsvector on PostgreSQL.
"""

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Connection, bindparam, text

from pipeline.catalog.product import AttributeValue, ProductDraft
from pipeline.catalog.products.keys import to_singular
from pipeline.fulltext.dialects import to_tsvector
from pipeline.fulltext.words import split_words


def words_of(draft: ProductDraft) -> list[str]:
    """The folded words of a product, those of its id and name first."""
    said = [draft.product_id, draft.name, draft.category, draft.description]
    said += [text for value in draft.attributes.values() for text in _texts(value)]
    return to_singular(split_words("\n".join(part for part in said if part)))


def _texts(value: AttributeValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        yield from value


def replace_words(connection: Connection, words: Mapping[int, list[str]]) -> None:
    """Let these products be found by these words and by no others."""
    if not words:
        return
    delete_words(connection, words)
    is_sqlite = connection.dialect.name == "sqlite"
    value = ":words" if is_sqlite else "CAST(:words AS tsvector)"
    connection.execute(
        text(f"INSERT INTO product_words (rowid, words) VALUES (:id, {value})"),  # noqa: S608
        [
            {"id": ref, "words": " ".join(folded) if is_sqlite else to_tsvector(folded)}
            for ref, folded in words.items()
        ],
    )


def delete_words(connection: Connection, refs: Collection[int]) -> None:
    """Let these products not be found by words any more."""
    statement = text("DELETE FROM product_words WHERE rowid IN :refs")
    connection.execute(
        statement.bindparams(bindparam("refs", expanding=True)), {"refs": list(refs)}
    )
