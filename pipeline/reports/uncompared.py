"""Why a report says nothing of the period before, where that was asked for."""

from datetime import date

from pipeline.reports.period import Period
from pipeline.reports.texts import Texts


def say_uncompared(texts: Texts, period: Period, nothing_before: date | None) -> str:
    """That receipts begin too late to compare `period` with the days before it; "" otherwise."""
    if nothing_before is None:
        return ""
    before, day = texts.period(period.before()), texts.day(nothing_before)
    return texts.say("uncompared", period=before, day=day)
