"""Many products with vectors as an encoder makes them, in clusters, for measurements."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert, update

from pipeline.catalog.active import note_first_encoder
from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.product import ProductDraft
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.catalog.vectors import KINDS, STORED, VectorKind, Vectors, normalise
from pipeline.models import CatalogClock, Product, ProductVector
from pipeline.settings import Settings
from pipeline.store import write_session

ENCODER = EncoderInfo("measured-512", "Measured", 512, is_basic=False)
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
# As trained encoders have them: some dozens of directions that matter, a common offset, noise.
DIRECTIONS = 48
SPREAD, OFFSET, NOISE = 0.6, 0.5, 0.2
PER_CLUSTER = 200
CATEGORIES = 40
COLOURS = ("red", "blue", "green", "black", "white", "brown", "grey")
SIZES = range(35, 48)
TOP_CENTS = 100_000
BATCH = 5000
EXACT_ROWS = 100_000


class ManyProducts:
    """`count` products; the same seed makes the same ones. References go from 1 to `count`."""

    def __init__(self, count: int, seed: int) -> None:
        self.count = count
        self._seed = seed
        random = np.random.default_rng(seed)
        shape = (DIRECTIONS, ENCODER.dimension)
        self._bases = {kind: random.standard_normal(shape) / DIRECTIONS**0.5 for kind in KINDS}
        self._offsets = {kind: OFFSET * random.standard_normal(ENCODER.dimension) for kind in KINDS}
        self._centres = random.standard_normal((max(50, count // PER_CLUSTER), DIRECTIONS))
        self.clusters = random.integers(0, len(self._centres), count)
        self.price_cents = random.integers(100, TOP_CENTS, count)
        self.colours = random.integers(0, len(COLOURS), count)
        self.sizes = random.integers(SIZES.start, SIZES.stop, count)
        self.has_picture = random.random(count) < 0.9

    @cached_property
    def vectors(self) -> Mapping[VectorKind, Vectors]:
        """Shape (count, 512) of each kind, as exact as the store keeps them."""
        made = self._make(self.clusters, np.random.default_rng(self._seed + 1))
        return {kind: vectors.astype(STORED) for kind, vectors in made.items()}

    def questions(self, count: int, number: int) -> Mapping[VectorKind, Vectors]:
        """Vectors from the same clusters that are no product's; `number` makes others."""
        random = np.random.default_rng((self._seed, 7, number + 1))
        return self._make(random.integers(0, len(self._centres), count), random)

    def write(self, settings: Settings) -> None:
        """Fill a store that holds nothing yet."""
        for first in range(0, self.count, BATCH):
            rows = range(first, min(self.count, first + BATCH))
            with write_session(settings) as session:
                note_first_encoder(session, ENCODER, AT)
                connection = session.connection()
                connection.execute(insert(Product), [self._row(row) for row in rows])
                vectors = [one for row in rows for one in self._vector_rows(row)]
                connection.execute(insert(ProductVector), vectors)
                connection.execute(update(CatalogClock).values(seq=3 * rows.stop))

    def filters(self) -> list[ProductFilter]:
        """What people narrow a search to: a fortieth to a half of the catalog."""
        return [
            ProductFilter(categories=("category 3",)),
            ProductFilter(categories=tuple(f"category {number}" for number in range(12))),
            ProductFilter(max_price_cents=TOP_CENTS // 2),
            ProductFilter(max_price_cents=TOP_CENTS // 10, has_picture=True),
            ProductFilter(attributes={"colour": ("red", "blue")}),
            ProductFilter(categories=("category 5",), attributes={"size": (40, 41)}),
            ProductFilter(has_picture=True, currency="EUR"),
        ]

    def nearest(
        self, questions: Vectors, kind: VectorKind, wanted: ProductFilter, limit: int
    ) -> list[set[int]]:
        """The references of the nearest to each question, by comparing with every vector."""
        rows = np.flatnonzero(self._mask(kind, wanted))
        best: list[tuple[NDArray[Any], NDArray[Any]]] = []
        for first in range(0, len(rows), EXACT_ROWS):
            part = rows[first : first + EXACT_ROWS]
            scores = questions @ normalise(self.vectors[kind][part].astype(np.float32)).T
            top = np.argsort(-scores, axis=1)[:, :limit]
            best.append((np.take_along_axis(scores, top, 1), part[top]))
        if not best:
            return [set() for _ in questions]
        scores, refs = (np.concatenate(parts, axis=1) for parts in zip(*best, strict=True))
        top = np.argsort(-scores, axis=1)[:, :limit]
        return [set((row + 1).tolist()) for row in np.take_along_axis(refs, top, 1)]

    def draft(self, row: int, product_id: str) -> ProductDraft:
        """What is said of a product."""
        return ProductDraft(
            product_id,
            f"Product {row}",
            category=f"category {self.clusters[row] % CATEGORIES}",
            price_cents=int(self.price_cents[row]),
            currency="EUR",
            attributes={"colour": COLOURS[self.colours[row]], "size": int(self.sizes[row])},
        )

    def _make(
        self, clusters: NDArray[Any], random: np.random.Generator
    ) -> dict[VectorKind, Vectors]:
        meaning = self._centres[clusters]
        made: dict[VectorKind, Vectors] = {}
        for kind in KINDS:
            own = meaning + SPREAD * random.standard_normal(meaning.shape, np.float32)
            noise = NOISE * random.standard_normal((len(clusters), ENCODER.dimension), np.float32)
            made[kind] = normalise(own @ self._bases[kind] + self._offsets[kind] + noise)
        return made

    def _mask(self, kind: VectorKind, wanted: ProductFilter) -> NDArray[np.bool_]:
        mask = self.has_picture.copy() if kind == "image" else np.ones(self.count, bool)
        if wanted.categories:
            numbers = [int(name.split()[1]) for name in wanted.categories]
            mask &= np.isin(self.clusters % CATEGORIES, numbers)
        if wanted.max_price_cents is not None:
            mask &= self.price_cents <= wanted.max_price_cents
        if wanted.has_picture:
            mask &= self.has_picture
        if colours := wanted.attributes.get("colour"):
            mask &= np.isin(self.colours, [COLOURS.index(str(one)) for one in colours])
        if sizes := wanted.attributes.get("size"):
            mask &= np.isin(self.sizes, sizes)
        return mask

    def _row(self, row: int) -> dict[str, Any]:
        draft = self.draft(row, f"P-{row + 1}")
        return {
            "id": row + 1,
            "product_id": draft.product_id,
            "id_key": f"p{row + 1}",
            "name_key": f"product {row}",
            "name": draft.name,
            "category": draft.category,
            "price_cents": draft.price_cents,
            "currency": draft.currency,
            "attributes": dict(draft.attributes),
            "picture_sha256": f"{row:064x}" if self.has_picture[row] else None,
            "content_hash": "",
            "seq": 3 * row + 1,
            "created_at": AT,
            "updated_at": AT,
        }

    def _vector_rows(self, row: int) -> Sequence[dict[str, Any]]:
        kinds = [kind for kind in KINDS if kind == "text" or self.has_picture[row]]
        return [
            {
                "product_ref": row + 1,
                "encoder": ENCODER.id,
                "kind": kind,
                "vector": self.vectors[kind][row].tobytes(),
                "seq": 3 * row + 2 + place,
            }
            for place, kind in enumerate(kinds)
        ]


def write_new(settings: Settings, many: ManyProducts, count: int) -> Vectors:
    """Write products as an import does; returns their picture's vectors, shape (count, 512)."""
    made = many.questions(count, -1)
    new = [
        NewProduct(
            many.draft(row % many.count, f"new {row}"),
            vectors={kind: made[kind][row] for kind in KINDS},
            encoder_id=ENCODER.id,
        )
        for row in range(count)
    ]
    for first in range(0, count, 500):
        with write_session(settings) as session:
            put_products(session, new[first : first + 500], AT)
    return made["image"]
