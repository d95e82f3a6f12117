"""How many rules fire, for the name of the page in the navigation."""

import streamlit as st

from dashboard.language import t
from dashboard.widgets.store_access import BY_STORE
from pipeline.alerts.history import count_firing
from pipeline.errors import StoreUnavailableError
from pipeline.settings import Settings, get_settings
from pipeline.store import read_session

KEPT_S = 10.0


def name_alerts_page() -> str:
    """Alerts, with the number of rules that fire where there are any."""
    firing = _count(get_settings())
    return t("Alerts ({count})", count=firing) if firing else t("Alerts")


@st.cache_data(ttl=KEPT_S, show_spinner=False, hash_funcs=BY_STORE)
def _count(settings: Settings) -> int:
    try:
        with read_session(settings) as session:
            return count_firing(session)
    except StoreUnavailableError:
        # The page itself says so.
        return 0
