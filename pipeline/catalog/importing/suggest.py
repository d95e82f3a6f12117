"""Guessing which column says what, from its name in French or English and from its values."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline.catalog.importing.mapping import ColumnMapping, DecimalMark, Field
from pipeline.catalog.importing.money import AmountError, find_decimal_mark, read_price
from pipeline.catalog.importing.table import Cell
from pipeline.catalog.importing.values import fold, read_text

# The first name of a field that a table has wins; a supplier's own id goes before codes of goods.
NAMES: Mapping[Field, Sequence[str]] = {
    "id": (
        "product id", "id", "sku", "product ref", "product code", "item id",
        "reference", "ref", "ref produit", "reference produit", "code produit", "id produit",
        "code article", "ref article", "reference article", "identifiant", "article", "item",
        "handle", "code", "item number", "article number", "numero article", "no article",
        "supplier sku", "variant sku", "ean", "ean13", "gtin", "upc", "barcode", "code barres",
        "code barre", "asin", "mpn",
    ),
    "name": (
        "name", "nom", "product name", "nom produit", "nom du produit", "title",
        "titre", "designation", "libelle", "libelle produit", "intitule", "product title",
        "display name", "product display name", "product", "produit", "label", "item name",
        "nom article", "short description", "description courte",
    ),
    "description": (
        "description", "descriptif", "desc", "long description", "description longue", "details",
        "detail", "product description", "description produit", "body html", "body", "texte",
        "presentation", "text",
    ),
    "category": (
        "category", "categorie", "rayon", "famille", "family", "product type", "type de produit",
        "department", "departement", "categories", "product category", "categorie produit",
        "univers", "master category", "article type", "section", "group", "groupe", "type",
        "sub category", "sous categorie", "class", "classe",
    ),
    "price": (
        "price", "prix", "prix ttc", "prix de vente", "prix vente", "sale price", "unit price",
        "prix unitaire", "prix public", "pvc", "retail price", "price eur", "prix eur", "amount",
        "montant", "tarif", "cost", "prix ht", "pu", "variant price", "list price", "pvp",
    ),
    "currency": ("currency", "devise", "monnaie", "price currency", "currency code"),
    "image": (
        "image", "photo", "picture", "image file", "fichier image", "file name",
        "fichier", "nom de fichier", "image name", "nom image", "photo file", "image filename",
        "images", "photos", "visuel", "image path", "chemin image", "picture file", "file",
        "img", "photo name", "fichier photo", "nom photo",
    ),
    "image_url": (
        "image url", "url image", "image link", "lien image", "picture url",
        "photo url", "url photo", "image src", "url de l image", "main image url", "url visuel",
        "image address", "img url", "lien photo",
    ),
    "footprint": (
        "footprint", "empreinte", "empreinte carbone", "carbon footprint", "kg co2e", "kgco2e",
        "kg co2", "co2e", "co2", "footprint kg co2e", "empreinte kg co2e", "kg eq co2",
        "kg co2 eq", "kg co2e kg", "kg co2e per kg", "kg co2e par kg", "bilan carbone", "gwp",
        "emissions", "ghg", "carbon",
    ),
    "footprint_basis": (
        "footprint basis", "base empreinte", "basis", "footprint unit", "unite empreinte",
        "functional unit", "unite fonctionnelle",
    ),
    "footprint_source": ("footprint source", "source empreinte", "source of footprint"),
    "delete": (
        "delete", "deleted", "supprimer", "supprime", "suppression", "remove", "removed",
        "a supprimer", "to delete",
    ),
}  # fmt: skip

_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_PICTURE_NAME = re.compile(r".+\.(jpe?g|png|webp|tiff?|heic|heif|gif|bmp|avif)", re.IGNORECASE)
_CURRENCY_IN_NAME = {"eur": "EUR", "€": "EUR", "usd": "USD", "$": "USD", "gbp": "GBP", "chf": "CHF"}
MOST = 0.6


def suggest_mapping(columns: Sequence[str], rows: Sequence[Mapping[str, Cell]]) -> ColumnMapping:
    """A mapping for a table with these columns, judged by its first rows."""
    fields = _match_names(columns)
    values = {column: _values_of(column, rows) for column in columns}
    _match_pictures(fields, columns, values)
    _match_rest(fields, columns, values)
    price = fields.get("price")
    return ColumnMapping(
        fields,
        decimal=_decimal_of(values.get(price or "", [])),
        currency=_currency_of(price) if price and "currency" not in fields else None,
    )


def _match_names(columns: Sequence[str]) -> dict[Field, str]:
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(_squeeze(plain_name(column)), column)
    fields: dict[Field, str] = {}
    for field, names in NAMES.items():
        found = next((short for name in names if (short := _squeeze(name)) in by_name), None)
        if found is not None:
            fields[field] = by_name.pop(found)
    return fields


def plain_name(column: str) -> str:
    """Words of a column's name without case, accents, signs, and what units say in brackets."""
    split = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z][a-z])", " ", column)
    without_units = re.sub(r"[(\[].*?[)\]]", " ", split)
    words = re.sub(r"[^a-z0-9]+", " ", fold(without_units)).split()
    return " ".join(words)


def _squeeze(name: str) -> str:
    # ProductId, product_id and productid are one.
    return name.replace(" ", "")


def _match_pictures(
    fields: dict[Field, str], columns: Sequence[str], values: Mapping[str, list[Cell]]
) -> None:
    """Addresses belong to `image_url` and file names to `image`, whatever the column is called."""
    named = fields.get("image")
    if named and "image_url" not in fields and _share(values[named], _URL) > MOST:
        fields["image_url"] = fields.pop("image")
    taken = set(fields.values())
    for column in columns:
        if column in taken:
            continue
        if "image" not in fields and _share(values[column], _PICTURE_NAME, but=_URL) > MOST:
            fields["image"] = column
        elif "image_url" not in fields and _is_picture_address(values[column]):
            fields["image_url"] = column


def _is_picture_address(values: Sequence[Cell]) -> bool:
    paths = [str(value).partition("?")[0] for value in values if _URL.fullmatch(str(value))]
    pictures = sum(bool(_PICTURE_NAME.fullmatch(path)) for path in paths)
    return bool(values) and pictures / len(values) > MOST


def _match_rest(
    fields: dict[Field, str], columns: Sequence[str], values: Mapping[str, list[Cell]]
) -> None:
    """The id is told by being different everywhere, a price by its currency."""
    free = [column for column in columns if column not in fields.values()]
    if "id" not in fields:
        found = next((column for column in free if _looks_like_id(values[column])), None)
        if found:
            fields["id"] = found
            free.remove(found)
    if "price" not in fields:
        found = next((column for column in free if _has_currency(values[column])), None)
        if found:
            fields["price"] = found


def _looks_like_id(values: Sequence[Cell]) -> bool:
    texts = [read_text(value) or "" for value in values]
    short = all(0 < len(text) <= 40 and " " not in text for text in texts)
    return len(texts) > 1 and short and len(set(texts)) == len(texts)


def _has_currency(values: Sequence[Cell]) -> bool:
    return bool(values) and all(_names_currency(value) for value in values)


def _names_currency(value: Cell) -> bool:
    try:
        return read_price(value, ".").currency is not None
    except AmountError:
        return False


def _share(
    values: Sequence[Cell], shape: re.Pattern[str], but: re.Pattern[str] | None = None
) -> float:
    texts = [read_text(value) or "" for value in values]
    hits = [text for text in texts if shape.fullmatch(text) and not (but and but.fullmatch(text))]
    return len(hits) / len(texts) if texts else 0.0


def _values_of(column: str, rows: Sequence[Mapping[str, Cell]]) -> list[Cell]:
    return [row[column] for row in rows if row.get(column) is not None]


def _decimal_of(prices: Sequence[Cell]) -> DecimalMark | None:
    marks = Counter(mark for price in prices if (mark := find_decimal_mark(price)))
    return marks.most_common(1)[0][0] if marks else None


def _currency_of(column: str) -> str | None:
    words = re.split(r"[^a-z€$]+", fold(column))
    return next((_CURRENCY_IN_NAME[word] for word in words if word in _CURRENCY_IN_NAME), None)
