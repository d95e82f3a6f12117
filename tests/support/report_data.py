"""A year of believable receipts for reports: shops with a long tail, taxes, footprints, reviews."""

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import SQLModel

from pipeline.jobs.rollup import count_endings
from pipeline.models import (
    Job,
    Receipt,
    ReceiptChange,
    ReceiptLine,
    ReceiptTax,
    Upload,
)
from pipeline.receipts.keys import line_key
from pipeline.settings import Settings
from pipeline.store import write_session
from tests.support.report_goods import FRENCH_SHOPS, GOODS, Good
from tests.support.report_values import (
    Year,
    draw_purchase,
    draw_review,
    sum_footprint,
    write_fields,
)

# The year ends here, whenever it is run.
LAST_DAY = date(2026, 3, 31)
DAYS = 365
AT_ONCE = 2_000
CLIENTS = ("", "", "front-desk", "scanner")
ERRORS = ("UNREADABLE_IMAGE", "NO_TEXT", "TIME_LIMIT")
TABLES: tuple[type[SQLModel], ...] = (Upload, Job, Receipt, ReceiptLine, ReceiptTax, ReceiptChange)

Rows = dict[type[SQLModel], list[dict[str, Any]]]


def fill_report_data(
    settings: Settings,
    *,
    receipts: int = 300,
    lines_each: int = 10,
    seed: int = 7,
    last_day: date = LAST_DAY,
    days: int = DAYS,
) -> None:
    """Fill a migrated, empty store with so many jobs of receipts, a few of which failed.

    `lines_each` is what a receipt has in the mean. The days end with `last_day`.
    """
    chance = random.Random(seed)
    shops = tuple(chance.sample(FRENCH_SHOPS, len(FRENCH_SHOPS)))
    year = Year(chance, last_day, days, lines_each, shops, [])
    for first in range(0, receipts, AT_ONCE):
        rows: Rows = {table: [] for table in TABLES}
        for number in range(first, min(first + AT_ONCE, receipts)):
            _draw(rows, year, number)
        with write_session(settings) as session:
            for table, drawn in rows.items():
                if drawn:
                    session.connection().execute(insert(table), drawn)
    _settle(settings)


def _settle(settings: Settings) -> None:
    """What the program does by itself within minutes."""
    now = datetime(2027, 1, 1, tzinfo=UTC)
    counted = 1
    while counted:
        with write_session(settings) as session:
            counted = count_endings(session, now, 5_000)
    with write_session(settings) as session:
        session.connection().execute(text("ANALYZE"))


def _draw(rows: Rows, year: Year, number: int) -> None:
    job_id = f"{year.chance.getrandbits(128):032x}"
    bought_on = year.day()
    hour = time(year.chance.randrange(8, 20), year.chance.randrange(60), tzinfo=UTC)
    created = datetime.combine(bought_on, hour) + timedelta(
        days=int(year.chance.expovariate(0.5)), microseconds=number
    )
    rows[Upload].append(
        {
            "id": job_id,
            "sha256": job_id * 2,
            "name": f"IMG_{number:06d}.jpg",
            "pages": 1,
            "media_type": "image/jpeg",
            "size_bytes": 100_000,
            "created_at": created,
        }
    )
    job = _job(year, job_id, created)
    rows[Job].append(job)
    if job["status"] == "completed":
        _draw_receipt(rows, year, job, bought_on, number)


def _job(year: Year, job_id: str, created: datetime) -> dict[str, Any]:
    chance = year.chance
    status = chance.choices(("completed", "failed", "cancelled", "pending"), (960, 28, 6, 6))[0]
    started = created + timedelta(seconds=chance.expovariate(0.5))
    finished = started + timedelta(seconds=chance.lognormvariate(0.2, 0.5))
    is_open, has_failed = status == "pending", status == "failed"
    code = chance.choice(ERRORS) if has_failed else None
    return {
        "id": job_id,
        "queue": "documents",
        "kind": "receipt.analyze",
        "status": status,
        "upload_id": job_id,
        "client_id": chance.choice(CLIENTS),
        "payload": {"pages": 1},
        "attempt": 0 if is_open else 1,
        "failures": int(has_failed),
        "error_code": code,
        "error_message": code,
        "fingerprint": code,
        "created_at": created,
        "run_at": created,
        "started_at": None if is_open else started,
        "finished_at": None if is_open else finished,
    }


def _draw_receipt(
    rows: Rows, year: Year, job: dict[str, Any], bought_on: date, number: int
) -> None:
    chance, job_id = year.chance, job["id"]
    lines = [_line(year, job_id, place, bought_on) for place in range(_how_many(year))]
    items_cents = sum(line["amount_cents"] - line["discount_cents"] for line in lines)
    taxes = [] if year.is_one_in(12) else _taxes(year, job_id, lines)
    # Now and then there is more paid than was read line by line.
    total_cents: int | None = items_cents + (chance.randrange(50, 900) if year.is_one_in(9) else 0)
    shop: str | None = year.shop()
    twice = (
        year.seen[-chance.randrange(1, 40)] if len(year.seen) > 40 and year.is_one_in(35) else None
    )
    if twice is not None:
        _, shop, bought_on, total_cents = twice
    elif year.is_one_in(50):
        total_cents = None
    dated = None if year.is_one_in(50) else bought_on
    if year.is_one_in(80):
        shop = None
    if shop and dated and total_cents is not None:
        year.seen.append((job_id, shop, dated, total_cents))
    receipt = {
        **draw_purchase(year, job_id, shop, dated, total_cents),
        **sum_footprint(lines),
        **draw_review(year, job, shop, dated, total_cents, twice),
        "created_at": job["created_at"],
    }
    receipt["fields"] = write_fields(receipt, lines, taxes, number)
    receipt["reading"] = {**receipt["fields"], "items": receipt["fields"]["items"][:]}
    rows[Receipt].append(receipt)
    rows[ReceiptLine] += lines
    rows[ReceiptTax] += taxes
    if receipt["corrections"]:
        rows[ReceiptChange].append(
            {
                "job_id": job_id,
                "at": receipt["reviewed_at"] or job["finished_at"],
                "actor": "camille",
                "path": "totalAmount",
                "before": 1.0,
                "after": 2.0,
                "reason": None,
            }
        )


def _how_many(year: Year) -> int:
    if year.lines_each == 0 or year.is_one_in(60):
        return 0
    return max(1, round(year.chance.gauss(year.lines_each, year.lines_each / 4)))


def _line(year: Year, job_id: str, place: int, bought_on: date) -> dict[str, Any]:
    chance = year.chance
    good: Good = chance.choices(GOODS, cum_weights=_GOOD_WEIGHTS)[0]
    age = (year.last_day - bought_on).days / 365
    # Prices rise by a tenth in a year; one in seventy is misread or a bargain.
    price_mills = round(good.price_cents * 10 * (1 - 0.1 * age) * chance.uniform(0.95, 1.05))
    if year.is_one_in(70):
        price_mills = round(price_mills * chance.choice((0.4, 4.0)))
    quantity = (
        round(chance.uniform(0.2, 2.0), 3) if good.unit == "kg" else chance.choice((1, 1, 1, 2, 3))
    )
    amount_cents = max(1, round(price_mills * quantity / 10))
    kg = None if good.kg_co2e is None else round(good.kg_co2e * quantity, 3)
    return {
        "job_id": job_id,
        "item_id": f"r{place + 1}",
        "position": place,
        "unit": good.unit,
        "line_key": line_key(good.name),
        "description": good.name,
        "quantity": float(quantity),
        "unit_price_mills": price_mills,
        "amount_cents": amount_cents,
        "discount_cents": amount_cents // 5 if year.is_one_in(15) else 0,
        "confidence": round(chance.uniform(0.6, 1.0), 3),
        "factor_id": good.factor,
        "factor_name": good.factor,
        "category": good.category,
        "subcategory": None,
        "method": None if kg is None else "mass",
        "mass_kg": None if kg is None else round(good.mass_kg * quantity, 3),
        "kg_co2e": kg,
        "kg_co2e_low": kg and round(kg * 0.7, 3),
        "kg_co2e_high": kg and round(kg * 1.5, 3),
        "score": None,
        "grade": None,
    }


def _taxes(year: Year, job_id: str, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_rate: dict[float, int] = {}
    for line in lines:
        rate = _RATES[line["description"]]
        by_rate[rate] = by_rate.get(rate, 0) + line["amount_cents"] - line["discount_cents"]
    rows = []
    for rate, gross in sorted(by_rate.items()):
        tax = round(gross * rate / (100 + rate))
        base = None if year.is_one_in(25) else gross - tax
        row = {"job_id": job_id, "rate": rate, "base_cents": base, "amount_cents": tax}
        rows.append(row | ({"rate": None} if year.is_one_in(60) else {}))
    return rows


_GOOD_WEIGHTS = list(accumulate(good.weight for good in GOODS))
_RATES = {good.name: good.tax_rate for good in GOODS}
