"""The parts of the installation as a list that changes in place."""

import json
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_timedelta

from dashboard.api.health import describe
from dashboard.health import Health
from dashboard.language import N_, current_locale, t
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_moment
from dashboard.widgets.health_data import STANDING
from dashboard.widgets.health_words import (
    PartWords,
    judge,
    say_last_hour,
    say_overall,
    say_parts,
)

_render = load_component("health_parts")

MARKS = {
    "up": (N_("Up"), "check_circle", "green"),
    "degraded": (N_("Needs a look"), "visibility", "orange"),
    "down": (N_("Down"), "cancel", "red"),
    "off": (N_("Off"), "do_not_disturb_on", "gray"),
}


def show_parts(found: Health) -> None:
    """The whole of it in a sentence, then each part."""
    _render(data=present_health(found), key="health")


def present_health(found: Health) -> dict[str, Any]:
    """What the component draws; `ticket` is the same answer that `/health` gives, as text."""
    parts = list(say_parts(found))
    verdict = judge(found, parts)
    return {
        "overall": say_overall(found, verdict),
        "said": say_last_hour(found),
        "mark": _mark(verdict),
        "parts": [_present(part, found) for part in parts],
        "ticket": json.dumps(describe(found) | {"at": found.at.isoformat()}, indent=2),
    }


def _present(part: PartWords, found: Health) -> dict[str, Any]:
    first_seen = STANDING.since(part.name, part.verdict, found.at)
    since = part.since or first_seen
    is_well = part.verdict in ("up", "off")
    return {
        "name": part.name,
        "title": part.title,
        "mark": _mark(part.verdict),
        "said": part.said,
        "remedy": part.remedy,
        "since": "" if is_well else _say_lasting(since, found),
        "moment": "" if is_well else show_moment(since),
        "href": part.href,
    }


def _say_lasting(since: datetime, found: Health) -> str:
    if found.at - since < timedelta(minutes=1):
        return t("For less than a minute")
    lasting = format_timedelta(found.at - since, threshold=1.2, locale=current_locale())
    return t("For {time}", time=lasting)


def _mark(verdict: str) -> dict[str, Any]:
    label, icon, colour = MARKS[verdict]
    return {"label": t(label), "icon": icon, "colour": colour}
