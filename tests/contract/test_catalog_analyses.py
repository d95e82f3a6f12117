"""Duplicates, map and outliers as jobs, from vectors in either store to what a person decides."""

import hashlib
import io
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlmodel import select

from pipeline.catalog.analysis.duplicates import read_groups
from pipeline.catalog.analysis.outliers import confirm_category, read_doubts
from pipeline.catalog.analysis.results import (
    AnalysisKind,
    Standing,
    job_kind,
    read_result,
    read_standing,
)
from pipeline.catalog.analysis.submit import submit_analysis
from pipeline.catalog.encode.identify import identify
from pipeline.catalog.product import Picture, ProductDraft
from pipeline.catalog.products.delete import delete_products
from pipeline.catalog.products.find import find_products
from pipeline.catalog.products.merge import keep_both
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.catalog.vectors import Vectors, normalise
from pipeline.errors import ConflictError
from pipeline.files import open_files
from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import get_kind
from pipeline.models import CatalogAnalysis, JobStatus, Product, UnusedFile
from pipeline.settings import Settings
from tests.support.ledger import LedgerBench

DIMENSION = 16
CATEGORIES = ("shoes", "bags", "lamps")
ENCODER = identify(Settings()).id


def look_of(category: str, number: int) -> Vectors:
    """A vector near those of its category."""
    rng = np.random.default_rng([CATEGORIES.index(category), number])
    middle = np.random.default_rng(CATEGORIES.index(category)).standard_normal(DIMENSION)
    return normalise((middle + 0.6 * rng.standard_normal(DIMENSION)).astype(np.float32))


def make_product(
    bench: LedgerBench,
    product_id: str,
    look: Vectors,
    category: str,
    *,
    shows: str | None = None,
    same_file: bool = False,
) -> NewProduct:
    """A product; `shows` is the one whose photograph it has, as a copy or the very same file."""
    name = (shows if same_file and shows else product_id).ljust(64, "0")
    thumbnail = draw_photograph(shows or product_id, copied=shows is not None)
    kept = open_files(bench.settings).put_bytes(thumbnail)
    # Hashes that have nothing in common, so that vectors alone make candidates.
    looks = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    picture = Picture(name, kept, "image/jpeg", looks)
    draft = ProductDraft(product_id, f"Product {product_id}", category=category)
    return NewProduct(draft, picture, {"image": look, "text": look}, encoder_id=ENCODER)


def draw_photograph(name: str, *, copied: bool) -> bytes:
    """Blots that no other name has; a copy is smaller and brighter."""
    rng = np.random.default_rng(list(name.encode()))
    blots = Image.fromarray(rng.integers(20, 200, (9, 9, 3), dtype=np.uint8))
    picture = blots.resize((200, 200), Image.Resampling.BICUBIC)
    if copied:
        picture = picture.resize((150, 150)).point(lambda value: min(255, round(value * 1.15)))
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=60 if copied else 90)
    return written.getvalue()


def put(bench: LedgerBench, *products: NewProduct) -> None:
    with bench.write() as session:
        put_products(session, [*products], bench.clock())


def fill(bench: LedgerBench) -> None:
    """Eight products in each of three categories, each with a picture of its own."""
    put(
        bench,
        *(
            make_product(bench, f"{category}-{number}", look_of(category, number), category)
            for category in CATEGORIES
            for number in range(8)
        ),
    )


def compute(bench: LedgerBench, kind: AnalysisKind) -> Standing:
    """Submit the analysis and run it to its end, as a runner and its minder do."""
    bench.clock.tick(1)
    job = submit_analysis(
        bench.settings, open_doorbell(bench.settings), kind, "anna", "anna", clock=bench.clock
    )
    held = bench.take(job.id)
    outcome = get_kind(held.kind).run(JobContext(held, bench.settings))
    assert bench.complete(held, outcome)
    return standing_of(bench, kind)


def standing_of(bench: LedgerBench, kind: AnalysisKind) -> Standing:
    with bench.write() as session:
        return read_standing(session, kind)


def groups_of(bench: LedgerBench) -> list[tuple[str, ...]]:
    """The groups of duplicates as product ids."""
    with bench.write() as session:
        last = session.get_one(CatalogAnalysis, "duplicates")
        groups = read_groups(session, read_result(open_files(bench.settings), last))
    names = {row.id: row.product_id for row in find_all(bench)}
    return [tuple(names[ref] for ref in group.members) for group in groups]


def find_all(bench: LedgerBench) -> list[Product]:
    ids = [f"{category}-{number}" for category in CATEGORIES for number in range(12)]
    with bench.write() as session:
        return list(find_products(session, [*ids, "copy", "same", "wrong", "other"]).values())


def doubts_of(bench: LedgerBench) -> list[tuple[str, str]]:
    """The outliers as category and the one they look like."""
    with bench.write() as session:
        last = session.get_one(CatalogAnalysis, "outliers")
        doubts = read_doubts(session, read_result(open_files(bench.settings), last))
    return [(one.category, one.looks_like) for one in doubts]


def test_the_same_file_and_nearly_the_same_picture_are_found_and_decided_about(
    bench: LedgerBench,
) -> None:
    fill(bench)
    almost = normalise(look_of("bags", 3) + 0.02 * look_of("shoes", 1))
    put(bench, make_product(bench, "copy", almost, "bags", shows="bags-3"))
    put(
        bench,
        make_product(bench, "same", look_of("lamps", 2), "lamps", shows="lamps-2", same_file=True),
    )
    # As alike by its vector, but another photograph: another T-shirt of the same series.
    put(bench, make_product(bench, "other", almost, "bags"))
    standing = compute(bench, "duplicates")
    assert standing.last is not None
    assert (standing.last.found, standing.last.products) == (2, 27)
    assert groups_of(bench) == [("lamps-2", "same"), ("bags-3", "copy")]

    with bench.write() as session:
        keep_both(session, ["bags-3", "copy"], bench.clock(), "anna")
    assert groups_of(bench) == [("lamps-2", "same")]
    with bench.write() as session:
        delete_products(session, ["lamps-2"], bench.clock(), "anna")
    assert groups_of(bench) == []


def test_a_product_in_a_wrong_category_is_doubted_until_somebody_says_that_it_is_right(
    bench: LedgerBench,
) -> None:
    fill(bench)
    put(bench, make_product(bench, "wrong", look_of("shoes", 9), "lamps"))
    standing = compute(bench, "outliers")
    assert standing.last is not None
    assert standing.last.found == 1
    assert doubts_of(bench) == [("lamps", "shoes")]

    with bench.write() as session:
        confirm_category(session, "wrong", bench.clock(), "anna")
    assert doubts_of(bench) == []
    # In another category it is another question.
    put(bench, make_product(bench, "wrong", look_of("shoes", 9), "bags"))
    compute(bench, "outliers")
    assert doubts_of(bench) == [("bags", "shoes")]


def test_every_product_has_its_place_on_the_map(
    bench: LedgerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Compiling UMAP takes longer than the rest of this file; its own test does that.
    monkeypatch.setattr("pipeline.catalog.analysis.projection.FEWEST", 1000)
    fill(bench)
    standing = compute(bench, "map")
    assert standing.last is not None
    result = read_result(open_files(bench.settings), standing.last)
    assert sorted(result["refs"]) == sorted(row.id for row in find_all(bench))
    assert len(result["x"]) == len(result["y"]) == 24
    assert max(map(abs, result["x"] + result["y"])) == 1


def test_an_analysis_says_how_many_products_changed_since(bench: LedgerBench) -> None:
    fill(bench)
    assert compute(bench, "duplicates").changed == 0
    put(bench, make_product(bench, "copy", look_of("bags", 9), "bags"))
    with bench.write() as session:
        delete_products(session, ["shoes-1", "shoes-2"], bench.clock(), "anna")
    assert standing_of(bench, "duplicates").changed == 3
    assert compute(bench, "duplicates").changed == 0


def test_the_file_of_an_older_result_is_noted_for_deletion(bench: LedgerBench) -> None:
    fill(bench)
    first, second = compute(bench, "duplicates").last, compute(bench, "duplicates").last
    assert first is not None
    assert second is not None
    with bench.write() as session:
        noted = session.exec(select(UnusedFile.sha256)).all()
    assert noted == [first.file_sha256] != [second.file_sha256]


def test_asking_twice_computes_once(bench: LedgerBench) -> None:
    fill(bench)
    doorbell = open_doorbell(bench.settings)
    first = submit_analysis(bench.settings, doorbell, "map", "anna", "anna", clock=bench.clock)
    again = submit_analysis(bench.settings, doorbell, "map", "bert", "bert", clock=bench.clock)
    assert first.id == again.id
    assert standing_of(bench, "map").is_running


def test_a_failed_job_shows_beside_what_was_found_before(bench: LedgerBench) -> None:
    fill(bench)
    before = compute(bench, "outliers").last
    bench.clock.tick(timedelta(minutes=5).total_seconds())
    job = submit_analysis(
        bench.settings, open_doorbell(bench.settings), "outliers", "anna", "anna", clock=bench.clock
    )
    held = bench.take(job.id)
    with bench.write() as session:
        session.merge(job).status = JobStatus.FAILED
    standing = standing_of(bench, "outliers")
    assert held.kind == job_kind("outliers")
    assert standing.last == before
    assert standing.job is not None
    assert standing.job.status == JobStatus.FAILED


def test_an_empty_catalog_is_not_analysed(bench: LedgerBench, tmp_path: Path) -> None:
    with pytest.raises(ConflictError, match="encoded"):
        submit_analysis(bench.settings, open_doorbell(bench.settings), "map", "anna", "anna")
