"""What a person sees when a page breaks: a calm sentence, while the log gets the traceback."""

import streamlit as st
import structlog

from dashboard.language import say_code

log = structlog.get_logger(__name__)


def show_script_error(error: Exception) -> bool:
    """Log `error` and show what to do; True keeps Streamlit from showing the traceback."""
    log.error("page_failed", exc_info=error)
    st.error(say_code("INTERNAL_ERROR"))
    return True
