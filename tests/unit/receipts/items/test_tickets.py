import pytest

from tests.unit.receipts.items import tickets
from tests.unit.receipts.items.reading import read_items, show

# Name of the ticket: total, subtotal (None: not printed), items.
EXPECTED = {
    "REWE": ("5.96", None, [
        "ÄPFEL BRAEBURN | 0.788 kg x 1.40 | 1.10",
        "VOLLMILCH 3,5% | 2 pcs x 1.19 | 2.38 - 0.38",
        "BIO BANANEN | 1.102 kg x 1.70 | 1.87",
        "COCA COLA 1,5L | 1 pcs | 1.49",
        "PFAND | 1 pcs x 0.25 | 0.25",
        "LEERGUT | 1 pcs | -0.75",
    ]),
    "EDEKA": ("7.42", None, [
        "BUTTER DT.MARKE | 2 pcs x 1.29 | 2.58",
        "GOUDA JUNG 400G | 1 pcs | 3.49",
        "BRÖTCHEN | 3 pcs x 0.45 | 1.35",
    ]),
    "MERCADONA": ("15.94", None, [
        "PAN DE MOLDE | 1 pcs | 1.25",
        "LECHE ENTERA | 2 pcs x 0.96 | 1.92",
        "ACEITE OLIVA 1L | 1 pcs | 8.95",
        "PLATANO | 0.684 kg x 2.15 | 1.47",
        "HUEVOS L 12 | 1 pcs | 2.20",
        "BOLSA PLASTICO | 1 pcs | 0.15",
    ]),
    "ESSELUNGA": ("9.99", "9.99", [
        "LATTE INTERO 1L | 1 pcs | 1.59",
        "PASTA BARILLA 500G | 2 pcs x 1.15 | 2.30",
        "MELE GOLDEN | 1.05 kg x 2.00 | 2.10",
        "PROSCIUTTO CRUDO | 1 pcs | 4.85 - 0.97",
        "SHOPPER | 1 pcs | 0.12",
    ]),
    "CONTINENTE": ("17.12", None, [
        "LEITE MEIO GORDO 1L | 6 pcs x 0.86 | 5.16",
        "VINHO TINTO DOURO | 1 pcs | 3.99",
        "BANANA | 0.912 kg x 1.19 | 1.09",
        "DETERGENTE ROUPA | 1 pcs | 7.49 - 2.00",
        "PAO FORMA | 1 pcs | 1.39",
    ]),
    "TESCO": ("8.40", "9.90", [
        "TESCO SEMI SKIMMED MILK 2PT | 1 pcs | 1.45",
        "HOVIS WHOLEMEAL BREAD 800G | 1 pcs | 1.40",
        "HEINZ BAKED BEANS 415G | 2 pcs x 0.95 | 1.90",
        "BANANAS LOOSE | 0.724 kg x 0.90 | 0.65",
        "CATHEDRAL CITY CHEDDAR | 1 pcs | 4.50 - 1.50",
    ]),
    "WALMART": ("17.11", "16.14", [
        "GV WHL MLK | 1 pcs | 3.48",
        "BANANAS | 0.953 kg x 1.28 | 1.22",
        "CREST TPST | 1 pcs | 4.97",
        "GV PAPER TWL | 1 pcs | 6.47",
    ]),
    "CARREFOUR": ("12.01", None, [
        "POMME GALA VRAC | 0.652 kg x 2.49 | 1.62",
        "PATES PENNE 500G | 2 pcs x 0.99 | 1.98 - 0.33",
        "CAFE MOULU 250G | 1 pcs | 3.45",
        "BIERE BLONDE 6X25CL | 1 pcs | 4.99",
        "CONSIGNE VERRE | 1 pcs | 0.30",
    ]),
    "LECLERC": ("17.86", None, [
        "BEURRE DX 250G | 1 pcs | 2.35",
        "LAIT UHT 1/2ECR 6X1L | 1 pcs | 5.94",
        "STEAK HACHE 5%MG | 2 pcs x 3.79 | 7.58",
        "GEL DOUCHE | 1 pcs | 2.49",
        "BON DE REDUCTION | 1 pcs | -0.50",
    ]),
    "BISTRO": ("65.90", None, [
        "MENU DU JOUR | 2 pcs x 17.50 | 35.00",
        "SUPPL. FROMAGE | 1 pcs | 4.50",
        "BOUTEILLE CHINON | 1 pcs | 22.00",
        "CAFE | 2 pcs x 2.20 | 4.40",
    ]),
    "DINER": ("65.05", "50.50", [
        "BACON BURGER | 2 pcs | 27.00",
        "CAESAR SALAD | 1 pcs | 9.50",
        "DRAFT IPA | 2 pcs | 14.00",
    ]),
    "STATION": ("57.98", None, [
        "SP95-E10 | 32.41 l x 1.789 | 57.98",
    ]),
    "HOTEL": ("210.15", None, [
        "Nuitée | 1 pcs | 98.00",
        "Petit déjeuner | 1 pcs | 12.50",
        "Taxe de séjour | 1 pcs | 1.65",
        "Nuitée | 1 pcs | 98.00",
    ]),
    "TAXI": ("25.60", None, [
        "COURSE | 1 pcs | 24.60",
        "SUPPLEMENT BAGAGE | 1 pcs | 1.00",
    ]),
    "PHARMACY": ("9.80", None, [
        "DOLIPRANE 1000MG | 2 pcs x 2.18 | 4.36",
        "AMOXICILLINE 500 | 1 pcs x 3.92 | 3.92",
        "HONORAIRE DISP | 2 pcs x 1.02 | 2.04",
        "VITAMINE C | 1 pcs x 6.90 | 6.90",
    ]),
    "KIOSK": ("6.20", None, [
        "KAFFEE | 1 pcs | 2.50",
        "BREZEL | 1 pcs | 1.20",
        "KAFFEE | 1 pcs | 2.50",
    ]),
    "LIDL": ("4.23", None, [
        "Vollmilch 3,5% | 2 pcs x 0.99 | 1.98",
        "Bananen | 0.952 kg x 1.32 | 1.26",
        "Pfand 0,25 EM | 6 pcs x 0.25 | 1.50",
        "Mineralwasser | 6 pcs x 0.29 | 1.74",
        "Pfandrückgabe | 1 pcs | -2.25",
    ]),
    "COOP": ("6.80", None, [
        "PASTA FUSILLI | 2 pcs x 1.15 | 2.30",
        "MOZZARELLA BUFALA | 1 pcs | 3.49 - 0.70",
        "BANANE | 0.85 kg x 1.98 | 1.68",
        "SACCHETTO BIO | 1 pcs | 0.03",
    ]),
    "DIA": ("3.21", None, [
        "LECHE DESNATADA | 2 pcs x 0.85 | 1.70",
        "TOMATE RAMA | 0.532 kg x 1.99 | 1.06",
        "PAN BARRA | 1 pcs x 0.65 | 0.65 - 0.20",
    ]),
    "CARREFOUR_ES": ("5.58", None, [
        "ACEITE GIRASOL 1L | 1 pcs | 1.79",
        "YOGUR NATURAL P4 | 3 pcs x 1.05 | 3.15 - 1.05",
        "MANZANA GOLDEN | 0.74 kg x 2.29 | 1.69",
    ]),
    "PINGO_DOCE": ("6.72", None, [
        "LEITE MG UHT 1L | 1 pcs | 0.86",
        "PAO CENTEIO | 2 pcs x 1.29 | 2.58",
        "DETERG LOICA | 1 pcs | 1.99 - 0.50",
        "MACA ROYAL GALA | 1.204 kg x 1.49 | 1.79",
    ]),
    "GASTHAUS": ("31.70", None, [
        "Weizenbier 0,5l | 2 pcs x 4.50 | 9.00",
        "Wiener Schnitzel | 1 pcs | 18.90",
        "Apfelschorle 0,4l | 1 pcs | 3.80",
    ]),
    "TARGET": ("11.45", "10.87", [
        "BANANAS | 2 pcs x 0.29 | 0.58",
        "MILK 2% | 1 pcs | 3.29",
        "CANDLE | 1 pcs | 7.00",
    ]),
    "FOLIO": ("138.30", None, [
        "Accommodation | 1 pcs | 120.00",
        "City Tax | 1 pcs | 3.30",
        "Breakfast | 1 pcs | 15.00",
    ]),
    "SNCF": ("114.00", None, [
        "ADULTE 2E CLASSE | 1 pcs | 65.00",
        "CARTE AVANTAGE | 1 pcs | 49.00",
    ]),
    "MCDO": ("19.40", None, [
        "MENU BEST OF BIG MAC | 1 pcs | 9.50",
        "HAPPY MEAL | 1 pcs | 4.50",
        "SUNDAE CARAMEL | 2 pcs | 5.40",
    ]),
    "SAINSBURY": ("9.15", None, [
        "BRITISH BEEF MINCE | 1 pcs | 3.50",
        "JS CHERRY TOMATOES | 1 pcs | 1.10",
        "JS ONIONS LOOSE | 0.455 kg x 2.30 | 1.05",
        "BLACKBERRIES | 2 pcs x 2.00 | 4.00 - 0.50",
    ]),
    "BOULANGERIE": ("9.30", None, [
        "BAGUETTE TRADITION | 3 pcs x 1.30 | 3.90",
        "PAIN AU CHOCOLAT x2 | 1 pcs | 2.80",
        "ECLAIR CAFE | 1 pcs | 2.60",
    ]),
    "MONOPRIX": ("15.90", None, [
        "CAFE GD MERE 250G | 1 pcs | 3.99",
        "PATES BARILLA 1KG | 1 pcs | 2.15",
        "EAU EVIAN 6X1,5L | 1 pcs | 3.89",
        "JUS ORANGE 1L | 3 pcs | 5.97 - 1.99",
        "YAOURT NAT X8 | 1 pcs | 1.89",
    ]),
}  # fmt: skip


@pytest.mark.parametrize("name", list(EXPECTED))
def test_every_thing_sold_is_read_as_the_till_printed_it(name: str) -> None:
    total, subtotal, items = EXPECTED[name]
    assert [
        show(item) for item in read_items(getattr(tickets, name), total, subtotal).items
    ] == items


@pytest.mark.parametrize("name", list(EXPECTED))
def test_the_items_of_a_ticket_close_on_its_subtotal_or_total(name: str) -> None:
    total, subtotal, _ = EXPECTED[name]
    assert read_items(getattr(tickets, name), total, subtotal).is_reconciled
