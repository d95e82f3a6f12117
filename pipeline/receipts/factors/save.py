"""Puts the factors of a file into the store, all or none; a second time changes nothing."""

from datetime import datetime
from pathlib import Path

from sqlmodel import Session, select

from pipeline.audit import write
from pipeline.models import ImportedFactor
from pipeline.receipts.factors.report import ImportReport
from pipeline.receipts.factors.table import FactorTable, read_table
from pipeline.receipts.footprint.figures import Factor
from pipeline.settings import Settings
from pipeline.store import write_session


def import_factors(
    path: Path, settings: Settings, now: datetime, actor: str = "cli"
) -> ImportReport:
    """Import one file of factors in one transaction; what it corrects is changed in place.

    Raises FactorFileError where the file is no table of factors, StoreUnavailableError where the
    store cannot be written; the store is then as it was.
    """
    table = read_table(path)
    with write_session(settings) as session:
        report = _save(session, table, now)
        write(
            session,
            actor=actor,
            action="factor.import",
            target_type="factors",
            target_id=path.name,
            detail={"source": report.source, "added": report.added, "changed": report.changed},
            now=now,
        )
        return report


def _save(session: Session, table: FactorTable, now: datetime) -> ImportReport:
    stored = {row.id: row for row in session.exec(select(ImportedFactor)).all()}
    added = changed = 0
    for factor in table.factors:
        row = stored.get(factor.id)
        if row is None:
            session.add(ImportedFactor(**vars(factor), imported_at=now))
            added += 1
        elif _update(row, factor):
            row.imported_at = now
            session.add(row)
            changed += 1
    in_file = {factor.id for factor in table.factors}
    prefix = table.factors[0].id.partition(":")[0] + ":"
    return ImportReport(
        source=table.source,
        year=table.year,
        added=added,
        changed=changed,
        unchanged=len(table.factors) - added - changed,
        kept=sum(key.startswith(prefix) and key not in in_file for key in stored),
        bad_rows=table.bad_rows,
    )


def _update(row: ImportedFactor, factor: Factor) -> bool:
    """Make a row say what a factor says; False where it did already."""
    before = {name: getattr(row, name) for name in vars(factor)}
    if before == vars(factor):
        return False
    for name, value in vars(factor).items():
        setattr(row, name, value)
    return True
