"""A store with many receipts, all of them read: words as frequent as in real text, in bulk."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, text
from sqlmodel import SQLModel

from pipeline.fulltext.dialects import to_tsvector
from pipeline.fulltext.words import split_words
from pipeline.jobs.rollup import count_endings
from pipeline.models import Job, Receipt, ReceiptLine, ReceiptSearch, Upload
from pipeline.settings import Settings
from pipeline.store import write_session

# One on every receipt, and one on a single one; `word_of_rank` tells those between.
FREQUENT, RARE = "TOTAL", "singular"
MERCHANTS = 500
VOCABULARY = 30_000
WORDS = 120
DAYS = 1_000
CONSONANTS, VOWELS = "bcdfghjklmnprstv", "aeiou"
BATCH = 5_000

Rows = dict[type[SQLModel], list[dict[str, Any]]]


def seed_receipts(settings: Settings, count: int, *, now: datetime, lines: int = 0) -> None:
    """Fill a migrated, empty store with `count` receipts of `lines` lines each, newest last."""
    chance = random.Random(5)
    ranks = list(range(VOCABULARY))
    weights = [1 / (rank + 3) for rank in ranks]
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        drawn = iter(chance.choices(ranks, weights, k=len(numbers) * WORDS))
        with write_session(settings) as session:
            connection = session.connection()
            rows: Rows = {kind: [] for kind in (Upload, Job, Receipt, ReceiptSearch, ReceiptLine)}
            for number in numbers:
                created = now - timedelta(seconds=60 * (count - number))
                words = [word_of_rank(next(drawn)) for _ in range(WORDS)]
                _draw(rows, chance, number, created, words, lines)
            _insert(connection, rows)
    counted = count
    while counted:
        with write_session(settings) as session:
            counted = count_endings(session, now, BATCH)
    if settings.uses_postgresql:
        with write_session(settings) as session:
            session.connection().execute(text("ANALYZE"))


def word_of_rank(rank: int) -> str:
    """A word that looks like one: words of real text do not all begin alike."""
    mixed, letters = (rank + 1) * 2_654_435_761 % 2**32, ""
    for _ in range(3):
        letters += CONSONANTS[mixed % 16] + VOWELS[mixed // 16 % 5]
        mixed //= 80
    return f"{letters}{CONSONANTS[rank % 16]}"


def _draw(
    rows: Rows,
    chance: random.Random,
    number: int,
    created: datetime,
    words: list[str],
    lines: int,
) -> None:
    job_id = f"{chance.getrandbits(128):032x}"
    name = f"IMG_{number:06d}.jpg"
    times = {"created_at": created}
    rows[Upload].append(
        Upload(
            id=job_id, sha256=job_id, name=name, media_type="image/jpeg",
            size_bytes=100_000, pages=1, **times,
        ).model_dump()
    )  # fmt: skip
    rows[Job].append(
        Job(
            id=job_id, queue="documents", kind="receipt.analyze", status="completed",
            upload_id=job_id, run_at=created, finished_at=created, **times,
        ).model_dump()
    )  # fmt: skip
    total = chance.randrange(100, 20_000)
    merchant = f"Shop {chance.randrange(MERCHANTS)}"
    rows[Receipt].append(_receipt(job_id, number, merchant, total, created, chance))
    read = [*words, FREQUENT, f"{total / 100:.2f}", *([RARE] if number == 777 else [])]
    rows[ReceiptSearch].append(
        ReceiptSearch(
            id=int(created.timestamp() * 1_000_000),
            job_id=job_id,
            read_text="\n".join(" ".join(read[at : at + 5]) for at in range(0, len(read), 5)),
            stated_text=f"{name}\n{merchant}",
        ).model_dump()
    )
    rows[ReceiptLine] += [_line(job_id, place) for place in range(lines)]


def _receipt(
    job_id: str, number: int, merchant: str, total: int, created: datetime, chance: random.Random
) -> dict[str, Any]:
    return Receipt(
        job_id=job_id, upload_id=job_id, merchant=merchant, merchant_key=merchant.upper(),
        receipt_type=chance.choice(("retail", "restaurant", "fuel")),
        purchased_on=date(2023, 1, 1) + timedelta(days=number % DAYS),
        total_cents=total, currency="EUR", confidence=0.9, needs_review=number % 10 == 0,
        review_reasons=[], reading={}, fields={}, pages=[], kg_co2e=chance.random() * 30,
        grade=chance.choice("ABCDEF"), ocr_engine="seed", ocr_confidence=0.9,
        processing_time_s=1.0, created_at=created,
    ).model_dump()  # fmt: skip


def _line(job_id: str, place: int) -> dict[str, Any]:
    return ReceiptLine(
        job_id=job_id, item_id=f"r{place + 1}", position=place, line_key="MILK",
        description="Lait demi-écrémé 1L", quantity=1.0, unit="pcs", unit_price_mills=1_090,
        amount_cents=109, discount_cents=0, confidence=0.9, category="drinks", kg_co2e=1.2,
    ).model_dump(exclude={"id"})  # fmt: skip


def _insert(connection: Connection, rows: Rows) -> None:
    for table, drawn in rows.items():
        if drawn:
            connection.execute(insert(table), drawn)
    value = "CAST(:words AS tsvector)"
    if connection.dialect.name == "sqlite":
        value = ":words"
    connection.execute(
        text(f"INSERT INTO receipt_words (rowid, words) VALUES (:id, {value})"),
        list(_words(rows[ReceiptSearch], connection)),
    )


def _words(rows: list[dict[str, Any]], connection: Connection) -> Iterator[dict[str, Any]]:
    for row in rows:
        folded = split_words(f"{row['stated_text']}\n{row['read_text']}")
        is_sqlite = connection.dialect.name == "sqlite"
        yield {"id": row["id"], "words": " ".join(folded) if is_sqlite else to_tsvector(folded)}
