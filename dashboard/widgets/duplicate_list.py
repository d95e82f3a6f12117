"""Groups of products with the same picture, and what a person decides about each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from sqlmodel import Session

from dashboard.access.current import act_as, may
from dashboard.language import t, tn
from dashboard.widgets.analysis_data import load_found, load_products
from dashboard.widgets.catalog_acts import delete_now
from dashboard.widgets.catalog_data import forget_counts
from dashboard.widgets.components import load_component
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_confidence, show_whole
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.product_rows import present_product
from dashboard.widgets.sheets import read_sheet, show_sheets
from dashboard.widgets.store_access import explain
from pipeline.catalog.analysis.duplicates import read_groups
from pipeline.catalog.analysis.groups import Group
from pipeline.catalog.products.merge import keep_both, merge_products
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.models import CatalogAnalysis, Product
from pipeline.settings import get_settings
from pipeline.store import write_session

GROUPS_PER_PAGE = 12
# A placeholder may stand under thousands of products; a card shows the first ones.
SHOWN_MEMBERS = 8
KEY = "duplicate-groups"
PAGE = "groups-page"

_ASKED = "duplicates-to-clear"
_render = load_component("duplicate_groups")


def show_duplicates(last: CatalogAnalysis) -> None:
    """The groups that are still open, those with the very same file first."""
    groups = load_found(last, read_groups)
    if not groups:
        show_empty_state(
            "task_alt",
            t("No duplicates"),
            t("No two products have the same picture, or somebody has decided about all of them."),
            key="no-groups",
        )
        return
    _show_line(groups)
    shown = _sheet(groups)
    products = load_products(ref for group in shown for ref in group.members)
    rows = [row for group in shown if (row := _present(group, products))]
    _render(data={"groups": rows, "mayDecide": may("submit")}, key=KEY, on_act_change=_act)
    show_sheets(PAGE, -(-len(groups) // GROUPS_PER_PAGE))
    if st.session_state.get(_ASKED):
        title = t("Keep one of each identical file")
        st.dialog(title, icon=":material/filter_1:", on_dismiss=_forget)(_confirm_clearing)(groups)


def _show_line(groups: Sequence[Group]) -> None:
    exact = [group for group in groups if group.is_exact]
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="duplicates-line",
    ):
        st.caption(_say_groups(len(groups), len(exact)), width="content")
        if exact and may("submit"):
            st.button(
                t("Keep one of each identical file ({n})", n=show_whole(len(exact))),
                icon=":material/filter_1:",
                key="clear-exact",
                on_click=_ask_clearing,
            )


def _say_groups(groups: int, exact: int) -> str:
    if not exact:
        return tn("{n} group", "{n} groups", groups)
    return tn(
        "{n} group, {exact} with identical files",
        "{n} groups, {exact} with identical files",
        groups,
        exact=show_whole(exact),
    )


def _sheet(groups: Sequence[Group]) -> Sequence[Group]:
    start = min(read_sheet(PAGE) - 1, (len(groups) - 1) // GROUPS_PER_PAGE) * GROUPS_PER_PAGE
    return groups[start : start + GROUPS_PER_PAGE]


def _present(group: Group, products: Mapping[int, Product]) -> dict[str, Any] | None:
    members = [products[ref] for ref in group.members if ref in products]
    if len(members) < 2:
        return None
    now = utc_now()
    likeness = dict(zip(group.others, group.likeness, strict=True))
    return {
        "key": "-".join(str(ref) for ref in group.members[:SHOWN_MEMBERS]),
        "count": tn("{n} product", "{n} products", len(members)),
        "says": _say_group(group),
        "exact": group.is_exact,
        "ids": [one.product_id for one in members],
        "members": [
            present_product(one, now) | {"likeness": _say_likeness(likeness.get(one.id or 0))}
            for one in members[:SHOWN_MEMBERS]
        ],
        "more": len(members) - SHOWN_MEMBERS,
    }


def _say_group(group: Group) -> str:
    if group.is_exact:
        return t("the same file")
    likeness = show_confidence(min(group.likeness))
    return t("nearly the same picture, {percent} alike", percent=likeness)


def _say_likeness(likeness: float | None) -> str | None:
    if likeness is None:
        return None
    if likeness >= 1:
        return t("the same file")
    return t("{percent} alike", percent=show_confidence(likeness))


def _act() -> None:
    asked = st.session_state[KEY].get("act")
    if not asked:
        return
    kept, others = asked["kept"], [one for one in asked["ids"] if one != asked["kept"]]
    if asked["act"] == "merge":
        _write(
            lambda session: merge_products(session, kept, others, utc_now(), act_as()),
            tn("{n} product is one now.", "{n} products are one now.", len(others) + 1),
        )
    elif asked["act"] == "keep":
        delete_now(others)
    elif asked["act"] == "different":
        _write(
            lambda session: keep_both(session, [kept, *others], utc_now(), act_as()),
            t("They are not shown as duplicates again."),
        )


def _write(change: Callable[[Session], object], said: str) -> None:
    try:
        with write_session(get_settings()) as session:
            change(session)
    except PipelineError as error:
        st.toast(as_plain_text(explain(error)), icon=":material/cancel:")
        return
    forget_counts()
    st.toast(said, icon=":material/check:")


def _ask_clearing() -> None:
    st.session_state[_ASKED] = True


def _forget() -> None:
    st.session_state.pop(_ASKED, None)


def _confirm_clearing(groups: Sequence[Group]) -> None:
    exact = [group for group in groups if group.is_exact]
    others = [ref for group in exact for ref in group.others]
    st.markdown(_say_clearing(len(exact), len(others)))
    with st.container(horizontal=True, key="confirm-clearing"):
        label = tn("Delete {n} product", "Delete {n} products", len(others))
        if st.button(label, type="primary", icon=":material/delete:", key="clear"):
            products = load_products(others)
            delete_now([product.product_id for product in products.values()])
            _forget()
            st.rerun()
        if st.button(t("Decide one by one"), key="leave-clearing"):
            _forget()
            st.rerun()


def _say_clearing(groups: int, others: int) -> str:
    kept = tn(
        "In {n} group with identical files, the product that came first stays.",
        "In each of {n} groups with identical files, the product that came first stays.",
        groups,
    )
    gone = tn("{n} other product is deleted.", "{n} other products are deleted.", others)
    spared = t("Groups whose pictures are only nearly the same are left alone.")
    return f"{kept} {gone} {spared}"
