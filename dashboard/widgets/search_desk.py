"""The Search page: the box, what narrows it, and what is found in each of its states."""

import contextlib
from dataclasses import dataclass

import streamlit as st
from sqlmodel import Session

from dashboard.access.current import may
from dashboard.language import N_, t, tc, tn
from dashboard.runtime import get_catalog
from dashboard.widgets.catalog_acts import show_deleted
from dashboard.widgets.catalog_data import count_all
from dashboard.widgets.catalog_facets import CatalogCounts, show_facets
from dashboard.widgets.catalog_filters import clear_filters, read_attribute_names
from dashboard.widgets.catalog_samples import has_samples, import_samples
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.headers import show_header
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.search_box import show_box
from dashboard.widgets.search_question import SHEET, WORDS, Asked, read_asked
from dashboard.widgets.search_results import show_newest, show_results
from dashboard.widgets.store_access import calm, explain
from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.products.find import find_products
from pipeline.catalog.products.listing import facet, list_attributes, list_products
from pipeline.catalog.search.asked_pictures import read_asked as read_picture
from pipeline.catalog.search.question import Answer
from pipeline.clock import utc_now
from pipeline.errors import EncoderUnavailableError, PipelineError, StoreUnavailableError
from pipeline.settings import get_settings
from pipeline.store import read_session

PURPOSE = N_("Say it, show it, or point at a product: “shoes like this one, but not those”.")
CATEGORY = "category"
# Of the many columns of a supplier's table, few are worth a place in the rail.
LOOKED_AT_ATTRIBUTES, OFFERED_ATTRIBUTES = 12, 5
LOADING_POLL_S = 0.7
SUGGESTED, BROWSED = 6, 24

_LOADING = "search-loading"


@calm
def show_search() -> None:
    """Everything under the title."""
    show_header(tc("page", "Search"), t(PURPOSE))
    # A place of its own, so that what follows does not move to another one when it empties.
    with st.container():
        show_deleted()
    products = count_all()
    if products == 0:
        _show_empty()
        return
    asked = read_asked()
    ids = [one.product_id for one in (*asked.like, *asked.unlike)]
    with read_session(get_settings()) as session:
        examples = find_products(session, ids)
        fields = _choose_fields(session)
    show_box(asked, examples)
    if asked.is_empty:
        _warm()
        _show_start(products)
        return
    # Takes the place of what one begins with at once: it would be drawn on without its layout.
    st.empty()
    loading = st.session_state.setdefault(_LOADING, False)
    st.fragment(_show_found, run_every=LOADING_POLL_S if loading else None)(fields)


def _show_empty() -> None:
    place = show_empty_state(
        "image_search",
        t("Nothing to search yet"),
        t(
            "Products are found here by words, by a picture, or by what they are like. First the "
            "catalog needs some."
        ),
        key="search",
    )
    if not may("submit"):
        return
    with place.container(horizontal=True, horizontal_alignment="center"):
        if st.button(t("Import products"), icon=":material/upload:", key="import-products"):
            st.switch_page("app_pages/catalog.py", query_params={"import": "new"})
        if has_samples() and st.button(
            t("Try with the sample catalog"),
            icon=":material/auto_awesome:",
            type="primary",
            key="samples",
            on_click=import_samples,
        ):
            # How the import goes is shown there.
            st.switch_page("app_pages/catalog.py", query_params=st.query_params.to_dict())


def _show_start(products: int) -> None:
    with read_session(get_settings()) as session:
        counted = facet(session, CATEGORY, ProductFilter(), limit=SUGGESTED)
        newest, _ = list_products(session, ProductFilter(has_picture=True), limit=BROWSED)
    with st.container(horizontal=True, vertical_alignment="center", key="suggestions"):
        st.caption(tn("{n} product. Try:", "{n} products. Try:", products), width="content")
        for name, _count in counted:
            st.button(
                as_plain_text(str(name)),
                key=f"suggest-{name}",
                on_click=_ask_words,
                args=(str(name),),
            )
    show_newest(newest, utc_now())


def _ask_words(words: str) -> None:
    st.query_params[WORDS] = words


def _warm() -> None:
    """Whoever opens the page asks soon; what hinders the model is said once it is needed."""
    with contextlib.suppress(PipelineError):
        get_catalog().warm()


@calm
def _show_found(fields: tuple[str, ...]) -> None:
    asked = read_asked()
    try:
        found = _search(asked, fields)
    except (StoreUnavailableError, EncoderUnavailableError) as error:
        _show_broken(error)
        return
    except PipelineError as error:
        _show_refused(error, asked)
        return
    if not found.answer.found and asked.sheet > 1:
        # Fewer were found than when the address was written.
        st.query_params.pop(SHEET, None)
        st.rerun()
    with st.container(key="catalog-body"):
        rail = st.container(key="catalog-rail")
        with st.container(key="catalog-sheet"):
            _show_answer(found, asked)
        with rail:
            show_facets(_count(found.answer))
    if found.is_loading != st.session_state[_LOADING]:
        # The pace of a fragment is set where it is declared.
        st.session_state[_LOADING] = found.is_loading
        st.rerun()


@dataclass(frozen=True)
class _Found:
    """An answer; it may still wait for the model, or have to do without it."""

    answer: Answer
    failure: PipelineError | None = None

    @property
    def is_loading(self) -> bool:
        return self.answer.is_partial and self.failure is None


def _search(asked: Asked, fields: tuple[str, ...]) -> _Found:
    picture = None if asked.image is None else read_picture(get_settings(), asked.image)
    question = asked.to_question(picture, fields)
    try:
        return _Found(get_catalog().search(question, model="if loaded"))
    except EncoderUnavailableError as error:
        # Ids, names and examples need no model.
        return _Found(get_catalog().search(question, model="never"), error)


def _show_answer(found: _Found, asked: Asked) -> None:
    # A place of its own, so that what follows does not move to another one when it empties.
    with st.container():
        if found.failure:
            _show_without_model(found.failure)
    if found.answer.found or found.is_loading:
        show_results(found.answer, asked, utc_now(), is_loading=found.is_loading)
    elif not found.failure:
        place = show_empty_state(
            "search_off",
            t("Nothing matches"),
            t("No product passes all of these filters. Loosen them to see more."),
            key="unmatched",
        )
        icon = ":material/filter_alt_off:"
        place.button(t("Clear filters"), icon=icon, on_click=clear_filters)


def _show_without_model(failure: PipelineError) -> None:
    with st.container(border=True, key="without-model", gap="xxsmall"):
        said = t("**Only ids, names and examples are searched**")
        st.markdown(f":orange[:material/neurology:] {said}")
        st.caption(as_plain_text(explain(failure)))
        st.button(t("Try again"), icon=":material/refresh:", key="retry-model")


def _show_broken(error: PipelineError) -> None:
    place = show_empty_state(
        "cloud_off", t("The search does not answer"), as_plain_text(explain(error)), key="broken"
    )
    place.button(t("Try again"), icon=":material/refresh:", key="retry-search")


def _show_refused(error: PipelineError, asked: Asked) -> None:
    place = show_empty_state(
        "help", t("This cannot be searched"), as_plain_text(explain(error)), key="refused"
    )
    with place.container(horizontal=True, horizontal_alignment="center"):
        if asked.is_narrowed:
            icon = ":material/filter_alt_off:"
            st.button(t("Clear filters"), icon=icon, on_click=clear_filters)
        st.button(t("Start over"), icon=":material/restart_alt:", on_click=st.query_params.clear)


def _choose_fields(session: Session) -> tuple[str, ...]:
    """What is counted: fields that are asked for, and the first of all others."""
    known = list_attributes(session)[:LOOKED_AT_ATTRIBUTES]
    return tuple(dict.fromkeys([CATEGORY, *read_attribute_names(), *known]))


def _count(answer: Answer) -> CatalogCounts:
    """What the rail offers; a value that each product has for itself is no choice."""
    chosen = read_attribute_names()
    attributes = {
        name: counted
        for name, counted in answer.facets.items()
        if name != CATEGORY and (name in chosen or (len(counted) > 1 and counted[0][1] > 1))
    }
    shown = list(attributes)[: max(OFFERED_ATTRIBUTES, len(chosen))]
    return CatalogCounts(
        categories=answer.facets.get(CATEGORY, ()),
        attributes={name: attributes[name] for name in shown},
    )
