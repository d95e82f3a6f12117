"""The book of factors as the store has it: what the package ships and what was imported.

Called wherever a receipt is weighed and where a person looks for a factor.
"""

from datetime import datetime

from sqlmodel import Session, col, func, select

from pipeline.models import ImportedFactor
from pipeline.receipts.footprint import Factor, FactorBook

# One store's book a process; what was imported is known by how many rows there are and how new.
_State = tuple[str, int, datetime | None]
_books: dict[_State, FactorBook] = {}


def load_book(session: Session) -> FactorBook:
    """The shipped and imported factors; made anew only after an import, by whichever process."""
    state = _state_of(session)
    book = _books.get(state)
    if book is None:
        rows = session.exec(select(ImportedFactor).order_by(col(ImportedFactor.id))).all()
        book = FactorBook(_factor_of(row) for row in rows)
        _books.clear()
        _books[state] = book
    return book


def _state_of(session: Session) -> _State:
    query = select(func.count(), func.max(col(ImportedFactor.imported_at)))
    count, newest = session.exec(query.select_from(ImportedFactor)).one()
    # Stores without imports share the shipped book.
    return (str(session.get_bind().engine.url) if count else "", count, newest)


def _factor_of(row: ImportedFactor) -> Factor:
    return Factor(
        id=row.id,
        name_fr=row.name_fr,
        name_en=row.name_en,
        category=row.category,
        subcategory=row.subcategory,
        kind=row.kind,
        unit=row.unit,
        kg_co2e=row.kg_co2e,
        ef_mpt=row.ef_mpt,
        dqr=row.dqr,
        source=row.source,
        year=row.year,
    )
