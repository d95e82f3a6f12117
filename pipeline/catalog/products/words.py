"""Products by exact and unfinished ids, names and words, the best first."""

from typing import Any, Literal, NamedTuple

from sqlalchemy import cast, column, func, literal_column
from sqlalchemy import select as select_columns
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col, select

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.products.conditions import WORDS, begins, conditions, is_sqlite, match
from pipeline.catalog.products.keys import id_key, name_key, parse_words
from pipeline.fulltext.dialects import to_tsquery
from pipeline.fulltext.words import Question
from pipeline.models import Product

FoundBy = Literal["id", "name", "words"]

# Words that occur in more products than that say little; ranking looks at each match.
RANKED = 1000

EXACT_ID, EXACT_NAME, BEGINS_ID, BEGINS_NAME, BEST_WORDS = 1.0, 0.95, 0.9, 0.8, 0.7


class WordHit(NamedTuple):
    """A product found: its reference, how well (0..1, 1 is its very id), and by what."""

    ref: int
    rank: float
    found_by: FoundBy


def search_words(session: Session, text: str, wanted: ProductFilter, limit: int) -> list[WordHit]:
    """The products that `text` names, the best first.

    Its id or name, whole or begun, come before those in which all of the words occur; the last
    word may be unfinished.
    """
    hits: dict[int, WordHit] = {}
    for hit in [*_by_keys(session, text, wanted, limit), *_by_words(session, text, wanted, limit)]:
        if hit.ref not in hits or hits[hit.ref].rank < hit.rank:
            hits[hit.ref] = hit
    return sorted(hits.values(), key=lambda hit: (-hit.rank, hit.ref))[:limit]


def _by_keys(session: Session, text: str, wanted: ProductFilter, limit: int) -> list[WordHit]:
    hits = []
    id_said, name_said = id_key(text), name_key(text)
    for ref, key in _beginning(session, col(Product.id_key), id_said, wanted, limit)[:limit]:
        hits.append(WordHit(ref, EXACT_ID if key == id_said else BEGINS_ID, "id"))
    for ref, key in _beginning(session, col(Product.name_key), name_said, wanted, limit)[:limit]:
        hits.append(WordHit(ref, EXACT_NAME if key == name_said else BEGINS_NAME, "name"))
    return hits


def _beginning(
    session: Session, key: Any, beginning: str, wanted: ProductFilter, limit: int
) -> list[tuple[int, str]]:
    if not beginning:
        return []
    # The key alone, so that its index is what is followed.
    asked = (begins(key, beginning), col(Product.deleted_at).is_(None))
    most = limit if wanted == ProductFilter() else RANKED
    rows = session.exec(select(Product.id, key).where(*asked).order_by(key).limit(most))
    found = {ref: said for ref, said in rows if ref is not None}
    return [(ref, found[ref]) for ref in _narrowed(session, list(found), wanted)]


def _by_words(session: Session, text: str, wanted: ProductFilter, limit: int) -> list[WordHit]:
    question = parse_words(text)
    if not question.wanted:
        return []
    best = _narrowed(session, _ranked(session, question), wanted)[:limit]
    # Scores of words mean nothing beside others; their order does.
    return [
        WordHit(ref, BEST_WORDS * (1 - place / (len(best) + 1)), "words")
        for place, ref in enumerate(best)
    ]


def _ranked(session: Session, question: Question) -> list[int]:
    scored: Any = func.ts_rank_cd(column("words"), cast(to_tsquery(question), TSQUERY))
    if is_sqlite(session):
        # The better a match, the more below zero.
        scored = -func.bm25(literal_column("product_words"))
    statement = select_columns(WORDS.c.rowid, scored).where(match(session, question))
    rows = session.execute(statement.order_by(WORDS.c.rowid.desc()).limit(RANKED))
    return [ref for ref, _ in sorted(rows, key=lambda row: (-row[1], row[0]))]


def _narrowed(session: Session, refs: list[int], wanted: ProductFilter) -> list[int]:
    if wanted == ProductFilter():
        return refs
    asked = (*conditions(wanted), col(Product.id).in_(refs))
    kept = set(session.exec(select(Product.id).where(*asked)))
    return [ref for ref in refs if ref in kept]
