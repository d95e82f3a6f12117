"""What was spent, step by step, as bars: on the cover and in its section."""

from pipeline.reports.figures.types import CurrencyFigures
from pipeline.reports.pdf.charts.time_bars import TimeBars
from pipeline.reports.pdf.told import Told


def make_time_bars(told: Told, block: CurrencyFigures) -> TimeBars:
    """The bars of one currency, and of the period before where it is compared."""
    unit, step = block.currency, told.figures.step
    before = told.before(unit)
    return TimeBars(
        starts=[point.start for point in block.points],
        values=[point.spent_cents for point in block.points],
        previous=[point.spent_cents for point in before.points] if before else (),
        tick=lambda cents: told.tick(cents, unit),
        value=lambda cents: told.texts.money(round(cents), unit),
        name=lambda start: told.step_name(start, step),
        key=told.say(f"key.{step}"),
        previous_key=told.say("key.previous"),
        alt=_say(told, block),
    )


def _say(told: Told, block: CurrencyFigures) -> str:
    peak = max(block.points, key=lambda point: point.spent_cents)
    step, texts = told.figures.step, told.texts
    return told.say(
        f"spending.{step}" if len(block.points) > 1 else "spending.once",
        spent=texts.money(block.spent_cents, block.currency),
        most=texts.money(peak.spent_cents, block.currency),
        when=texts.month(peak.start) if step == "month" else texts.day(peak.start),
    )
