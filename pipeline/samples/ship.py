"""The eight pictures that Comptoir comes with, drawn again exactly by `--ship`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ShippedSample:
    """What to ask the generator for, and the file name to keep it under."""

    name: str
    seed: int
    degradation: str
    country: str
    receipt_type: str
    emphasis: str | None = None


SHIPPED = (
    ShippedSample("supermarche-froisse", 101, "worn", "fr", "supermarket", "crumpled"),
    ShippedSample("supermarche-net", 102, "clean", "fr", "supermarket"),
    ShippedSample("restaurant-de-travers", 103, "worn", "fr", "restaurant", "skewed"),
    ShippedSample("pharmacie-ombre", 104, "worn", "fr", "pharmacy", "shadowed"),
    ShippedSample("boulangerie-palie", 105, "worn", "fr", "bakery", "faded"),
    ShippedSample("supermarket-worn", 106, "worn", "gb", "supermarket"),
    ShippedSample("restaurant-blurred", 107, "worn", "gb", "restaurant", "blurred"),
    ShippedSample("pharmacy-hard", 108, "hard", "us", "pharmacy"),
)
