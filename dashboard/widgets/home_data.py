"""What the home page shows, read once for all who look at it."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

import streamlit as st

from dashboard.runtime import get_runtime
from dashboard.widgets.store_access import BY_STORE
from pipeline.clock import utc_now
from pipeline.overview.days import Hour, Made, count_made, read_hours, today_in, week_before
from pipeline.overview.happenings import Happening, list_happenings
from pipeline.overview.needs import Needs, find_needs, is_untouched
from pipeline.settings import Settings, get_settings
from pipeline.store import read_session

# However many look at the page, the store is asked once in this time.
FRESH_S = 2.0
# Sums over the rows of a day, and each zone has its own day.
DAY_FRESH_S = 20.0


@dataclass(frozen=True)
class Counter:
    """How everything stands `at` this moment.

    `is_empty` before anything was ever handed over, `is_deserted` where no worker came for longer
    than one takes to start.
    """

    at: datetime
    is_empty: bool
    needs: Needs
    is_deserted: bool
    hours: list[Hour]
    happenings: list[Happening]


def load_counter() -> Counter:
    """The counter as it was at most two seconds ago. Raises StoreUnavailableError."""
    return _load_counter(get_settings())


def load_made(zone: tzinfo) -> tuple[Made, Made]:
    """What came in today and, up to the same time, on the same weekday a week ago."""
    return _load_made(get_settings(), str(zone), zone)


@st.cache_resource(ttl=FRESH_S, show_spinner=False, hash_funcs=BY_STORE)
def _load_counter(settings: Settings) -> Counter:
    now = utc_now()
    with read_session(settings) as session:
        needs = find_needs(session, settings, now=now)
        return Counter(
            at=now,
            is_empty=is_untouched(session),
            needs=needs,
            is_deserted=_is_deserted(needs, now),
            hours=read_hours(session, now),
            happenings=list_happenings(session),
        )


def _is_deserted(needs: Needs, now: datetime) -> bool:
    attendance = get_runtime().attendance
    return attendance.find_deserted_since(has_worker=needs.has_worker, now=now) is not None


@st.cache_resource(ttl=DAY_FRESH_S, show_spinner=False, hash_funcs=BY_STORE)
def _load_made(settings: Settings, name: str, _zone: tzinfo) -> tuple[Made, Made]:  # noqa: ARG001
    now = utc_now()
    with read_session(settings) as session:
        today = count_made(session, today_in(_zone, now))
        return today, count_made(session, week_before(_zone, now))
