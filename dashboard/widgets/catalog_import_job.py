"""An import that is a job: how it is getting on, what became of the rows, what can be done next."""

from collections.abc import Callable

import streamlit as st

from dashboard.access.current import may
from dashboard.language import N_, say_code, t, tn
from dashboard.widgets.catalog_data import forget_counts
from dashboard.widgets.catalog_import_acts import (
    begin_another,
    cancel_import,
    change_columns,
    import_checked,
    run_again,
    see_products,
)
from dashboard.widgets.catalog_import_progress import show_progress
from dashboard.widgets.catalog_import_rejected import show_rejected
from dashboard.widgets.catalog_import_state import DRAFT, open_wizard
from dashboard.widgets.catalog_import_steps import show_steps
from dashboard.widgets.catalog_import_words import (
    UNFINISHED,
    count_changes,
    describe_import,
    present_state,
    say_kept,
)
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_ago
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.queue_notice import CATALOG, find_queue, show_queue_notice
from dashboard.widgets.store_access import calm
from pipeline.catalog.importing.orders import ImportState
from pipeline.catalog.importing.state import read_import
from pipeline.clock import utc_now
from pipeline.errors import NotFoundError
from pipeline.models import RETRYABLE, JobStatus
from pipeline.settings import get_settings
from pipeline.store import read_session

POLL_S = 1.0
PICTURES_LATER = N_(
    "Pictures are opened by the import itself: rows whose picture proves to be broken are listed "
    "then."
)


def show_job(job_id: str) -> None:
    """The import under this id, live until it is finished."""
    state = _load(job_id)
    if state is None:
        show_empty_state(
            "search_off",
            t("No such import"),
            t("There is no import at this address. Check it, or start a new one."),
            key="unknown-import",
        )
        if may("submit"):
            icon = ":material/upload:"
            st.button(t("Import products"), icon=icon, on_click=open_wizard, key="new-import")
        return
    unfinished = state.job.status in UNFINISHED
    st.fragment(_draw, run_every=POLL_S if unfinished else None)(job_id, unfinished)
    if not unfinished:
        show_rejected(state)


def _load(job_id: str) -> ImportState | None:
    try:
        with read_session(get_settings()) as session:
            return read_import(session, job_id, utc_now())
    except NotFoundError:
        return None


@calm
def _draw(job_id: str, was_unfinished: bool) -> None:
    state = _load(job_id)
    if state is None or was_unfinished != (state.job.status in UNFINISHED):
        forget_counts()
        st.rerun()
    _show_head(state)
    show_steps(
        "check" if state.dry_run else "import",
        finished=state.job.status == JobStatus.COMPLETED and not state.dry_run,
    )
    # A place of its own, so that what follows does not move when it comes and goes.
    with st.container():
        if state.job.status in UNFINISHED:
            with read_session() as session:
                show_queue_notice(find_queue(session, "catalog"), CATALOG)
    show_progress(state)
    with st.container(gap="small"):
        _show_outcome(state)
    with st.container(horizontal=True, key="import-acts"):
        _show_acts(state)


def _show_head(state: ImportState) -> None:
    with st.container(gap="xxsmall", key="import-head"):
        st.title(as_plain_text(state.name), anchor=False)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            shown = present_state(state)
            st.badge(t(shown.label), icon=f":material/{shown.icon}:", color=shown.colour)
            started = t("started {ago}", ago=show_ago(state.created_at, utc_now()))
            parts = filter(None, [describe_import(state), state.source, started])
            st.caption(as_plain_text(" · ".join(parts)), width="content")


def _show_outcome(state: ImportState) -> None:
    job = state.job
    if job.status == JobStatus.FAILED:
        sentence = say_code(
            job.error_code or "INTERNAL_ERROR",
            job.error_params,
            fallback=job.error_message,
        )
        st.error(as_plain_text(sentence), icon=":material/cancel:")
    elif job.status == JobStatus.CANCELLED and not state.dry_run:
        st.info(_say_stopped(state.rows_done), icon=":material/do_not_disturb_on:")
    elif state.dry_run and job.status == JobStatus.COMPLETED and _names_pictures(state):
        st.caption(t(PICTURES_LATER))
    if state.kept_reason:
        st.warning(as_plain_text(say_kept(state.kept_reason)), icon=":material/shield:")


def _say_stopped(rows_done: int) -> str:
    if not rows_done:
        return t("Stopped. Nothing was changed.")
    return tn(
        "Stopped. The {n} row that was done stays as imported.",
        "Stopped. The {n} rows that were done stay as imported.",
        rows_done,
    )


def _names_pictures(state: ImportState) -> bool:
    return not {"image", "image_url"}.isdisjoint(state.mapping.fields)


def _show_acts(state: ImportState) -> None:
    status = state.job.status
    if status == JobStatus.COMPLETED and not state.dry_run:
        _offer(t("See these products"), "grid_view", see_products, state, primary=True)
    if not may("submit"):
        return
    if status in UNFINISHED:
        _offer(t("Cancel"), "close", cancel_import, state, disabled=state.job.cancel_requested)
        return
    if status == JobStatus.COMPLETED and state.dry_run:
        _offer_import(state)
    elif status in RETRYABLE:
        label = t("Go on") if state.rows_done else t("Try again")
        _offer(label, "refresh", run_again, state, primary=True)
    if state.dry_run and DRAFT in st.query_params:
        _offer(t("Change columns"), "edit", change_columns, state)
    _offer(t("Import another table"), "add", begin_another, state)


def _offer_import(state: ImportState) -> None:
    changes = count_changes(state)
    label = tn("Import {n} product", "Import {n} products", changes)
    label = label if changes else t("Nothing to import")
    _offer(label, "upload", import_checked, state, primary=True, disabled=not changes)


def _offer(
    label: str,
    icon: str,
    act: Callable[[ImportState], None],
    state: ImportState,
    *,
    primary: bool = False,
    disabled: bool = False,
) -> None:
    pressed = st.button(
        label,
        icon=f":material/{icon}:",
        type="primary" if primary else "secondary",
        key=act.__name__,
        disabled=disabled,
    )
    if pressed:
        act(state)
        # The address may name something else now, and this fragment would stay what it is.
        st.rerun()
