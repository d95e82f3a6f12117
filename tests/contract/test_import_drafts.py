"""What a person put together for an import is there after a reload, and no longer than needed."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.catalog.importing.drafts import (
    DraftFile,
    ImportDraft,
    keep_sent_file,
    load_draft,
    require_size,
    save_draft,
)
from pipeline.catalog.importing.mapping import ColumnMapping
from pipeline.clock import utc_now
from pipeline.errors import NotFoundError, PayloadTooLargeError
from pipeline.files import open_files
from pipeline.unused_files import delete_unused
from tests.support.ledger import LedgerBench

DRAFT = ImportDraft(
    table=DraftFile("été.csv", "a" * 64, 12),
    pictures=(DraftFile("photos.zip", "b" * 64, 3_000_000_000),),
    mapping=ColumnMapping({"id": "ref", "name": "titre"}, {"taille": "number"}, decimal=","),
    source="Maison Petit",
    delete_missing=True,
)


def test_a_draft_comes_back_as_it_was_kept(bench: LedgerBench) -> None:
    assert load_draft(bench.settings, save_draft(bench.settings, DRAFT)) == DRAFT
    assert load_draft(bench.settings, save_draft(bench.settings, ImportDraft())) == ImportDraft()


@pytest.mark.parametrize("content", [b"not JSON", b"[1]", b'{"kind": "other"}', b'{"kind":'])
def test_another_file_is_no_draft(bench: LedgerBench, content: bytes) -> None:
    name = open_files(bench.settings).put(io.BytesIO(content))

    with pytest.raises(NotFoundError) as refused:
        load_draft(bench.settings, name)
    assert refused.value.code == "IMPORT_DRAFT_GONE"


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "catalog"])
def test_a_name_of_nothing_is_no_draft(bench: LedgerBench, name: str) -> None:
    with pytest.raises(NotFoundError):
        load_draft(bench.settings, name)


@pytest.mark.parametrize("slot", ["table", "pictures"])
def test_a_draft_that_somebody_wrote_himself_leads_to_no_other_file(
    bench: LedgerBench, slot: str
) -> None:
    secret = {"name": "t.csv", "sha256": "/etc/passwd", "size_bytes": 1}
    said = {"kind": "catalog-draft", "table": None, "pictures": [], "mapping": None}
    said[slot] = secret if slot == "table" else [secret]
    name = open_files(bench.settings).put(io.BytesIO(json.dumps(said).encode()))

    with pytest.raises(NotFoundError) as refused:
        load_draft(bench.settings, name)
    assert refused.value.code == "IMPORT_DRAFT_GONE"


def test_files_that_no_import_took_up_are_gone_after_a_day(
    bench: LedgerBench, tmp_path: Path
) -> None:
    sent = tmp_path / "sent"
    sent.write_bytes(b"id,name\n1,Cap\n")
    files = open_files(bench.settings)
    kept = keep_sent_file(bench.settings, sent)
    draft = save_draft(bench.settings, ImportDraft(table=DraftFile("t.csv", kept, 14)))

    delete_unused(bench.settings, files, utc_now() + timedelta(hours=23))
    assert files.has(kept, draft)
    delete_unused(bench.settings, files, utc_now() + timedelta(hours=25))
    assert not files.has(kept)
    assert not files.has(draft)


def test_a_file_that_is_too_large_is_refused_with_the_limit(bench: LedgerBench) -> None:
    most = bench.settings.catalog_max_upload_mb
    require_size(bench.settings, most * 1_000_000)
    with pytest.raises(PayloadTooLargeError) as refused:
        require_size(bench.settings, most * 1_000_000 + 1)
    assert refused.value.params == {"max_mb": most}
