"""The store over which pages are measured, with everything that a big installation has.

It is kept in a folder: a second run with the same sizes takes what is there.
"""

import io
import json
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import text, update

from pipeline.catalog.encode.identify import identify
from pipeline.clock import utc_now
from pipeline.files import open_files
from pipeline.models import CatalogEncoder, ProductVector
from pipeline.settings import Settings
from pipeline.store import close_store, migrate, write_session
from tests.support import many_jobs
from tests.support.clustered_products import ManyProducts
from tests.support.many_receipts import seed_receipts
from tests.support.worker import ROOT

LINES = 5
SEED = 5
PICTURE = ROOT / "data" / "samples" / "receipts" / "supermarche-net.jpg"
THUMBNAIL_PX = 400
# Nothing is known of these but that they were read.
SETTLE_OTHERS = "UPDATE receipt SET needs_review = FALSE WHERE ocr_engine = 'rapidocr'"
PAGES_OF_RECEIPTS = (
    "INSERT INTO stage_result (content_hash, stage, version, data, created_at)"
    " SELECT job_id, 'page:1', 'seed', :page, created_at FROM receipt WHERE ocr_engine = 'seed'"
)
EVENTS_OF_RECEIPTS = (
    "INSERT INTO job_event (job_id, at, event, attempt)"
    " SELECT job_id, created_at, :event, 1 FROM receipt WHERE ocr_engine = 'seed'"
)
AUDIT_BATCH = 50_000
AUDIT_DAYS = 400
ACTORS = 40
ACTIONS = (
    ("receipt.edit", "receipt"), ("receipt.approve", "receipt"), ("job.retry", "job"),
    ("product.update", "product"), ("queue.pause", "queue"), ("account.sign_in", "account"),
)  # fmt: skip
# The receipts have jobs of their own; what history there is of others is not to add to them.
KINDS = tuple(
    (kind, queue, 0.01 if kind == "receipt.analyze" else share, typical_s)
    for kind, queue, share, typical_s in many_jobs.KINDS
)


@dataclass(frozen=True)
class Sizes:
    """How many rows of each; jobs count those of the receipts."""

    jobs: int = 1_000_000
    receipts: int = 100_000
    products: int = 100_000
    audit: int = 1_000_000

    def __str__(self) -> str:
        return ", ".join(f"{count:,} {name}" for name, count in asdict(self).items())


def fill(folder: Path, sizes: Sizes) -> Settings:
    """A store of these sizes in `folder`, filled now or by an earlier run."""
    settings = Settings(data_dir=folder)
    note = folder / "filled.txt"
    migrate(settings)
    if note.exists() and note.read_text() == str(sizes):
        return settings
    now = utc_now()
    _tell("jobs", lambda: _fill_jobs(settings, sizes, now))
    _tell("receipts", lambda: _fill_receipts(settings, sizes.receipts, now))
    _tell("products", lambda: _fill_products(settings, sizes.products))
    _tell("audit", lambda: _fill_audit(settings, sizes.audit, now))
    close_store(settings)
    note.write_text(str(sizes))
    return settings


def _tell(name: str, act: Callable[[], None]) -> None:
    started_s = time.perf_counter()
    act()
    print(f"filled {name}: {time.perf_counter() - started_s:.0f} s", file=sys.stderr, flush=True)


def _fill_jobs(settings: Settings, sizes: Sizes, now: datetime) -> None:
    many_jobs.seed_jobs(settings, sizes.jobs - sizes.receipts, now=now, kinds=KINDS)
    with write_session(settings) as session:
        session.connection().execute(text(SETTLE_OTHERS))


def _fill_receipts(settings: Settings, count: int, now: datetime) -> None:
    """As `seed_receipts` has them, each with a picture and the course of its reading."""
    seed_receipts(settings, count, now=now, lines=LINES)
    page = _keep_picture(settings)
    with write_session(settings) as session:
        session.connection().execute(text(PAGES_OF_RECEIPTS), {"page": json.dumps(page)})
        for event in ("submitted", "started", "completed"):
            session.connection().execute(text(EVENTS_OF_RECEIPTS), {"event": event})


def _keep_picture(settings: Settings) -> dict[str, Any]:
    """A page as the reading saves it, its files kept."""
    files, small = open_files(settings), io.BytesIO()
    with PICTURE.open("rb") as source, Image.open(PICTURE) as picture:
        page = {"number": 1, "width": picture.width, "height": picture.height}
        picture.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
        picture.save(small, "JPEG")
        small.seek(0)
        return page | {"image": files.put(source), "thumbnail": files.put(small)}


def _fill_products(settings: Settings, count: int) -> None:
    """Clusters of vectors, said to be of the model that this installation searches with."""
    ManyProducts(count, SEED).write(settings)
    model = identify(settings)
    with write_session(settings) as session:
        session.connection().execute(update(ProductVector).values(encoder=model.id))
        named = {"id": model.id, "name": model.name, "is_basic": model.is_basic}
        session.connection().execute(update(CatalogEncoder).values(**named))


def _fill_audit(settings: Settings, count: int, now: datetime) -> None:
    with sqlite3.connect(settings.database_path, isolation_level=None) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        for first in range(1, count + 1, AUDIT_BATCH):
            rows = list(_draw_acts(range(first, min(first + AUDIT_BATCH, count + 1)), count, now))
            connection.execute("BEGIN")
            connection.executemany(
                "INSERT INTO audit (id, at, actor, action, target_type, target_id, detail)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
            connection.executemany(
                "INSERT INTO audit_words (rowid, words) VALUES (?, ?)",
                [(row[0], f"{row[5]} counter") for row in rows],
            )
            connection.execute("COMMIT")
    connection.close()


def _draw_acts(ids: range, count: int, now: datetime) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(ids.start)
    began = now.astimezone(UTC).replace(tzinfo=None) - timedelta(days=AUDIT_DAYS)
    step_s = AUDIT_DAYS * 86_400 / count
    for number in ids:
        action, thing = chance.choice(ACTIONS)
        at = (began + timedelta(seconds=number * step_s)).isoformat(" ", "microseconds")
        target = f"{chance.getrandbits(128):032x}"
        actor = f"person-{chance.randrange(ACTORS)}"
        yield number, at, actor, action, thing, target, '{"note": "counter"}'
