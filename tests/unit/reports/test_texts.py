"""Words and figures of reports in both languages."""

from datetime import UTC, date, datetime

from pipeline.reports.period import Period
from pipeline.reports.texts import Texts, load_texts

EN, FR = Texts("en"), Texts("fr")


def plain(text: str) -> str:
    """With plain spaces in place of those that do not break."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_both_languages_have_the_same_texts() -> None:
    assert load_texts("en").keys() == load_texts("fr").keys()


def test_money_and_numbers_are_written_as_the_reader_does() -> None:
    assert EN.money(123456, "EUR") == "€1,234.56"
    assert plain(FR.money(123456, "EUR")) == "1 234,56 €"
    assert EN.money(-250, None) == "-2.50"
    assert EN.percent(0.125, 1) == "12.5%"
    assert plain(FR.percent(0.125, 1)) == "12,5 %"
    assert (EN.kg(0.123), EN.kg(12.34), EN.kg(1234.5)) == ("0.12", "12.3", "1,234")


def test_days_and_times_are_written_as_the_reader_does() -> None:
    february = Period(date(2026, 2, 1), date(2026, 2, 28))
    assert EN.period(february) == "1 Feb 2026 – 28 Feb 2026"
    assert plain(FR.period(february)) == "1 févr. 2026 – 28 févr. 2026"
    assert EN.period(Period(february.first, february.first)) == "1 Feb 2026"
    assert EN.moment(datetime(2026, 2, 3, 14, 5, tzinfo=UTC)) == "3 Feb 2026, 14:05 UTC"
    assert [EN.duration(s) for s in (0.42, 12, 200, 7500)] == [
        *("0.4 s", "12 s", "3 min 20 s", "2 h 5 min"),
    ]


def test_counts_know_one_from_many() -> None:
    assert [EN.count("receipts", n) for n in (0, 1, 2)] == ["0 receipts", "1 receipt", "2 receipts"]
    assert [FR.count("receipts", n) for n in (0, 1, 2)] == ["0 ticket", "1 ticket", "2 tickets"]


def test_categories_are_named_in_the_reader_s_language_where_they_are_known() -> None:
    assert (EN.category("boissons"), FR.category("boissons")) == ("Drinks", "Boissons")
    assert EN.category("own brand") == "Own brand"


def test_what_is_not_known_is_a_dash() -> None:
    assert {EN.money(None, "EUR"), EN.number(None), EN.percent(None), EN.day(None)} == {"–"}
