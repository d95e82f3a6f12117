"""Products that a source brought in before and that its new table does not name."""

from collections.abc import Container, Iterator

from sqlmodel import Session, col, select

from pipeline.catalog.products.delete import delete_and_audit
from pipeline.clock import utc_now
from pipeline.jobs.context import JobContext
from pipeline.models import CatalogImport, CatalogRejection, Product
from pipeline.settings import Settings
from pipeline.store import read_session

AT_ONCE = 500
STAGE = "delete_missing"


def why_kept(session: Session, job_id: str) -> str | None:
    """The code of why nothing may be deleted: some row did not tell which product it is about."""
    nameless = select(CatalogRejection.id).where(
        CatalogRejection.job_id == job_id, col(CatalogRejection.product_id).is_(None)
    )
    return "MISSING_KEPT_BAD_IDS" if session.exec(nameless.limit(1)).first() else None


def find_missing(
    settings: Settings, found: CatalogImport, named: Container[str]
) -> Iterator[list[str]]:
    """Ids of products whose last import was of the same source, and that are not in `named`.

    A product that another source has changed since belongs to that one.
    """
    imports = select(CatalogImport.job_id).where(
        CatalogImport.source == found.source, col(CatalogImport.dry_run).is_(False)
    )
    after = ""
    while True:
        with read_session(settings) as session:
            ids = session.exec(
                select(Product.product_id)
                .where(
                    col(Product.import_job_id).in_(imports),
                    col(Product.deleted_at).is_(None),
                    Product.product_id > after,
                )
                .order_by(col(Product.product_id))
                .limit(AT_ONCE)
            ).all()
        if not ids:
            return
        after = ids[-1]
        missing = [product_id for product_id in ids if product_id not in named]
        if missing:
            yield missing


def settle_missing(context: JobContext, found: CatalogImport, named: Container[str]) -> int:
    """Delete them unless `why_kept` says to keep them; a dry run only counts and returns them."""
    job_id = found.job_id
    with read_session(context.settings) as session:
        reason = why_kept(session, job_id)
    if reason is not None:
        with context.checkpoint(STAGE, 99) as session:
            session.get_one(CatalogImport, job_id).kept_reason = reason
        return 0
    missing = find_missing(context.settings, found, named)
    if found.dry_run:
        return sum(map(len, missing))
    for product_ids in missing:
        with context.checkpoint(STAGE, 99) as session:
            deleted = delete_and_audit(session, product_ids, utc_now(), found.actor)
            session.get_one(CatalogImport, job_id).deleted += len(deleted)
    return 0
