"""What kind of receipt it is, by the words that only one kind of seller prints."""

import re

from pipeline.receipts.document import TextField
from pipeline.receipts.fields.text import Row, locate_spans

_TYPICAL, _TELLING, _NAMING = 1.0, 2.0, 3.0
"""Found in several trades; in one alone; the trade's own name."""

_WORDS: dict[str, dict[float, str]] = {
    "restaurant": {
        _NAMING: "RESTAURANTS? RESTORAN RSTORAN RISTORANTE RESTAURANTE BRASSERIE BISTROT? PIZZERIA "
        "CREPERIE TRATTORIA OSTERIA GASTHAUS GASTHOF WIRTSHAUS CAFE CAFFE CAFETERIA COFFEE "
        "KOPITIAM GRILL DINER PUB TAVERNE? AUBERGE CERVEJARIA SUSHI KEBAB CUISINE BISTRO KITCHEN "
        "ARMS STEAKHOUSE TAPAS MESON FISH.BAR",
        _TELLING: "COUVERTS? COVERS SERVEUSE SERVEUR WAITER BARTENDER TABLE TISCH MESA TAVOLO "
        "COPERTO COMENSALES PAX DINE.?IN TAKE.?AWAY TAKE.?OUT EAT.?IN SUR.PLACE A.EMPORTER "
        "GRATUITY BEDIENUNG PLATS? ENTREES? DESSERTS? MENUS? FORMULE",
        _TYPICAL: "SERVER GUESTS? TIPS? POURBOIRE TRINKGELD PROPINA MANCIA NASI TEH GORENG BURGER "
        "LATTE CROISSANT CORNETTO PIZZA BIERE BEER WINE VIN MIDI SPRITZ ESPRESSO CAPPUCCINO ROTI "
        "KOPI",
    },
    "pharmacy": {
        _NAMING: "PHARMACIE PHARMACY APOTHEKE FARMACIA PARAPHARMACIE CHEMISTS? DRUGSTORE DROGUERIE "
        "FARMACIE",
        _TELLING: "ORDONNANCE PRESCRIPTION VITALE DOLIPRANE PARACETAMOL IBUPROFENE? GELULES? "
        "COMPRIMES? CPR SIROP MUTUELLE CIP13 RPPS REZEPT RECETA TABLETS? CAPSULES?",
        _TYPICAL: "500MG 1000MG 200MG 400MG CREME POMMADE",
    },
    "fuel": {
        _NAMING: "PETROL PETROLEUM GASOLINERA TANKSTELLE STATION-?SERVICE SERVICE.STATION "
        "PETROKIOSK FILLING GAS CARBURANTS?",
        _TELLING: "SP95 SP98 SP95-?E10 GAZOLE GASOIL DIESEL UNLEADED E85 ETHANOL POMPE PUMP "
        "SURTIDOR ZAPFSAULE SAULE GASOLIO BENZINA GASOLEO GASOLINA RON95 RON97 V-?POWER "
        "GALLONS? FUELS? BENZIN GPL",
        _TYPICAL: "LITRES? LITERS? LITRI LITROS VOLUME STATION",
    },
    "hotel": {
        _NAMING: "HOTEL HOSTEL MOTEL HOTELS PENSION HOSTAL RESORT",
        _TELLING: "CHAMBRE NUITEES? NUITS? CHECK-?OUT CHECK-?IN ZIMMER HABITACION CAMERA NIGHTS? "
        "SEJOUR PERNOTTAMENTO UBERNACHTUNG ARRIVEE",
        _TYPICAL: "ROOM FOLIO BREAKFAST",
    },
    "transport": {
        _NAMING: "TAXI PARKING PEAGE TOLL TRAIN TRAMWAY AUTOROUTES? VTC PARKHAUS CAR.?PARK "
        "PARCHEGGIO APARCAMIENTO ESTACIONAMENTO BAHN RAILWAYS? AIRLINES?",
        _TELLING: "TRAJET BILLET FAHRKARTE BIGLIETTO BOARDING GARE COURSE STATIONNEMENT HORODATEUR "
        "DEPART OUTWARD SEAT.RESERVATION FAHRT VOYAGEUR PASSENGER FARE PLATE IMMATRICULATION",
        _TYPICAL: "KM TRIP RIDE LIGNE METRO SORTIE ENTREE TARIF",
    },
    "other": {
        _NAMING: "COIFFURE COIFFEUR BARBER SALON PRESSING LAUNDRY CLINIC CLINIQUE DENTAL CINEMA "
        " MUSEE MUSEUM THEATRE POSTE CAR.?WASH FRISEUR PELUQUERIA",
        _TELLING: "SHAMPOOING COUPE BRUSHING GARAGE MAIN.D.?OEUVRE VIDANGE CONSULTATION SEANCE",
        _TYPICAL: "",
    },
    "retail": {
        _NAMING: "SUPERMARCHE SUPERMARKET HYPERMARCHE HYPERMARKET EPICERIE GROCER(?:Y|IES)? MART "
        "BOULANGERIE BAKER(?:Y|IES) BACKEREI PANADERIA PANIFICIO PADARIA FOURNIL HARDWARE BOOKS? "
        "STATIONERY LIBRAIRIE SUPERMERCADOS? SUPERMERCATO PRIMEURS MINIMARKET BOUCHERIE FROMAGERIE "
        "PASARAYA HALLE MARKT BOUTIQUE QUINCAILLERIE FLORIST FASHION STORES? COOPERATIVE "
        "PATISSERIE PASTELARIA",
        _TELLING: "ARTICLES? RAYON FIDELITE CAGNOTTE",
        _TYPICAL: "CAISSE CAISSIER CAISSIERE CASHIER KG QTY BAGUETTE",
    },
}

_PATTERNS = {
    kind: tuple(
        (weight, re.compile(rf"(?<![A-Z\d])(?:{'|'.join(words.split())})(?![A-Z\d])"))
        for weight, words in by_weight.items()
        if words
    )
    for kind, by_weight in _WORDS.items()
}
_HEAD_ROWS = 4
_IN_HEAD = 2.0  # a trade's own name at the top is the seller's; further down it may be an article
_RETAIL_START = 1.5  # most receipts are, and many say nothing of it
_MOST_OF_A_KIND = 3
_FEWEST_LETTERS = 10


def find_receipt_type(rows: tuple[Row, ...]) -> TextField | None:
    """One of RECEIPT_TYPES; retail where nothing tells, None where the ticket has no words."""
    letters = sum(char.isalpha() for row in rows for char in row.folded)
    if letters < _FEWEST_LETTERS:
        return None
    scores = {kind: _score(rows, patterns) for kind, patterns in _PATTERNS.items()}
    scores["retail"] += _RETAIL_START
    ranked = sorted(scores, key=lambda kind: -scores[kind])
    best, second = scores[ranked[0]], scores[ranked[1]]
    confidence = 0.5 + 0.45 * (best - second) / (best + 1.0)
    row, match = _find_evidence(rows, ranked[0])
    box = locate_spans([(row.line, match.start(), match.end())])[0] if row and match else None
    return TextField(ranked[0], round(confidence, 3), box, row.page if row else rows[0].page)


def _score(rows: tuple[Row, ...], patterns: tuple[tuple[float, re.Pattern[str]], ...]) -> float:
    score = 0.0
    for weight, pattern in patterns:
        seen: dict[str, float] = {}
        for place, row in enumerate(rows):
            for match in pattern.finditer(row.folded):
                factor = _IN_HEAD if weight == _NAMING and place < _HEAD_ROWS else 1.0
                factor = 0.34 if weight == _NAMING and place >= _HEAD_ROWS else factor
                seen[match[0]] = max(seen.get(match[0], 0.0), weight * factor)
        score += sum(sorted(seen.values(), reverse=True)[:_MOST_OF_A_KIND])
    return score


def _find_evidence(
    rows: tuple[Row, ...], kind: str
) -> tuple[Row, re.Match[str]] | tuple[None, None]:
    for _, pattern in _PATTERNS[kind]:
        for row in rows:
            match = pattern.search(row.folded)
            if match is not None:
                return row, match
    return None, None
