"""Cells as values of a product: text, flags, lists, attributes."""

import re
import unicodedata

from pipeline.catalog.importing.mapping import AttributeType
from pipeline.catalog.importing.money import AmountError, read_number
from pipeline.catalog.importing.table import Cell
from pipeline.catalog.product import MAX_ATTRIBUTE_LENGTH, MAX_LIST_LENGTH, AttributeValue

LIST_MARK = "|"

_YES = frozenset({"true", "vrai", "yes", "oui", "y", "o", "x", "1"})
_NO = frozenset({"false", "faux", "no", "non", "n", "0", "-"})
_DELETE = _YES | {"delete", "deleted", "remove", "removed", "supprimer", "supprime", "retirer"}
_KEEP = _NO | {"keep", "garder", "conserver", "active", "actif"}
# Without leading zeros: those belong to codes, not to quantities.
_CANONICAL = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,12})?")


class ValueProblemError(ValueError):
    """The cell does not hold what its column is said to; `code` says how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_text(cell: Cell) -> str | None:
    """Any cell as text; numbers as the table shows them."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, tuple):
        return ", ".join(cell) or None
    if isinstance(cell, float):
        return repr(cell)
    return str(cell).strip() or None


def read_flag(cell: Cell) -> bool:
    """Raises ValueProblemError FLAG_INVALID."""
    return _decide(cell, _YES, _NO, "FLAG_INVALID")


def read_deletion(cell: Cell) -> bool:
    """Whether a marker says to delete the product. Raises ValueProblemError MARKER_INVALID."""
    return cell is not None and _decide(cell, _DELETE, _KEEP, "MARKER_INVALID")


def read_attribute(cell: Cell, kind: AttributeType) -> AttributeValue | None:
    """The cell as `kind`; auto takes what it looks like. Raises ValueProblemError."""
    if cell is None:
        return None
    if kind == "number":
        try:
            return read_number(cell)
        except AmountError as error:
            raise ValueProblemError(error.code) from None
    if kind == "boolean":
        return read_flag(cell)
    if kind == "list" or isinstance(cell, tuple):
        return _read_list(cell)
    if kind == "auto":
        return _guess(cell)
    return _require_short(read_text(cell) or "")


def fold(text: str) -> str:
    """Lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _guess(cell: str | int | float | bool) -> AttributeValue:
    if not isinstance(cell, str):
        return cell if isinstance(cell, bool) or abs(cell) <= 2**53 else str(cell)
    if cell.casefold() in ("true", "vrai"):
        return True
    if cell.casefold() in ("false", "faux"):
        return False
    if _CANONICAL.fullmatch(cell):
        return float(cell) if "." in cell else int(cell)
    if LIST_MARK in cell:
        return _read_list(cell)
    return _require_short(cell)


def _read_list(cell: Cell) -> tuple[str, ...]:
    parts = cell if isinstance(cell, tuple) else (read_text(cell) or "").split(LIST_MARK)
    found = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if len(found) > MAX_LIST_LENGTH:
        raise ValueProblemError("ATTRIBUTE_TOO_LONG")
    for part in found:
        _require_short(part)
    return found


def _require_short(text: str) -> str:
    if len(text) > MAX_ATTRIBUTE_LENGTH:
        raise ValueProblemError("ATTRIBUTE_TOO_LONG")
    return text


def _decide(cell: Cell, yes: frozenset[str], no: frozenset[str], code: str) -> bool:
    word = fold(read_text(cell) or "").strip()
    if word in yes:
        return True
    if word in no:
        return False
    raise ValueProblemError(code)
