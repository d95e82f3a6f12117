"""Editing one product in its panel: everything that is said of it, and its picture."""

import math
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.access.current import act_as
from dashboard.language import N_, say_code, t
from dashboard.runtime import get_catalog
from dashboard.widgets.amounts import read_amount, say_unreadable, type_amount
from dashboard.widgets.attribute_lines import (
    AttributeLineError,
    changes_between,
    read_lines,
    write_lines,
)
from dashboard.widgets.catalog_data import forget_counts
from dashboard.widgets.formats import show_whole
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.upload_button import name_upload_button
from pipeline.catalog.product import (
    MAX_DESCRIPTION_LENGTH,
    MAX_NAME_LENGTH,
    Footprint,
    ProductDraft,
)
from pipeline.catalog.products.edit import edit_product
from pipeline.catalog.products.find import draft_of, get_product
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.models import Product
from pipeline.settings import get_settings
from pipeline.store import read_session, write_session

BASES = {"piece": N_("one piece"), "kg": N_("one kg")}
PICTURE_TYPES = ("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "heic", "avif")

# Fields that an error names, as the form calls them.
FIELDS = {
    "name": N_("Name"),
    "category": N_("Category"),
    "description": N_("Product description"),
    "footprint.source": N_("Source of the footprint"),
}

_EDITING = "product-editing"


def is_editing(product_id: str) -> bool:
    """Whether this product is being edited."""
    return bool(st.session_state.get(_EDITING) == product_id)


def start_editing(product_id: str | None) -> None:
    """Edit this product; None: no more."""
    st.session_state[_EDITING] = product_id


def show_form(product: Product) -> None:
    """The form; nothing is sent before it is saved."""
    draft = draft_of(product)
    with st.form("product-form", border=False):
        changes = _ask_words(draft) | _ask_price(draft)
        lines = st.text_area(
            t("Attributes"),
            write_lines(draft.attributes),
            height=140,
            help=t("One per line, as name: value. The values of a list are separated by |."),
        )
        changes |= _ask_footprint(draft)
        picture = _ask_picture(product)
        with st.container(horizontal=True):
            saves = st.form_submit_button(t("Save"), type="primary", icon=":material/check:")
            leaves = st.form_submit_button(t("Cancel"))
    if leaves:
        _close()
    if not saves or _has_unreadable(changes):
        return
    if _save(draft, changes, lines, picture.getvalue() if picture else None):
        _close()


def _has_unreadable(changes: dict[str, Any]) -> bool:
    """Whether an amount was typed that is none: a sentence below it says so already."""
    footprint: Footprint | None = changes["footprint"]
    amounts = (changes["price"], footprint.kg_co2e if footprint else None)
    return any(amount is not None and math.isnan(amount) for amount in amounts)


def _ask_picture(product: Product) -> UploadedFile | None:
    max_mb = get_settings().catalog_max_picture_mb
    label = t("Another picture") if product.picture_sha256 else t("Picture")
    # Streamlit's own line below would say the kinds and the size in English only.
    said = t("JPEG, PNG, WebP, GIF, TIFF, HEIC or AVIF, up to {n} MB", n=show_whole(max_mb))
    name_upload_button("product-picture", t("Choose a file"))
    with st.container(key="product-picture"):
        return st.file_uploader(label, type=list(PICTURE_TYPES), max_upload_size=max_mb, help=said)


def _ask_words(draft: ProductDraft) -> dict[str, Any]:
    name = st.text_input(t("Name"), draft.name, max_chars=MAX_NAME_LENGTH)
    category = st.text_input(t("Category"), draft.category or "")
    description = st.text_area(
        t("Product description"),
        draft.description or "",
        max_chars=MAX_DESCRIPTION_LENGTH,
        height=110,
    )
    return {
        "name": name.strip(),
        "category": category.strip() or None,
        "description": description.strip() or None,
    }


def _ask_price(draft: ProductDraft) -> dict[str, Any]:
    place, currency = st.columns(2)
    cents = draft.price_cents
    price = _ask_amount(place, t("Price"), None if cents is None else cents / 100, t("No price"))
    code = currency.text_input(t("Currency"), draft.currency or "", max_chars=3, placeholder="EUR")
    return {"price": price, "currency": code.strip().upper() or None}


def _ask_footprint(draft: ProductDraft) -> dict[str, Any]:
    known = draft.footprint
    place, basis = st.columns(2)
    before = known.kg_co2e if known else None
    kg_co2e = _ask_amount(place, t("Footprint in kg CO2e"), before, t("Not known"))
    chosen = basis.selectbox(
        t("Footprint of"),
        list(BASES),
        index=list(BASES).index(known.basis) if known else 0,
        format_func=lambda basis: t(BASES[basis]),
    )
    source = st.text_input(t("Source of the footprint"), (known.source if known else "") or "")
    if kg_co2e is None:
        return {"footprint": None}
    return {"footprint": Footprint(kg_co2e, chosen, source.strip() or None)}


def _ask_amount(
    place: DeltaGenerator, label: str, before: float | None, placeholder: str
) -> float | None:
    """What stands there, NaN where that is no amount (see `_refuse_unreadable`)."""
    shown = "" if before is None else type_amount(before)
    text: str = place.text_input(label, shown, placeholder=placeholder)
    if text.strip() == shown:
        # The field shows two decimals; what it does not show was not changed.
        return before
    amount = read_amount(text.strip())
    if text.strip() and amount is None:
        place.caption(f":red[{say_unreadable()}]")
        return math.nan
    return amount


def _save(draft: ProductDraft, changes: dict[str, Any], lines: str, picture: bytes | None) -> bool:
    price = changes.pop("price")
    changes["price_cents"] = None if price is None else round(price * 100)
    try:
        attributes = changes_between(draft.attributes, read_lines(lines, draft.attributes))
        with write_session(get_settings()) as session:
            edit_product(
                session,
                draft.product_id,
                changes | {"attributes": attributes},
                utc_now(),
                act_as(),
            )
        if picture is not None:
            _replace_picture(draft.product_id, picture)
    except AttributeLineError as error:
        st.error(as_plain_text(str(error)), icon=":material/cancel:")
        return False
    except PipelineError as error:
        st.error(as_plain_text(_explain(error)), icon=":material/cancel:")
        return False
    forget_counts()
    return True


def _explain(error: PipelineError) -> str:
    field = str(error.params.get("field", ""))
    named = {"field": t(FIELDS[field])} if field in FIELDS else {}
    return say_code(error.code, {**error.params, **named}, fallback=error.message)


def _replace_picture(product_id: str, picture: bytes) -> None:
    with read_session(get_settings()) as session:
        draft = draft_of(get_product(session, product_id))
    with st.spinner(t("Looking at the picture")):
        get_catalog().index_product(draft, picture, act_as())


def _close() -> None:
    start_editing(None)
    # The products behind the panel show the change too.
    st.rerun()
