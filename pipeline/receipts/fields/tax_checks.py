"""The check digits of company and VAT numbers, country by country. Input is compact: no spaces."""

import re
from collections.abc import Callable


def passes_luhn(digits: str) -> bool:
    """Luhn's check (ISO/IEC 7812-1, annex B), which SIREN and SIRET pass."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_siret(digits: str) -> bool:
    """Fourteen digits that pass Luhn's check, of which the SIREN, the first nine, does too."""
    return bool(re.fullmatch(r"\d{14}", digits)) and passes_luhn(digits) and passes_luhn(digits[:9])


def check_vat(number: str) -> bool | None:
    """Is a VAT number with its country's letters right? None where we know no check for it."""
    for form, check in _CHECKS:
        if form.fullmatch(number):
            return check(re.sub(r"^(?:FR|GB|DE|IT|PT|ES|BE)", "", number))
    return None


def french_vat_number(siren: str) -> str:
    """FR, a two-digit key, the SIREN; key = (12 + 3 * (SIREN mod 97)) mod 97 (BOI-TVA-DECLA)."""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def _is_french(body: str) -> bool:
    return french_vat_number(body[2:]) == f"FR{body}"


def _is_british(body: str) -> bool:
    """HMRC's modulus 97, and the variant of it that adds 55."""
    weighted = sum(int(d) * w for d, w in zip(body[:7], range(8, 1, -1), strict=True))
    return (weighted + int(body[7:9])) % 97 in {0, 42}


def _is_german(body: str) -> bool:
    """ISO 7064, mod 11, 10."""
    product = 10
    for digit in body[:8]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10 == int(body[8])


def _is_portuguese(body: str) -> bool:
    weighted = sum(int(d) * w for d, w in zip(body[:8], range(9, 1, -1), strict=True))
    return int(body[8]) == (11 - weighted % 11 if weighted % 11 > 1 else 0)


def _is_spanish(body: str) -> bool:
    """A person's number ends in the letter of its remainder by 23, a company's in Luhn's digit."""
    if body[-1].isalpha():
        if body[0].isdigit():
            return "TRWAGMYFPDXBNJZSQVHLCKE"[int(body[:8]) % 23] == body[8]
        return "JABCDEFGHI"[_spanish_control(body[1:8])] == body[8]
    return _spanish_control(body[1:8]) == int(body[8])


def _spanish_control(digits: str) -> int:
    return next(control for control in range(10) if passes_luhn(f"{digits}{control}"))


def _is_belgian(body: str) -> bool:
    return 97 - int(body[:8]) % 97 == int(body[8:])


_CHECKS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"FR\d{11}"), _is_french),
    (re.compile(r"GB\d{9}(?:\d{3})?"), _is_british),
    (re.compile(r"DE\d{9}"), _is_german),
    (re.compile(r"IT\d{11}"), passes_luhn),
    (re.compile(r"PT\d{9}"), _is_portuguese),
    (re.compile(r"ES(?:[A-Z]\d{7}[\dA-Z]|\d{8}[A-Z])"), _is_spanish),
    (re.compile(r"BE[01]\d{9}"), _is_belgian),
)
