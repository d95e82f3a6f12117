"""Writes the sample catalog: a ZIP of pictures, and tables of it in English and in French."""

import csv
import zipfile
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
from PIL import Image

from pipeline.samples.catalog.good import CATEGORIES, COLORS, MATERIALS, Good
from pipeline.samples.catalog.goods_for_home import FURNITURE, TABLEWARE
from pipeline.samples.catalog.goods_to_eat import FRUIT, VEGETABLES
from pipeline.samples.catalog.goods_to_wear import BAGS, CLOTHES, SHOES
from pipeline.samples.catalog.studio import as_webp, photograph

GOODS: tuple[Good, ...] = (*CLOTHES, *SHOES, *BAGS, *FRUIT, *VEGETABLES, *TABLEWARE, *FURNITURE)
ENGLISH, FRENCH = 0, 1
TABLES = {ENGLISH: "products.csv", FRENCH: "produits.csv"}
PICTURES = "images.zip"
HEADERS = {
    ENGLISH: ("id", "name", "description", "category", "price", "currency", "color", "material",
              "image", "footprint_kg_co2e", "footprint_basis", "footprint_source"),
    FRENCH: ("référence", "nom", "description", "catégorie", "prix", "devise", "couleur", "matière",
             "image", "empreinte_kg_co2e", "empreinte_base", "empreinte_source"),
}  # fmt: skip
EXAMPLE_SOURCE = ("Example value", "Valeur d'exemple")
# A second supplier's row of a product that is there already, with its picture cut and saved anew.
COPIED = "SH-401"
COPY_ID = "SUP2-7741"
COPY_NAME = ("Running trainers white/red", "Chaussures de sport blanc/rouge")
COPY_CUT = 0.03
COPY_SIDE_PX = 360
COPY_QUALITY = 62
# A ZIP entry carries a time; always the same one, so that the file is.
ZIP_TIME = (2026, 1, 1, 0, 0, 0)


def write_catalog(out_dir: Path) -> None:
    """The pictures and both tables, the same bytes each time."""
    out_dir.mkdir(parents=True, exist_ok=True)
    pictures = {f"{good.id}.webp": draw(good) for good in GOODS}
    files = {name: as_webp(picture) for name, picture in pictures.items()}
    files[f"{COPY_ID}.webp"] = _copied(pictures[f"{COPIED}.webp"])
    (out_dir / PICTURES).write_bytes(_zipped(files))
    for language, name in TABLES.items():
        (out_dir / name).write_text(table(language), encoding="utf-8", newline="")


def draw(good: Good) -> Image.Image:
    """The product's picture; each has dice of its own, so that one can change alone."""
    rng = np.random.default_rng(int.from_bytes(good.id.encode(), "big"))
    return photograph(good.draw(rng), good.shot, rng)


def table(language: int) -> str:
    """The table as CSV: commas in English, semicolons and decimal commas in French."""
    written = StringIO()
    writer = csv.writer(written, delimiter=";" if language == FRENCH else ",", lineterminator="\n")
    writer.writerow(HEADERS[language])
    writer.writerows(_row(good, language) for good in GOODS)
    original = next(good for good in GOODS if good.id == COPIED)
    writer.writerow(_copy_row(original, language))
    return written.getvalue()


def _row(good: Good, language: int) -> list[str]:
    footprint, basis = good.footprint or (None, "")
    return [
        good.id, good.name[language], good.description[language], CATEGORIES[good.category][language],
        _number(good.price_cents / 100, 2, language), "EUR", COLORS[good.color][language],
        MATERIALS[good.material][language], f"{good.id}.webp",
        "" if footprint is None else _number(footprint, 1, language), basis,
        "" if footprint is None else EXAMPLE_SOURCE[language],
    ]  # fmt: skip


def _copy_row(original: Good, language: int) -> list[str]:
    row = _row(original, language)
    row[0], row[1], row[8] = COPY_ID, COPY_NAME[language], f"{COPY_ID}.webp"
    row[4] = _number(original.price_cents / 100 + 5, 2, language)
    return row


def _number(value: float, places: int, language: int) -> str:
    text = f"{value:.{places}f}"
    return text.replace(".", ",") if language == FRENCH else text


def _copied(picture: Image.Image) -> bytes:
    cut = round(picture.width * COPY_CUT)
    inner = picture.crop((cut, cut, picture.width, picture.height))
    small = inner.resize((COPY_SIDE_PX, COPY_SIDE_PX), Image.Resampling.LANCZOS)
    return as_webp(small, COPY_QUALITY)


def _zipped(files: dict[str, bytes]) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, ZIP_TIME), files[name])
    return kept.getvalue()
