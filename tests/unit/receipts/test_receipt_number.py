import pytest

from pipeline.receipts.fields import extract_fields
from tests.unit.receipts.writing import write_page


def number_of(row: str) -> str | None:
    page = write_page(f"CORNER SHOP\n12 HIGH STREET\n{row}\nBREAD 1.20\nTOTAL 1.20")
    number = extract_fields((page,)).receipt_number
    return None if number is None else number.value


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("08.09.2023 20:16 TICKET N° 582808", "582808"),
        ("Ticket : A943642", "A943642"),
        ("N° TICKET 05-86084 18.03.2025 - 10h24", "05-86084"),
        ("FACTURE N° 4069 Date : 20/03/24 08h29", "4069"),
        ("Tk B253965", "B253965"),
        ("RECEIPT #5728", "5728"),
        ("RECEIPT NO. 5728", "5728"),
        ("2025-09-04 10:12 CHECK #F493223", "F493223"),
        ("Bill No: V031-551345", "V031-551345"),
        ("INVOICE NO:18341/103/T0138", "18341/103/T0138"),
        ("Document No: TD01167104", "TD01167104"),
        ("Bon-Nr. 1234", "1234"),
        ("RECHNUNG NR. 2024-118", "2024-118"),
        ("FACTURA SIMPLIFICADA 0012/345", "0012/345"),
        ("DOC. N. 0021-0034", "0021-0034"),
        ("DOCUMENTO N. 0882-0041", "0882-0041"),
        ("INVOICE 88120447", "88120447"),
        ("TICKET CLIENT  N° 33871", "33871"),
        ("NOTE N° 20318   Table : 14", "20318"),
        ("Addition No 10458", "10458"),
        ("FRA. SIMPLIFICADA T/2025/01182", "T/2025/01182"),
        ("Fatura Simplificada FS 0211/448120", "0211/448120"),
    ],
)
def test_the_number_follows_its_label(row: str, number: str) -> None:
    assert number_of(row) == number


@pytest.mark.parametrize(
    "row", ["TAX INVOICE", "TICKET A CONSERVER", "Ticket du 12/03/2024", "CASH 20.00", "TICKET"]
)
def test_no_number_is_invented(row: str) -> None:
    assert number_of(row) is None
