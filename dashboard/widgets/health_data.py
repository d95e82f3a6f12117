"""How every part is, looked at once for all who watch, and since when it is so."""

from datetime import datetime
from threading import Lock

import streamlit as st

from dashboard.health import Health, examine
from dashboard.runtime import get_runtime
from dashboard.widgets.health_words import Verdict
from dashboard.widgets.store_access import BY_STORE
from pipeline.settings import Settings

FRESH_S = 2.0


class Standing:
    """Since when each part is as it is, as far as this server has looked."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, tuple[Verdict, datetime]] = {}

    def since(self, name: str, verdict: Verdict, now: datetime) -> datetime:
        """When the part was first found like this without being found otherwise in between."""
        with self._lock:
            known = self._known.get(name)
            if known is None or known[0] != verdict:
                known = self._known[name] = (verdict, now)
            return known[1]


STANDING = Standing()


def load_health() -> Health:
    """How everything was at most two seconds ago."""
    return _load_health(get_runtime().settings)


@st.cache_resource(ttl=FRESH_S, show_spinner=False, hash_funcs=BY_STORE)
def _load_health(settings: Settings) -> Health:  # noqa: ARG001  the key
    return examine(get_runtime())
