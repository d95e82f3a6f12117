"""What an import did."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used; `line` counts from 1 as an editor shows it."""

    line: int
    reason: str


@dataclass(frozen=True)
class ImportReport:
    """Counts of the rows of a file; `kept` are earlier ones of its source that it does not hold."""

    source: str
    year: int
    added: int
    changed: int
    unchanged: int
    kept: int
    bad_rows: tuple[BadRow, ...]

    def sentences(self) -> list[str]:
        """The report as lines of text."""
        lines = [
            f"{self.source} ({self.year}): {self.added} added, {self.changed} changed, "
            f"{self.unchanged} already there."
        ]
        if self.kept:
            lines.append(f"{self.kept} earlier factors of this source are not in the file; kept.")
        lines += [f"Line {bad.line} left out: {bad.reason}" for bad in self.bad_rows[:_MOST_SHOWN]]
        if len(self.bad_rows) > _MOST_SHOWN:
            lines.append(f"And {len(self.bad_rows) - _MOST_SHOWN} more.")
        return lines


_MOST_SHOWN = 10
