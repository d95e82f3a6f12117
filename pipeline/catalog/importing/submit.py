"""Taking an import in: judge table and pictures, keep them, queue one job for all of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import PurePath
from typing import Any

from sqlalchemy import String, cast, or_
from sqlmodel import Session, col, select

from pipeline.audit import write
from pipeline.catalog.importing.archive import MAX_ENTRIES
from pipeline.catalog.importing.loose_pictures import is_zip, pack
from pipeline.catalog.importing.mapping import ColumnMapping, require_fitting
from pipeline.catalog.importing.open_table import Table
from pipeline.catalog.importing.orders import ImportOrder, SentFile
from pipeline.catalog.importing.preview import (
    JUDGED_ROWS,
    judge_rows,
    open_sent_table,
    too_large,
)
from pipeline.catalog.importing.suggest import suggest_mapping
from pipeline.catalog.importing.table import TableFormat
from pipeline.catalog.importing.zip_guard import open_zip
from pipeline.clock import Clock, utc_now
from pipeline.errors import ConflictError, InvalidRequestError, NotFoundError
from pipeline.files import FileStore, open_files
from pipeline.jobs import admission, ledger
from pipeline.jobs.broker import Doorbell
from pipeline.jobs.dispatch import ring_new
from pipeline.jobs.kinds import get_kind
from pipeline.models import CatalogImport, Job, UnusedFile
from pipeline.settings import BYTES_PER_MB, Settings
from pipeline.storable import is_storable
from pipeline.store import read_session, write_session
from pipeline.unused_files import note_hashes

IMPORT_KIND = "catalog.import"
DRY_RUN_KIND = "catalog.dry_run"
KINDS_OF_IMPORTS = (IMPORT_KIND, DRY_RUN_KIND)
MAX_NAME_LENGTH = 200


@dataclass(frozen=True)
class _Taken:
    """Everything about an import but its job."""

    name: str
    table_sha256: str
    picture_sha256s: tuple[str, ...]
    format: TableFormat
    columns: tuple[str, ...]
    mapping: ColumnMapping
    rows: int
    order: ImportOrder


def submit_import(
    settings: Settings,
    doorbell: Doorbell,
    table: SentFile,
    order: ImportOrder,
    pictures: Sequence[SentFile] = (),
    clock: Clock = utc_now,
) -> Job:
    """Queue the import of `table` with `pictures`: ZIP files, or pictures under their paths.

    Raises TableError, ZipError, InvalidRequestError for what is wrong with them, the errors of
    `admission.admit`, or StoreUnavailableError; nothing is kept of what is refused.
    """
    _check_order(order)
    size_bytes = _check_sizes(settings, [table, *pictures])
    admission.admit(settings, order.client_id, size_bytes=2 * size_bytes)
    judged = _judge(settings, table, order, pictures)
    with _keeping(settings) as kept:
        taken = replace(
            judged,
            table_sha256=kept.put(table),
            picture_sha256s=_keep_pictures(settings, kept, pictures),
        )
        with write_session(settings) as session:
            job = _insert(session, taken, clock())
    ring_new(settings, doorbell, job)
    return job


def submit_checked(
    settings: Settings, doorbell: Doorbell, dry_run_id: str, actor: str, clock: Clock = utc_now
) -> Job:
    """Queue for real what a dry run checked; asked twice, the same job.

    Raises NotFoundError IMPORT_UNKNOWN or FILE_GONE, ConflictError NO_DRY_RUN.
    """
    now = clock()
    with read_session(settings) as session:
        checked = session.get(CatalogImport, dry_run_id)
    if checked is None:
        raise unknown_import()
    if not checked.dry_run:
        raise ConflictError("NO_DRY_RUN", "This was no dry run: it has been imported already.")
    pictures: list[str] = checked.pictures["zips"]
    files = open_files(settings)
    for sha256 in (checked.table_sha256, *pictures):
        files.require(sha256)
    with write_session(settings) as session:
        dry_job = session.get_one(Job, dry_run_id)
        job, is_new = _submit_job(
            session, {**dry_job.payload, "dryRun": False}, now, dry_job.client_id, dry_run_id
        )
        if is_new:
            copied = checked.model_dump(
                include={
                    "name", "table_sha256", "table_format", "source", "pictures", "mapping",
                    "options", "rows",
                }
            )  # fmt: skip
            row = CatalogImport(**copied, job_id=job.id, dry_run=False, actor=actor, created_at=now)
            session.add(row)
            _audit(session, row)
    ring_new(settings, doorbell, job)
    return job


def unknown_import() -> NotFoundError:
    """The error of an id that no import has."""
    return NotFoundError("IMPORT_UNKNOWN", "There is no import with this id. Check the id.")


def _check_order(order: ImportOrder) -> None:
    source = order.source or ""
    if len(source) > MAX_NAME_LENGTH or not is_storable(source):
        raise InvalidRequestError(
            "BAD_VALUE", "The value of source cannot be used.", params={"field": "source"}
        )
    if order.delete_missing and not source.strip():
        raise InvalidRequestError(
            "SOURCE_NEEDED",
            "To delete products that are missing in the table, name the source: only what the "
            "same source brought in is deleted.",
        )


def _check_sizes(settings: Settings, sent: Sequence[SentFile]) -> int:
    size_bytes = sum(one.content.seek(0, 2) for one in sent)
    if size_bytes > settings.catalog_max_upload_mb * BYTES_PER_MB:
        raise too_large(settings)
    return size_bytes


def _suggest(table: Table) -> ColumnMapping:
    rows = [row.cells for row in islice(table.rows(), JUDGED_ROWS)]
    return suggest_mapping(table.columns, rows)


def _judge(
    settings: Settings, table: SentFile, order: ImportOrder, pictures: Sequence[SentFile]
) -> _Taken:
    """What is to be imported, nothing of which is kept yet."""
    opened = open_sent_table(settings, table)
    rows = judge_rows(settings, opened)
    mapping = order.mapping or _suggest(opened)
    require_fitting(mapping, opened.columns)
    for sent in pictures:
        if is_zip(sent.content):
            open_zip(sent.content, max_entries=MAX_ENTRIES).close()
    name = PurePath(table.name.replace("\\", "/")).name[:MAX_NAME_LENGTH] or "table"
    return _Taken(name, "", (), opened.format, opened.columns, mapping, rows, order)


def _keep_pictures(
    settings: Settings, kept: "_Kept", pictures: Sequence[SentFile]
) -> tuple[str, ...]:
    """Hashes of the ZIP files, and of one more with the pictures that came one by one."""
    zips = [sent for sent in pictures if is_zip(sent.content)]
    loose = [sent for sent in pictures if not is_zip(sent.content)]
    sha256s = [kept.put(sent) for sent in zips]
    if loose:
        with pack(loose, settings.incoming_dir) as packed:
            sha256s.append(kept.put(packed))
    return tuple(sha256s)


class _Kept:
    """Files put into the store, to be forgotten again if the job does not come about."""

    def __init__(self, files: FileStore) -> None:
        self._files = files
        self.sha256s: list[str] = []

    def put(self, sent: SentFile) -> str:
        sent.content.seek(0)
        sha256 = self._files.put(sent.content)
        self.sha256s.append(sha256)
        return sha256


@contextmanager
def _keeping(settings: Settings) -> Iterator[_Kept]:
    kept = _Kept(open_files(settings))
    try:
        yield kept
    except BaseException:
        with read_session(settings) as session:
            unused = [sha256 for sha256 in kept.sha256s if not _is_used(session, sha256)]
        for sha256 in unused:
            open_files(settings).delete(sha256)
        raise


def _is_used(session: Session, sha256: str) -> bool:
    names_it = cast(col(CatalogImport.pictures), String).contains(sha256)
    if session.get(UnusedFile, sha256) is not None:
        # Somebody has it who may still need it; the clean-up sees to it.
        return True
    used = or_(col(CatalogImport.table_sha256) == sha256, names_it)
    return session.exec(select(CatalogImport.job_id).where(used)).first() is not None


def _insert(session: Session, taken: _Taken, now: datetime) -> Job:
    order = taken.order
    payload = {
        "table": taken.table_sha256,
        "pictures": list(taken.picture_sha256s),
        "rows": taken.rows,
        "name": taken.name,
        "dryRun": order.dry_run,
        "fetches": not {"image", "image_url"}.isdisjoint(taken.mapping.fields),
    }
    job, _ = _submit_job(session, payload, now, order.client_id, None)
    row = CatalogImport(
        job_id=job.id,
        name=taken.name,
        table_sha256=taken.table_sha256,
        table_format=taken.format.kind,
        source=(order.source or "").strip() or None,
        pictures={"zips": list(taken.picture_sha256s)},
        mapping=taken.mapping.to_json(),
        options={
            "deleteMissing": order.delete_missing,
            "encoding": taken.format.encoding,
            "delimiter": taken.format.delimiter,
            "sheet": taken.format.sheet,
            "columns": list(taken.columns),
        },
        dry_run=order.dry_run,
        rows=taken.rows,
        actor=order.actor,
        created_at=now,
    )
    session.add(row)
    _audit(session, row)
    # However the job ends; they stay as long as it may still run.
    note_hashes(session, [taken.table_sha256, *taken.picture_sha256s], now)
    return job


def _submit_job(
    session: Session,
    payload: dict[str, Any],
    now: datetime,
    client_id: str,
    unique_key: str | None,
) -> tuple[Job, bool]:
    kind = get_kind(DRY_RUN_KIND if payload["dryRun"] else IMPORT_KIND)
    if unique_key is None:
        return ledger.submit(session, kind, payload, now=now, client_id=client_id), True
    return ledger.submit_unique(session, kind, payload, unique_key, now=now, client_id=client_id)


def _audit(session: Session, row: CatalogImport) -> None:
    if not row.dry_run:
        write(
            session,
            actor=row.actor,
            action="catalog.import",
            target_type="catalog_import",
            target_id=row.job_id,
            detail={"name": row.name, "rows": row.rows, "source": row.source},
            now=row.created_at,
        )
