"""How money, quantities, dates and times are printed, by country and by habit of the till."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
FRENCH_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
ENGLISH_MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
FRENCH_DATES = ("dd/mm/yyyy", "dd/mm/yyyy", "dd/mm/yy", "dd-mm-yyyy", "dd.mm.yyyy", "d mois yyyy")
BRITISH_DATES = ("dd/mm/yyyy", "dd/mm/yyyy", "Mon d, yyyy", "yyyy-mm-dd")
AMERICAN_DATES = ("Mon d, yyyy", "yyyy-mm-dd")


@dataclass(frozen=True)
class MoneyFormat:
    """How amounts look; `symbol_place` says where the currency goes.

    It is "none", "after", "after_close", "before", "code" or "label" (no sign at the
    number: its label names the currency).
    """

    currency: str
    decimal_mark: str
    symbol_place: str

    def write(self, amount: Decimal) -> str:
        """The amount as this till prints it, with its own number of decimals (two or three)."""
        number = f"{amount:.3f}" if amount.as_tuple().exponent == -3 else f"{amount:.2f}"
        number = number.replace(".", self.decimal_mark)
        symbol = SYMBOLS[self.currency]
        sign, number = ("-", number[1:]) if number.startswith("-") else ("", number)
        return {
            "none": f"{sign}{number}",
            "label": f"{sign}{number}",
            "after": f"{sign}{number} {symbol}",
            "after_close": f"{sign}{number}{symbol}",
            "before": f"{sign}{symbol}{number}",
            "code": f"{self.currency} {sign}{number}",
        }[self.symbol_place]


def write_quantity(quantity: Decimal, unit: str, decimal_mark: str) -> str:
    """A count as it is; a weight in kg with three decimals; litres with two."""
    if unit == "kg":
        return f"{quantity:.3f}".replace(".", decimal_mark)
    if unit == "L":
        return f"{quantity:.2f}".replace(".", decimal_mark)
    return str(int(quantity))


def write_rate(rate: Decimal, decimal_mark: str, decimals: int) -> str:
    """A tax rate with its percent sign, with at least the decimals that it needs."""
    needed = max(decimals, 1 if rate % 1 else 0)
    return f"{rate:.{needed}f}".replace(".", decimal_mark) + "%"


def write_date(day: date, pattern: str) -> str:
    """The date in one of FRENCH_DATES, BRITISH_DATES or AMERICAN_DATES."""
    parts = {"yyyy": f"{day.year}", "dd": f"{day.day:02d}", "mm": f"{day.month:02d}"}
    if pattern == "d mois yyyy":
        return f"{day.day} {FRENCH_MONTHS[day.month - 1]} {day.year}"
    if pattern == "Mon d, yyyy":
        return f"{ENGLISH_MONTHS[day.month - 1]} {day.day}, {day.year}"
    if pattern == "dd/mm/yy":
        return f"{day.day:02d}/{day.month:02d}/{day.year % 100:02d}"
    for code, value in parts.items():
        pattern = pattern.replace(code, value)
    return pattern


def write_time(moment: time, pattern: str) -> str:
    """The time as "14:32", "14:32:07", "14h32" or "02:32 PM"."""
    return moment.strftime(
        {"colon": "%H:%M", "seconds": "%H:%M:%S", "h": "%Hh%M", "ampm": "%I:%M %p"}[pattern]
    )
