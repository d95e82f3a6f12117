"""Products that a receipt's line may be: those that share the most telling words with it."""

from typing import Any

from sqlalchemy import cast, column, func, literal_column
from sqlalchemy import select as select_columns
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col, select

from pipeline.catalog.linking.matching import Candidate, Line, rank
from pipeline.catalog.products.conditions import WORDS, is_sqlite, match
from pipeline.catalog.products.find import find_by_refs
from pipeline.catalog.products.keys import to_singular
from pipeline.fulltext.dialects import to_tsquery
from pipeline.fulltext.words import Question, Term, split_words
from pipeline.models import Product
from pipeline.receipts.footprint.wording import read_all_words

MOST = 80
# Shorter ones begin too many words.
_LEAST_PREFIX = 3


def find_candidates(
    session: Session, description: str, language: str | None = None
) -> list[Candidate]:
    """At most 80 products, those first that share more and rarer words."""
    question = Question(tuple(_terms(description, language)), is_any=True)
    if not question.wanted:
        return []
    score: Any = -func.ts_rank(column("words"), cast(to_tsquery(question), TSQUERY))
    if is_sqlite(session):
        score = func.bm25(literal_column("product_words"))
    best = select_columns(WORDS.c.rowid).where(match(session, question))
    refs = session.scalars(best.order_by(score, WORDS.c.rowid).limit(MOST)).all()
    return _load(session, refs)


def suggest_products(session: Session, description: str) -> list[Product]:
    """What a line may be, the best first; for a person to choose from."""
    ranked = rank(Line(description), find_candidates(session, description))
    rows = find_by_refs(session, [one.ref for one in ranked])
    return [rows[one.ref] for one in ranked if one.ref in rows]


def _terms(description: str, language: str | None) -> list[Term]:
    written_out = [word.lower() for word in read_all_words(description, language)]
    printed = [word for word in split_words(description) if not word.isdigit()]
    words = dict.fromkeys(to_singular([*written_out, *printed]))
    return [Term((word,), len(word) >= _LEAST_PREFIX) for word in words if word.isalnum()]


def _load(session: Session, refs: Any) -> list[Candidate]:
    rows = session.exec(
        select(Product.id, Product.name, Product.price_cents, Product.currency).where(
            col(Product.id).in_(refs), col(Product.deleted_at).is_(None)
        )
    )
    return [
        Candidate(ref, name, price_cents, currency)
        for ref, name, price_cents, currency in rows
        if ref is not None
    ]
