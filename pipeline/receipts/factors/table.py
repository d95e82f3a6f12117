"""Reads AGRIBALYSE's synthesis table, the official CSV or a compact one, into factors."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from pipeline.receipts.factors import errors
from pipeline.receipts.factors.report import BadRow
from pipeline.receipts.fields.text import fold
from pipeline.receipts.footprint.figures import Factor

MOST_BYTES = 50_000_000
_MOST_BAD_SHARE = 0.1
_HEADER_WITHIN_ROWS = 30
_SOURCE = "ADEME AGRIBALYSE"
_ID_PREFIX = "agribalyse"
_VERSION = re.compile(r"(?<![\d.])(3\.\d(?:\.\d)?)(?![\d.])")
_YEARS = {"3.0": 2020, "3.0.1": 2020, "3.1": 2022, "3.1.1": 2023, "3.2": 2024}
_NEWEST_KNOWN = "3.1.1"

# Our name, what the user is told where it is missing, and how headers begin (folded).
_COLUMNS = (
    ("code", "Code AGB", ("CODE AGB", "AGB_CODE", "AGB CODE")),
    ("category", "Groupe d'aliment", ("GROUPE D'ALIMENT", "GROUP_FR")),
    ("subcategory", "Sous-groupe d'aliment", ("SOUS-GROUPE D'ALIMENT", "SUBGROUP_FR")),
    ("name_fr", "Nom du Produit en Français", ("NOM DU PRODUIT EN FRANCAIS", "NAME_FR")),
    ("name_en", "LCI Name", ("LCI NAME", "NAME_EN")),
    ("dqr", "DQR", ("DQR",)),
    ("ef_mpt", "Score unique EF", ("SCORE UNIQUE EF", "EF_MPT_PER_KG")),
    ("kg_co2e", "Changement climatique", ("CHANGEMENT CLIMATIQUE", "GWP_KGCO2E_PER_KG")),
)
_OPTIONAL = frozenset({"name_en", "dqr", "ef_mpt"})


@dataclass(frozen=True)
class FactorTable:
    """The factors of a file, and the rows that cannot be used."""

    source: str
    year: int
    factors: tuple[Factor, ...]
    bad_rows: tuple[BadRow, ...]


def read_table(path: Path) -> FactorTable:
    """Read a file of factors. Raises FactorFileError where it is none."""
    text = _read_text(path)
    rows = _read_rows(text)
    header_at, columns = _find_header(rows)
    version = _find_version(path.name, rows[:header_at])
    source, year = f"{_SOURCE} {version}", _YEARS.get(version, _YEARS[_NEWEST_KNOWN])
    factors: dict[str, Factor] = {}
    bad: list[BadRow] = []
    for line, row in _product_rows(rows, header_at, columns):
        try:
            factor = _read_row(row, columns, source, year)
        except ValueError as error:
            bad.append(BadRow(line, str(error)))
            continue
        if factor.id in factors:
            bad.append(BadRow(line, f"the code {row[columns['code']].strip()} came before"))
            continue
        factors[factor.id] = factor
    _check_enough(factors, bad)
    return FactorTable(source, year, tuple(factors.values()), tuple(bad))


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise errors.too_large(MOST_BYTES)
        data = path.read_bytes()
    except OSError as error:
        raise errors.file_missing(path.name) from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data or data.startswith(b"PK"):
        raise errors.not_text()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what Excel writes on Windows


def _read_rows(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:  # a cell of 131,073 characters: one quotation mark is not closed
        raise errors.not_text() from error


def _delimiter(text: str) -> str:
    """The mark that separates most in the first rows; a comma stands in many French names."""
    head = text[:20_000]
    return max((";", "\t", ","), key=lambda mark: (head.count(mark), mark == ","))


def _find_header(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Where the header is, and the place of each column; a preamble may stand before."""
    best: dict[str, int] = {}
    for at, row in enumerate(rows[:_HEADER_WITHIN_ROWS]):
        columns = _columns_of(row)
        if not _missing(columns):
            return at, columns
        best = max(best, columns, key=len)
    raise errors.no_header(_missing(best))


def _columns_of(row: Sequence[str]) -> dict[str, int]:
    folded = [fold(cell) for cell in row]
    columns: dict[str, int] = {}
    for name, _, beginnings in _COLUMNS:
        for beginning in beginnings:
            # "Changement climatique - biogenic" and the like come after the sum of them.
            places = [at for at, cell in enumerate(folded) if cell.startswith(beginning)]
            exact = [at for at in places if folded[at] == beginning]
            if places:
                columns.setdefault(name, (exact or places)[0])
    return columns


def _missing(columns: dict[str, int]) -> list[str]:
    return [shown for name, shown, _ in _COLUMNS if name not in columns and name not in _OPTIONAL]


def _find_version(name: str, preamble: Sequence[Sequence[str]]) -> str:
    said = " ".join([name, *(cell for row in preamble for cell in row)])
    found = _VERSION.search(said)
    return found[1] if found else _NEWEST_KNOWN


def _product_rows(
    rows: Sequence[Sequence[str]], header_at: int, columns: dict[str, int]
) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows with a product; units and empty rows stand between them and the header."""
    for at in range(header_at + 1, len(rows)):
        row = rows[at]
        widest = max(columns.values())
        if len(row) <= widest:
            row = [*row, *[""] * (widest + 1 - len(row))]
        if any(row[columns[name]].strip() for name in ("code", "name_fr")):
            yield at + 1, row


def _read_row(row: Sequence[str], columns: dict[str, int], source: str, year: int) -> Factor:
    """One factor. Raises ValueError with what is wrong."""

    def cell(name: str) -> str:
        return " ".join(row[columns[name]].split()) if name in columns else ""

    code, name_fr = cell("code"), cell("name_fr")
    if not code or not name_fr:
        raise ValueError("it has no code or no name")
    kg_co2e = _number(cell("kg_co2e"), "climate change", least=0.0)
    if kg_co2e is None:
        raise ValueError(f"{name_fr} has no figure for climate change")
    category, subcategory = cell("category"), cell("subcategory")
    if not category or not subcategory:
        raise ValueError(f"{name_fr} has no group or sub-group")
    return Factor(
        id=f"{_ID_PREFIX}:{code}",
        name_fr=name_fr,
        name_en=cell("name_en") or None,
        category=category,
        subcategory=subcategory,
        kind=kind_of(category, subcategory, name_fr),
        unit="kg",
        kg_co2e=kg_co2e,
        ef_mpt=_number(cell("ef_mpt"), "EF", least=0.0),
        dqr=_number(cell("dqr"), "DQR", least=1.0, most=5.0),
        source=source,
        year=year,
    )


def _number(text: str, name: str, *, least: float, most: float = 1e6) -> float | None:
    cleaned = text.replace(" ", "").replace("\u202f", "").replace(",", ".")
    if cleaned in ("", "-", "NA", "N/A"):
        return None
    try:
        value = float(cleaned)
    except ValueError:
        raise ValueError(f"{name} is {text[:20]!r}, which is no number") from None
    if not least <= value <= most:
        raise ValueError(f"{name} is {text[:20]}, outside {least:g} to {most:g}")
    return value


def kind_of(category: str, subcategory: str, name_fr: str) -> str:
    """Whether a food is scored as a drink (milks are), a meal or a food."""
    group, part, name = fold(category), fold(subcategory), fold(name_fr)
    if group == "BOISSONS":
        return "drink"
    if part == "LAITS" and "POUDRE" not in name and "CONCENTRE" not in name:
        return "drink"
    return "meal" if group == "ENTREES ET PLATS COMPOSES" else "food"


def _check_enough(factors: dict[str, Factor], bad: list[BadRow]) -> None:
    rows = len(factors) + len(bad)
    if rows == 0:
        raise errors.no_rows()
    if len(bad) > _MOST_BAD_SHARE * rows:
        first = f"line {bad[0].line}, {bad[0].reason}."
        raise errors.too_many_bad(len(bad), rows, first)
