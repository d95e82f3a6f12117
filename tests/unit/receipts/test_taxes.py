from decimal import Decimal

import pytest

from pipeline.receipts.document import TaxLine
from pipeline.receipts.fields import extract_fields
from pipeline.receipts.fields.tax_bases import derive_bases
from tests.unit.receipts.writing import write_page

Printed = tuple[str | None, str | None, str | None]


def taxes_of(text: str) -> list[TaxLine]:
    return list(extract_fields((write_page(text),)).taxes)


def lines_of(text: str) -> set[tuple[Decimal | None, ...]]:
    return {(tax.rate, tax.base, tax.amount) for tax in taxes_of(text)}


def exactly(*lines: Printed) -> set[tuple[Decimal | None, ...]]:
    return {tuple(None if part is None else Decimal(part) for part in line) for line in lines}


@pytest.mark.parametrize(
    "table",
    [
        "TAUX    HT     TVA    TTC\nA 5,5%  10,00  0,55  10,55\nB 20%  5,00  1,00  6,00",
        "TVA    H.T.    T.V.A.   T.T.C.\n5,50%  10,00  0,55  10,55\n20,00%  5,00  1,00  6,00",
        "CODE  TTC   HT   TVA\n1 5,5%  10,55  10,00  0,55\n2 20,0%  6,00  5,00  1,00",
        "TAUX    HT     TVA    TTC\n5,50  10,00  0,55  10,55\n20,00  5,00  1,00  6,00",
        "TAUX TVA   TVA   TTC\n5,5 %  0,55  10,55\n20 %  1,00  6,00",
        "TVA 5,5% HT 10,00 TVA 0,55\nTVA 20% HT 5,00 TVA 1,00",
        "TVA 5,5 % sur 10,00 = 0,55\nTVA 20 % sur 5,00 = 1,00",
        "BASE HT 5,5%  10,00\nTVA 5,5%  0,55\nBASE HT 20%  5,00\nTVA 20%  1,00",
        "TAUX    HT     TVA    TTC\nTUA 5.5Z  10,00  0,55  10,55\nS0%  5,00  1,00  6,00"
        "\nTOTAL  15,00  1,55  16,55".replace("S0%", "20X"),
    ],
)
def test_the_columns_of_a_french_table_are_told_by_arithmetic(table: str) -> None:
    text = f"EPICERIE DU COIN\nPAIN  10,55\nSAVON  6,00\nTOTAL TTC  16,55\n{table}"
    assert lines_of(text) == exactly(("5.5", "10.00", "0.55"), ("20", "5.00", "1.00"))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "BÄCKEREI HUBER\nBrot 3,80\nBürste 7,70\nSUMME EUR 11,50\n"
            "MwSt%   Netto   MwSt   Brutto\nA 19,00%  6,47  1,23  7,70\nB 7,00%  3,55  0,25  3,80",
            [("19", "6.47", "1.23"), ("7", "3.55", "0.25")],
        ),
        (
            "KIOSK AM TOR\nZeitung 3,80\nSUMME EUR 3,80\nenthaltene MwSt 7% 0,25",
            [("7", "3.55", "0.25")],
        ),
        (
            "KIOSK AM TOR\nSUMME EUR 9,98\nMWST 19,0 % von 9,98 = 1,59",
            [("19", "8.39", "1.59")],
        ),
        (
            "BAR LA PLAZA\nMenu 12,00\nTOTAL A PAGAR 12,00 €\nBase imponible 10% 10,91\n"
            "Cuota IVA 10% 1,09",
            [("10", "10.91", "1.09")],
        ),
        (
            "SUPER SOL\nTOTAL 33,10 €\nIVA  BASE IMPONIBLE  CUOTA\n4%  20,19  0,81\n"
            "21%  10,00  2,10",
            [("4", "20.19", "0.81"), ("21", "10.00", "2.10")],
        ),
        (
            "TRATTORIA DA GINO\nPizza 8,50\nTOTALE COMPLESSIVO 8,50\ndi cui IVA 0,77",
            [(None, None, "0.77")],
        ),
        (
            "TRATTORIA DA GINO\nTOTALE 11,00\nALIQUOTA  IMPONIBILE  IMPOSTA\n10%  10,00  1,00",
            [("10", "10.00", "1.00")],
        ),
        (
            "PADARIA CENTRAL\nTOTAL 10,00 €\nTaxa  Base  IVA  Total\n23%  8,13  1,87  10,00",
            [("23", "8.13", "1.87")],
        ),
        (
            "CORNER SHOP\nTOTAL £12.00\nVAT RATE  NET  VAT  GROSS\nA 20.00%  10.00  2.00  12.00",
            [("20", "10.00", "2.00")],
        ),
        ("CORNER SHOP\nTOTAL £12.00\nVAT @ 20% ON 10.00 = 2.00", [("20", "10.00", "2.00")]),
        (
            "DINER\nSUBTOTAL $10.00\nSALES TAX 8.25% $0.83\nTOTAL $10.83",
            [("8.25", "10.00", "0.83")],
        ),
        ("DINER\nSUBTOTAL $10.00\nTAX $0.83\nTOTAL $10.83", [(None, "10.00", "0.83")]),
        (
            "KEDAI MAKAN SDN BHD\nTOTAL RM 54.20\nGST SUMMARY  AMOUNT(RM)  TAX(RM)\n"
            "SR @ 6%  50.47  3.03\nZR @ 0%  0.70  0.00\nTOTAL  51.17  3.03",
            [("6", "50.47", "3.03"), ("0", "0.70", "0.00")],
        ),
        (
            "KEDAI MAKAN SDN BHD\nTOTAL RM 63.60\nGST SUMMARY\nTAX CODE % AMT (RM) TAX (RM)\n"
            "SR 6  60.00  3.60\nTOTAL  60.00  3.60",
            [("6", "60.00", "3.60")],
        ),
        (
            "KEDAI BUKU SDN BHD\nTOTAL RM 11.40\nGST SUMMARY  AMOUNT(RM)  TAX(RM)\n"
            "S = 6%  10.75  .65",
            [("6", "10.75", "0.65")],
        ),
    ],
)
def test_tax_tables_of_many_countries_are_read(text: str, lines: list[Printed]) -> None:
    assert lines_of(text) == exactly(*lines)


def test_two_taxes_may_lie_on_one_subtotal() -> None:
    text = "CAFE\nSOUS-TOTAL  4,25\nTPS 5%  0,21\nTVQ 9,975%  0,42\nTOTAL  4,88"
    assert lines_of(text) == exactly(("5", "4.25", "0.21"), ("9.975", "4.25", "0.42"))


def test_a_tip_is_not_taxed() -> None:
    text = "DINER\nSUBTOTAL  15.00\nTAX  1.24\nTOTAL  16.24\nTIP  3.00\nTOTAL  19.24"
    assert lines_of(text) == exactly((None, "15.00", "1.24"))


def test_a_row_whose_word_for_tax_is_illegible_is_known_by_its_figures() -> None:
    text = "PHARMACIE\nTOTAL  8,64\nTVA 2,1% HT 4,85 TVA 0,10\nTXB 10% sur 3,35 = 0,34"
    assert lines_of(text) == exactly(("2.1", "4.85", "0.10"), ("10", "3.35", "0.34"))


def test_a_single_rate_leaves_one_base() -> None:
    (tax,) = taxes_of("CAFE DU PORT\nMENU  10,00\nTOTAL TTC  10,00\nDONT TVA 20%  1,67")
    assert (tax.base, tax.amount) == (Decimal("8.33"), Decimal("1.67"))


def test_a_base_that_several_rates_leave_open_is_not_guessed() -> None:
    text = "CAFE DU PORT\nTOTAL TTC  72,27\nDONT TVA 5,5%  2,82\nDONT TVA 20%  3,04"
    assert lines_of(text) == exactly(("5.5", None, "2.82"), ("20", None, "3.04"))


def test_the_items_can_tell_what_each_rate_was_taken_from() -> None:
    taxes = tuple(
        TaxLine(Decimal(rate), None, Decimal(amount), 0.9, None, 1)
        for rate, amount in (("5.5", "0.50"), ("20", "2.25"))
    )
    nets = [Decimal(net) for net in ("6.00", "5.22", "7.49", "4.43")]
    low, high = derive_bases(taxes, Decimal("23.14"), nets)
    assert (low.base, high.base) == (Decimal("9.15"), Decimal("11.24"))
    assert low.confidence < taxes[0].confidence


def test_items_that_could_be_parted_otherwise_derive_nothing() -> None:
    taxes = tuple(
        TaxLine(Decimal(rate), None, Decimal("1.00"), 0.9, None, 1) for rate in ("10", "20")
    )
    nets = [Decimal(net) for net in ("6.00", "10.99", "0.02", "0.01", "0.02")]
    assert derive_bases(taxes, Decimal("17.04"), nets) == taxes


@pytest.mark.parametrize(
    "row",
    [
        "A 20,00%  45,29  8,06  54,35",
        "A 20,00%  46,29  9,06  54,35",
        "A 20,00%  45,29  9,06  54,36",
        "A 26,00%  45,29  9,06  54,35",
    ],
)
def test_one_misread_digit_is_mended_and_said_by_a_lower_confidence(row: str) -> None:
    head = "LIBRAIRIE\nTOTAL TTC  54,35\nTAUX  HT  TVA  TTC"
    right = "A 20,00%  45,29  9,06  54,35"
    (mended,), (read,) = taxes_of(f"{head}\n{row}"), taxes_of(f"{head}\n{right}")
    assert (mended.rate, mended.base, mended.amount) == (read.rate, read.base, read.amount)
    assert mended.confidence < read.confidence


@pytest.mark.parametrize(
    "text",
    [
        "CORNER SHOP\nN° TVA FR22009371626\nTOTAL  4.50",
        "CORNER SHOP\nTAX INVOICE\nTOTAL  4.50",
        "CORNER SHOP\nCHOCOLAT NOIR 70%  2,50\nTOTAL  2,50",
        "CORNER SHOP\nTOTAL (INCL GST)  4.50",
        "CORNER SHOP\nITEM  QTY  PRICE  AMOUNT  TAX\nPEN  1  4.50  4.50\nTOTAL  4.50",
    ],
)
def test_no_tax_is_invented(text: str) -> None:
    assert taxes_of(text) == []
