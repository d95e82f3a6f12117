"""The Search page on a real store: what the address asks, and each state that it can be in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pipeline.catalog.catalog import Catalog
from pipeline.catalog.search.question import Example
from pipeline.clock import utc_now
from pipeline.errors import EncoderUnavailableError
from pipeline.settings import get_settings
from tests.support.ledger import LedgerBench, open_ledger
from tests.support.small_catalog import ConceptModel, put
from tests.support.worker import ROOT

PAGES = ROOT / "dashboard" / "main.py"


def search_page() -> None:
    from dashboard.widgets.search_desk import show_search

    show_search()


def asked_page() -> None:
    import streamlit as st

    from dashboard.widgets.search_question import read_asked

    st.session_state["asked"] = read_asked()


def narrowing_page() -> None:
    from dashboard.widgets.catalog_filters import change_filter

    change_filter({"key": "category", "value": "Shoes", "on": True})


def refuse_to_load() -> None:
    raise EncoderUnavailableError("ENCODER_GONE", "It does not answer.", permanent=False)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LedgerBench]:
    st.cache_data.clear()
    with open_ledger(tmp_path, monkeypatch, utc_now) as bench:
        yield bench
    st.cache_data.clear()


@pytest.fixture
def model() -> ConceptModel:
    return ConceptModel()


@pytest.fixture
def filled(
    store: LedgerBench, model: ConceptModel, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LedgerBench]:
    """A red and a blue shoe, a lamp."""
    settings = get_settings()
    put(settings, "SH-1", "Runner", looks="shoe red", said={"category": "Shoes"})
    put(settings, "SH-2", "Loafer", looks="shoe blue", said={"category": "Shoes"})
    put(settings, "LA-1", "Light", looks="lamp", said={"attributes": {"color": "white"}})
    catalog = Catalog(settings, model)
    monkeypatch.setattr("dashboard.widgets.search_desk.get_catalog", lambda: catalog)
    yield store
    catalog.close()


def show(**address: str | list[str]) -> AppTest:
    page = AppTest.from_function(search_page, default_timeout=30)
    for name, value in address.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def headers(page: AppTest) -> list[str]:
    return [header.value for header in page.header]


def test_an_empty_catalog_offers_an_import_and_samples(store: LedgerBench) -> None:
    page = AppTest.from_file(PAGES, default_timeout=30).run()
    page.switch_page("app_pages/search.py").run()

    assert headers(page) == ["Nothing to search yet"]
    assert "samples" in [button.key for button in page.button]


def test_nothing_asked_offers_categories_and_starts_to_load_the_model(
    filled: LedgerBench, model: ConceptModel
) -> None:
    page = show()

    assert [button.label for button in page.button] == ["Shoes"]
    assert model.warmed == 1
    page.button[0].click().run()
    assert page.query_params["q"] == "Shoes"


def test_what_was_deleted_in_the_panel_can_be_taken_back_here(filled: LedgerBench) -> None:
    page = AppTest.from_function(search_page, default_timeout=30)
    page.session_state["catalog-deleted"] = ["LA-1"]
    page.run()

    assert any("1 product was deleted" in one.value for one in page.markdown)
    assert page.button(key="undo-deletion").label == "Undo"


def test_words_are_searched(filled: LedgerBench, model: ConceptModel) -> None:
    page = show(q="blue shoe")

    assert headers(page) == []
    assert model.asked == ["blue shoe"]


def test_while_the_model_loads_nothing_waits_for_it(
    filled: LedgerBench, model: ConceptModel
) -> None:
    model.is_loaded = False

    page = show(q="blue shoe")

    assert headers(page) == []
    assert model.warmed
    assert model.asked == []


def test_without_the_model_the_page_says_what_is_still_searched(
    filled: LedgerBench, model: ConceptModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "warm", refuse_to_load)
    model.is_loaded = False

    page = show(q="Runner")

    assert any("Only ids, names and examples" in text.value for text in page.markdown)
    assert "retry-model" in [button.key for button in page.button]


def test_filters_that_nothing_has_can_be_cleared(filled: LedgerBench) -> None:
    page = show(q="shoe", category="Hats")

    assert headers(page) == ["Nothing matches"]
    page.button[0].click().run()
    assert "category" not in page.query_params


def test_another_filter_begins_with_the_first_sheet() -> None:
    page = AppTest.from_function(narrowing_page)
    page.query_params["sheet"] = "2"
    page.run()

    assert "sheet" not in page.query_params


@pytest.mark.parametrize(
    "address", [{"like": "GONE-1"}, {"q": "shoe", "is": "colour:red"}, {"image": "0" * 32}]
)
def test_what_cannot_be_searched_is_explained(filled: LedgerBench, address: dict[str, str]) -> None:
    page = show(**address)

    assert headers(page) == ["This cannot be searched"]
    page.button[-1].click().run()
    assert page.query_params == {}


def test_the_address_says_all_of_the_question() -> None:
    page = AppTest.from_function(asked_page, default_timeout=30)
    page.query_params["q"] = "  warm  "
    page.query_params["like"] = ["SKU-1", "2*SKU-2", "1*0.5*odd id"]
    page.query_params["unlike"] = "0.5*SKU-3"
    page.query_params["cut"] = "62"
    page.query_params["sort"] = "cheapest"
    page.query_params["sheet"] = "3"

    asked = page.run().session_state["asked"]

    assert asked.words == "warm"
    assert asked.like == (Example("SKU-1"), Example("SKU-2", 2), Example("0.5*odd id", 1))
    assert asked.unlike == (Example("SKU-3", 0.5),)
    assert (asked.cut_off, asked.sort, asked.sheet) == (0.62, "cheapest", 3)


def test_what_cannot_be_read_in_the_address_asks_nothing() -> None:
    page = AppTest.from_function(asked_page, default_timeout=30)
    for name, value in {"cut": "much", "sort": "best", "sheet": "-1"}.items():
        page.query_params[name] = value

    asked = page.run().session_state["asked"]

    assert (asked.cut_off, asked.sort, asked.sheet, asked.is_empty) == (None, "score", 1, True)
