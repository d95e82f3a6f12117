"""The sample catalog as products with pictures, and vectors that no encoder computed."""

import csv
import io
import zipfile
import zlib
from datetime import datetime

import numpy as np

from pipeline.catalog.active import note_first_encoder
from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.encode.identify import identify
from pipeline.catalog.encode.starter.config import DIMENSION
from pipeline.catalog.pictures.check import picture_limits
from pipeline.catalog.pictures.keep import keep_picture
from pipeline.catalog.product import ProductDraft
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.catalog.vectors import KINDS, Vectors, normalise
from pipeline.files import open_files
from pipeline.settings import Settings
from pipeline.store import write_session
from tests.support.worker import ROOT

SAMPLES = ROOT / "data" / "samples" / "catalog"


def add_sample_products(settings: Settings, now: datetime) -> None:
    """Put every row of products.csv with its picture, as the configured encoder's."""
    known = identify(settings)
    encoder = EncoderInfo(known.id, known.name, DIMENSION, known.is_basic)
    files, limits = open_files(settings), picture_limits(settings)
    rows = csv.DictReader(io.StringIO((SAMPLES / "products.csv").read_text()))
    with zipfile.ZipFile(SAMPLES / "images.zip") as pictures:
        products = [
            NewProduct(
                _draft(row),
                keep_picture(files, pictures.read(row["image"]), limits),
                {kind: _place(row) for kind in KINDS},
                encoder.id,
            )
            for row in rows
        ]
    with write_session(settings) as session:
        note_first_encoder(session, encoder, now)
        put_products(session, products, now)


def _draft(row: dict[str, str]) -> ProductDraft:
    facts = {name: row[name] for name in ("color", "material") if row[name]}
    cents = round(float(row["price"]) * 100) if row["price"] else None
    return ProductDraft(
        row["id"],
        row["name"],
        row["description"] or None,
        row["category"] or None,
        cents,
        row["currency"] or None,
        facts,
    )


def _place(row: dict[str, str]) -> Vectors:
    """Of one category: two thirds and more alike; of one colour, a little more."""
    places = np.zeros(DIMENSION, np.float32)
    said = [(row["name"].lower(), 0.3), (row["color"], 0.5), (row["category"], 1.5)]
    for words, weight in said:
        for word in words.split():
            places[zlib.crc32(word.encode()) % DIMENSION] += weight
    return normalise(places)
