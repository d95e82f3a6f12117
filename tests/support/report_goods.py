"""What believable receipts are made of: shops, and goods with their prices and footprints."""

from typing import NamedTuple


class Good(NamedTuple):
    """A line of a receipt; `kg_co2e` and `mass_kg` for each unit, None where it is not weighed."""

    name: str
    category: str | None
    factor: str | None
    unit: str
    price_cents: int
    kg_co2e: float | None
    mass_kg: float
    tax_rate: float
    weight: float = 1.0


_MEAT, _GREENS, _GRAIN = "viandes, œufs, poissons", "fruits et légumes", "produits céréaliers"
_DAIRY, _DRINKS, _SWEET = "lait et produits laitiers", "boissons", "produits sucrés"
_OUT, _HOME, _OFFICE = "restauration et hébergement", "maison", "numérique"

GOODS = (
    Good("Baguette tradition", _GRAIN, "Pain, baguette", "pcs", 130, 0.25, 0.25, 5.5, 6.0),
    Good("Croissant au beurre", _GRAIN, "Croissant", "pcs", 120, 0.21, 0.06, 5.5, 4.0),
    Good("Pâtes complètes 500 g", _GRAIN, "Pâtes, sèches", "pcs", 189, 0.85, 0.5, 5.5, 2.0),
    Good("Riz basmati 1 kg", _GRAIN, "Riz", "pcs", 329, 2.4, 1.0, 5.5, 1.5),
    Good("Lait demi-écrémé 1 L", _DAIRY, "Lait demi-écrémé", "pcs", 115, 1.3, 1.03, 5.5, 5.0),
    Good("Comté 12 mois", _DAIRY, "Comté", "kg", 1890, 6.1, 1.0, 5.5, 2.0),
    Good("Yaourt nature x8", _DAIRY, "Yaourt", "pcs", 245, 1.9, 1.0, 5.5, 2.0),
    Good("Beurre doux 250 g", _DAIRY, "Beurre", "pcs", 285, 2.3, 0.25, 5.5, 2.5),
    Good("Œufs plein air x6", _MEAT, "Œuf", "pcs", 265, 0.95, 0.36, 5.5, 2.5),
    Good("Steak haché 15 %", _MEAT, "Bœuf, haché", "kg", 1450, 27.8, 1.0, 5.5, 1.5),
    Good("Blanc de poulet", _MEAT, "Poulet, filet", "kg", 1390, 6.9, 1.0, 5.5, 2.0),
    Good("Saumon fumé 4 tranches", _MEAT, "Saumon fumé", "pcs", 690, 1.1, 0.14, 5.5, 1.0),
    Good("Jambon supérieur", _MEAT, "Jambon cuit", "pcs", 345, 0.9, 0.16, 5.5, 1.8),
    Good("Bananes", _GREENS, "Banane", "kg", 189, 0.9, 1.0, 5.5, 3.0),
    Good("Pommes Gala", _GREENS, "Pomme", "kg", 249, 0.4, 1.0, 5.5, 3.0),
    Good("Tomates grappe", _GREENS, "Tomate", "kg", 299, 0.8, 1.0, 5.5, 2.5),
    Good("Pommes de terre", _GREENS, "Pomme de terre", "kg", 159, 0.3, 1.0, 5.5, 2.0),
    Good("Avocat", _GREENS, "Avocat", "pcs", 149, 0.3, 0.2, 5.5, 1.5),
    Good("Salade batavia", _GREENS, "Salade", "pcs", 119, 0.2, 0.3, 5.5, 1.5),
    Good("Chocolat noir 70 %", _SWEET, "Chocolat noir", "pcs", 235, 1.9, 0.1, 20.0, 1.8),
    Good("Confiture d’abricots", _SWEET, "Confiture", "pcs", 289, 0.6, 0.37, 5.5, 1.0),
    Good("Eau minérale 6x1,5 L", _DRINKS, "Eau minérale", "pcs", 285, 2.6, 9.0, 5.5, 2.0),
    Good("Café moulu 250 g", _DRINKS, "Café, moulu", "pcs", 349, 2.4, 0.25, 5.5, 1.8),
    Good("Jus d’orange 1 L", _DRINKS, "Jus d’orange", "pcs", 239, 1.1, 1.04, 5.5, 1.5),
    Good("Bière blonde 6x25 cl", _DRINKS, "Bière", "pcs", 549, 1.7, 1.5, 20.0, 1.0),
    Good("Vin rouge 75 cl", _DRINKS, "Vin rouge", "pcs", 790, 1.2, 0.75, 20.0, 1.0),
    Good("Menu du jour", _OUT, "Repas moyen", "pcs", 1690, 2.0, 0.6, 10.0, 2.0),
    Good("Plat végétarien", _OUT, "Repas végétarien", "pcs", 1490, 0.8, 0.6, 10.0, 1.0),
    Good("Café expresso", _OUT, "Café, tasse", "pcs", 180, 0.1, 0.05, 10.0, 2.5),
    Good("Nuitée chambre simple", _OUT, "Nuit d’hôtel", "pcs", 8900, 6.9, 0.0, 10.0, 0.3),
    Good("Papier A4 500 feuilles", _HOME, "Papier", "pcs", 499, 2.3, 2.5, 20.0, 0.8),
    Good("Éponges x3", _HOME, "Éponge", "pcs", 219, 0.3, 0.03, 20.0, 0.7),
    Good("Lessive liquide 2 L", _HOME, "Lessive", "pcs", 899, 2.1, 2.1, 20.0, 0.7),
    Good("Câble USB-C", _OFFICE, "Câble", "pcs", 1290, 1.4, 0.05, 20.0, 0.3),
    Good("Clavier sans fil", _OFFICE, "Clavier", "pcs", 3990, 12.0, 0.5, 20.0, 0.1),
    Good("=Offre 2+1 (article 4471)", None, None, "pcs", 350, None, 0.0, 20.0, 0.8),
    Good("Divers rayon 12", None, None, "pcs", 480, None, 0.0, 20.0, 1.4),
    Good("Prestation atelier", "services", None, "pcs", 4500, None, 0.0, 20.0, 0.3),
    Good("Art. 00381", None, None, "pcs", 275, None, 0.0, 5.5, 1.0),
    Good("Consigne", None, None, "pcs", 25, None, 0.0, 20.0, 0.6),
)

_KINDS = (
    *("Boulangerie", "Épicerie", "Café", "Restaurant", "Marché", "Librairie", "Quincaillerie"),
    *("Primeur", "Fromagerie", "Pharmacie"),
)
_NAMES = (
    *("Martin", "de la Gare", "Lefèvre", "du Port", "Saint-Rémy", "Moreau", "des Halles"),
    *("Noël & Fils", "Garçon", "L’Étoile", "Dupré", "Bellevue"),
)
FRENCH_SHOPS = tuple(f"{kind} {name}" for kind in _KINDS for name in _NAMES)
