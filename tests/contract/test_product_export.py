"""A catalog as a file: what is exported is what an import reads, the same on every store."""

import csv
import io
from datetime import UTC, datetime

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.importing.candidate import Candidate, read_candidate
from pipeline.catalog.importing.orders import SentFile
from pipeline.catalog.importing.preview import preview_table
from pipeline.catalog.importing.table import Row
from pipeline.catalog.product import Footprint, ProductDraft
from pipeline.catalog.products.export import export_products
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.store import read_session, write_session
from tests.support.ledger import LedgerBench

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DRAFTS = (
    ProductDraft(
        "A-1",
        "Bottes, cuir",
        'Semelle "crantée"\nsur deux lignes',
        "Shoes",
        8905,
        "EUR",
        {"colour": "noir", "size": 41, "organic": True, "fits": ("S", "M")},
        Footprint(12.5, "piece", "Supplier"),
    ),
    ProductDraft("A-2", "Cap", None, "Hats"),
)


def put(bench: LedgerBench, *drafts: ProductDraft) -> None:
    with write_session(bench.settings) as session:
        put_products(session, [NewProduct(draft) for draft in drafts], NOW)


def export(bench: LedgerBench, wanted: ProductFilter | None = None, query: str = "") -> bytes:
    with read_session(bench.settings) as session:
        return b"".join(export_products(session, wanted or ProductFilter(), query))


def test_an_import_of_an_export_says_the_same_products(bench: LedgerBench) -> None:
    put(bench, *DRAFTS)

    sent = SentFile("products.csv", io.BytesIO(export(bench)))
    preview = preview_table(bench.settings, sent)
    read = [
        read_candidate(Row(number, cells), preview.mapping, preview.columns)
        for number, cells in enumerate(preview.rows, 2)
    ]

    assert [one.draft(None) for one in read if isinstance(one, Candidate)] == list(DRAFTS)


def test_only_what_matches_is_exported(bench: LedgerBench) -> None:
    put(bench, *DRAFTS)

    shoes = ProductFilter(categories=("Shoes",))
    assert ids(export(bench, shoes)) == ["A-1"]
    assert ids(export(bench, query="cap")) == ["A-2"]
    assert ids(export(bench, ProductFilter(categories=("Spoons",)))) == []


def test_a_formula_becomes_text(bench: LedgerBench) -> None:
    put(bench, ProductDraft("A-3", '=HYPERLINK("http://example.org")'))

    assert rows(export(bench))[0]["name"].startswith("'=")


def test_a_column_that_is_called_like_a_formula_becomes_text_and_is_read_as_it_was(
    bench: LedgerBench,
) -> None:
    put(bench, ProductDraft("A-4", "Cap", attributes={"=cmd|x": "red"}))

    content = export(bench)
    preview = preview_table(bench.settings, SentFile("products.csv", io.BytesIO(content)))

    assert "'=cmd|x" in rows(content)[0]
    assert "=cmd|x" in preview.columns


def ids(content: bytes) -> list[str]:
    return [row["id"] for row in rows(content)]


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
