"""The import page on a real store: what is understood, what is refused, what survives a reload."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pipeline.catalog.importing.drafts import DraftFile, ImportDraft, keep_sent_file, save_draft
from pipeline.catalog.importing.state import list_imports
from pipeline.clock import utc_now
from pipeline.settings import get_settings
from pipeline.store import read_session
from tests.support.ledger import LedgerBench, open_ledger

TABLE = "ref;titre;couleur;prix\nA1;Bottes;rouge;89,50\nA2;Bonnet;bleu;12,00\n"


def import_page() -> None:
    from dashboard.widgets.catalog_import import show_import

    show_import()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LedgerBench]:
    st.cache_data.clear()
    with open_ledger(tmp_path / "data", monkeypatch, utc_now) as bench:
        yield bench
    st.cache_data.clear()


def draft_of(tmp_path: Path, content: str, name: str = "tarif.csv") -> str:
    sent = tmp_path / name
    sent.write_text(content)
    kept = keep_sent_file(get_settings(), sent)
    file = DraftFile(name, kept, len(content))
    return save_draft(get_settings(), ImportDraft(table=file))


def show(**address: str) -> AppTest:
    page = AppTest.from_function(import_page, default_timeout=30)
    page.query_params["import"] = "new"
    for name, value in address.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def test_the_first_step_offers_the_sample_catalog(store: LedgerBench) -> None:
    assert "Try with the sample catalog" in [button.label for button in show().button]


def test_a_table_leads_to_its_columns(store: LedgerBench, tmp_path: Path) -> None:
    page = show(draft=draft_of(tmp_path, TABLE))
    page.button(key="to-columns").click().run()

    chosen = {box.label: box.value for box in page.selectbox if box.label.endswith("holds")}
    assert chosen == {
        "ref holds": "id",
        "titre holds": "name",
        "couleur holds": "attribute",
        "prix holds": "price",
    }


def test_what_is_chosen_is_there_after_a_reload(store: LedgerBench, tmp_path: Path) -> None:
    page = show(draft=draft_of(tmp_path, TABLE), step="columns")
    page.selectbox(key="choice-2").set_value("category").run()
    page.text_input(key="import-source").set_value("Maison Petit").run()
    page.toggle(key="import-missing").set_value(True).run()

    again = show(draft=page.query_params["draft"], step="columns")
    assert again.selectbox(key="choice-2").value == "category"
    assert again.text_input(key="import-source").value == "Maison Petit"
    assert again.toggle(key="import-missing").value is True


def test_without_an_id_nothing_can_be_checked(store: LedgerBench, tmp_path: Path) -> None:
    page = show(draft=draft_of(tmp_path, TABLE), step="columns")
    page.selectbox(key="choice-0").set_value("ignore").run()

    assert "id" in page.warning[0].value
    assert page.button(key="check-rows").disabled


def test_a_new_price_list_goes_on_without_the_pictures_that_it_names(
    store: LedgerBench, tmp_path: Path
) -> None:
    named = "ref;titre;photo;prix\nA1;Bottes;bottes.jpg;89,50\nA2;Bonnet;bonnet.jpg;12,00\n"
    page = show(draft=draft_of(tmp_path, named), step="columns")
    page.button(key="without-pictures").click().run()

    assert page.selectbox(key="choice-2").value == "ignore"
    assert "without-pictures" not in [button.key for button in page.button]


def test_a_check_is_a_dry_run_with_the_chosen_columns(store: LedgerBench, tmp_path: Path) -> None:
    page = show(draft=draft_of(tmp_path, TABLE), step="columns")
    page.selectbox(key="import-currency").set_value("CHF").run()
    page.button(key="check-rows").click().run()

    with read_session(get_settings()) as session:
        [state], _ = list_imports(session, utc_now(), limit=5)
    assert page.query_params["import"] == state.job.id
    assert (state.dry_run, state.name, state.mapping.currency) == (True, "tarif.csv", "CHF")
    assert page.title[0].value == "tarif&#46;csv"
    page.button(key="cancel_import").click().run()
    assert "Cancelled" in page.markdown[0].value + str(page.get("badge"))


@pytest.mark.parametrize("content", ["", "id,name\n", "%PDF-1.7\x00\x01"])
def test_what_is_no_table_is_refused_with_a_sentence(
    store: LedgerBench, tmp_path: Path, content: str
) -> None:
    page = show(draft=draft_of(tmp_path, content))

    assert len(page.error) == 1
    assert "to-columns" not in [button.key for button in page.button]


def test_a_draft_that_is_gone_begins_anew(store: LedgerBench) -> None:
    page = show(draft="0" * 64, step="columns")

    assert "no longer kept" in page.warning[0].value


def test_an_unknown_import_says_so(store: LedgerBench) -> None:
    page = show(**{"import": "nothing"})

    assert [header.value for header in page.header] == ["No such import"]
