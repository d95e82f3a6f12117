"""The values of one believable receipt: its purchase, its review, its JSON; see `report_data`."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pipeline.receipts.keys import merchant_key

# Monday to Sunday: people shop on Saturdays.
WEEK = (0.9, 0.8, 1.0, 1.1, 1.4, 1.9, 0.5)


@dataclass
class Year:
    """What is drawn from: one seed gives one year."""

    chance: random.Random
    last_day: date
    days: int
    lines_each: int
    shops: tuple[str, ...]
    # Every receipt so far that could be handed over twice: id, shop, day, cents.
    seen: list[tuple[str, str, date, int]]

    def shop(self) -> str:
        # A few shops have most of the receipts; each is written in two ways now and then.
        rank = int(len(self.shops) ** self.chance.random()) - 1
        name = self.shops[rank]
        return name.upper() if self.chance.random() < 0.1 else name

    def day(self) -> date:
        while True:
            day = self.last_day - timedelta(days=self.chance.randrange(self.days))
            summer = 1.0 if day.month in (6, 7, 12) else 0.8
            if self.chance.random() * 1.9 < WEEK[day.weekday()] * summer:
                return day

    def is_one_in(self, many: float) -> bool:
        return self.chance.random() * many < 1.0


def draw_purchase(
    year: Year, job_id: str, shop: str | None, day: date | None, total_cents: int | None
) -> dict[str, Any]:
    chance = year.chance
    currency = chance.choices(("EUR", "GBP", "CHF", None), (940, 40, 12, 8))[0]
    return {
        "job_id": job_id,
        "upload_id": job_id,
        "merchant": shop,
        "language": "fr",
        "merchant_key": merchant_key(shop) if shop else None,
        "purchased_on": day,
        "total_cents": total_cents,
        "currency": currency,
        "receipt_type": chance.choice(("supermarket", "restaurant", "retail", None)),
        "payment_method": chance.choice(("card", "card", "cash", None)),
        "pages": [{"number": 1, "textStage": "ocr", "textVersion": "1"}],
        "revision": 0,
        "ocr_engine": "seed",
        "ocr_confidence": 0.9,
        "processing_time_s": 1.0,
    }


def draw_review(
    year: Year,
    job: dict[str, Any],
    shop: str | None,
    day: date | None,
    total_cents: int | None,
    twice: tuple[str, str, date, int] | None,
) -> dict[str, Any]:
    chance, now = year.chance, job["finished_at"] + timedelta(hours=5)
    missing = (("NO_MERCHANT", shop), ("NO_DATE", day), ("NO_TOTAL", total_cents))
    reasons: list[Any] = [{"code": code} for code, value in missing if value is None]
    if year.is_one_in(14):
        params = {"amount": "1.20", "currency": "EUR"}
        reasons.append({"code": "ITEMS_DIFFER", "params": params})
    decision = chance.choice((None, "discarded", "kept_both")) if twice else None
    if twice and decision is None:
        reasons.append({"code": "POSSIBLE_DUPLICATE", "params": {"other": twice[0]}})
    is_unsure = bool(reasons)
    is_reviewed = year.is_one_in(2 if is_unsure else 40)
    is_settled = is_reviewed or decision == "discarded"
    corrections = {"accepted": {"note": "as seen"}} if is_reviewed else None
    if (is_reviewed and is_unsure) or year.is_one_in(60):
        corrections = {**(corrections or {}), "fields": {"paymentMethod": {"value": "card"}}}
    confidence = round(chance.uniform(0.3, 0.8) if is_unsure else chance.uniform(0.85, 1.0), 4)
    return {
        "confidence": confidence,
        "read_confidence": confidence,
        "was_unsure": is_unsure,
        "review_reasons": [] if is_settled else reasons,
        "needs_review": is_unsure and not is_settled,
        "reviewed_at": now if is_reviewed else None,
        "reviewed_by": "camille" if is_reviewed else None,
        "corrections": corrections,
        "duplicate_of": twice[0] if twice else None,
        "duplicate_decision": decision,
        "discarded_at": now if decision == "discarded" else None,
    }


def sum_footprint(lines: list[dict[str, Any]]) -> dict[str, Any]:
    weighed = [line for line in lines if line["kg_co2e"] is not None]
    paid = sum(line["amount_cents"] - line["discount_cents"] for line in lines)
    covered = sum(line["amount_cents"] - line["discount_cents"] for line in weighed)
    sums = {
        name: round(sum(line[name] for line in weighed), 4) if weighed else None
        for name in ("kg_co2e", "kg_co2e_low", "kg_co2e_high")
    }
    score = None if not weighed else max(0, 95 - round(5 * (sums["kg_co2e"] or 0)))
    grades = ((90, "A+"), (75, "A"), (60, "B"), (45, "C"), (30, "D"), (15, "E"), (0, "F"))
    return {
        **sums,
        "footprint_coverage": round(covered / paid, 4) if paid else 0.0,
        "score": score,
        "grade": None if score is None else next(g for least, g in grades if score >= least),
    }


def write_fields(
    receipt: dict[str, Any],
    lines: list[dict[str, Any]],
    taxes: list[dict[str, Any]],
    number: int,
) -> dict[str, Any]:
    """The contract's `extractedFields`, as large as those that are read."""
    origin = {"confidence": 0.97, "box": [102.4, 311.9, 480.2, 340.1], "page": 1}
    total, day = receipt["total_cents"], receipt["purchased_on"]
    tax_cents = sum(tax["amount_cents"] for tax in taxes)
    single = {
        "merchantName": receipt["merchant"],
        "date": day and day.isoformat(),
        "totalAmount": None if total is None else total / 100,
        "subtotal": (total - tax_cents) / 100 if total is not None and number % 3 == 0 else None,
        "currency": receipt["currency"],
        "receiptNumber": f"T{number:07d}" if number % 2 else None,
    }
    fields: dict[str, Any] = {
        name: {"value": value, **origin} for name, value in single.items() if value is not None
    }
    if total is not None:
        fields["totalAmount"]["currency"] = receipt["currency"]
    fields["taxes"] = [_tax(tax, origin) for tax in taxes]
    fields["items"] = [_item(line, origin) for line in lines]
    return fields


def _tax(tax: dict[str, Any], origin: dict[str, Any]) -> dict[str, Any]:
    base, amount = tax["base_cents"], tax["amount_cents"]
    return {"rate": tax["rate"], "base": base and base / 100, "amount": amount / 100, **origin}


def _item(line: dict[str, Any], origin: dict[str, Any]) -> dict[str, Any]:
    mass_kg, kg = line["mass_kg"], line["kg_co2e"]
    factor = {
        "id": line["factor_id"],
        "name": line["factor_name"],
        "kgCO2ePerKg": round(kg / mass_kg, 3) if kg and mass_kg else 1.0,
        "source": "seed",
        "year": 2024,
    }
    footprint = {
        "kgCO2e": line["kg_co2e"],
        "low": line["kg_co2e_low"],
        "high": line["kg_co2e_high"],
        "factor": factor,
        "method": "mass",
        "matchConfidence": 0.9,
        "massKg": mass_kg,
        "score": None,
        "grade": None,
    }
    return {
        "id": line["item_id"],
        "description": line["description"],
        "unit": line["unit"],
        "quantity": line["quantity"],
        "amount": line["amount_cents"] / 100,
        "unitPrice": line["unit_price_mills"] / 1000,
        "category": line["category"],
        **origin,
        "discount": line["discount_cents"] / 100,
        "footprint": None if line["kg_co2e"] is None else footprint,
    }
