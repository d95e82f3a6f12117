"""How an analysis stands: not computed yet, being computed, failed, or how old it is."""

import streamlit as st

from dashboard.access.current import act_as, may
from dashboard.language import N_, say_code, t, tn
from dashboard.runtime import get_doorbell
from dashboard.widgets.analysis_views import VIEWS
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_ago, show_confidence, show_moment
from dashboard.widgets.job_words import ANALYSIS_STAGES
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.queue_notice import ANALYSES, find_queue, show_queue_notice
from dashboard.widgets.store_access import calm, explain
from pipeline.catalog.analysis.results import AnalysisKind, Standing, read_standing
from pipeline.catalog.analysis.submit import submit_analysis
from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.products.listing import count_products
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.models import CatalogAnalysis, Job, JobStatus
from pipeline.settings import get_settings
from pipeline.store import read_session

POLL_S = 0.7
QUEUE = "catalog"
_REFUSED = "analysis-refused"


def show_standing(kind: AnalysisKind) -> CatalogAnalysis | None:
    """Draw it and return what was found last, which may be of before; None where nothing was."""
    standing, products = _load(kind)
    if products == 0:
        _show_no_products()
        return None
    if standing.is_running:
        st.fragment(_show_progress, run_every=POLL_S)(kind)
    elif standing.job is not None and standing.job.status == JobStatus.FAILED:
        _show_failure(kind, standing.job)
    _show_refusal()
    if standing.last is None:
        if not standing.is_running:
            _show_invitation(kind)
        return None
    _show_age(kind, standing, standing.last)
    return standing.last


def _load(kind: AnalysisKind) -> tuple[Standing, int]:
    with read_session(get_settings()) as session:
        return read_standing(session, kind), count_products(session, ProductFilter())


def _show_age(kind: AnalysisKind, standing: Standing, last: CatalogAnalysis) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="analysis-age"):
        said = _say_age(standing, last)
        st.caption(said, help=show_moment(last.created_at), width="content")
        if not may("submit"):
            return
        st.button(
            t("Compute again"),
            icon=":material/refresh:",
            key="compute-again",
            type="secondary" if standing.changed else "tertiary",
            disabled=standing.is_running,
            on_click=_submit,
            args=(kind,),
        )


def _say_age(standing: Standing, last: CatalogAnalysis) -> str:
    said = tn(
        "Computed {ago} from {n} product",
        "Computed {ago} from {n} products",
        last.products,
        ago=show_ago(last.created_at, utc_now()),
    )
    if not standing.changed:
        return said
    changed = tn("{n} product changed since", "{n} products changed since", standing.changed)
    return f"{said} · {changed}"


@calm
def _show_progress(kind: AnalysisKind) -> None:
    with read_session(get_settings()) as session:
        standing = read_standing(session, kind)
        queue = find_queue(session, QUEUE)
    if not standing.is_running or standing.job is None:
        # What was found stands outside this fragment.
        st.rerun()
    show_queue_notice(queue, ANALYSES)
    stage = ANALYSIS_STAGES.get(standing.job.stage or "", N_("Starting"))
    label = t(stage) if standing.job.attempt else t("Waiting for its turn")
    share = standing.job.progress / 100
    st.progress(share, f"{label} · {show_confidence(share)}")


def _show_failure(kind: AnalysisKind, job: Job) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="analysis-failed"):
        code = job.error_code or "INTERNAL_ERROR"
        reason = say_code(code, job.error_params, fallback=job.error_message or code)
        st.error(as_plain_text(reason), icon=":material/cancel:")
        if not may("submit"):
            return
        st.button(
            t("Try again"),
            icon=":material/refresh:",
            key="retry-analysis",
            on_click=_submit,
            args=(kind,),
        )


def _show_invitation(kind: AnalysisKind) -> None:
    view = VIEWS[kind]
    place = show_empty_state(view.icon, t(view.label), t(view.invitation), key=f"no-{kind}")
    if not may("submit"):
        place.caption(t("It was not computed yet; operators can start that."))
        return
    place.button(
        t(view.button),
        icon=":material/play_arrow:",
        type="primary",
        key=f"compute-{kind}",
        on_click=_submit,
        args=(kind,),
    )


def _show_no_products() -> None:
    place = show_empty_state(
        "shoppingmode",
        t("No products yet"),
        t(
            "Once there is a catalog, you see here what is in it twice and what is in the wrong "
            "category."
        ),
        key="insights",
    )
    label = t("Go to the catalog")
    place.page_link("app_pages/catalog.py", label=label, icon=":material/shoppingmode:")


def _show_refusal() -> None:
    refused = st.session_state.pop(_REFUSED, None)
    if refused:
        st.warning(as_plain_text(refused), icon=":material/info:")


def _submit(kind: AnalysisKind) -> None:
    try:
        person = act_as()
        submit_analysis(get_settings(), get_doorbell(), kind, person, person)
    except PipelineError as error:
        st.session_state[_REFUSED] = explain(error)
