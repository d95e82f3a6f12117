"""The merchant's telephone: a labelled number, or one at the head that is printed as one."""

import re
from dataclasses import dataclass

from pipeline.receipts.document import TextField
from pipeline.receipts.fields.text import Row, locate_spans

_HEAD_ROWS = 22
_AS_DIGITS = str.maketrans("OoQDIl|SB", "000011158")
_NUMBER = r"(?P<number>\+?[(\dOoIl][\dOoIlSB ().\-/]{5,22}[\dOoIlSB])"
_LABEL = re.compile(
    r"(?:\b(?:T[EÉé3][L1I]{1,2}(?:[EÉé]?PH?[O0]NE|[EÉ]F(?:O|ON[EO]?)?|EFAX)?|PH(?:ONE)?|FON|FONE"
    r"|TF(?:NO)?|TLF|TELF|MOB(?:ILE)?|H/?P|T)\b\.?|☎)"
    r"(?:\s?(?:[/&]\s?FAX|FAX))?\s?(?:NO|N[°º])?\s?[.:)\-=#]*\s?" + _NUMBER,
    re.IGNORECASE,
)
_TOWN = r"[A-Za-z][A-Za-z.' ]{2,24}\s(?:#\d+\s)?(?:-\s)?"  # Evanston - 847-733-1144
_FAX = re.compile(r"\bFAX\b.*$", re.IGNORECASE)
_NO_PHONE = re.compile(
    r"\b(?:SIRET|SIREN|TVA|VAT|GST|TAX|REG|ROC|CO\.? ?NO|NIF|CIF|IVA|UST|RCS|INVOICE|RECEIPT|TICKET"
    r"|ORDER|CARD|CARTE|TERMINAL|MERCHANT ID|APPROVAL|FAX)\b",
    re.IGNORECASE,
)

_FORMATS = (
    re.compile(r"(?:\+|00)33\s?(?:\(0\)\s?)?[1-9](?:[ .-]?\d{2}){4}"),
    re.compile(r"0[1-9](?:[ .-]\d{2}){4}"),  # 04 72 00 11 22
    re.compile(r"(?:\+?1[ .-]?)?\(\d{3}\) ?\d{3}[ .-]\d{4}"),  # (512) 555-0199
    re.compile(r"\d{3}[.-]\d{3}[.-]\d{4}"),
    re.compile(r"0\d{2,4} \d{3,4} \d{3,4}"),
    re.compile(r"0\d{2,4} ?/ ?\d{2,4}(?: ?\d{2,4}){1,3}"),  # 0711/2225480  # 0113 496 0000
    re.compile(r"\+\d{2}[ (]\d[\d ()/-]{6,14}\d"),  # +49 30 123456
    re.compile(r"0[1-9]\d{0,2}-\d{3,4} ?\d{4}"),  # 03-3271 9872
    re.compile(r"\(?6?0\d{1,2}\)? ?-? ?\d{3,4} \d{4}"),
)
"""As France, North America, Britain, the rest of the world and Malaysia print a number."""

_LOOSE = re.compile(r"(?<=\() | (?=\))|(?<=\d) ?(-) ?(?=\d)")
_LOST_BRACKET = re.compile(r"^1(?=\d{3}\) ?\d{3}-)")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 13


@dataclass(frozen=True)
class _Found:
    row: Row
    text: str
    start: int
    end: int
    confidence: float


def find_phone(rows: tuple[Row, ...]) -> TextField | None:
    """The number as printed, spaces made single; fax and registration numbers are none."""
    labelled = [found for row in rows for found in _find_labelled(row)]
    bare = [found for row in rows[:_HEAD_ROWS] for found in _find_bare(row)]
    found = next(iter(labelled or bare), None)
    if found is None:
        return None
    box, read = locate_spans([(found.row.line, found.start, found.end)])
    return TextField(found.text, found.confidence * read, box, found.row.page)


def _find_labelled(row: Row) -> list[_Found]:
    text = _blank(_FAX, row.line.text)
    found = []
    for match in _LABEL.finditer(text):
        number = _tidy(match["number"])
        if _is_phone(number):
            sure = 0.96 if _is_printed_as_phone(number) else 0.85
            found.append(_Found(row, number, match.start("number"), match.end("number"), sure))
    return found


def _find_bare(row: Row) -> list[_Found]:
    text = row.line.text
    if _NO_PHONE.search(text):
        return []
    whole = re.fullmatch(rf"(?:{_TOWN})?\W*?{_NUMBER}\W*", text)
    if whole is None or not _is_printed_as_phone(_tidy(whole["number"])):
        return []
    return [_Found(row, _tidy(whole["number"]), whole.start("number"), whole.end("number"), 0.8)]


def _blank(pattern: re.Pattern[str], text: str) -> str:
    """The text cut before a fax number, unless one label is for both: TEL/FAX 03-5121."""
    match = pattern.search(text)
    if match is None or re.search(r"T[EÉé]L\.?\s?(?:NO)?\s?[/&]?\s?$", text[: match.start()], re.I):
        return text
    return text[: match.start()]


def _tidy(number: str) -> str:
    """One number of several, in digits: 03-7832 6929/012-659 9829 are two."""
    first = re.split(r"\s?/\s?(?=\+?\(?\d{2,3}[ )-])", number.strip(), maxsplit=1)[0]
    first = number if sum(map(str.isdigit, first)) < _FEWEST_DIGITS else first  # 0911 / 22 41 58
    digits = first.translate(_AS_DIGITS)
    plain = _LOOSE.sub(r"\1", " ".join(digits.split()).strip(" .-/"))
    return _pair_french(_LOST_BRACKET.sub("(", plain))


def _pair_french(number: str) -> str:
    """A French number whose spaces OCR lost is written in pairs again."""
    digits = re.sub(r"\D", "", number)
    is_french = re.fullmatch(r"0[1-9]\d{8}", digits) and re.search(r"\d{2} \d{2}\b", number)
    if not is_french or "-" in number or re.search(r" \d{3} | \d{3}$", number):
        return number
    return " ".join(digits[at : at + 2] for at in range(0, 10, 2))


def _is_phone(number: str) -> bool:
    return _FEWEST_DIGITS <= sum(char.isdigit() for char in number) <= _MOST_DIGITS


def _is_printed_as_phone(number: str) -> bool:
    return any(form.fullmatch(number) for form in _FORMATS)
