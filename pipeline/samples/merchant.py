"""Invents a shop: name, address, phone and company numbers that pass their own checks.

Phone numbers come from the ranges kept for fiction: Arcep's 01 99 00 and its sisters, Ofcom's
drama numbers, the North American 555-01xx.
"""

from dataclasses import dataclass

from pipeline.receipts.fields.tax_checks import french_vat_number, passes_luhn
from pipeline.samples.chance import Chance
from pipeline.samples.vocabulary import MerchantWords, load_merchant_words


@dataclass(frozen=True)
class Merchant:
    """A shop as it would introduce itself; siret is French only, vat_number is not American."""

    name: str
    slogan: str
    street: str
    city: str
    phone: str
    siret: str | None
    vat_number: str | None
    country: str


def invent_merchant(chance: Chance, country: str, receipt_type: str) -> Merchant:
    """A merchant of `country` ("fr", "gb" or "us") selling what `receipt_type` says."""
    words = load_merchant_words(country)
    name = f"{chance.pick(words.heads[receipt_type])} {chance.pick(words.tails[receipt_type])}"
    siret = _invent_siret(chance) if country == "fr" else None
    return Merchant(
        name=name,
        slogan=chance.pick(words.slogans),
        street=f"{chance.whole(1, 180)} {chance.pick(words.streets)}",
        city=chance.pick(words.cities),
        phone=_invent_phone(chance, words, country),
        siret=siret,
        vat_number=_vat_number(chance, country, siret),
        country=country,
    )


def _invent_phone(chance: Chance, words: MerchantWords, country: str) -> str:
    start = chance.pick(words.phones)
    if country == "fr":
        return f"{start} {chance.digits(2)} {chance.digits(2)}"
    return start + chance.digits(2 if country == "us" else 3)


def luhn_check_digit(digits: str) -> str:
    """The digit that makes `digits` pass Luhn's check (ISO/IEC 7812-1, annex B)."""
    return next(digit for digit in "0123456789" if passes_luhn(digits + digit))


def _invent_siret(chance: Chance) -> str:
    # A SIREN that starts with 00 has not been given out in living memory: no real company is named.
    siren = "00" + chance.digits(6)
    siren += luhn_check_digit(siren)
    establishment = siren + "000" + str(chance.whole(1, 9))
    return establishment + luhn_check_digit(establishment)


def _vat_number(chance: Chance, country: str, siret: str | None) -> str | None:
    if siret is not None:
        return french_vat_number(siret[:9])
    return _invent_british_vat_number(chance) if country == "gb" else None


def _invent_british_vat_number(chance: Chance) -> str:
    # HMRC's modulus 97: seven digits weighted 8..2 plus the two check digits divide by 97.
    body = str(chance.whole(1, 9)) + chance.digits(6)
    weighted = sum(int(digit) * weight for digit, weight in zip(body, range(8, 1, -1), strict=True))
    return f"GB{body}{97 - weighted % 97:02d}"
