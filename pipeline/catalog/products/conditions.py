"""What a `ProductFilter` and words ask of rows, in SQL of either store."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    TextClause,
    bindparam,
    column,
    table,
    text,
    union,
)
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.product import AttributeValue
from pipeline.catalog.products.attribute_rows import as_value
from pipeline.catalog.products.keys import id_key, parse_words
from pipeline.fulltext.dialects import to_fts5, to_tsquery
from pipeline.fulltext.words import Question
from pipeline.models import Product, ProductAttribute

Conditions = list[ColumnElement[bool]]

WORDS = table("product_words", column("rowid", BigInteger))
# No folded text has a sign after it.
_LAST = "\U0010ffff"


def conditions(wanted: ProductFilter) -> Conditions:
    """What `wanted` asks of a `Product`; always that it is not deleted."""
    asked: Conditions = [col(Product.deleted_at).is_(None), *_of_prices(wanted)]
    if wanted.categories:
        asked.append(col(Product.category).in_(wanted.categories))
    if wanted.has_picture is not None:
        pictured = col(Product.picture_sha256)
        asked.append(pictured.is_not(None) if wanted.has_picture else pictured.is_(None))
    if wanted.ids is not None:
        asked.append(col(Product.id).in_(wanted.ids))
    if wanted.not_ids:
        asked.append(col(Product.id).not_in(wanted.not_ids))
    if wanted.import_job_id is not None:
        asked.append(col(Product.import_job_id) == wanted.import_job_id)
    for name, values in wanted.attributes.items():
        asked.append(col(Product.id).in_(_having(name, values)))
    return asked


def _of_prices(wanted: ProductFilter) -> Conditions:
    asked: Conditions = []
    if wanted.min_price_cents is not None:
        asked.append(col(Product.price_cents) >= wanted.min_price_cents)
    if wanted.max_price_cents is not None:
        asked.append(col(Product.price_cents) <= wanted.max_price_cents)
    if wanted.currency is not None:
        asked.append(col(Product.currency) == wanted.currency.upper())
    return asked


def _having(name: str, values: Sequence[AttributeValue]) -> Any:
    flat = [
        one for value in values for one in (value if isinstance(value, list | tuple) else (value,))
    ]
    return select(ProductAttribute.product_ref).where(
        ProductAttribute.name == name,
        col(ProductAttribute.value).in_([as_value(value) for value in flat]),
    )


def is_about(session: Session, query: str) -> Conditions:
    """What the words of `query` ask of a `Product`; nothing where there are none."""
    question = parse_words(query)
    if question.is_empty:
        return []
    found: Any = col(Product.id)
    if not question.wanted:
        # No index lists what is not there.
        unwanted = matching(session, Question(question.excluded, is_any=True))
        return [found.not_in(unwanted)]
    named = select_columns(col(Product.id)).where(begins(col(Product.id_key), id_key(query)))
    return [found.in_(union(matching(session, question), named))]


def matching(session: Session, question: Question) -> Select[Any]:
    """References of the products in whose words `question` is found."""
    return select_columns(WORDS.c.rowid).where(match(session, question))


def match(session: Session, question: Question) -> TextClause:
    """Whether a row of `WORDS` answers `question`, which wants at least one word."""
    if is_sqlite(session):
        condition, asked = "product_words MATCH :asked", to_fts5(question)
    else:
        condition, asked = "product_words.words @@ CAST(:asked AS tsquery)", to_tsquery(question)
    return text(condition).bindparams(bindparam("asked", asked, unique=True))


def begins(key: Any, beginning: str) -> ColumnElement[bool]:
    """Whether a key column begins so; its index knows."""
    asked: ColumnElement[bool] = (key >= beginning) & (key < beginning + _LAST)
    return asked


def is_sqlite(session: Session) -> bool:
    """Whether the store is SQLite rather than PostgreSQL."""
    return session.get_bind().dialect.name == "sqlite"
