from datetime import date, time

import pytest

from pipeline.receipts.document import ReceiptFields
from pipeline.receipts.fields import extract_fields
from tests.unit.receipts.writing import write_page


def extract(text: str) -> ReceiptFields:
    return extract_fields((write_page(text),))


def date_of(text: str) -> date | None:
    found = extract(text).date
    return None if found is None else found.value


@pytest.mark.parametrize(
    "printed",
    [
        "25/12/2018", "25-12-18", "25.12.2018", "2018-12-25", "25 DEC 2018", "25-DEC-18",
        "25 décembre 2018", "Dec 25, 2018", "25. Dezember 2018", "25 de diciembre de 2018",
        "25/I2/2O18", "25 / 12 / 2018", "25~12-18", "25/12/201820:13", "#19-25/12/2018",
        "25 12/2018", "25 dicembre 2018", "25DEC2018", "25 de dezembro de 2018", "25/12>2018",
        "25.12.201820h13", "25 DEZ. 18", "2018-12-25T20:13",
    ],
)  # fmt: skip
def test_dates_are_read_as_printed(printed: str) -> None:
    assert date_of(f"CORNER SHOP\n{printed}\nTOTAL 4.50") == date(2018, 12, 25)


@pytest.mark.parametrize("printed", ["99/99/2018", "25/13/201", "12.50", "1-2-3", "31/02/2018"])
def test_what_is_no_day_is_no_date(printed: str) -> None:
    assert date_of(f"CORNER SHOP\n{printed}") is None


def test_a_month_name_may_be_misread() -> None:
    assert date_of("EPICERIE\n5 a00t 2024 17:05\nTOTAL 4,50 €") == date(2024, 8, 5)


def test_the_day_comes_first_by_default() -> None:
    assert date_of("CORNER SHOP\n03/04/2024\nTOTAL £4.50") == date(2024, 4, 3)


def test_the_month_comes_first_in_the_united_states() -> None:
    text = "CORNER SHOP\nEUGENE, OR 97401\n03/04/2024\nTOTAL $4.50\nTHANK YOU"
    assert date_of(text) == date(2024, 3, 4)


def test_another_date_of_the_ticket_shows_the_order() -> None:
    text = "CORNER SHOP\nDATE 03/04/2024 10:12\nRETURN BY 03/28/2024\nTOTAL £4.50"
    assert date_of(text) == date(2024, 3, 4)


def test_the_date_of_purchase_beats_the_others() -> None:
    text = "CORNER SHOP\nSINCE 01/01/2001\nDATE 14/03/2024 10:12\nVALID UNTIL 30/06/2024"
    assert date_of(text) == date(2024, 3, 14)


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("18:42", time(18, 42)), ("18h42", time(18, 42)), ("6:42 PM", time(18, 42)),
        ("12:05AM", time(0, 5)), ("18:42:07", time(18, 42, 7)), ("09H05", time(9, 5)),
    ],
)  # fmt: skip
def test_times_are_read_as_printed(printed: str, value: time) -> None:
    found = extract(f"CORNER SHOP\n14/03/2024  {printed}\nTOTAL 4.50").time
    assert found and found.value == value


def test_opening_hours_are_not_the_time_of_purchase() -> None:
    found = extract("CORNER SHOP\nOPEN 08:00 - 20:00\nBREAD 1.20\n14/03/2024\nTIME 10:12").time
    assert found and found.value == time(10, 12)


def test_a_dotted_date_is_no_time() -> None:
    assert extract("CORNER SHOP\n14.03.2024\nTOTAL 4.50").time is None
