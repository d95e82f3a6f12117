"""How much a ticket line says that it is: 500G, 6X1L, 75CL, 4X125G, 1KG5, X12."""

import re
from dataclasses import dataclass

from pipeline.receipts.fields.text import fold

_KG = {"KG": 1.0, "KILO": 1.0, "G": 0.001, "GR": 0.001, "GRS": 0.001, "GM": 0.001, "MG": 1e-6,
       "LB": 0.4536, "LBS": 0.4536, "OZ": 0.02835}  # fmt: skip
_LITRES = {"L": 1.0, "LT": 1.0, "LTR": 1.0, "LITRE": 1.0, "LITRES": 1.0, "CL": 0.01, "ML": 0.001,
           "DL": 0.1, "GAL": 3.785, "PT": 0.568, "PINT": 0.568, "QT": 0.946,
           "FLOZ": 0.02957}  # fmt: skip
_NAMES = sorted((*_KG, *_LITRES, "FL OZ"), key=len, reverse=True)
_UNIT = rf"(?P<unit>{'|'.join(_NAMES)})"
_END = r"(?![A-Z0-9])"
_COUNT_END = r"(?![A-Z0-9]|[.,]\d)"  # in "0.842KG X 2.49" the 2 counts nothing
_NUMBER = r"\d+(?:[.,]\d+)?"
_TIMES = r" ?[X*] ?"

_ALONE = r"(?<![A-Z0-9])"
_MANY_OF_SIZE = re.compile(
    rf"(?<![\d.,])(?P<n>\d{{1,3}}){_TIMES}(?P<size>{_NUMBER}) ?{_UNIT}{_END}"
)
_SIZE_OF_MANY = re.compile(rf"(?P<size>{_NUMBER}) ?{_UNIT}{_TIMES}(?P<n>\d{{1,3}}){_COUNT_END}")
_MANY_OF_GRAMS = re.compile(rf"(?<![\d.,])(?P<n>\d{{1,2}}){_TIMES}(?P<size>\d{{2,3}}){_END}")
_SPLIT_SIZE = re.compile(rf"(?<![\dA-Z.,])(?P<whole>\d)(?P<unit>KG|L)(?P<tenth>\d){_END}")
_SIZE = re.compile(rf"(?<![\dA-Z])(?P<size>\d*[.,]?\d+) ?{_UNIT}{_END}")
_COUNT = re.compile(
    rf"{_ALONE}(?:X ?(?P<after>\d{{1,3}})"
    rf"|(?P<before>\d{{1,3}}) ?(?:PK|PACK|PCS|PIECES|CT|X)){_COUNT_END}"
)
_DOZEN = re.compile(rf"{_ALONE}(?:1 ?)?(?:DZ|DOZ|DOZEN|DOUZAINE){_END}")
_FIRST_COUNT = re.compile(r"^(?P<n>\d{1,2}) (?=[A-Z]{4})")
_EACH = re.compile(r"(?<![A-Z])(?:PCE|PIECE|PC|EACH|EA|UNITE|LA PIECE)(?![A-Z])")
_BOTTLE = re.compile(rf"{_ALONE}(?:BTL|BTLE|BOUT|BOUTEILLE|BOTTLE){_END}")
_ROUND = re.compile(r"(?<=\d)O+(?!Z)")
_PERCENT = re.compile(rf"{_NUMBER} ?%")
_MOST_KG = 60.0
_MOST_LETTERS = 200


@dataclass(frozen=True)
class Content:
    """What a line says of the size of one thing sold: `kg` and `litres` of one of `count` pieces.

    `count` is None where it is not printed; `is_each`: the line says that it is one piece,
    `is_bottle`: a whole bottle.
    """

    kg: float | None = None
    litres: float | None = None
    count: int | None = None
    is_each: bool = False
    is_bottle: bool = False
    is_total: bool = False


def read_content(description: str) -> Content:
    """The size and the count that a description prints.

    `is_total` means that count and size stand apart ("X4 125G"): the size may be one's or all's.
    """
    text = _prepare(fold(description[:_MOST_LETTERS]))
    for pattern in (_MANY_OF_SIZE, _SIZE_OF_MANY):
        if found := pattern.search(text):
            return _sized(_number(found["size"]), found["unit"], int(found["n"]))
    if found := _SPLIT_SIZE.search(text):
        return _sized(int(found["whole"]) + int(found["tenth"]) / 10, found["unit"], None)
    if found := _SIZE.search(text):
        count = _count(text[: found.start()] + " " + text[found.end() :])
        return _sized(_number(found["size"]), found["unit"], count, is_total=count is not None)
    if found := _MANY_OF_GRAMS.search(text):
        return _sized(_number(found["size"]), "G", int(found["n"]))
    return Content(
        count=_count(text),
        is_each=bool(_EACH.search(text)),
        is_bottle=bool(_BOTTLE.search(text)),
    )


def strip_content(folded: str) -> str:
    """A folded description without its sizes and counts, for matching by words."""
    text = _prepare(folded)
    for pattern in (_MANY_OF_SIZE, _SIZE_OF_MANY, _SPLIT_SIZE, _SIZE, _MANY_OF_GRAMS, _COUNT):
        text = pattern.sub(" ", text)
    return _EACH.sub(" ", text)


def _prepare(folded: str) -> str:
    """Without percentages, and 5OOG read as 500G."""
    return _PERCENT.sub(" ", _ROUND.sub(lambda found: "0" * len(found[0]), folded))


def _sized(size: float, unit: str, count: int | None, *, is_total: bool = False) -> Content:
    unit = unit.replace(" ", "")
    kg, litres = _KG.get(unit), _LITRES.get(unit)
    if size <= 0 or size * (kg or litres or 0) > _MOST_KG:
        return Content(count=count)
    return Content(
        kg=None if kg is None else size * kg,
        litres=None if litres is None else size * litres,
        count=count,
        is_total=is_total,
    )


def _count(text: str) -> int | None:
    if _DOZEN.search(text):
        return 12
    found = _COUNT.search(text)
    number = (found["after"] or found["before"]) if found else None
    if number is None and (first := _FIRST_COUNT.search(text)):
        number = first["n"]
    return int(number) if number and int(number) > 0 else None


def _number(text: str) -> float:
    return float(text.replace(",", "."))
