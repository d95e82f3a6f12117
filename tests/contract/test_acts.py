"""What people do leaves one entry in the audit, in the transaction that does it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from pipeline.audit.settings_change import note_settings
from pipeline.catalog.product import ProductDraft
from pipeline.catalog.products.delete import delete_and_audit
from pipeline.catalog.products.edit import edit_product
from pipeline.catalog.products.merge import keep_both, merge_products
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.errors import InvalidRequestError
from pipeline.models import AuditEntry
from pipeline.receipts.find import views
from pipeline.receipts.review.corrections import Edit, apply_edits
from pipeline.settings import Settings
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.readings import add_receipt


def acts(settings: Settings) -> list[tuple[str, str, str]]:
    with read_session(settings) as session:
        found = session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
    return [(entry.actor, entry.action, entry.target_id) for entry in found]


def detail(settings: Settings) -> dict[str, Any]:
    with read_session(settings) as session:
        newest = select(AuditEntry.detail).order_by(col(AuditEntry.id).desc()).limit(1)
        return session.exec(newest).one() or {}


def test_a_request_that_edits_a_receipt_is_one_act_with_what_it_changed(
    bench: LedgerBench,
) -> None:
    job_id = add_receipt(bench)
    edits = ([Edit("totalAmount", 9.25), Edit("merchantName", "Biocoop", "misread")],
             [Edit("review", "accepted")], [Edit("totalAmount", 9.25)])  # fmt: skip

    for said in edits:
        with bench.write() as session:
            options = {"now": bench.clock(), "settings": bench.settings}
            apply_edits(session, job_id, said, actor="ana", **options)  # type: ignore[arg-type]
        if said is edits[0]:
            noted = detail(bench.settings)

    assert acts(bench.settings) == [
        ("ana", "receipt.edit", job_id),
        ("ana", "receipt.accept", job_id),
    ]
    assert (noted["merchant"], noted["reasons"]) == ("Biocoop", ["misread"])
    assert [change["path"] for change in noted["changes"]] == ["totalAmount", "merchantName"]
    assert noted["changes"][0]["after"] == 9.25


def test_an_edit_that_is_refused_is_no_act(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)
    with pytest.raises(InvalidRequestError), bench.write() as session:
        edits = [Edit("totalAmount", 7.5), Edit("nothing", 1)]
        apply_edits(session, job_id, edits, actor="ana", now=bench.clock(), settings=bench.settings)
    assert acts(bench.settings) == []


def test_what_is_done_to_products_by_hand_is_written_down(bench: LedgerBench) -> None:
    now = bench.clock()
    with bench.write() as session:
        drafts = [ProductDraft(f"p{number}", f"Product {number}") for number in range(4)]
        put_products(session, [NewProduct(draft) for draft in drafts], now)
    for act in (
        lambda session: edit_product(session, "p0", {"name": "Tea"}, now, "ana"),
        lambda session: keep_both(session, ["p0", "p1"], now, "ana"),
        lambda session: merge_products(session, "p0", ["p1"], now, "bo"),
        lambda session: delete_and_audit(session, ["p2", "p3", "gone"], now, "bo"),
    ):
        with bench.write() as session:
            act(session)

    assert acts(bench.settings) == [
        ("ana", "product.edit", "p0"),
        ("ana", "product.keep_both", "p0"),
        ("bo", "product.merge", "p0"),
        ("bo", "product.delete", "p2"),
    ]
    assert detail(bench.settings) == {"products": ["p2", "p3"]}


def test_views_are_saved_renamed_and_deleted_by_somebody(bench: LedgerBench) -> None:
    by = {"actor": "ana", "now": bench.clock()}
    with bench.write() as session:
        view = views.save_view(session, "Fuel", "query=diesel", **by)  # type: ignore[arg-type]
        views.rename_view(session, view.id, "Diesel", **by)  # type: ignore[arg-type]
        views.delete_view(session, view.id, **by)  # type: ignore[arg-type]

    verbs = [action for _, action, _ in acts(bench.settings)]
    assert verbs == ["view.save", "view.rename", "view.delete"]


def test_settings_that_changed_are_named_and_never_shown(bench: LedgerBench) -> None:
    now = bench.clock()
    other = bench.settings.model_copy(update={"max_upload_mb": 3, "public_url": "https://secret.x"})

    assert note_settings(bench.settings, now) == []
    assert note_settings(bench.settings, now + timedelta(days=1)) == []
    assert note_settings(other, now + timedelta(days=2)) == ["max_upload_mb", "public_url"]

    assert [action for _, action, _ in acts(bench.settings)] == [
        "settings.noted",
        "settings.changed",
    ]
    assert "secret" not in str(detail(bench.settings)["marks"].values())
