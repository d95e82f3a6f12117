import pytest

from pipeline.receipts.fields import extract_fields
from pipeline.receipts.fields.tax_checks import check_vat, french_vat_number, is_siret
from tests.unit.receipts.writing import write_page

SIREN = "000842666"
SIRET = "00084266600026"


def ids_of(*rows: str) -> tuple[str | None, str | None]:
    page = write_page("\n".join(["CORNER SHOP", *rows, "BREAD 1.20", "TOTAL 1.20"]))
    fields = extract_fields((page,))
    return (
        fields.siret.value if fields.siret else None,
        fields.vat_number.value if fields.vat_number else None,
    )


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("TVA INTRA : FR22009371626", "FR22009371626"),
        ("N° TVA FR 22 009 371 626", "FR22009371626"),
        ("VAT NO. GB228923152", "GB228923152"),
        ("VAT REG NO 228 9231 52", "GB228923152"),
        ("GST ID. NO: 000181747712", "000181747712"),
        ("(GST ID No :000306020352)", "000306020352"),
        ("USt-IdNr. DE136695976", "DE136695976"),
        ("UID: ATU30387544", "ATU30387544"),
        ("P.IVA 00743110157", "IT00743110157"),
        ("NIF: B12345674", "ESB12345674"),
        ("MERCADO SOL S.A. A-46103834", "ESA46103834"),
        ("Contribuinte: 501442600", "PT501442600"),
    ],
)
def test_a_vat_number_of_any_country_is_read(row: str, number: str) -> None:
    assert ids_of(row)[1] == number


def test_a_siret_is_read_in_one_piece_and_in_groups() -> None:
    assert ids_of(f"SIRET : {SIRET}")[0] == SIRET
    assert ids_of("SIRET 000 842 666 00026")[0] == SIRET
    assert ids_of("S1RET: OOO 842 666 00026")[0] == SIRET


def test_the_siren_that_both_numbers_hold_mends_the_one_misread() -> None:
    vat = french_vat_number(SIREN)
    assert ids_of("SIRET 000 842 606 00026", f"TVA {vat}") == (SIRET, vat)
    assert ids_of(f"SIRET {SIRET}", f"TVA {vat[:-1]}8") == (SIRET, vat)


def test_check_digits_make_a_number_surer() -> None:
    def confidence(number: str) -> float:
        siret = extract_fields((write_page(f"SHOP\nSIRET {number}\nBREAD 1.20"),)).siret
        return siret.confidence if siret else 0.0

    assert confidence(SIRET) > 0.9 > confidence("00084266600929") > 0


def test_article_numbers_are_no_tax_numbers() -> None:
    assert ids_of("9555916500133 1 X 3.11", "INVOICE NO 12345678901234", "REF A-46103835") == (
        None,
        None,
    )


@pytest.mark.parametrize(
    ("number", "is_right"),
    [
        ("FR22009371626", True),
        ("FR23009371626", False),
        ("GB228923152", True),
        ("GB228923153", False),
        ("DE136695976", True),
        ("DE136695977", False),
        ("IT00743110157", True),
        ("PT501442600", True),
        ("PT501442601", False),
        ("ESB12345674", True),
        ("ES12345678Z", True),
        ("ES12345678A", False),
        ("BE0428759497", True),
        ("XX123", None),
    ],
)
def test_the_check_of_each_country(number: str, is_right: bool | None) -> None:
    assert check_vat(number) is is_right


def test_a_siret_passes_luhn_twice() -> None:
    assert is_siret(SIRET)
    assert not is_siret("00084266600027")
    assert not is_siret("123")
