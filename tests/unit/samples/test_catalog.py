"""The sample catalog: what ships is what the drawing says, in both languages."""

import csv
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from pipeline.samples.catalog.ship import COPIED, COPY_ID, ENGLISH, FRENCH, GOODS, draw, table

SHIPPED = Path(__file__).parents[3] / "data" / "samples" / "catalog"
SIZE_LIMIT_BYTES = 1_500_000


def shipped_picture(name: str) -> Image.Image:
    """A picture out of the shipped ZIP."""
    with zipfile.ZipFile(SHIPPED / "images.zip") as archive:
        return Image.open(BytesIO(archive.read(name))).convert("RGB")


def difference(first: Image.Image, second: Image.Image) -> float:
    """Mean difference of two pictures, 0..255."""
    pixels = [np.asarray(one.resize((96, 96)), np.float32) for one in (first, second)]
    return float(np.abs(pixels[0] - pixels[1]).mean())


def rows(name: str, delimiter: str) -> list[list[str]]:
    """A shipped table, without its head."""
    text = (SHIPPED / name).read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines(), delimiter=delimiter))[1:]


def test_the_shipped_tables_are_what_the_program_writes() -> None:
    assert (SHIPPED / "products.csv").read_text(encoding="utf-8") == table(ENGLISH)
    assert (SHIPPED / "produits.csv").read_text(encoding="utf-8") == table(FRENCH)


def test_a_shipped_picture_is_what_the_program_draws() -> None:
    good = GOODS[-1]
    assert difference(shipped_picture(f"{good.id}.webp"), draw(good)) < 3


def test_drawing_twice_gives_the_same_picture() -> None:
    good = next(one for one in GOODS if one.category == "mugs")
    assert np.array_equal(np.asarray(draw(good)), np.asarray(draw(good)))


def test_every_row_names_a_picture_of_the_archive_and_no_picture_is_left_over() -> None:
    with zipfile.ZipFile(SHIPPED / "images.zip") as archive:
        names = sorted(archive.namelist())
    assert sorted(row[8] for row in rows("products.csv", ",")) == names
    assert sorted(row[8] for row in rows("produits.csv", ";")) == names


def test_both_languages_say_the_same_of_each_product() -> None:
    english, french = rows("products.csv", ","), rows("produits.csv", ";")
    assert [row[0] for row in english] == [row[0] for row in french]
    assert [row[4] for row in english] == [row[4].replace(",", ".") for row in french]


def test_one_product_is_there_twice_with_a_picture_that_was_cut_and_saved_anew() -> None:
    original, copy = shipped_picture(f"{COPIED}.webp"), shipped_picture(f"{COPY_ID}.webp")
    assert original.size != copy.size
    assert difference(original, copy) < 20


def test_the_sample_catalog_stays_small() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < SIZE_LIMIT_BYTES
