"""SIRET and VAT numbers of any country, proven by their check digits where they have some."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from pipeline.receipts.document import TextField
from pipeline.receipts.fields.tax_checks import check_vat, french_vat_number, is_siret, passes_luhn
from pipeline.receipts.fields.text import Row, locate_spans

_DIGIT = r"[\dOoQDIl|SBZ]"
_AS_DIGITS = str.maketrans("OoQDIl|SBZ", "0000111582")
_CONFUSED = {"0": "86", "1": "74", "2": "7", "3": "859", "4": "1", "5": "63", "6": "580",
             "7": "12", "8": "0369", "9": "83"}  # fmt: skip
_SIRET = re.compile(rf"\bS[I1l|]RE[TI]\b\D{{0,6}}?(?P<id>{_DIGIT}(?:[ .]?{_DIGIT}){{13}})\b")
_BARE_SIRET = re.compile(r"(?<!\d)(?P<id>\d{3} ?\d{3} ?\d{3} ?\d{5})(?!\d)")

_PROVEN, _REPAIRED, _UNKNOWN, _FAILED = 0.98, 0.85, 0.8, 0.4


@dataclass(frozen=True)
class _Form:
    """How a country prints its number; `prefix` is put before where the print leaves it out.

    Without a label only the check digits tell such a number from others.
    """

    pattern: re.Pattern[str]
    prefix: str = ""
    needs_proof: bool = False


def _form(label: str, number: str, prefix: str = "") -> _Form:
    return _Form(re.compile(rf"{label}[^\dA-Z]{{0,8}}?(?P<id>{number})(?![\dA-Z])"), prefix)


_NINE, _EIGHT, _ELEVEN = (rf"{_DIGIT}(?:[ .-]?{_DIGIT}){{{n}}}" for n in (8, 7, 10))
_VAT_LABEL = r"\b(?:VAT|V\.A\.T\.?)(?: ?(?:REG(?:ISTRATION)?|NO|NUMBER|NR|ID|N[°º]))*\b"
_FORMS = (
    _form(r"", rf"\bF[RP] ?{_DIGIT}{{2}} ?{_NINE}"),
    _form(r"", rf"\bDE ?{_NINE}"),
    _form(r"", rf"\bATU ?{_EIGHT}"),
    _form(r"", rf"\bGB ?{_NINE}(?: ?{_DIGIT}{{3}})?"),
    _form(r"", rf"\bIT ?{_ELEVEN}"),
    _form(r"", rf"\bPT ?{_NINE}"),
    _form(r"", rf"\bBE ?0{_NINE}"),
    _form(r"", r"\bNL ?\d{9}B\d{2}"),
    _form(r"", r"\bLU ?\d{8}"),
    _form(r"", r"\bIE ?\d[\dA-Z]\d{5}[A-Z]{1,2}"),
    _form(r"", r"\bCHE[- ]?\d{3}\.?\d{3}\.?\d{3}"),
    _form(_VAT_LABEL, rf"{_NINE}", "GB"),
    _form(r"\b(?:P\.? ?I\.?(?:VA)?|PART(?:ITA)?\.? ?IVA)\b", _ELEVEN, "IT"),
    _form(r"\b(?:CONTRIBUINTE|NIPC|N\.?I\.?F\.?)\b", r"[12356789]\d{2} ?\d{3} ?\d{3}", "PT"),
    _form(r"\b(?:N\.?I\.?F\.?|C\.?I\.?F\.?)\b", r"[A-Z][ -]?\d{8}|\d{8}[ -]?[A-Z]", "ES"),
    _form(
        r"\b(?:[6G]ST|S[S5]T|TAX)(?:/TAX)? ?(?:REG(?:ISTRATION)?|[I1L]D|NO|NUMBER|REF|#|\.|:| )*",
        rf"{_DIGIT}(?:[ -]?{_DIGIT}){{11}}",
    ),
    _form(r"\bSST\b.{0,12}?", r"[A-Z]\d{2}-\d{4}-\d{8}"),
    _form(r"\bABN\b", _ELEVEN),
    _Form(re.compile(r"(?<![A-Z\d])(?P<id>[A-HJNP-SUVW]-?\d{8})(?![A-Z\d])"), "ES", True),
)


@dataclass(frozen=True)
class _Found:
    row: Row
    value: str
    start: int
    end: int
    confidence: float


def find_tax_ids(rows: tuple[Row, ...]) -> tuple[TextField | None, TextField | None]:
    """The SIRET (fourteen digits) and the VAT number (with its country's letters, no spaces).

    Misread digits are put right where the check digits leave one reading; both numbers of a
    French ticket hold the same SIREN, so that each may mend the other.
    """
    vats = [found for row in rows for found in _find_vats(row)]
    vat = max(vats, key=lambda found: found.confidence, default=None)
    siren = vat.value[4:] if vat and vat.value.startswith("FR") and check_vat(vat.value) else None
    sirets = [found for row in rows for found in _find_sirets(row, siren)]
    siret = max(sirets, key=lambda found: found.confidence, default=None)
    if vat and siret and vat.value.startswith("FR") and not check_vat(vat.value):
        vat = _mend_vat(vat, siret)
    return _to_field(siret), _to_field(vat)


def _mend_vat(vat: _Found, siret: _Found) -> _Found:
    """The VAT number that belongs to a proven SIRET, where the print differs in few digits."""
    meant = french_vat_number(siret.value[:9])
    wrong = sum(a != b for a, b in zip(vat.value, meant, strict=False))
    if not is_siret(siret.value) or wrong > 3:
        return vat
    return _Found(vat.row, meant, vat.start, vat.end, _REPAIRED)


def _to_field(found: _Found | None) -> TextField | None:
    if found is None:
        return None
    box, read = locate_spans([(found.row.line, found.start, found.end)])
    return TextField(found.value, found.confidence * (0.5 + 0.5 * read), box, found.row.page)


def _find_sirets(row: Row, siren: str | None) -> Iterator[_Found]:
    text = row.line.text.upper()
    for match in [*_SIRET.finditer(text), *_BARE_SIRET.finditer(text)]:
        printed = _digits(match["id"])
        is_labelled = match.re is _SIRET
        value, sure = _prove_siret(printed, siren)
        if is_labelled or sure == _PROVEN:
            yield _Found(row, value, match.start("id"), match.end("id"), sure)


def _prove_siret(printed: str, siren: str | None) -> tuple[str, float]:
    if is_siret(printed):
        return printed, _PROVEN
    if siren is not None and is_siret(siren + printed[9:]):
        return siren + printed[9:], _REPAIRED
    mended = {value for value in _misreadings(printed, 1) if is_siret(value)}
    if siren is not None:
        mended = {value for value in mended if value.startswith(siren)} or mended
    return (mended.pop(), _REPAIRED) if len(mended) == 1 else (printed, _FAILED)


def _find_vats(row: Row) -> Iterator[_Found]:
    text = row.folded if len(row.folded) == len(row.line.text) else row.line.text.upper()
    for form in _FORMS:
        for match in form.pattern.finditer(text):
            value, sure = _prove_vat(_compact(match["id"], form.prefix))
            if form.needs_proof and sure != _PROVEN:
                continue
            if form.prefix and sure == _FAILED:
                value = value.removeprefix(form.prefix)  # the country was our guess
            yield _Found(row, value, match.start("id"), match.end("id"), sure)


def _prove_vat(printed: str) -> tuple[str, float]:
    is_right = check_vat(printed)
    if is_right is None:
        return printed, _UNKNOWN
    if is_right:
        return printed, _PROVEN
    candidates = (printed[:2] + body for body in _misreadings(printed[2:], 1))
    mended = {value for value in candidates if _is_plausible(value)}
    return (mended.pop(), _REPAIRED) if len(mended) == 1 else (printed, _FAILED)


def _is_plausible(vat: str) -> bool:
    return check_vat(vat) is True and (not vat.startswith("FR") or passes_luhn(vat[4:]))


def _misreadings(digits: str, most: int) -> Iterable[str]:
    """What else the digits may be, with up to `most` of them misread."""
    for count in range(1, most + 1):
        for places in combinations(range(len(digits)), count):
            yield from _replace(digits, places)


def _replace(digits: str, places: tuple[int, ...]) -> Iterator[str]:
    if not places:
        yield digits
        return
    for other in _CONFUSED.get(digits[places[0]], ""):
        yield from _replace(digits[: places[0]] + other + digits[places[0] + 1 :], places[1:])


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text.translate(_AS_DIGITS))


def _compact(text: str, prefix: str) -> str:
    plain = re.sub(r"[^\dA-Z|]", "", text.upper())
    letters = re.match(r"(?:F[RP]|GB|ATU|CHE|DE|IT|PT|BE|NL|LU|IE)(?=[\dOQDILSBZ])", plain)
    country = letters[0].replace("FP", "FR") if letters else prefix
    body = plain[letters.end() :] if letters else plain
    if prefix == "ES" or country in {"NL", "LU", "IE"} or re.match(r"[A-Z]\d{2}\d{12}$", plain):
        return country + body
    return country + body.translate(_AS_DIGITS)
