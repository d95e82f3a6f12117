"""What a person puts together for an import before it is one: files, mapping, options.

Lies in the file store under its hash, which the address of the import page names: a reload, another
tab or another server goes on with it. What no import takes up is deleted after a day.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.catalog.importing.mapping import ColumnMapping, mapping_from_json
from pipeline.catalog.importing.preview import too_large
from pipeline.clock import utc_now
from pipeline.errors import NotFoundError, PipelineError
from pipeline.files import is_sha256, open_files
from pipeline.settings import BYTES_PER_MB, Settings
from pipeline.store import write_session
from pipeline.unused_files import note_hashes

KIND = "catalog-draft"


@dataclass(frozen=True)
class DraftFile:
    """A file that is kept: the name its sender gave it, what it is named by, its size."""

    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class ImportDraft:
    """`pictures` are ZIPs. Without a mapping, columns are read as they suggest themselves."""

    table: DraftFile | None = None
    pictures: Sequence[DraftFile] = ()
    mapping: ColumnMapping | None = None
    source: str | None = None
    delete_missing: bool = False


def keep_sent_file(settings: Settings, path: Path) -> str:
    """Keep a copy of a table or ZIP and return its SHA-256. Raises StoreUnavailableError."""
    with path.open("rb") as source:
        sha256 = open_files(settings).put(source)
    _note(settings, sha256)
    return sha256


def require_size(settings: Settings, size_bytes: int) -> None:
    """Raises PayloadTooLargeError IMPORT_TOO_LARGE."""
    if size_bytes > settings.catalog_max_upload_mb * BYTES_PER_MB:
        raise too_large(settings)


def save_draft(settings: Settings, draft: ImportDraft) -> str:
    """Keep the draft and return what it is named by from now on."""
    said = {
        **asdict(replace(draft, mapping=None)),
        "mapping": draft.mapping.to_json() if draft.mapping else None,
        "kind": KIND,
    }
    sha256 = open_files(settings).put_bytes(json.dumps(said, ensure_ascii=False).encode())
    _note(settings, sha256)
    return sha256


def load_draft(settings: Settings, sha256: str) -> ImportDraft:
    """The draft under this name. Raises NotFoundError IMPORT_DRAFT_GONE."""
    try:
        return _read(json.loads(open_files(settings).read(sha256)))
    except (PipelineError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotFoundError(
            "IMPORT_DRAFT_GONE",
            "The files of this import are no longer kept. Choose them again.",
        ) from error


def _read(said: dict[str, Any]) -> ImportDraft:
    if said.pop("kind", None) != KIND:
        raise ValueError(KIND)
    table, mapping = said.pop("table"), said.pop("mapping")
    return ImportDraft(
        table=_read_file(table) if table else None,
        pictures=tuple(map(_read_file, said.pop("pictures"))),
        mapping=mapping_from_json(mapping) if mapping else None,
        **said,
    )


def _read_file(said: dict[str, Any]) -> DraftFile:
    # Anybody can hand over a file that looks like a draft.
    if not is_sha256(said["sha256"]):
        raise ValueError(said["sha256"])
    return DraftFile(**said)


def _note(settings: Settings, sha256: str) -> None:
    with write_session(settings) as session:
        note_hashes(session, [sha256], utc_now())
