"""Reading the store from a page: a session, and what a person sees where there is none."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec

import structlog

from dashboard.language import say_code, t
from dashboard.widgets.empty_states import show_empty_state
from pipeline.errors import PipelineError, StoreUnavailableError
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

Arguments = ParamSpec("Arguments")

# How Streamlit's caches tell settings apart: what one store said is not of another, and tests have
# several in one process.
BY_STORE: Mapping[type, Callable[[Settings], str]] = {
    Settings: lambda settings: settings.database_url
}


def calm(draw: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """Let `draw` show the broken state instead of an error where the store cannot be read."""

    @wraps(draw)
    def draw_or_explain(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            draw(*args, **kwargs)
        except StoreUnavailableError as error:
            log.warning("page_cannot_read_store", page=draw.__module__, exc_info=error)
            show_broken_store()

    return draw_or_explain


def show_broken_store() -> None:
    """What happened, why, what to do; everything else on the page stays as it is."""
    place = show_empty_state(
        "cloud_off",
        t("The store does not answer"),
        t(
            "Everything is kept, but it cannot be shown just now. This happens while the disk "
            "is full or another program holds the store. Try again in a minute."
        ),
        key="broken",
    )
    place.button(t("Try again"), icon=":material/refresh:", key="retry-store")


def explain(error: PipelineError) -> str:
    """The sentence of an error in the language of the pages."""
    return say_code(error.code, error.params, fallback=error.message)
