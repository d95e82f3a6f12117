"""An import whose worker is killed in the middle ends as one that nobody touched.

COMPTOIR_TEST_IMPORT_ROWS=10000 runs it at full length, with 200 bad rows.
"""

import os
from pathlib import Path

from sqlmodel import func, select

from pipeline.models import CatalogImport, JobStatus, Product, ProductVector
from pipeline.settings import Settings
from pipeline.store import close_store, read_session
from tests.support import imports
from tests.support.many_products import make_products
from tests.support.migrated import migrate_copy
from tests.support.tiny_encoder import write_tiny_encoder
from tests.support.worker import start_worker, wait_until

ROWS = int(os.environ.get("COMPTOIR_TEST_IMPORT_ROWS", "400"))
BAD = ROWS // 50
WITHIN_S = 60 + ROWS / 20


def written_rows(settings: Settings, job_id: str) -> int:
    """The row with which a restart would go on."""
    with read_session(settings) as session:
        return session.get_one(CatalogImport, job_id).next_row


def test_a_killed_import_goes_on_where_it_was(tmp_path: Path) -> None:
    encoder = write_tiny_encoder(tmp_path / "tiny")
    settings = imports.tiny_settings(tmp_path / "data", encoder)
    migrate_copy(settings)
    many = make_products(ROWS, BAD)
    job = imports.submit(settings, many.table, [("pictures.zip", many.pictures)])
    # A busy machine misses heartbeats; such a loss of the lease is one more kill to survive.
    worker = {
        "COMPTOIR_ENCODER": str(encoder),
        "COMPTOIR_STORE_WAIT_S": "30",
        "COMPTOIR_LEASE_S": "4",
        "COMPTOIR_MAX_CRASHES": "50",
    }

    with start_worker(settings.data_dir, "catalog", **worker) as first:
        wait_until(lambda: written_rows(settings, job.id) > ROWS // 3, WITHIN_S)
        first.kill()
    resumed_at = written_rows(settings, job.id)
    before = imports.products(settings)
    with start_worker(settings.data_dir, "catalog", **worker):
        wait_until(
            lambda: imports.state(settings, job.id).job.status == JobStatus.COMPLETED, WITHIN_S
        )

    done = imports.state(settings, job.id)
    after = imports.products(settings)
    assert ROWS // 3 < resumed_at <= ROWS
    assert (done.created, done.updated, done.unchanged, done.rejected) == (ROWS - BAD, 0, 0, BAD)
    assert after.keys() == many.good_ids
    rejected = imports.rejections(settings, job.id)
    assert {row.row_number: row.code for row in rejected} == many.bad
    # What was written before was not touched again.
    assert {key: after[key].seq for key in before} == {key: row.seq for key, row in before.items()}
    with read_session(settings) as session:
        assert session.exec(select(func.count()).select_from(Product)).one() == ROWS - BAD
        vectors = session.exec(select(func.count()).select_from(ProductVector)).one()
        assert vectors == 2 * (ROWS - BAD)
    close_store(settings)
