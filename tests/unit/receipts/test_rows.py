import math

from pipeline.receipts.document import Word
from pipeline.receipts.ocr.rows import Token, group_rows


def place(text: str, x: float, y: float, slope: float = 0.0, height: float = 20) -> Token:
    width = 12.0 * len(text)
    top = y + slope * (x + width / 2)
    word = Word(text, (x, top, x + width, top + height), 0.9)
    return Token((word,), slope)


def test_tokens_on_one_printed_row_become_one_line_from_left_to_right() -> None:
    lines = group_rows([place("12.50", 400, 103), place("TOTAL", 20, 100), place("EUR", 300, 98)])
    assert [line.text for line in lines] == ["TOTAL EUR 12.50"]


def test_rows_are_kept_apart_and_in_order() -> None:
    lines = group_rows([place("second", 20, 130), place("1.00", 400, 100), place("first", 20, 100)])
    assert [line.text for line in lines] == ["first 1.00", "second"]


def test_a_skewed_page_keeps_its_rows() -> None:
    slope = math.tan(math.radians(3))
    tokens = [
        place(f"{column}{row}" + "-article-name" * (column == "a"), x, 30 * row, slope)
        for row in range(8)
        for column, x in (("a", 10), ("b", 350), ("c", 650))
    ]
    lines = group_rows(tokens)
    assert [line.text for line in lines] == [f"a{r}-article-name b{r} c{r}" for r in range(8)]


def test_a_line_weighs_confidence_by_length() -> None:
    words = (Word("A", (0, 0, 9, 9), 0.0), Word("LONG", (12, 0, 40, 9), 1.0))
    (line,) = group_rows([Token(words)])
    assert line.confidence == 0.8
    assert line.box == (0, 0, 40, 9)


def test_no_words_make_no_lines() -> None:
    assert group_rows([Token(())]) == ()


def test_paper_that_curls_up_on_the_right_keeps_its_rows() -> None:
    def fall(x: float) -> float:
        return -0.0001 * x * x / 2

    tokens = [
        Token(place(f"{column}{row}-words", x, 30 * row + fall(x + 48)).words, -0.0001 * (x + 48))
        for row in range(8)
        for column, x in (("a", 10), ("b", 450), ("c", 850))
    ]
    lines = group_rows(tokens)
    assert [line.text for line in lines] == [f"a{r}-words b{r}-words c{r}-words" for r in range(8)]
