"""Another model: the catalog is encoded anew beside the searches, and changes over at the end."""

import io
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from sqlmodel import Session, select

from pipeline.catalog.active import active_encoder, note_first_encoder
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.encode.encoder import Encoder
from pipeline.catalog.encode.load import load_encoder
from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.index import reencode
from pipeline.catalog.index.encoders import follow_settings
from pipeline.catalog.index.figures import measure_index
from pipeline.catalog.index.homes import home_of
from pipeline.catalog.index.owner import IndexOwner
from pipeline.catalog.pictures import keep_picture, picture_limits
from pipeline.catalog.product import ProductDraft
from pipeline.catalog.products.find import get_product
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.catalog.search.question import Question
from pipeline.errors import EncoderUnavailableError
from pipeline.files import open_files
from pipeline.jobs.context import JobContext
from pipeline.models import CatalogEncoder, ProductVector
from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from tests.support.ledger import START, LedgerBench
from tests.support.tiny_encoder import write_tiny_encoder

ALL = ProductFilter()
BATCH = 2
# What the stores do differently the others hold; loading models again for it takes a minute.
on_one_store = pytest.mark.parametrize("bench", ["sqlite"], indirect=True)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two models of one shape whose vectors differ."""
    folder = tmp_path_factory.mktemp("models")
    return write_tiny_encoder(folder / "old", 1), write_tiny_encoder(folder / "new", 2)


@pytest.fixture
def old(bench: LedgerBench, models: tuple[Path, Path]) -> Settings:
    """The settings with which the catalog was filled: five products with pictures."""
    settings = bench.settings.model_copy(update={"encoder": str(models[0]), "encoder_batch": BATCH})
    for number in range(5):
        put(settings, number)
    return settings


@pytest.fixture
def new(old: Settings, models: tuple[Path, Path]) -> Settings:
    """The same with another model."""
    return old.model_copy(update={"encoder": str(models[1])})


@pytest.fixture
def owner(old: Settings, new: Settings) -> Iterator[IndexOwner]:
    """The index of a dashboard that was started with the new settings."""
    owned = IndexOwner(new)
    yield owned
    owned.close()


def put(settings: Settings, number: int, colour: str = "red") -> None:
    """A product as the model of these settings sees it."""
    encoder = load_encoder(settings)
    draft = ProductDraft(f"P{number}", f"Product {number}, {colour}")
    target = io.BytesIO()
    Image.new("RGB", (40, 30), (number * 20, 10, 90)).save(target, "PNG")
    picture = keep_picture(open_files(settings), target.getvalue(), picture_limits(settings))
    vectors = {
        "text": encoder.encode_texts([draft.text])[0],
        "image": encoder.encode_pictures([Image.open(target)])[0],
    }
    with write_session(settings) as session:
        note_first_encoder(session, encoder.info, START)
        product = NewProduct(draft, picture, vectors, encoder.info.id)  # type: ignore[arg-type]
        put_products(session, [product], START)


def submit(bench: LedgerBench, settings: Settings) -> str:
    bench.clock.tick(1)
    job = follow_settings(settings, bench.clock())
    assert job is not None
    return job.id


def encode(bench: LedgerBench, settings: Settings) -> dict[str, object]:
    """Submit the job and run it to its end, as a runner and its minder do."""
    held = bench.take(submit(bench, settings))
    outcome = reencode.run(JobContext(held, settings))
    assert bench.complete(held, outcome)
    return outcome


def counted(settings: Settings) -> dict[str, int]:
    """Vectors in the store by model."""
    with read_session(settings) as session:
        encoders = session.exec(select(ProductVector.encoder)).all()
    return {encoder: encoders.count(encoder) for encoder in set(encoders)}


def nearest(owner: IndexOwner, encoder: Encoder, said: str) -> int:
    index = owner.current(encoder.info)
    return index.search(encoder.encode_texts([said])[0], "text", ALL, 1)[0].id


def test_the_former_model_is_searched_until_the_new_one_is_complete(
    bench: LedgerBench, old: Settings, new: Settings, owner: IndexOwner
) -> None:
    former = load_encoder(old)
    outcome = encode(bench, new)
    assert (outcome["encoded"], outcome["skipped"]) == (5, 0)
    assert owner.active() == former.info
    assert measure_index(owner).coming == "new"
    before = nearest(owner, former, "Product 3, red")

    owner.look_after()

    model = load_encoder(new)
    assert owner.active() == model.info
    assert owner.current(model.info).count(ALL) == 5
    assert nearest(owner, model, "Product 3, red") == before
    # A question that was begun with the former model.
    assert nearest(owner, former, "Product 3, red") == before


@on_one_store
def test_what_the_former_model_left_is_deleted(
    bench: LedgerBench, old: Settings, new: Settings, owner: IndexOwner
) -> None:
    former = load_encoder(old).info
    owner.current(former)
    encode(bench, new)

    for _ in range(2):
        owner.look_after()

    assert counted(new) == {load_encoder(new).info.id: 10}
    assert not home_of(new, former.id).exists()
    with read_session(new) as session:
        assert [row.state for row in session.exec(select(CatalogEncoder))] == ["active"]


def test_what_is_written_meanwhile_is_encoded_too(
    bench: LedgerBench, old: Settings, new: Settings, owner: IndexOwner
) -> None:
    held = bench.take(submit(bench, new))
    put(old, 5)
    put(new, 6)
    put(old, 0, "blue")
    assert bench.complete(held, reencode.run(JobContext(held, new)))
    owner.look_after()

    assert counted(new)[load_encoder(new).info.id] == 14
    assert owner.current(load_encoder(new).info).count(ALL) == 7


@on_one_store
def test_a_picture_that_is_gone_is_told_and_costs_only_its_own_vector(
    bench: LedgerBench, old: Settings, new: Settings, owner: IndexOwner
) -> None:
    with read_session(old) as session:
        sha256 = get_product(session, "P2").picture_sha256
    assert sha256 is not None
    open_files(old).delete(sha256)

    outcome = encode(bench, new)
    owner.look_after()

    assert outcome["skippedProducts"] == [{"productId": "P2", "code": "PICTURE_GONE"}]
    assert counted(new)[load_encoder(new).info.id] == 9
    assert measure_index(owner).skipped == 1


def test_an_attempt_that_was_cut_off_is_gone_on_with(
    bench: LedgerBench, old: Settings, new: Settings
) -> None:
    held = bench.take(submit(bench, new))
    context = CutOff(held, new)
    with pytest.raises(InterruptedError):
        reencode.run(context)
    assert counted(new)[load_encoder(new).info.id] == 2 * BATCH

    outcome = reencode.run(JobContext(held, new))

    assert outcome["encoded"] == 5 - BATCH
    assert counted(new)[load_encoder(new).info.id] == 10


class CutOff(JobContext):
    """An attempt whose process ends before its second batch is written."""

    def checkpoint(self, stage: str, progress: int) -> AbstractContextManager[Session]:
        if progress > 1 + 98 * BATCH // 5 - 1:
            raise InterruptedError
        return super().checkpoint(stage, progress)


@on_one_store
def test_settings_that_go_back_give_up_what_was_begun(
    bench: LedgerBench, old: Settings, new: Settings
) -> None:
    encode(bench, new)

    assert follow_settings(old, bench.clock()) is None

    owner = IndexOwner(old)
    owner.look_after()
    former = load_encoder(old).info
    assert owner.active() == former
    assert counted(old) == {former.id: 10}
    owner.close()


@on_one_store
def test_a_job_of_other_settings_encodes_nothing(
    bench: LedgerBench, old: Settings, new: Settings
) -> None:
    held = bench.take(submit(bench, new))
    other = replace(held, payload={**held.payload, "encoder": "another"})

    with pytest.raises(Exception, match="COMPTOIR_ENCODER now names"):
        reencode.run(JobContext(other, new))


@on_one_store
def test_a_model_that_is_searched_needs_no_job(bench: LedgerBench, old: Settings) -> None:
    assert follow_settings(old, bench.clock()) is None
    with read_session(old) as session:
        assert active_encoder(session) == load_encoder(old).info


@on_one_store
def test_questions_are_asked_with_the_former_model_until_the_change(
    bench: LedgerBench, old: Settings, new: Settings
) -> None:
    before = IndexOwner(old)
    before.look_after()
    before.close()
    submit(bench, new)
    catalog = Catalog(new)

    answer = catalog.search(Question(text="Product 3, red"))

    assert (answer.model, answer.found[0].product.product_id) == ("old", "P3")
    catalog.close()


@on_one_store
def test_a_former_model_that_is_gone_is_told(
    bench: LedgerBench, old: Settings, new: Settings
) -> None:
    submit(bench, new)
    catalog = Catalog(new)

    with pytest.raises(EncoderUnavailableError) as refused:
        catalog.search(Question(text="Product 3, red"))

    assert refused.value.code == "ENCODER_CHANGED"
    catalog.close()
