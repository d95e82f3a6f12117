import pytest

from pipeline.receipts.fields import extract_fields
from tests.unit.receipts.writing import write_page


def phone_of(row: str) -> str | None:
    page = write_page(f"CORNER SHOP\n12 HIGH STREET\n{row}\nBREAD 1.20\nTOTAL 1.20")
    phone = extract_fields((page,)).phone
    return None if phone is None else phone.value


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("TEL : 04 72 00 11 22", "04 72 00 11 22"),
        ("Tél. 04.72.00.11.22", "04.72.00.11.22"),
        ("TEL. 0472 00 11 22", "04 72 00 11 22"),
        ("Téléphone : +33 4 72 00 11 22", "+33 4 72 00 11 22"),
        ("04 72 00 11 22", "04 72 00 11 22"),
        ("TEL: 020 7946 0897", "020 7946 0897"),
        ("(512) 555-0199", "(512) 555-0199"),
        ("( 512 ) 555 - 0199", "(512) 555-0199"),
        ("TEL: 1512) 555-0199", "(512) 555-0199"),
        ("TEL:03-3271 9872 FAX:03-3271 9481", "03-3271 9872"),
        ("TEL/FAX :03-51213881", "03-51213881"),
        ("Te1: 03-78327O62", "03-78327062"),
        ("TEL:03-7832 6929,012-659 9829", "03-7832 6929"),
        ("Telefon +49 30 1234567", "+49 30 1234567"),
        ("Tfno: 912 345 678", "912 345 678"),
        ("Telef. 213 456 789", "213 456 789"),
    ],
)
def test_a_telephone_is_read_as_its_country_prints_it(row: str, number: str) -> None:
    assert phone_of(row) == number


@pytest.mark.parametrize(
    "row",
    [
        "FAX : 04 72 00 11 22",
        "SIRET 123 456 789 00012",
        "GST ID : 000181747712",
        "TICKET N° 0472001122",
        "HOTEL 2000",
        "9555916500133",
    ],
)
def test_another_number_is_no_telephone(row: str) -> None:
    assert phone_of(row) is None


def test_a_telephone_tells_where_it_was_read() -> None:
    page = write_page("CORNER SHOP\nTEL : 0113 496 0000\nBREAD 1.20")
    phone = extract_fields((page,)).phone
    words = page.lines[1].words
    assert phone and phone.box == (words[2].box[0], 30, words[-1].box[2], 50)
