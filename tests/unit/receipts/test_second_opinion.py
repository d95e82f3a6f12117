from collections.abc import Sequence
from decimal import Decimal

from pipeline.receipts.document import PageText, Word
from pipeline.receipts.ocr.rows import Token, group_rows
from pipeline.receipts.ocr.second_opinion import consult, is_doubtful
from pipeline.receipts.understand import understand

HEAD = ["CORNER GROCERY", "12 Station Road, Leeds LS1 4AB", "14/03/2026 18:42"]
ITEMS = ["Wholemeal bread 1.20", "Semi skimmed milk 0.99", "Mature cheddar 3.45"]
TOTAL = ["TOTAL 5.64", "CARD 5.64"]


def write_page(
    rows: Sequence[str], engine: str = "rapidocr", unsure: str | None = None, page: int = 1
) -> PageText:
    """Rows of a page, amounts in a column of their own; the word `unsure` was read badly."""
    tokens = []
    for at, row in enumerate(rows):
        x = 20.0
        for word in row.split():
            is_amount = word.replace(".", "").isdigit() and "." in word
            left, width = (500.0 if is_amount else x), 12.0 * len(word)
            confidence = 0.6 if word == unsure else 0.97
            box = (left, 40.0 * at, left + width, 40.0 * at + 24)
            tokens.append(Token((Word(word, box, confidence),)))
            x += width + 12
    return PageText(page, 640, 40 * len(rows) + 40, engine, group_rows(tokens))


def forbid(_page: PageText) -> PageText | None:
    raise AssertionError("the second engine was asked")


def test_a_sure_reading_asks_nobody() -> None:
    pages = (write_page([*HEAD, *ITEMS, *TOTAL]),)
    reading = understand(pages)
    assert not is_doubtful(reading)
    assert consult(pages, reading, forbid) == (pages, reading)


def test_a_row_that_the_first_engine_left_out_is_added() -> None:
    whole = [*HEAD, *ITEMS, *TOTAL]
    gap = [row if row != HEAD[2] else "" for row in whole]
    pages = (write_page(gap),)
    first = understand(pages)
    assert first.fields.date is None
    changed, reading = consult(pages, first, lambda _: write_page(whole, "tesseract"))
    assert reading.fields.date is not None
    assert reading.fields.date.value.isoformat() == "2026-03-14"
    assert changed[0].engine == "rapidocr"


def test_an_unsure_amount_is_replaced_where_the_sum_then_closes() -> None:
    misread = [*HEAD, *ITEMS[:2], "Mature cheddar 9.72", *TOTAL]
    pages = (write_page(misread, unsure="9.72"),)
    first = understand(pages)
    assert not first.items.is_reconciled
    right = write_page([*HEAD, *ITEMS, *TOTAL], "tesseract")
    _, reading = consult(pages, first, lambda _: right)
    assert reading.items.is_reconciled
    assert [item.amount for item in reading.items.items] == [
        Decimal("1.20"),
        Decimal("0.99"),
        Decimal("3.45"),
    ]


def test_what_helps_nothing_changes_nothing() -> None:
    pages = (write_page([*HEAD, *ITEMS[:2], "Mature cheddar 9.72", *TOTAL], unsure="9.72"),)
    first = understand(pages)
    worse = write_page([*HEAD, "Wholemeal bread 7.77", "Mature cheddar 8.88"], "tesseract")
    assert consult(pages, first, lambda _: worse) == (pages, first)


def test_a_sure_total_is_not_given_up_for_a_sum_that_closes() -> None:
    pages = (write_page([*HEAD, *ITEMS[:2], *TOTAL]),)
    first = understand(pages)
    assert first.fields.total is not None
    other = write_page([*HEAD, *ITEMS[:2], "TOTAL 2.19", "CARD 2.19"], "tesseract")
    _, reading = consult(pages, first, lambda _: other)
    assert reading.fields.total == first.fields.total


def test_a_page_that_cannot_be_asked_stays() -> None:
    pages = (write_page([*HEAD[:2], *ITEMS, *TOTAL]),)
    first = understand(pages)
    assert is_doubtful(first)
    assert consult(pages, first, lambda _: None) == (pages, first)
