"""Finding receipts by their words: the same answers from FTS5 and from PostgreSQL."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col

from pipeline.models import Job, Receipt, StageResult, Upload
from pipeline.receipts.find.index import (
    forget_receipt,
    index_file,
    index_receipt,
    rebuild,
)
from pipeline.receipts.find.questions import asks_for_words, find_snippets, narrow
from pipeline.store import read_session
from tests.support.ledger import LedgerBench

KIND = "receipt.analyze"
TICKET = """CARREFOUR CITY
12, Rue de l'Église
75011 PARIS
CRÈME FRAÎCHE 20CL     1,54
BŒUF HACHÉ 500G        6,00
TOTAL                 17,54 EUR
Ticket N° 0042-7 du 03/02/2024
東京ラーメン"""


def submit(bench: LedgerBench, name: str = "scan.jpg") -> str:
    with bench.write() as session:
        upload = Upload(
            sha256=name,
            name=name,
            media_type="image/jpeg",
            size_bytes=1,
            pages=1,
            created_at=bench.clock(),
        )
        session.add(upload)
        session.flush()
        job_id = bench.submit_in(session, KIND, upload_id=upload.id)
        index_file(session, session.get_one(Job, job_id), name)
    return job_id


def read(bench: LedgerBench, job_id: str, lines: str, **fields: Any) -> None:
    """Let the receipt be read: its row, the text of its page, and its words."""
    with bench.write() as session:
        job = session.get_one(Job, job_id)
        upload = session.get_one(Upload, job.upload_id)
        page = {"page": 1, "lines": [{"text": line} for line in lines.splitlines()]}
        session.add(
            StageResult(
                content_hash=upload.sha256,
                stage="text:1",
                version="1",
                data=page,
                created_at=bench.clock(),
            )
        )
        session.add(
            Receipt(
                job_id=job_id,
                upload_id=upload.id,
                confidence=1.0,
                needs_review=False,
                review_reasons=[],
                reading={},
                fields={name: {"value": value} for name, value in fields.items()},
                pages=[{"textStage": "text:1", "textVersion": "1"}],
                ocr_engine="test",
                ocr_confidence=1.0,
                processing_time_s=1.0,
                created_at=bench.clock(),
            )
        )
        index_receipt(session, job_id)


def find(bench: LedgerBench, query: str) -> list[str]:
    with read_session(bench.settings) as session:
        return list(session.scalars(narrow(session, (col(Job.id),), query)))[::-1]


@pytest.fixture
def ticket(bench: LedgerBench) -> str:
    job_id = submit(bench, "IMG_0815.jpg")
    read(bench, job_id, TICKET, merchantName="Carrefour City", date="2024-02-03", totalAmount=17.54)
    read(bench, submit(bench, "other.jpg"), "Something else entirely 99,00")
    return job_id


@pytest.mark.parametrize(
    "query",
    [
        "carrefour",
        "CARREF",
        "creme fraiche",
        "fraîche crème",
        "boeuf",
        "bœuf",
        "17,54",
        "17.54",
        "17 54",
        "2024-02-03",
        "03/02/2024",
        "0042-7",
        "eglise",
        '"rue de l\'église"',
        "total -tickets",
        "img_0815.jpg",
        "0815",
        "carrefour paris tot",
        "東京",
        "ラーメン",
        '"total 17,54',
    ],
)
def test_a_receipt_is_found_by_what_people_type(
    bench: LedgerBench, ticket: str, query: str
) -> None:
    assert find(bench, query) == [ticket]


@pytest.mark.parametrize(
    "query",
    [
        "carrefour lidl",
        "refour",
        '"paris rue"',
        "carref paris",
        "carrefour -paris",
        "1754",
        '"tot"',
    ],
)
def test_a_receipt_is_not_found_by_what_it_does_not_say(
    bench: LedgerBench, ticket: str, query: str
) -> None:
    assert find(bench, query) == []


def test_what_must_not_occur_may_be_all_that_is_said(bench: LedgerBench, ticket: str) -> None:
    assert ticket not in find(bench, "-carrefour")
    assert len(find(bench, "-carrefour")) == 1
    assert find(bench, "-carrefour -else") == []


@pytest.mark.parametrize(
    "query",
    [
        "AND", "OR NOT", "NEAR(a b)", "words: x", "a* ^b", "((", "'; DROP TABLE job", "a & | ! b",
        '"""', "-", "--", '-"', "a <-> b:*", "\\", "%_", "\0x", "🧾 receipt", "e\u0301glise",
        "x" * 5000, "a " * 300, "{col} : +", "½ ① ﬁn", "\u0301", "ı İ ß",
    ],
)  # fmt: skip
def test_whatever_is_typed_is_a_question_and_no_error(
    bench: LedgerBench, ticket: str, query: str
) -> None:
    with read_session(bench.settings) as session:
        if asks_for_words(query):
            session.scalars(narrow(session, (col(Job.id),), query)).all()
        find_snippets(session, query, [ticket])


def test_nothing_but_punctuation_asks_for_nothing() -> None:
    assert not asks_for_words(' "-" ... ')


def test_the_beginning_of_an_id_finds_it_also_before_it_is_read(bench: LedgerBench) -> None:
    job_id = submit(bench)

    assert find(bench, job_id[:8].upper()) == [job_id]
    assert find(bench, job_id) == [job_id]


def test_after_a_correction_both_are_found_what_was_read_and_what_stands(
    bench: LedgerBench, ticket: str
) -> None:
    with bench.write() as session:
        receipt = session.get_one(Receipt, ticket)
        receipt.fields = {"merchantName": {"value": "Monoprix"}}
        index_receipt(session, ticket)

    assert find(bench, "monoprix") == [ticket]
    assert find(bench, "carrefour") == [ticket]
    assert find(bench, "2024-02-03") == []


def test_a_deleted_receipt_is_found_no_more(bench: LedgerBench, ticket: str) -> None:
    with bench.write() as session:
        forget_receipt(session, ticket)

    assert find(bench, "carrefour") == []
    with bench.write() as session:
        forget_receipt(session, ticket)


def test_words_are_taken_back_with_the_transaction_that_wrote_them(bench: LedgerBench) -> None:
    job_id = submit(bench)

    with pytest.raises(RuntimeError), bench.write() as session:
        index_receipt(session, job_id, "unheard of")
        raise RuntimeError

    assert find(bench, "unheard") == []


def test_receipts_of_one_instant_have_ids_in_the_order_of_their_coming(bench: LedgerBench) -> None:
    before = [submit(bench, "same.jpg") for _ in range(3)]
    bench.clock.tick(1)
    after = submit(bench, "same.jpg")

    assert find(bench, "same") == [*before, after]


def test_all_words_can_be_written_anew(bench: LedgerBench, ticket: str) -> None:
    with bench.write() as session:
        session.connection().execute(text("DELETE FROM receipt_words"))
        session.connection().execute(text("DELETE FROM receipt_search"))
    assert find(bench, "carrefour") == []

    assert rebuild(bench.settings) == 2

    assert find(bench, "fraiche") == [ticket]
    assert find(bench, "img_0815") == [ticket]
    assert rebuild(bench.settings) == 2
    assert find(bench, "fraiche") == [ticket]


def test_a_snippet_is_the_line_that_says_most_with_its_places(
    bench: LedgerBench, ticket: str
) -> None:
    with read_session(bench.settings) as session:
        found = find_snippets(session, "creme 1.54", [ticket])

    snippet = found[ticket]
    assert snippet.text == "CRÈME FRAÎCHE 20CL     1,54"
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["CRÈME", "1,54"]
