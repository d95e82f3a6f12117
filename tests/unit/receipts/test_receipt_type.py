import pytest

from pipeline.receipts.fields import extract_fields
from tests.unit.receipts.writing import write_page


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SUPERMARCHE DES TILLEULS\nBANANES 2.46\nTOTAL 2.46", "retail"),
        ("MR TOOLS SDN BHD\nHAMMER 2.46\nTOTAL 2.46", "retail"),
        ("LE FOURNIL\nBAGUETTE 1.10\nTOTAL 1.10", "retail"),
        ("BRASSERIE DU QUAI\nTABLE 4 COUVERTS 2\nPLAT DU JOUR 12.00", "restaurant"),
        ("THE RED LION\nTABLE 12 COVERS 2\nFISH AND CHIPS 12.00\nTIP 2.00", "restaurant"),
        ("OSTERIA DA GINO\nTAVOLO 3\nCOPERTO 2.00\nPIZZA 8.00", "restaurant"),
        ("PHARMACIE DU PONT\nDOLIPRANE 1000MG 2.18", "pharmacy"),
        ("RELAIS DES PEUPLIERS\nPOMPE N° 4\nSP95-E10 32,10 L", "fuel"),
        ("HOTEL DE LA GARE\nCHAMBRE 12\n2 NUITS 160.00\nTAXE DE SEJOUR 3.00", "hotel"),
        ("TAXI PARISIEN\nCOURSE 12,3 KM\nTOTAL 24.00", "transport"),
        ("PARKING REPUBLIQUE\nENTREE 10:00 SORTIE 12:00", "transport"),
        ("SALON COIFFURE ODILE\nCOUPE SHAMPOOING 32.00", "other"),
        ("CORNER STORE\nHOTEL CHOCOLATE BAR 2.10\nPIZZA 3.00\nTOTAL 5.10", "retail"),
    ],
)
def test_the_words_of_a_trade_tell_the_type(text: str, kind: str) -> None:
    receipt_type = extract_fields((write_page(text),)).receipt_type
    assert receipt_type and receipt_type.value == kind
    assert 0 < receipt_type.confidence <= 1
