"""The form of `POST /catalogs`: one table and any number of pictures, each to the disk as it comes.

Which file is the table is told by its field, or else by what it holds.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from dashboard.api.clients import client_of
from dashboard.api.handover import bad_value
from dashboard.api.scopes import actor_of
from dashboard.api.spool import Spool
from dashboard.api.upload_form import (
    MANY_FIELDS,
    MAX_FORM_BYTES,
    FormLimits,
    FormReader,
    Part,
    boundary_of,
)
from pipeline.catalog.importing.loose_pictures import PicturePack, holds_pictures, is_zip
from pipeline.catalog.importing.mapping import ColumnMapping, mapping_from_json
from pipeline.catalog.importing.orders import ImportOrder, SentFile
from pipeline.catalog.importing.preview import too_large
from pipeline.errors import InvalidRequestError
from pipeline.jobs.admission import require_disk
from pipeline.settings import BYTES_PER_MB, Settings

TABLE_FIELDS = frozenset({"table", "file", "catalog", "csv"})
PICTURE_FIELDS = frozenset({"images", "image", "pictures", "picture", "zip"})
# A dropped folder of pictures; each costs a temporary file until the form is whole.
MAX_FILES = 20_000
PART_BYTES = 1_000
_YES, _NO = ("true", "1", "yes"), ("false", "0", "no", "")


class CatalogForm(BaseModel):
    """The form, for its description."""

    table: bytes = Field(
        description="CSV, XLSX or JSON Lines; judged by content, not by name.",
        json_schema_extra={"format": "binary"},
    )
    images: list[bytes] = Field(
        [],
        description="ZIP files of pictures, or pictures under the names that the table gives.",
        json_schema_extra={"items": {"type": "string", "format": "binary"}},
    )
    mapping: str | None = Field(
        None,
        description=(
            "JSON: which column holds id, name, description, category, price, currency, image, "
            "imageUrl, footprint, footprintBasis, footprintSource, delete; attributes (column to "
            "auto, text, number, boolean or list, or a list of columns), others (attributes or "
            "ignore), ignored (columns), decimal (, or .), currencyOfAll. Default: suggested by "
            "the columns' names and values."
        ),
        examples=['{"id": "SKU", "name": "Title", "price": "Price", "imageUrl": "Photo"}'],
    )
    dryRun: bool = Field(False, description="Only say what would become of the rows.")  # noqa: N815 - the contract's style
    source: str | None = Field(None, description="Whose table it is, such as a supplier.")
    deleteMissing: bool = Field(  # noqa: N815
        False,
        description="Delete products of earlier imports of `source` that the table does not name.",
    )


@dataclass
class _File:
    """A file that comes in."""

    field: str
    name: str
    spool: Spool


@dataclass
class ReceivedCatalog:
    """The form as it came; its files are open until the end of the request."""

    table: SentFile
    pictures: list[SentFile] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    def order(self, request: Request) -> ImportOrder:
        """What is asked for. Raises InvalidRequestError, naming the field."""
        return ImportOrder(
            mapping=_read_mapping(self.fields.get("mapping", "")),
            dry_run=_read_flag(self.fields, "dryRun"),
            source=self.fields.get("source") or None,
            delete_missing=_read_flag(self.fields, "deleteMissing"),
            client_id=client_of(request.scope),
            actor=actor_of(request),
        )


@asynccontextmanager
async def receive_catalog(request: Request, settings: Settings) -> AsyncIterator[ReceivedCatalog]:
    """The form of `request`; its temporary files are gone at the end, whatever happened.

    Raises MalformedRequestError MALFORMED_FORM; PayloadTooLargeError IMPORT_TOO_LARGE or
    FORM_TOO_LARGE; InvalidRequestError TABLE_MISSING; StoreUnavailableError DISK_LOW or DISK_FULL.
    """
    reader = _CatalogReader(boundary_of(request), settings)
    declared = request.headers.get("content-length", "0")
    reader.check_size(int(declared) if declared.isdigit() else 0)
    received = 0
    try:
        async for chunk in request.stream():
            received += len(chunk)
            reader.check_size(received)
            reader.feed(chunk)
            if reader.wants_disk:
                require_disk(settings)
                await run_in_threadpool(reader.write)
        form = reader.finish()
        await run_in_threadpool(reader.write)
        yield await run_in_threadpool(reader.received, form.fields)
    finally:
        await run_in_threadpool(reader.discard)


class _CatalogReader(FormReader):
    """Gives every file a spool of its own; loose pictures are packed as soon as they end."""

    def __init__(self, boundary: bytes, settings: Settings) -> None:
        self._settings = settings
        self._max_bytes = settings.catalog_max_upload_mb * BYTES_PER_MB
        self._coming: list[_File] = []
        self._ended_files: list[_File] = []
        self._table: SentFile | None = None
        self._zips: list[SentFile] = []
        self._pack: PicturePack | None = None
        self._spools: list[Spool] = []
        limits = FormLimits(parts=MAX_FILES, field_bytes=MANY_FIELDS.field_bytes)
        super().__init__(boundary, Spool(settings.incoming_dir, 0), "table", limits)

    @property
    def wants_disk(self) -> bool:
        """Whether anything is worth a trip to the disk: a file that ended, or much of one."""
        return bool(self._ended_files) or any(file.spool.wants_spill for file in self._coming)

    def check_size(self, size_bytes: int) -> None:
        """Raises PayloadTooLargeError IMPORT_TOO_LARGE, or StoreUnavailableError DISK_LOW."""
        if size_bytes > self._max_bytes + MAX_FORM_BYTES + PART_BYTES * self._parts:
            raise too_large(self._settings)
        if not self._parts:
            # Pictures that come one by one are packed, and the pack is copied into the store.
            require_disk(self._settings, size_bytes)

    def write(self) -> None:
        """Put to the disk what waits, and sort what ended."""
        for file in self._coming:
            if file.spool.wants_spill:
                file.spool.spill()
        while self._ended_files:
            self._sort(self._ended_files.pop(0))

    def received(self, fields: dict[str, str]) -> ReceivedCatalog:
        """The form, all of whose files ended. Raises InvalidRequestError TABLE_MISSING."""
        if self._table is None:
            raise InvalidRequestError(
                "TABLE_MISSING", "No table came. Send it in the form field 'table'."
            )
        packed = [self._pack.finish()] if self._pack else []
        return ReceivedCatalog(self._table, [*self._zips, *packed], fields)

    def discard(self) -> None:
        """Leave nothing behind."""
        for sent in [*self._zips, *([self._table] if self._table else [])]:
            sent.content.close()
        for spool in [*self._spools, *(file.spool for file in self._coming + self._ended_files)]:
            spool.discard()
        if self._pack:
            self._pack.close()

    def _open_file(self, name: str, file_name: str) -> Part:
        file = _File(name, file_name, Spool(self._settings.incoming_dir, self._max_bytes))
        self._coming.append(file)

        def end() -> None:
            self._coming.remove(file)
            self._ended_files.append(file)

        return file.spool.add, end

    def _sort(self, file: _File) -> None:
        self._spools.append(file.spool)
        content = file.spool.finish().open("rb")
        is_table = self._table is None and (
            file.field in TABLE_FIELDS
            or (file.field not in PICTURE_FIELDS and not holds_pictures(content))
        )
        if is_table:
            self._table = SentFile(file.name, content)
        elif is_zip(content):
            self._zips.append(SentFile(file.name, content))
        else:
            with content:
                self._pack = self._pack or PicturePack(self._settings.incoming_dir)
                self._pack.add(file.name, content)
            file.spool.discard()
            self._spools.remove(file.spool)


def _read_mapping(text: str) -> ColumnMapping | None:
    if not text.strip():
        return None
    try:
        given: Any = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise InvalidRequestError(
            "MAPPING_NO_JSON",
            "The field 'mapping' is not a JSON object. Send one such as "
            '{"id": "SKU", "name": "Title"}.',
        )
    return mapping_from_json(given) if given else None


def _read_flag(fields: dict[str, str], name: str) -> bool:
    value = fields.get(name, "").strip().lower()
    if value not in (*_YES, *_NO):
        raise bad_value(name)
    return value in _YES
