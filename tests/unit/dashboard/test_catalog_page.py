"""The catalog page on a real store: what it lists, how the address narrows it, what edits do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pipeline.catalog.product import ProductDraft
from pipeline.catalog.products.edit import list_changes
from pipeline.catalog.products.find import find_products
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.clock import utc_now
from pipeline.settings import get_settings
from pipeline.store import read_session, write_session
from tests.support.ledger import LedgerBench, open_ledger

DRAFTS = (
    ProductDraft("B-1", "Ankle boots", None, "Shoes", 8900, "EUR", {"colour": "black", "size": 41}),
    ProductDraft("B-2", "Rain boots", None, "Shoes", 3900, "EUR", {"colour": "red", "size": 41}),
    ProductDraft("C-1", "Cap", None, "Hats", 1900, "EUR", {"colour": "red", "size": 7}),
)


def catalog_page() -> None:
    from dashboard.widgets.catalog_acts import show_asked
    from dashboard.widgets.catalog_list import show_catalog

    show_catalog()
    show_asked()


def shown_sheet() -> None:
    import streamlit as st

    from dashboard.widgets.catalog_data import load_sheet

    st.caption(" ".join(product.product_id for product in load_sheet().products))


def product_form() -> None:
    import streamlit as st

    from dashboard.widgets.product_form import is_editing, show_form
    from pipeline.catalog.products.find import get_product
    from pipeline.store import read_session

    with read_session() as session:
        product = get_product(session, "B-1")
    st.session_state.setdefault("product-editing", "B-1")
    if is_editing("B-1"):
        show_form(product)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LedgerBench]:
    st.cache_data.clear()
    with open_ledger(tmp_path, monkeypatch, utc_now) as bench:
        yield bench
    st.cache_data.clear()


@pytest.fixture
def filled(store: LedgerBench) -> LedgerBench:
    with write_session(get_settings()) as session:
        put_products(session, [NewProduct(draft) for draft in DRAFTS], utc_now())
    return store


def show(**address: str | list[str]) -> AppTest:
    page = AppTest.from_function(catalog_page, default_timeout=30)
    for name, value in address.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def counted(page: AppTest) -> str:
    return next(one.value for one in page.caption if "product" in one.value)


def test_an_empty_catalog_offers_an_import_and_samples(store: LedgerBench) -> None:
    page = show()

    assert [header.value for header in page.header] == ["No products yet"]
    labels = [button.label for button in page.button]
    assert labels[0] == "Import products"
    page.button(key="import-products").click().run()
    assert page.query_params["import"] == "new"


def test_all_products_are_counted(filled: LedgerBench) -> None:
    assert counted(show()) == "3 products"


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ({"category": "Shoes"}, "2 products"),
        ({"category": ["Shoes", "Hats"]}, "3 products"),
        ({"is": "colour:red"}, "2 products"),
        ({"is": ["colour:red", "size:41"]}, "1 product"),
        ({"min": "20", "max": "50"}, "1 product"),
        ({"picture": "without"}, "3 products"),
        ({"min": "cheap", "is": "nonsense"}, "3 products"),
        ({"words": "boots"}, "2 products"),
    ],
)
def test_the_address_narrows_the_list(
    filled: LedgerBench, address: dict[str, str | list[str]], count: str
) -> None:
    assert counted(show(**address)) == count


def test_where_nothing_matches_the_filters_can_be_cleared(filled: LedgerBench) -> None:
    page = show(category="Spoons", words="silver")

    assert [header.value for header in page.header] == ["No product matches"]
    next(button for button in page.button if button.label == "Clear filters").click().run()
    assert counted(page) == "3 products"
    assert "category" not in page.query_params


@pytest.mark.parametrize(("sheet", "ids"), [("2", "B-1"), ("9", "B-1"), ("no", "C-1 B-2")])
def test_a_reload_shows_the_same_sheet_and_the_last_one_where_it_is_gone(
    filled: LedgerBench, monkeypatch: pytest.MonkeyPatch, sheet: str, ids: str
) -> None:
    monkeypatch.setattr("dashboard.widgets.catalog_data.PER_SHEET", 2)
    page = AppTest.from_function(shown_sheet, default_timeout=30)
    page.query_params["sheet"] = sheet
    page.run()

    assert [one.value for one in page.caption] == [ids]


def test_the_way_back_shows_the_grid_again(filled: LedgerBench) -> None:
    page = show(look="list")
    assert page.segmented_control(key="catalog-look").value == "list"
    del page.query_params["look"]
    page.run()

    assert page.segmented_control(key="catalog-look").value == "grid"


def test_the_export_has_the_filters_of_the_page(filled: LedgerBench) -> None:
    page = show(category="Shoes", min="20", **{"is": "colour:red"})

    address = page.get("link_button")[0].proto.url
    assert address == (
        "/api/v1/products/export?category=Shoes&attribute=colour%3Ared&minPrice=20.0"
    )


def test_several_are_deleted_after_a_question(filled: LedgerBench) -> None:
    page = show()
    page.session_state["catalog-to-delete"] = ["B-1", "C-1"]
    page.run()
    page.button(key="delete").click().run()

    assert counted(page) == "1 product"
    assert any("2 products were deleted" in one.value for one in page.markdown)
    page.button(key="dismiss-deletion").click().run()
    assert not any("were deleted" in one.value for one in page.markdown)


def test_an_edit_is_kept_and_written_down(filled: LedgerBench) -> None:
    page = AppTest.from_function(product_form, default_timeout=30).run()
    fields = {field.label: field for field in (*page.text_input, *page.text_area)}
    fields["Name"].set_value("Ankle boots, brown")
    fields["Attributes"].set_value("colour: brown\nsize: 41")
    fields["Price"].set_value("79.5")
    page.button[0].click().run()

    assert not page.exception
    with read_session(get_settings()) as session:
        product = find_products(session, ["B-1"])["B-1"]
        changes = list_changes(session, "B-1")
    assert (product.name, product.price_cents) == ("Ankle boots, brown", 7950)
    assert product.attributes == {"colour": "brown", "size": 41}
    assert [change.actor for change in changes] == ["dashboard"]
    assert not page.text_input


def test_a_refused_edit_says_why_and_keeps_what_was_typed(filled: LedgerBench) -> None:
    page = AppTest.from_function(product_form, default_timeout=30).run()
    page.text_area[1].set_value("brown")
    page.button[0].click().run()

    assert "name: value" in page.error[0].value.replace("&#58;", ":")
    assert page.text_area[1].value == "brown"
