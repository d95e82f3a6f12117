"""The counter at a glance: one component, fed from what all who look at it share."""

from typing import Any

from dashboard.widgets.components import load_component
from dashboard.widgets.formats import reader_zone
from dashboard.widgets.home_data import Counter
from dashboard.widgets.home_days import present_days, present_today
from dashboard.widgets.home_live import present_happening
from dashboard.widgets.home_needs import present_needs
from pipeline.clock import utc_now

_render = load_component("home")


def show_counter(counter: Counter) -> None:
    """What needs the person who looks, how the day goes, what just happened."""
    _render(data=present_counter(counter), key="home")


def present_counter(counter: Counter) -> dict[str, Any]:
    """The same as data: for this person, in their language and time zone."""
    now, zone = utc_now(), reader_zone()
    return {
        "needs": present_needs(counter, now),
        "today": present_today(counter, zone),
        "days": present_days(counter, zone),
        "live": [present_happening(one, now) for one in counter.happenings],
    }
