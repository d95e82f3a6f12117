"""What a spreadsheet would run is made text; what is a number stays one."""

import pytest

from pipeline.csv_cells import defuse


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1+1", "-1-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "'=1", '"=1"'),
        *("＝1+1", "＠x", "\u00a0=1", "\u200b=1", "\ufeff=1", "+33 1 23", "-", "=", "' \"=x"),
    ],
)
def test_a_formula_is_defused_however_it_begins(text: str) -> None:
    assert defuse(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12", "+3.5", "-1,25", "", "a=b", "1-2", "Café", "'s", "0-1"])
def test_numbers_and_plain_texts_stay_as_they_are(text: str) -> None:
    assert defuse(text) == text
