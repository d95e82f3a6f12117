"""The tax lines of a ticket: rate, base and amount of each, by reading and by arithmetic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.receipts.document import TaxLine
from pipeline.receipts.fields.labels import Role, label_row
from pipeline.receipts.fields.tax_arithmetic import (
    agrees,
    is_misreading,
    split_row,
    tax_within,
)
from pipeline.receipts.fields.tax_rows import TaxRow, is_tax_heading, read_tax_row
from pipeline.receipts.fields.text import Row

_ROWS_WITHOUT_FIGURES = 2  # a table ends after so many: (RM) (RM) stands under its headings
_SURE = {0: 0.6, 1: 0.9, 2: 0.97}
"""Confidence by how many relations between the printed numbers hold."""
_MENDED, _DERIVED = 0.75, 0.9


@dataclass(frozen=True)
class _Found:
    """A tax line in the making; `closes` as in TaxSplit, `sure` is a factor of confidence."""

    read: TaxRow
    rate: Decimal | None
    base: Decimal | None
    amount: Decimal | None
    closes: int = 0
    sure: float = 1.0


def find_taxes(
    rows: tuple[Row, ...], total: Decimal | None, subtotal: Decimal | None
) -> tuple[TaxLine, ...]:
    """Each rate once, in printed order; empty where the ticket names no tax.

    A base that is not printed is derived where the ticket's total leaves one choice only (a single
    rate, or all bases but one); otherwise it is None.
    """
    found = _join(_list_found(rows, total))
    rated = [line for line in found if line.rate is not None or line.base is not None]
    lines = _mend_by_total(rated, total) if rated else _keep_parts(found)
    lines = _derive_base(lines, total, subtotal)
    return tuple(_finish(line) for line in lines if line.amount or line.base)


def _list_found(rows: tuple[Row, ...], total: Decimal | None) -> list[_Found]:
    found: list[_Found] = []
    unproven: list[_Found] = []
    misses = _ROWS_WITHOUT_FIGURES + 1
    for row in rows:
        if is_tax_heading(row):
            misses = 0
            continue
        read = read_tax_row(row, in_table=misses <= _ROWS_WITHOUT_FIGURES)
        line = _read_line(read, total)
        misses = 0 if line is not None and read.in_table else misses + 1
        if line is not None:
            (found if _speaks_of_tax(line, total) else unproven).append(line)
    return found + _complete(found, unproven, total)


def _read_line(read: TaxRow, total: Decimal | None) -> _Found | None:
    """What one row says of a tax, if it is one, or None where its numbers are something else."""
    label = label_row(read.row)
    role = label.role if label else None
    if not read.values or (read.rate is None and role not in (None, Role.TAX)):
        return None  # the sums under the table, TOTAL (GST INCL), what was paid
    if role is Role.TAX and not read.is_exempt:
        read = replace(read, says_tax=True)  # DONT TUR is DONT TVA to the label's tolerance
    split = split_row(read.rate, read.loose, read.values, total)
    if split is not None:
        sure = _MENDED if split.is_mended else 1.0
        return _Found(read, split.rate, split.base, split.amount, split.closes, sure)
    return _read_unsplit(read, role)


def _speaks_of_tax(line: _Found, total: Decimal | None) -> bool:
    """By its words, or by rate, base, tax and gross that are at one another's measure."""
    if line.read.in_table or line.read.says_tax:
        return True
    if line.rate is not None and (line.base is None or line.amount is None):
        return True  # a labelled base
    return _is_exact(line) and (line.closes > 1 or _gross(line) == total)


def _is_exact(line: _Found) -> bool:
    return bool(line.read.rate) and line.closes > 0 and line.sure == 1.0


def _gross(line: _Found) -> Decimal:
    return (line.base or Decimal(0)) + (line.amount or Decimal(0))


def _complete(found: list[_Found], unproven: list[_Found], total: Decimal | None) -> list[_Found]:
    """The row with an illegible word for tax that holds just what the others leave of the total."""
    rest = None if total is None else total - sum(map(_gross, found), Decimal(0))
    return [line for line in unproven if found and _is_exact(line) and _gross(line) == rest][:1]


def _read_unsplit(read: TaxRow, role: Role | None) -> _Found | None:
    """Numbers that no relation holds together: by their places and sizes."""
    if role is Role.SUBTOTAL and len(read.values) == 1:
        return _Found(read, read.rate, read.values[0], None)  # BASE IVA 10% 9,09
    if not read.says_tax and not (read.in_table and read.rate is not None):
        return None
    if read.rate is None:
        return _Found(read, None, None, read.values[-1])
    if len(read.values) > 1:
        return _Found(read, read.rate, max(read.values[:2]), min(read.values[:2]))
    return _Found(read, read.rate, None, read.values[0]) if read.says_tax else None


def _join(found: Iterable[_Found]) -> list[_Found]:
    """One line a rate and amount: base and tax of two rows together, repetitions left out."""
    joined: list[_Found] = []
    for line in found:
        at = next((i for i, other in enumerate(joined) if _is_same(other, line)), None)
        if at is None:
            joined.append(line)
        else:
            joined[at] = _unite(joined[at], line)
    return joined


def _is_same(one: _Found, other: _Found) -> bool:
    if one.rate != other.rate:
        return False
    if one.amount is not None and one.amount == other.amount:
        return None in (one.base, other.base) or one.base == other.base
    base, amount = one.base or other.base, one.amount or other.amount
    if None in (one.amount, other.amount) and one.rate and base and amount:
        return agrees(base, amount, one.rate)
    return False


def _unite(one: _Found, other: _Found) -> _Found:
    fuller = (
        one
        if (one.base is not None, one.closes) >= (other.base is not None, other.closes)
        else other
    )
    base = one.base if one.base is not None else other.base
    amount = one.amount if one.amount is not None else other.amount
    return replace(fuller, base=base, amount=amount, closes=max(one.closes, other.closes))


def _keep_parts(found: list[_Found]) -> list[_Found]:
    """Lines without rates, less those that only add up the others: TOTAL TAX."""
    amounts = [line.amount for line in found if line.amount]
    if len(found) < 2:
        return found
    return [
        line
        for line in found
        if line.amount and (len(amounts) < 3 or 2 * line.amount != sum(amounts, Decimal(0)))
    ][-len(amounts) :]


def _mend_by_total(lines: list[_Found], total: Decimal | None) -> list[_Found]:
    """Where one row alone does not fit its rate, the total less the others says what it holds."""
    odd = [i for i, line in enumerate(lines) if not line.closes and line.rate and line.base]
    if total is None or len(odd) != 1 or any(line.base is None for line in lines):
        return lines
    at = odd[0]
    line = lines[at]
    gross = total - sum((_gross(other) for other in lines if other is not line), Decimal(0))
    if gross <= 0 or line.rate is None or line.base is None or line.amount is None:
        return lines
    amount = tax_within(gross, line.rate)
    base = gross - amount
    fits = (base == line.base and is_misreading(line.amount, amount)) or (
        amount == line.amount and is_misreading(line.base, base)
    )
    mended = replace(line, base=base, amount=amount, closes=1, sure=_MENDED)
    return [*lines[:at], mended, *lines[at + 1 :]] if fits else lines


def _derive_base(
    lines: Sequence[_Found], total: Decimal | None, subtotal: Decimal | None
) -> list[_Found]:
    """The base that is not printed, where the other amounts leave one choice."""
    bare = [line for line in lines if line.base is None and line.amount is not None]
    if subtotal and len(bare) == len(lines) and subtotal + sum(map(_gross, lines)) == total:
        return [_lay_on(line, subtotal) for line in lines]
    if len(bare) != 1 or total is None:
        return list(lines)
    line = bare[0]
    others = sum((_gross(other) for other in lines if other is not line), Decimal(0))
    assert line.amount is not None
    for base in (total - others - line.amount, subtotal):
        if base and base > 0 and _fits(line, base, total, subtotal):
            closed = replace(line, base=base, closes=1, sure=_DERIVED)
            return [closed if other is line else other for other in lines]
    return list(lines)


def _lay_on(line: _Found, subtotal: Decimal) -> _Found:
    """The line with the subtotal as its base, which state and city both tax, if its rate agrees."""
    if line.amount is None or (line.rate and not agrees(subtotal, line.amount, line.rate)):
        return line
    return replace(line, base=subtotal, closes=1, sure=_DERIVED)


def _fits(line: _Found, base: Decimal, total: Decimal, subtotal: Decimal | None) -> bool:
    if line.amount is None:
        return False
    if line.rate is not None:
        return agrees(base, line.amount, line.rate)
    return base == subtotal and base + line.amount == total


def _finish(line: _Found) -> TaxLine:
    sure = _SURE[min(line.closes, 2)] * line.sure * line.read.confidence
    row = line.read.row
    return TaxLine(line.rate, line.base, line.amount, sure, row.line.box, row.page)
