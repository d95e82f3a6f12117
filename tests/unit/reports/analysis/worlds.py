"""Made periods: nothing but chance, and the same with one thing planted in it; and their text."""

from collections.abc import Callable
from datetime import date, timedelta
from math import exp
from random import Random

from pipeline.reports.analysis.plan import plan_sections
from pipeline.reports.analysis.research import RESEARCH
from pipeline.reports.analysis.write import Answer, write_analysis
from pipeline.reports.analysis.written import Written
from pipeline.reports.order import SECTIONS, Language, ReportOrder
from pipeline.reports.snapshot.job import Snapshots
from tests.support.analysis_data import YEAR, Bought, bought, line

FIRST = YEAR.first
WEEKS_DAYS = 364


def draw_noise(
    seed: int,
    *,
    first: date = FIRST,
    days: int = WEEKS_DAYS,
    shops: int = 12,
    a_day: Callable[[date], float] = lambda _day: 3.0,
    size: Callable[[date], float] = lambda _day: 1.0,
) -> list[Bought]:
    """Receipts without any pattern; `a_day` are how many come, `size` makes them larger."""
    chance, drawn = Random(seed), []
    for at in range(days):
        day = first + timedelta(days=at)
        for _ in range(min(int(chance.expovariate(1 / max(a_day(day), 0.01))), 12)):
            shop = chance.randrange(shops)
            cents = round(exp(chance.gauss(7.5 + shop / 10, 0.5)) * size(day))
            drawn.append(
                bought(
                    day,
                    cents,
                    f"Shop {shop}",
                    was_unsure=chance.random() < 0.1,
                    lines=[_line(chance) for _ in range(3)],
                )
            )
    return drawn


def ask(language: Language = "en", title: str = "") -> ReportOrder:
    """The order of an analysis of the year, with all its sections."""
    return ReportOrder(
        "analysis", YEAR, language=language, title=title, sections=SECTIONS["analysis"]
    )


def analyse(made: Snapshots, language: Language = "en", title: str = "") -> Written:
    """Plan, research and writing, as the jobs do it."""
    order = ask(language, title)
    answers: dict[str, Answer] = {
        name: refusal or RESEARCH[name](made)
        for name, refusal in plan_sections(made, order.sections).items()
    }
    return write_analysis(order, answers)


def _line(chance: Random) -> dict[str, object]:
    return line(f"Thing {chance.randrange(20)}", round(exp(chance.gauss(5, 0.2))))
