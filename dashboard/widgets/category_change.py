"""Putting one or several products into another category."""

from collections.abc import Sequence

import streamlit as st

from dashboard.access.current import act_as
from dashboard.language import tn
from dashboard.widgets.catalog_data import forget_counts
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import explain
from pipeline.catalog.products.edit import edit_product
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.settings import get_settings
from pipeline.store import write_session

# Each product is a row of the history; so many are written in about a second.
BATCH = 100


def change_category(product_ids: Sequence[str], category: str | None) -> int:
    """Write it and say so; returns how many products were changed. What goes wrong is said too."""
    done = 0
    try:
        for at in range(0, len(product_ids), BATCH):
            some = product_ids[at : at + BATCH]
            with write_session(get_settings()) as session:
                for product_id in some:
                    edit_product(session, product_id, {"category": category}, utc_now(), act_as())
            done += len(some)
    except PipelineError as error:
        st.toast(as_plain_text(explain(error)), icon=":material/cancel:")
    if done:
        forget_counts()
        st.toast(_say_change(done, category), icon=":material/check:")
    return done


def _say_change(count: int, category: str | None) -> str:
    if not category:
        return tn("{n} product has no category now.", "{n} products have no category now.", count)
    return tn(
        "{n} product is in {category} now.",
        "{n} products are in {category} now.",
        count,
        category=as_plain_text(category),
    )
