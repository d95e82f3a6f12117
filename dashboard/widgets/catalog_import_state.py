"""Where an import is: the address names a draft until it is a job, and the job from then on."""

from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard.access.current import act_as
from dashboard.runtime import get_doorbell
from dashboard.widgets.page_address import change_address
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import explain
from pipeline.catalog.importing.drafts import DraftFile, ImportDraft, load_draft, save_draft
from pipeline.catalog.importing.orders import ImportOrder, SentFile
from pipeline.catalog.importing.submit import submit_import
from pipeline.errors import PipelineError
from pipeline.files import open_files
from pipeline.settings import Settings, get_settings

IMPORT_PAGE, DRAFT, STEP = "import", "draft", "step"
NEW, COLUMNS = "new", "columns"

_REFUSED = "import-refused"


def open_wizard() -> None:
    """Begin an import."""
    st.session_state.pop(_REFUSED, None)
    change_address(**{DRAFT: None, STEP: None, IMPORT_PAGE: NEW})


def open_job(job_id: str) -> None:
    """Show an import that is a job; a draft stays in the address, to go back to its columns."""
    change_address(**{STEP: None, IMPORT_PAGE: job_id})


def leave_import() -> None:
    """Go back to the products."""
    st.session_state.pop(_REFUSED, None)
    change_address(**dict.fromkeys((IMPORT_PAGE, DRAFT, STEP)))


def go_to_step(step: str | None) -> None:
    """Another part of the same draft; None is the first."""
    if step is None:
        st.query_params.pop(STEP, None)
    else:
        st.query_params[STEP] = step


def current_draft() -> ImportDraft:
    """What was put together so far; an empty draft, with a sentence, where it is gone."""
    name = st.query_params.get(DRAFT)
    if name is None:
        return ImportDraft()
    try:
        return load_draft(get_settings(), name)
    except PipelineError as error:
        st.warning(as_plain_text(explain(error)), icon=":material/hourglass_disabled:")
        return ImportDraft()


def change_draft(**changes: Any) -> None:
    """Keep the draft with these parts changed; called before the page is drawn again."""
    name = st.query_params.get(DRAFT)
    try:
        act_as()
        draft = load_draft(get_settings(), name) if name else ImportDraft()
        st.query_params[DRAFT] = save_draft(get_settings(), replace(draft, **changes))
    except PipelineError as error:
        st.toast(as_plain_text(explain(error)), icon=":material/cancel:")


def take_files(draft: ImportDraft, change: dict[str, Any]) -> None:
    """Put the files that were sent into the draft, or take one out again."""
    table, pictures = draft.table, list(draft.pictures)
    for one in change.get("taken", ()):
        file = DraftFile(str(one["name"]), str(one["sha256"]), int(one["sizeBytes"]))
        if one["slot"] == "table":
            table = file
        elif file not in pictures:
            pictures.append(file)
    removed = change.get("removed")
    if table and table.sha256 == removed:
        table = None
    pictures = [one for one in pictures if one.sha256 != removed]
    # Another table has other columns.
    mapping = draft.mapping if table == draft.table else None
    change_draft(table=table, pictures=tuple(pictures), mapping=mapping)


def submit_draft() -> None:
    """Have all rows of the draft checked, and show how that goes."""
    settings = get_settings()
    draft = current_draft()
    st.session_state.pop(_REFUSED, None)
    if draft.table is None:
        return
    try:
        order = _order_of(draft)
        with ExitStack() as opened:
            table, *pictures = (
                _open(opened, settings, file) for file in (draft.table, *draft.pictures)
            )
            job = submit_import(settings, get_doorbell(), table, order, pictures)
    except PipelineError as error:
        st.session_state[_REFUSED] = explain(error)
        return
    open_job(job.id)


def _order_of(draft: ImportDraft) -> ImportOrder:
    return ImportOrder(
        mapping=draft.mapping,
        dry_run=True,
        source=draft.source,
        delete_missing=draft.delete_missing,
        client_id=act_as(),
        actor=act_as(),
    )


def show_refusal() -> None:
    """Why the last order was not taken, until the next one."""
    sentence = st.session_state.get(_REFUSED)
    if sentence:
        st.error(as_plain_text(sentence), icon=":material/cancel:")


def _open(opened: ExitStack, settings: Settings, file: DraftFile) -> SentFile:
    path = open_files(settings).require(file.sha256)
    return SentFile(file.name, opened.enter_context(path.open("rb")))
