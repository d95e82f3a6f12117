import pytest

from pipeline.receipts.fields.misread_letters import mend_letters


@pytest.mark.parametrize(
    ("read", "meant"),
    [("69007 LY0N", "69007 LYON"), ("33000 B0RDEAUX", "33000 BORDEAUX"), ("Ly0n", "Lyon")],
)
def test_a_zero_within_a_word_is_an_o(read: str, meant: str) -> None:
    assert mend_letters(read, "fr") == meant


@pytest.mark.parametrize("code", ["U13/0G", "A0B", "20L", "PJU6A", "L0"])
def test_a_zero_of_a_code_stays(code: str) -> None:
    assert mend_letters(code, "fr") == code
