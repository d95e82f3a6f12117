import pytest

from pipeline.receipts.fields import extract_fields
from tests.unit.receipts.writing import write_page

SALE = "BREAD 1.20\nMILK 2.30\nTOTAL 3.50\nCASH 5.00\nCHANGE 1.50"


def address_of(head: str) -> str | None:
    name = head.partition("\n")[0]
    address = extract_fields((write_page(f"{head}\n{SALE}", large=(name,)),)).address
    return None if address is None else address.value


@pytest.mark.parametrize(
    ("head", "address"),
    [
        (
            "SUPERMARCHE DES TILLEULS\n12 RUE DE LA REPUBLIQUE\n69002 LYON\nTEL : 04 72 00 11 22\n"
            "SIRET : 123 456 789 00012\nLE 03/04/2024 A 18H42",
            "12 RUE DE LA REPUBLIQUE, 69002 LYON",
        ),
        (
            "Brasserie du Pont\n3 bis, quai Saint-Antoine - 69002 Lyon\nTél. 04 78 00 11 22\n"
            "Table 4  Couverts 2",
            "3 bis, quai Saint-Antoine - 69002 Lyon",
        ),
        (
            "HARBOUR TRADING SDN BHD\n(123456-X)\nNO 12, JALAN MAWAR 3,\nTAMAN MELATI,\n"
            "81100 JOHOR BAHRU, JOHOR.\nTEL : 07-355 1234\nGST ID : 000123456789\nTAX INVOICE",
            "NO 12, JALAN MAWAR 3, TAMAN MELATI, 81100 JOHOR BAHRU, JOHOR.",
        ),
        (
            "THE CORNER SHOP\n12 HIGH STREET\nLEEDS LS1 4AB\nTEL 0113 496 0000\n14/03/2024",
            "12 HIGH STREET, LEEDS LS1 4AB",
        ),
        (
            "BIG SKY DINER\n1200 N Main St\nAustin, TX 78701\n(512) 555-0199\nServer: Ann",
            "1200 N Main St, Austin, TX 78701",
        ),
        (
            "Bäckerei Huber GmbH\nHauptstraße 5\n10115 Berlin\nTel. 030 123456\n"
            "USt-IdNr. DE123456789",
            "Hauptstraße 5, 10115 Berlin",
        ),
        (
            "BAR LA ESQUINA S.L.\nCalle Mayor 3\n28013 Madrid\nNIF: B12345674\n"
            "Factura simplificada",
            "Calle Mayor 3, 28013 Madrid",
        ),
        (
            "TRATTORIA DA GINO SRL\nVia Roma 10\n50123 Firenze (FI)\nP.IVA 01234567890\n"
            "DOCUMENTO COMMERCIALE",
            "Via Roma 10, 50123 Firenze (FI)",
        ),
        (
            "PADARIA CENTRAL LDA\nRua Augusta, 7\n1100-053 Lisboa\nContribuinte 500100200\n"
            "Fatura simplificada",
            "Rua Augusta, 7, 1100-053 Lisboa",
        ),
    ],
)
def test_an_address_is_read_as_its_country_writes_it(head: str, address: str) -> None:
    assert address_of(head) == address


def test_misread_words_and_digits_of_an_address_are_put_right() -> None:
    head = "HARBOUR TRADING SDN BHD\nNO 12, JA:AN MAWAR 3,\n4330O KLANG, SE_ANGOR\nTEL : 07-355"
    assert address_of(head) == "NO 12, JALAN MAWAR 3, 43300 KLANG, SELANGOR"
    assert address_of("LE FOURNIL\nS9 RUE DES LILAS\n3100D TOULOUSE\nSIRET 123 456 789 00012") == (
        "59 RUE DES LILAS, 31000 TOULOUSE"
    )


def test_a_telephone_on_the_last_row_is_left_out() -> None:
    head = "MOON SDN BHD\nNO.1, JALAN PERMAS 10/5\n81750 JOHOR BAHRU, JOHOR, TEL NO.: 07-387 3322"
    assert address_of(head) == "NO.1, JALAN PERMAS 10/5, 81750 JOHOR BAHRU, JOHOR"


def test_an_address_tells_where_it_was_read() -> None:
    page = write_page(f"THE CORNER SHOP\n12 HIGH STREET\nLEEDS LS1 4AB\nTEL 0113 496 0000\n{SALE}")
    address = extract_fields((page,)).address
    street, town = page.lines[1].box, page.lines[2].box
    assert address and address.page == 1 and 0 < address.confidence <= 1
    assert address.box == (0, street[1], max(street[2], town[2]), town[3])


def test_a_ticket_without_address_has_none() -> None:
    assert address_of("CORNER SHOP\nTEL 0113 496 0000\n14/03/2024 12:31") is None


@pytest.mark.parametrize(
    ("head", "address"),
    [
        (
            "DECASPORT\nCentre Commercial Le Carre\n77127 LIEUSAINT",
            "Centre Commercial Le Carre, 77127 LIEUSAINT",
        ),
        (
            "LE ROUX\nZAC DU PRE\nRUE CHANZY\n59260 LEZENNES",
            "ZAC DU PRE, RUE CHANZY, 59260 LEZENNES",
        ),
        (
            "LA CREPERIE\nChez Maelle\n7 quai Surcouf\n35400 SAINT MALO",
            "7 quai Surcouf, 35400 SAINT MALO",
        ),
        (
            "The Rusty Anchor\n77 Wharf St\nPortland, ME 04101\n207-555-0188",
            "77 Wharf St, Portland, ME 04101",
        ),
        (
            "coop\nCoop Pronto Bern Bahnhof\nBahnhofplatz 10a\n3011 Bern",
            "Bahnhofplatz 10a, 3011 Bern",
        ),
    ],
)
def test_an_estate_belongs_to_the_address_and_an_owner_or_branch_does_not(
    head: str, address: str
) -> None:
    assert address_of(head) == address
