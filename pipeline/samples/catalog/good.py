"""One product of the sample catalog: what is said of it in two languages, and how it is drawn."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from pipeline.samples.catalog.relief import Layer
from pipeline.samples.catalog.studio import Shot

Words = tuple[str, str]
Draw = Callable[[np.random.Generator], Layer]


@dataclass(frozen=True)
class Good:
    """Words are pairs of English and French; `footprint` is kg CO2e and its basis."""

    id: str
    category: str
    name: Words
    description: Words
    price_cents: int
    color: str
    material: str
    draw: Draw
    shot: Shot = field(default_factory=Shot)
    footprint: tuple[float, str] | None = None


# The first of each pair is what `Good` names it by.
CATEGORIES: dict[str, Words] = {
    "t-shirts": ("T-shirts", "T-shirts"),
    "dresses": ("Dresses", "Robes"),
    "trousers": ("Trousers", "Pantalons"),
    "shoes": ("Shoes", "Chaussures"),
    "bags": ("Bags", "Sacs"),
    "fruit": ("Fruit", "Fruits"),
    "vegetables": ("Vegetables", "Légumes"),
    "bottles": ("Bottles", "Bouteilles"),
    "mugs": ("Mugs", "Tasses"),
    "chairs": ("Chairs", "Chaises"),
    "lamps": ("Lamps", "Lampes"),
}
COLORS: dict[str, Words] = {
    "red": ("red", "rouge"),
    "blue": ("blue", "bleu"),
    "green": ("green", "vert"),
    "yellow": ("yellow", "jaune"),
    "orange": ("orange", "orange"),
    "purple": ("purple", "violet"),
    "pink": ("pink", "rose"),
    "brown": ("brown", "marron"),
    "beige": ("beige", "beige"),
    "white": ("white", "blanc"),
    "black": ("black", "noir"),
    "grey": ("grey", "gris"),
}
MATERIALS: dict[str, Words] = {
    "cotton": ("cotton", "coton"),
    "linen": ("linen", "lin"),
    "denim": ("denim", "jean"),
    "wool": ("wool", "laine"),
    "viscose": ("viscose", "viscose"),
    "leather": ("leather", "cuir"),
    "canvas": ("canvas", "toile"),
    "glass": ("glass", "verre"),
    "stoneware": ("stoneware", "grès"),
    "oak": ("oak", "chêne"),
    "velvet": ("velvet", "velours"),
    "steel": ("steel", "acier"),
    "": ("", ""),
}
