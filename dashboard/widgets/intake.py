"""Taking receipts from the browser: the drop zone, the samples, and what was refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
import structlog
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.access.current import act_as
from dashboard.api.spool import Spool
from dashboard.language import say_code, t, tn
from dashboard.runtime import get_doorbell
from dashboard.widgets.formats import show_whole
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import explain
from dashboard.widgets.upload_button import name_upload_button
from pipeline.errors import PipelineError
from pipeline.jobs.admission import require_disk
from pipeline.receipts.intake.submit import Handover, Submission, submit_receipt
from pipeline.settings import get_settings

log = structlog.get_logger(__name__)

CLIENT_ID = "dashboard"
SAMPLES = Path(__file__).parents[2] / "data" / "samples" / "receipts"
CHUNK_BYTES = 1024 * 1024
# Streamlit refuses larger files in its own words, and forgets those with the next drop. So it
# lets through what is only somewhat too large, and we say why that is refused.
SPARE_FACTOR = 4

_ROUND = "drop-round"
_REFUSED = "refused-files"
_KNOWN = "known-files"


@dataclass(frozen=True)
class Refusal:
    """A file that was not taken, and the sentence that says why."""

    name: str
    sentence: str


@dataclass(frozen=True)
class KnownFile:
    """A file that was handed over before, and the receipt that it is."""

    name: str
    job_id: str


def show_drop_zone(*, large: bool) -> None:
    """A box over the whole width that takes files; each dropped file is submitted once."""
    settings = get_settings()
    key = f"drop-{st.session_state.setdefault(_ROUND, 0)}"
    name_upload_button("drop-zone", t("Choose files"))
    with st.container(key="drop-zone-large" if large else "drop-zone"):
        st.file_uploader(
            t(
                "Drop receipts here\nJPEG, PNG, WebP, TIFF, HEIC or PDF, up to {size} MB each",
                size=show_whole(settings.max_upload_mb),
            ),
            accept_multiple_files=True,
            max_upload_size=SPARE_FACTOR * settings.max_upload_mb,
            key=key,
            on_change=_take_dropped,
            args=(key,),
        )


def has_samples() -> bool:
    """Whether the pictures that ship with Comptoir are there."""
    return any(SAMPLES.glob("*.jpg"))


def submit_samples() -> None:
    """Submit every sample receipt as if it had been dropped."""
    _start_round()
    for picture in sorted(SAMPLES.glob("*.jpg")):
        with _refuse_on_error(picture.name):
            handover = Handover(picture.name, CLIENT_ID, source="sample", actor=act_as())
            submission = submit_receipt(get_settings(), get_doorbell(), picture, handover)
            _note_known(picture.name, submission)


def show_refused() -> None:
    """The files that were not taken, each with its reason, until they are dismissed."""
    refused: list[Refusal] = st.session_state.get(_REFUSED, [])
    if not refused:
        return
    title = tn("{n} file was not taken", "{n} files were not taken", len(refused))
    with st.container(key="refused", border=True, gap="xxsmall"):
        head = st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        )
        head.markdown(f":red[:material/cancel:] **{title}**", width="content")
        head.button(t("Dismiss"), key="dismiss-refused", type="tertiary", on_click=_dismiss)
        for refusal in refused:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.text(refusal.name, width="content")
                st.caption(as_plain_text(refusal.sentence), width="content")


def show_known() -> None:
    """The files that were there already, each with the way to its receipt."""
    known: list[KnownFile] = st.session_state.get(_KNOWN, [])
    if not known:
        return
    title = tn("{n} file was here already", "{n} files were here already", len(known))
    with st.container(key="known", border=True, gap="xxsmall"):
        head = st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        )
        head.markdown(f":gray[:material/content_copy:] **{title}**", width="content")
        head.button(t("Dismiss"), key="dismiss-known", type="tertiary", on_click=_dismiss_known)
        for file in known:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.text(file.name, width="content")
                st.page_link(
                    "app_pages/receipts.py",
                    label=t("Open the receipt"),
                    query_params={"receipt": file.job_id},
                )


def _take_dropped(key: str) -> None:
    dropped = st.session_state[key]
    if not dropped:
        return
    _start_round()
    for file in dropped:
        with _refuse_on_error(file.name):
            _submit_dropped(file)
    # A new key empties the box, and with it the memory that held the files.
    st.session_state[_ROUND] += 1


def _submit_dropped(file: UploadedFile) -> None:
    # The key makes a second run over the same files harmless.
    handover = Handover(
        file.name,
        CLIENT_ID,
        source="drop",
        idempotency_key=f"drop:{file.file_id}",
        actor=act_as(),
    )
    settings = get_settings()
    require_disk(settings, file.size)
    spool = Spool(settings.incoming_dir, settings.max_upload_bytes)
    file.seek(0)
    try:
        while chunk := file.read(CHUNK_BYTES):
            spool.add(chunk)
            spool.spill()
        submission = submit_receipt(settings, get_doorbell(), spool.finish(), handover)
        _note_known(file.name, submission)
    finally:
        spool.discard()


@contextmanager
def _refuse_on_error(name: str) -> Iterator[None]:
    """Put what goes wrong beside the file `name`, so that the other files are still taken."""
    try:
        yield
    except PipelineError as error:
        log.info("file_refused", code=error.code)
        _refuse(name, explain(error))
    except Exception:
        log.exception("file_not_taken")
        _refuse(name, say_code("INTERNAL_ERROR"))


def _refuse(name: str, sentence: str) -> None:
    st.session_state[_REFUSED].append(Refusal(name, sentence))


def _start_round() -> None:
    st.session_state[_REFUSED] = []
    st.session_state[_KNOWN] = []


def _note_known(name: str, submission: Submission) -> None:
    if submission.known:
        st.session_state[_KNOWN].append(KnownFile(name, submission.job.id))


def _dismiss_known() -> None:
    st.session_state[_KNOWN] = []


def _dismiss() -> None:
    st.session_state[_REFUSED] = []
