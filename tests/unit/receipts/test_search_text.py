"""The words of texts and of questions: folded alike, whatever people type."""

import pytest

from pipeline.fulltext.words import (
    SNIPPET_LENGTH,
    Term,
    find_snippet,
    parse_question,
    split_words,
)
from pipeline.receipts.find.words import text_of_fields


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Crème Brûlée", "creme brulee"),
        ("ŒUFS x12", "oeufs x12"),
        ("Straße", "strasse"),
        ("17,54 €", "17 54"),
        ("TVA 5.5%", "tva 5 5"),
        ("e\u0301te\u0301", "ete"),
        ("ﬁn ①", "fin 1"),
        ("東京A1", "東 京 a1"),
        ("ŁÓDŹ Ødegård", "lodz odegard"),
        ("İstanbul", "istanbul"),
        ("snake_case", "snake case"),
    ],
)
def test_words_are_small_letters_and_digits(text: str, words: str) -> None:
    assert split_words(text) == words.split()


def test_the_last_word_may_be_unfinished_until_a_space_follows() -> None:
    assert parse_question("lait dem").wanted == (Term(("lait",)), Term(("dem",), prefix=True))
    assert parse_question("lait dem ").wanted == (Term(("lait",)), Term(("dem",)))
    assert parse_question('"lait dem').wanted == (Term(("lait", "dem")),)


def test_a_minus_excludes_words_and_phrases() -> None:
    question = parse_question('lait -bio -"sans lactose"')

    assert question.excluded == (Term(("bio",)), Term(("sans", "lactose")))


def test_a_snippet_is_cut_around_what_was_found() -> None:
    line = f"{'x ' * 200}lait demi {'y ' * 200}"

    snippet = find_snippet(line, parse_question("lait "))

    assert snippet is not None
    assert len(snippet.text) <= SNIPPET_LENGTH
    ((start, end),) = snippet.marks
    assert snippet.text[start:end] == "lait"


def test_the_values_of_fields_are_lines_as_people_type_them() -> None:
    fields = {
        "merchantName": {"value": "Lidl"},
        "date": {"value": "2024-02-03"},
        "totalAmount": {"value": 17.5},
        "taxes": [{"amount": 1.2}, {"amount": None}],
        "items": [{"description": "Lait", "amount": 2}],
        "itemsReconciled": True,
    }

    text = text_of_fields(fields)

    assert text.splitlines() == [
        "Lidl",
        "03/02/2024  2024-02-03",
        "17.50",
        "1.20",
        "Lait  2.00",
    ]
