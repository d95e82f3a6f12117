"""Ask another engine where the first reading is in doubt, and take what mends it. No I/O.

On its own the second engine reads far less (of SROIE's totals 0.76 where the first reads 0.98), so
it is not asked for its view of the whole: single words of it are tried in the place of the first's,
and stay only where a missing value appears or the sum closes.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from pipeline.receipts.document import Box, Line, PageText, Reading, Word
from pipeline.receipts.ocr.rows import Token, group_rows, make_line
from pipeline.receipts.understand import understand

Pages = tuple[PageText, ...]
Ask = Callable[[PageText], PageText | None]
"""What the other engine reads on the page; None where it cannot be asked."""

_UNSURE = 0.5
_MOST_TRIALS = 8
"""A trial understands the whole ticket again, 30 ms."""

_SURE = 0.95
"""Words of the first engine above this are not doubted."""

_SAME_PLACE = 0.5
_ANY_SHARED = 0.1
_CLEAR = 0.6
"""Confidence that a word needs to be added where the first engine saw nothing."""


def consult(pages: Pages, reading: Reading, ask: Ask) -> tuple[Pages, Reading]:
    """The same, or the pages with words of the other engine and what they then say.

    Of several mends the first that helps is taken; nothing that was read surely is given up.
    """
    if not is_doubtful(reading):
        return pages, reading
    others = tuple(ask(page) for page in pages)
    for changed in _list_trials(pages, others):
        other = understand(changed)
        if _is_better(other, reading):
            return changed, other
    return pages, reading


def is_doubtful(reading: Reading) -> bool:
    """Is a key value missing or unsure, or does the sum not close?"""
    keys = (reading.fields.date, reading.fields.total)
    missing = any(field is None or field.confidence < _UNSURE for field in keys)
    return missing or not reading.items.is_reconciled


def _is_better(other: Reading, first: Reading) -> bool:
    before, after = _list_sure(first), _list_sure(other)
    kept = all(after.get(name) == value for name, value in before.items())
    # A sum that closes by further changes of letters proves nothing: there are too many of them.
    proven = first.items.is_reconciled or not other.items.changed
    fewer = len(other.items.items) < len(first.items.items)
    return kept and proven and not fewer and len(after) > len(before)


def _list_sure(reading: Reading) -> dict[str, object]:
    """What stands: the key values that are sure, and that the sum closes."""
    keys = (("date", reading.fields.date), ("total", reading.fields.total))
    sure: dict[str, object] = {
        name: field.value for name, field in keys if field and field.confidence >= _UNSURE
    }
    return sure | ({"sum": True} if reading.items.is_reconciled else {})


def _list_trials(pages: Pages, others: tuple[PageText | None, ...]) -> Iterator[Pages]:
    """First with the words that only the other engine saw, then with single words of it."""
    filled = tuple(
        page if other is None else _fill(page, other)
        for page, other in zip(pages, others, strict=True)
    )
    if filled != pages:
        yield filled
    swaps = [
        (word.confidence, at, word, instead)
        for at, (page, other) in enumerate(zip(pages, others, strict=True))
        if other is not None
        for word, instead in _list_swaps(page, other)
    ]
    # The first engine's least sure words are the likeliest to be wrong.
    for _, at, word, instead in sorted(swaps, key=lambda swap: swap[0])[:_MOST_TRIALS]:
        yield (*pages[:at], _swap(pages[at], word, instead), *pages[at + 1 :])


def _fill(page: PageText, other: PageText) -> PageText:
    seen = [word.box for line in page.lines for word in line.words]
    added = [
        word
        for line in other.lines
        for word in line.words
        if word.confidence >= _CLEAR and all(_shared(word.box, box) < _ANY_SHARED for box in seen)
    ]
    if not any(_has_digit(word) for word in added):
        return page
    tokens = [Token(line.words) for line in page.lines] + [Token((word,)) for word in added]
    return replace(page, lines=group_rows(tokens))


def _list_swaps(page: PageText, other: PageText) -> Iterator[tuple[Word, Word]]:
    """Words with digits that the engines read differently in the same place."""
    theirs = [word for line in other.lines for word in line.words if _has_digit(word)]
    for line in page.lines:
        for word in filter(_has_digit, line.words):
            if word.confidence > _SURE:
                continue
            for instead in theirs:
                if instead.text != word.text and _shared(word.box, instead.box) > _SAME_PLACE:
                    yield word, instead


def _swap(page: PageText, word: Word, instead: Word) -> PageText:
    lines = [_swap_in_line(line, word, instead) for line in page.lines]
    return replace(page, lines=tuple(lines))


def _swap_in_line(line: Line, word: Word, instead: Word) -> Line:
    if all(kept is not word for kept in line.words):
        return line
    return make_line([instead if kept is word else kept for kept in line.words])


def _has_digit(word: Word) -> bool:
    return any(char.isdigit() for char in word.text)


def _shared(one: Box, two: Box) -> float:
    """Area that two boxes share, of what they cover together, 0..1."""
    width = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3], two[3]) - max(one[1], two[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, two))
    return width * height / (areas - width * height)
