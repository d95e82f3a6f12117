"""The rows of a printed ticket, and how text is set in columns of fixed width."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TextRow:
    """One printed row; `size` is "normal", "bold", "tall", "wide" or "big" (tall and wide)."""

    text: str
    size: str = "normal"

    @property
    def is_wide(self) -> bool:
        """True where each character takes two columns."""
        return self.size in ("wide", "big")


@dataclass(frozen=True)
class GapRow:
    """Blank paper, in rows of normal height."""

    rows: float


@dataclass(frozen=True)
class DrawnRow:
    """A picture: "bars" or "qr" encoding-like blocks made from `seed_text`, or a logo by kind."""

    kind: str
    seed_text: str


Row = TextRow | GapRow | DrawnRow


def spread(left: str, right: str, columns: int) -> str:
    """`left` at the left edge and `right` at the right one, at least one space apart."""
    room = columns - len(right) - 1
    return left[:room].ljust(room) + " " + right


def centre(text: str, columns: int) -> str:
    """The text in the middle of the row; trailing blanks are not printed."""
    return (" " * ((columns - len(text)) // 2) + text) if len(text) < columns else text[:columns]


def wrap(text: str, columns: int) -> list[str]:
    """The words of `text` on as many rows as they need."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= columns:
            lines[-1] += " " + word
        else:
            lines.append(word[:columns])
    return lines


def centre_rows(text: str, columns: int, size: str = "normal") -> list[TextRow]:
    """The text centred on as many rows as it needs, in characters of the given size."""
    room = columns // 2 if size in ("wide", "big") else columns
    return [TextRow(centre(line, room), size) for line in wrap(text, room)]
