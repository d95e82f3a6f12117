"""Kilograms of one line: weighed, printed, or the typical pack of what it is."""

from dataclasses import dataclass, replace
from math import log

from pipeline.receipts.document import LineItem
from pipeline.receipts.footprint.packs import Content, read_content
from pipeline.receipts.footprint.shipped import Entry

PORTION_TYPES = ("restaurant", "hotel")  # what is sold there is a portion, not a shop's pack
# Sacks of potatoes and six-packs of water cost as little; what is cheaper is no pack.
_LEAST_EUR_KG = {"food": 0.8, "meal": 1.5, "drink": 0.15}
_ONE_LITRE = 0.01  # a price that is the amount tells nothing


@dataclass(frozen=True)
class Mass:
    """Kilograms, and whether they are a typical pack rather than printed on the ticket."""

    kg: float
    is_typical: bool


def find_mass(
    item: LineItem, entry: Entry, receipt_type: str | None, price_eur: float | None = None
) -> Mass | None:
    """The mass of a whole line, its quantity included; None where nothing says how much it is.

    A pack that would be far too cheap at `price_eur` for the line is taken for a piece.
    """
    quantity = float(item.quantity)
    if quantity <= 0:
        return None
    litres = _litres(item, entry)
    if litres is not None:
        return Mass(litres * entry.density_kg_l, is_typical=False)
    if item.unit == "kg" or _looks_weighed(item):
        return Mass(quantity, is_typical=False)
    content = _without_quantity(read_content(item.description), quantity)
    one = _one(content, entry, receipt_type in PORTION_TYPES)
    if one is None:
        return None
    mass = Mass(one.kg * quantity, one.is_typical)
    return mass if content.count else _piece_instead(mass, entry, quantity, price_eur)


def _looks_weighed(item: LineItem) -> bool:
    """Nobody sells 0.312 pieces."""
    return item.quantity % 1 != 0 and item.quantity < 20


def _litres(item: LineItem, entry: Entry) -> float | None:
    """Litres that the line says; of fuel, which comes in no pack, any quantity or its price."""
    if item.unit == "l":
        return float(item.quantity)
    if entry.pack_kg is not None or entry.factor.kind != "product" or item.unit == "kg":
        return None
    if item.quantity != 1:
        return float(item.quantity)
    if not item.unit_price or item.unit_price <= 0:
        return None
    litres = float(item.amount / item.unit_price)
    return None if abs(litres - 1) < _ONE_LITRE else litres


def _piece_instead(mass: Mass, entry: Entry, quantity: float, price_eur: float | None) -> Mass:
    least_eur_kg = _LEAST_EUR_KG.get(entry.factor.kind)
    if not mass.is_typical or entry.piece_kg is None or least_eur_kg is None or not price_eur:
        return mass
    if price_eur >= least_eur_kg * mass.kg:
        return mass
    return Mass(min(mass.kg, entry.piece_kg * quantity), is_typical=True)


def _without_quantity(content: Content, quantity: float) -> Content:
    """The count of "2 X BAGUETTE" sold twice is its quantity, not two in a pack."""
    if content.kg is None and content.litres is None and content.count == quantity > 1:
        return replace(content, count=None, is_each=True)
    return content


def _one(content: Content, entry: Entry, is_portion: bool) -> Mass | None:
    size_kg = content.kg
    if content.litres is not None:
        size_kg = content.litres * entry.density_kg_l
    if size_kg is not None:
        return Mass(_all_of(size_kg, content, entry), is_typical=False)
    if content.count is not None and entry.piece_kg is not None:
        return Mass(content.count * entry.piece_kg, is_typical=True)
    is_piece = content.is_each or (is_portion and not content.is_bottle)
    if is_piece and entry.piece_kg is not None:
        return Mass(entry.piece_kg, is_typical=True)
    return None if entry.pack_kg is None else Mass(entry.pack_kg, is_typical=True)


def _all_of(size_kg: float, content: Content, entry: Entry) -> float:
    """4X125G is 500 g; "X20 400G" is whichever is nearer to the usual pack: 400 g or 8 kg."""
    many_kg = size_kg * (content.count or 1)
    if not content.is_total or entry.pack_kg is None:
        return many_kg if not content.is_total else size_kg
    pack_kg = entry.pack_kg
    return min((size_kg, many_kg), key=lambda kg: abs(log(kg / pack_kg)))
