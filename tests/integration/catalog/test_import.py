"""Tables become products: created, changed, deleted, or rejected with a reason."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from pipeline.catalog.importing.mapping import mapping_from_json
from pipeline.catalog.importing.orders import ImportOrder
from pipeline.catalog.importing.rejected_file import write_rejected
from pipeline.errors import InvalidRequestError, NotFoundError, PipelineError
from pipeline.files import open_files
from pipeline.models import AuditEntry, CatalogImport, Job, ProductVector
from pipeline.settings import Settings
from pipeline.store import close_store, read_session
from tests.support import imports
from tests.support.many_products import make_picture, make_products
from tests.support.migrated import migrate_copy
from tests.support.tiny_encoder import write_tiny_encoder


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_encoder(tmp_path_factory.mktemp("encoder") / "tiny")


@pytest.fixture
def settings(tmp_path: Path, tiny_encoder: Path):  # type: ignore[no-untyped-def]
    made = imports.tiny_settings(tmp_path / "data", tiny_encoder)
    migrate_copy(made)
    yield made
    close_store(made)


def zip_of(**pictures: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as zip_file:
        for name, content in pictures.items():
            zip_file.writestr(f"{name}.jpg", content)
    return target.getvalue()


def seqs(settings: Settings) -> dict[str, int]:
    return {product_id: row.seq for product_id, row in imports.products(settings).items()}


def counts(state: imports.ImportState) -> tuple[int, int, int, int, int]:
    return state.created, state.updated, state.unchanged, state.deleted, state.rejected


def test_good_rows_become_products_and_bad_ones_are_listed_with_their_reason(
    settings: Settings,
) -> None:
    many = make_products(rows=300, bad=16)

    job = imports.submit(settings, many.table, [("pictures.zip", many.pictures)])
    done = imports.run(settings, job)

    assert counts(done) == (284, 0, 0, 0, 16)
    assert imports.products(settings).keys() == many.good_ids
    rejected = imports.rejections(settings, job.id)
    assert {row.row_number: row.code for row in rejected} == many.bad
    assert rejected[0].cells["photo"] == "nowhere.jpg"
    with read_session(settings) as session:
        assert len(session.exec(select(ProductVector)).all()) == 2 * 284
    assert (done.rows, done.rows_done, done.job.status) == (300, 300, "completed")


def test_a_dry_run_says_the_same_and_writes_no_product(settings: Settings) -> None:
    many = make_products(rows=100, bad=8)
    pictures = [("pictures.zip", many.pictures)]

    dry = imports.submit(settings, many.table, pictures, ImportOrder(dry_run=True, actor="ana"))
    foreseen = imports.run(settings, dry)

    # What is inside a picture is not looked at yet.
    assert counts(foreseen) == (93, 0, 0, 0, 7)
    assert imports.products(settings) == {}
    assert "nowhere.jpg" in {row.params.get("file") for row in imports.rejections(settings, dry.id)}


def test_the_same_table_again_changes_and_encodes_nothing(settings: Settings) -> None:
    many = make_products(rows=60, bad=6)
    pictures = [("pictures.zip", many.pictures)]
    imports.run(settings, imports.submit(settings, many.table, pictures))
    before = seqs(settings)

    again = imports.run(settings, imports.submit(settings, many.table, pictures))
    dry = imports.submit(settings, many.table, pictures, ImportOrder(dry_run=True, actor="ana"))

    assert counts(again) == (0, 0, 54, 0, 6)
    assert seqs(settings) == before
    # The row whose picture is corrupt looks like a new product until it is opened.
    assert counts(imports.run(settings, dry)) == (1, 0, 54, 0, 5)


def test_products_are_changed_by_id_and_what_a_table_does_not_say_stays(
    settings: Settings,
) -> None:
    pictures = [("p.zip", zip_of(a=make_picture(1), b=make_picture(2)))]
    table = b"id,name,price,colour,image\n1,Cup,3 EUR,red,a.jpg\n2,Pot,5 EUR,blue,b.jpg\n"
    imports.run(settings, imports.submit(settings, table, pictures))
    before = imports.products(settings)

    prices = imports.submit(settings, b"id,price\n1,4 EUR\n2,5 EUR\n9,1 EUR\n")
    done = imports.run(settings, prices)
    after = imports.products(settings)

    assert counts(done) == (0, 1, 1, 0, 1)
    assert (after["1"].name, after["1"].price_cents) == ("Cup", 400)
    assert after["1"].attributes == {"colour": "red"}
    assert after["1"].picture_sha256 == before["1"].picture_sha256
    assert after["2"].seq == before["2"].seq
    assert [row.code for row in imports.rejections(settings, prices.id)] == ["NAME_MISSING"]


def test_a_marker_deletes(settings: Settings) -> None:
    imports.run(settings, imports.submit(settings, b"id,name\n1,Cup\n2,Pot\n"))

    job = imports.submit(settings, b"id,name,supprimer\n1,,oui\n2,Pot,\n3,,x\n")
    done = imports.run(settings, job)

    assert counts(done) == (0, 0, 2, 1, 0)
    assert imports.products(settings).keys() == {"2"}


def test_what_a_source_no_longer_lists_is_deleted_where_that_was_asked_for(
    settings: Settings,
) -> None:
    ours = ImportOrder(source="Acme", actor="ana")
    imports.run(settings, imports.submit(settings, b"id,name\n1,Cup\n2,Pot\n", order=ours))
    theirs = ImportOrder(source="Other", actor="ana")
    imports.run(settings, imports.submit(settings, b"id,name\n7,Hat\n", order=theirs))
    table = b"id,name\n1,Cup\n"

    dry = ImportOrder(source="Acme", delete_missing=True, dry_run=True, actor="ana")
    foreseen = imports.run(settings, imports.submit(settings, table, order=dry))
    assert (foreseen.deleted, len(imports.products(settings))) == (1, 3)

    order = ImportOrder(source="Acme", delete_missing=True, actor="ana")
    done = imports.run(settings, imports.submit(settings, table, order=order))

    assert (done.deleted, done.kept_reason) == (1, None)
    assert imports.products(settings).keys() == {"1", "7"}


def test_the_audit_names_what_was_deleted_as_missing(settings: Settings) -> None:
    order = ImportOrder(source="Acme", delete_missing=True, actor="ana")
    whole = b"id,name\n1,Cup\n2,Pot\n3,Pan\n"
    imports.run(settings, imports.submit(settings, whole, order=order))
    imports.run(settings, imports.submit(settings, b"id,name\n1,Cup\n", order=order))

    with read_session(settings) as session:
        of_deletion = AuditEntry.action == "product.delete"
        act = session.exec(select(AuditEntry).where(of_deletion)).one()
    assert (act.actor, act.target_type, act.detail) == ("ana", "products", {"products": ["2", "3"]})


def test_nothing_is_deleted_as_missing_where_a_row_does_not_say_its_id(
    settings: Settings,
) -> None:
    order = ImportOrder(source="Acme", delete_missing=True, actor="ana")
    imports.run(settings, imports.submit(settings, b"id,name\n1,Cup\n2,Pot\n", order=order))

    job = imports.submit(settings, b"id,name\n1,Cup\n,Pot\n", order=order)
    done = imports.run(settings, job)

    assert (done.deleted, done.kept_reason) == (0, "MISSING_KEPT_BAD_IDS")
    assert imports.products(settings).keys() == {"1", "2"}


def test_pictures_may_come_as_a_folder_or_be_called_like_their_product(
    settings: Settings,
) -> None:
    folder = [("shop/cups/1.jpg", make_picture(1)), ("shop/pots/2.jpg", make_picture(2))]

    named = imports.submit(settings, b"id,name,photo\nA,Cup,cups/1.jpg\nB,Pot,2.jpg\n", folder)
    unnamed = imports.submit(settings, b"id,name\n1,Cup\n2,Pot\n3,Pan\n", folder)

    assert counts(imports.run(settings, named)) == (2, 0, 0, 0, 0)
    assert counts(imports.run(settings, unnamed)) == (3, 0, 0, 0, 0)
    kept = {key: row.picture_sha256 for key, row in imports.products(settings).items()}
    assert kept["A"] == kept["1"] != kept["B"] == kept["2"]
    assert kept["3"] is None


def test_rejected_rows_come_back_as_a_table_to_correct_and_import(settings: Settings) -> None:
    table = b"SKU;Nom;Prix\n1;=Tasse;gratuit\n2;Pot;3,50\n"
    job = imports.submit(settings, table)
    imports.run(settings, job)
    with read_session(settings) as session:
        csv = b"".join(write_rejected(session, job.id, "csv", "fr")).decode("utf-8-sig")
        xlsx = b"".join(write_rejected(session, job.id, "xlsx", "en"))

    assert csv.splitlines()[0] == '"SKU";"Nom";"Prix";"ligne rejetée";"raison du rejet"'
    assert csv.splitlines()[1].startswith('"1";"\'=Tasse";"gratuit";"2";"Prix : « gratuit »')
    sheet = load_workbook(io.BytesIO(xlsx)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:4] == ["1", "=Tasse", "gratuit", 2]
    assert sheet["B2"].data_type == "s"

    corrected = imports.submit(settings, csv.replace("gratuit", "2,50", 1).encode())
    assert counts(imports.run(settings, corrected)) == (1, 0, 0, 0, 0)
    found = imports.products(settings)["1"]
    assert (found.name, found.price_cents, found.attributes) == ("=Tasse", 250, {})


def test_all_rejected_rows_come_back_however_many(settings: Settings) -> None:
    rows = "".join(f"{number};;gratuit\n" for number in range(1, 1102))
    job = imports.submit(
        settings, f"SKU;Nom;Prix\n{rows}".encode(), order=ImportOrder(dry_run=True, actor="ana")
    )
    assert imports.run(settings, job).rejected == 1101

    with read_session(settings) as session:
        csv = b"".join(write_rejected(session, job.id, "csv", "fr")).decode("utf-8-sig")

    numbers = [line.split(";")[0] for line in csv.splitlines()[1:]]
    assert numbers == [f'"{number}"' for number in range(1, 1102)]


def test_a_mapping_of_ones_own_and_json_lines(settings: Settings) -> None:
    lines = b'{"a": "x1", "b": "Cup", "c": [1, 2]}\n{"a": "x2", "b": "Pot", "z": true}\n'
    mapping = mapping_from_json({"id": "a", "name": "b"})

    job = imports.submit(settings, lines, order=ImportOrder(mapping, actor="ana"), name="t.jsonl")

    assert counts(imports.run(settings, job)) == (2, 0, 0, 0, 0)
    found = imports.products(settings)
    assert (found["x1"].attributes, found["x2"].attributes) == ({"c": ["1", "2"]}, {"z": True})


def test_an_import_that_ends_lets_go_of_its_files(settings: Settings) -> None:
    from pipeline.models import UnusedFile

    job = imports.submit(settings, b"id,name\n1,Cup\n", [("p.zip", zip_of(a=b"x"))])
    imports.run(settings, job)

    with read_session(settings) as session:
        found = session.get_one(CatalogImport, job.id)
        unused = set(session.exec(select(UnusedFile.sha256)).all())
    assert {found.table_sha256, *found.pictures["zips"]} <= unused


def test_what_a_dry_run_checked_is_imported_with_the_same_files(settings: Settings) -> None:
    from pipeline.catalog.importing.submit import submit_checked
    from pipeline.jobs.broker import open_doorbell

    dry = imports.submit(
        settings, b"id,name\n1,Cup\n", order=ImportOrder(dry_run=True, actor="ana")
    )
    imports.run(settings, dry)
    doorbell = open_doorbell(settings)

    job = submit_checked(settings, doorbell, dry.id, "somebody")
    again = submit_checked(settings, doorbell, dry.id, "somebody")

    assert job.id == again.id
    assert counts(imports.run(settings, job)) == (1, 0, 0, 0, 0)
    with pytest.raises(NotFoundError):
        submit_checked(settings, doorbell, "nothing", "somebody")
    with pytest.raises(PipelineError, match="no dry run"):
        submit_checked(settings, doorbell, job.id, "somebody")


def test_a_refused_import_leaves_nothing_behind(settings: Settings) -> None:
    with pytest.raises(InvalidRequestError):
        imports.submit(
            settings, b"id,name\n1,Cup\n", order=ImportOrder(delete_missing=True, actor="ana")
        )
    with pytest.raises(InvalidRequestError):
        imports.submit(settings, b"id,name\n1,Cup\n", [("p.zip", b"PK\x03\x04 broken")])
    with pytest.raises(InvalidRequestError):
        imports.submit(settings, b"colour\nred\nred\n")

    with read_session(settings) as session:
        assert session.exec(select(Job).where(col(Job.queue) == "catalog")).all() == []
    assert not [path for path in open_files(settings).root.rglob("*") if path.is_file()]  # type: ignore[attr-defined]


def test_a_table_of_too_many_rows_is_refused(settings: Settings) -> None:
    small = settings.model_copy(update={"catalog_max_rows": 2})
    quoted = b'id,name\n1,"a\n\n\nb"\n2,c\n'

    with pytest.raises(InvalidRequestError) as refusal:
        imports.submit(small, b"id,name\n1,a\n2,b\n3,c\n")

    assert refusal.value.code == "TABLE_TOO_MANY_ROWS"
    assert imports.submit(small, quoted).payload["rows"] == 2
