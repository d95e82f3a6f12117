"""Page texts written by hand: monospaced rows as an engine would return them."""

from pipeline.receipts.document import PageText, Word
from pipeline.receipts.ocr.rows import make_line

LETTER_PX, GAP_PX, HEIGHT_PX = 12, 10, 20


def write_page(text: str, *, page: int = 1, large: tuple[str, ...] = ()) -> PageText:
    """One line a row, columns kept; rows that start with one of `large` are twice as tall."""
    rows = [row for row in text.strip("\n").splitlines() if row.strip()]
    lines, top = [], 0
    for row in rows:
        height = HEIGHT_PX * (2 if large and row.strip().startswith(large) else 1)
        lines.append(make_line(_place_words(row, top, height)))
        top += height + GAP_PX
    return PageText(page, 800, top, "hand", tuple(lines))


def _place_words(row: str, top: int, height: int) -> list[Word]:
    words, at = [], 0
    for text in row.split():
        at = row.index(text, at)
        left, right = at * LETTER_PX, (at + len(text)) * LETTER_PX
        words.append(Word(text, (left, top, right, top + height), 0.95))
        at += len(text)
    return words
