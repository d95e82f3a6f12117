"""One folder of Qdrant Edge: points in, nearest points out.

Every call into the library holds Python's global lock until it is done (measured with 0.9), so
that two calls are never inside it at once.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.index.payloads import (
    KEYWORDS,
    MAX_INDEXED_ATTRIBUTES,
    PRICE,
    AnyOf,
    Conditions,
    attribute_fields,
    conditions_of,
    decode_value,
    facet_field,
)
from pipeline.catalog.index.shard_layout import CONFIG, check_layout, make_config, read_through
from pipeline.catalog.index.vector_index import Hit, Point
from pipeline.catalog.vectors import VectorKind, Vectors

# A point without vectors that says how far the index is; written in one operation with the last
# points, so that neither a kill nor a power cut can leave it ahead of them. Products begin at 1.
CLOCK_ID = 0
CLOCK_FIELD = "last_seq"
HNSW_EF = 128
# Where a filter leaves much, the way to what it leaves is longer.
FILTERED_EF = 256
PAGE = 1000


class EdgeShard:
    """A shard in `folder`, created where there is none. Raises Exception where it is damaged."""

    is_shared = False

    def __init__(self, folder: Path, dimension: int) -> None:
        import qdrant_edge

        self._edge: Any = qdrant_edge
        self.folder = folder
        if (folder / CONFIG).exists():
            check_layout(folder, dimension)
            read_through(folder)
            self._shard: Any = qdrant_edge.EdgeShard.load(str(folder))
            self._indexed = set(self._shard.info().payload_schema)
        else:
            self._indexed = set()
            folder.mkdir(parents=True, exist_ok=True)
            self._shard = qdrant_edge.EdgeShard.create(str(folder), make_config(dimension, 0))
            self._create_indexes()
        self._last_seq = self._read_clock()

    def last_seq(self) -> int:
        """See `VectorIndex`."""
        return self._last_seq

    def apply(self, points: Sequence[Point], gone: Sequence[int], seq: int) -> None:
        """See `VectorIndex`."""
        edge, operations = self._edge, self._edge.UpdateOperation
        clock = edge.Point(CLOCK_ID, {}, {CLOCK_FIELD: seq})
        self._index_attributes(points)
        if gone:
            self._shard.update(operations.delete_points(list(gone)))
        changed = [edge.Point(one.id, dict(one.vectors), dict(one.payload)) for one in points]
        self._shard.update(operations.upsert_points([*changed, clock]))
        self._last_seq = seq

    def search(
        self, vector: Vectors, kind: VectorKind, wanted: ProductFilter, limit: int
    ) -> list[Hit]:
        """See `VectorIndex`."""
        conditions = conditions_of(wanted)
        if limit < 1 or not conditions.can_match:
            return []
        edge = self._edge
        query = edge.Query.Nearest(np.asarray(vector, np.float32), using=kind)
        params = edge.SearchParams(
            hnsw_ef=max(FILTERED_EF if conditions.fields else HNSW_EF, limit),
            quantization=edge.QuantizationSearchParams(rescore=True, oversampling=2.0),
            # Walks over what a filter leaves out; without it a third of the catalog is found by
            # half (recall@10 0.84 instead of 1.0, measured).
            acorn=edge.AcornSearchParams(enable=True),
        )
        request = edge.SearchRequest(query, limit, filter=self._filter(conditions), params=params)
        found = self._shard.search(request)
        return [Hit(int(point.id), float(point.score)) for point in found]

    def count(self, wanted: ProductFilter) -> int:
        """See `VectorIndex`."""
        conditions = conditions_of(wanted)
        if not conditions.can_match:
            return 0
        if conditions.is_empty:
            return int(self._shard.info().points_count) - (self._last_seq > 0)
        request = self._edge.CountRequest(filter=self._filter(conditions, hide_clock=True))
        found: int = self._shard.count(request)
        return found

    def facet(self, key: str, wanted: ProductFilter, limit: int) -> list[tuple[Any, int]]:
        """See `VectorIndex`."""
        conditions, field = conditions_of(wanted), facet_field(key)
        if limit < 1 or not conditions.can_match or not self._can_facet(field):
            return []
        request = self._edge.FacetRequest(
            field, limit=limit, exact=True, filter=self._filter(conditions)
        )
        hits = self._shard.facet(request).hits
        # Values that no point has any more are told with 0.
        return [(decode_value(hit.value), int(hit.count)) for hit in hits if hit.count]

    def unindexed(self) -> int:
        """How many vectors a search must look at one by one."""
        edge = self._edge
        held = sum(
            self._shard.count(
                edge.CountRequest(filter=edge.Filter(must=[edge.HasVectorCondition(kind)]))
            )
            for kind in ("image", "text")
        )
        return max(0, int(held) - int(self._shard.info().indexed_vectors_count))

    def flush(self) -> None:
        """Write everything down; until then it is in the log of changes alone."""
        self._shard.flush()

    def close(self) -> None:
        """Write everything down and let go of the folder."""
        self._shard.close()

    def _filter(self, conditions: Conditions, *, hide_clock: bool = False) -> Any:
        """None where nothing is asked for."""
        edge = self._edge
        must = [self._condition(one) for one in conditions.fields]
        if conditions.ids is not None:
            must.append(edge.HasIdCondition(set(conditions.ids)))
        unwanted = {*conditions.not_ids, *((CLOCK_ID,) if hide_clock else ())}
        if not must and not unwanted:
            return None
        must_not = [edge.HasIdCondition(unwanted)] if unwanted else None
        return edge.Filter(must=must or None, must_not=must_not)

    def _condition(self, one: Any) -> Any:
        edge = self._edge
        if isinstance(one, AnyOf):
            return edge.FieldCondition(one.field, match=edge.MatchAny(list(one.values)))
        return edge.FieldCondition(one.field, range=edge.RangeFloat(gte=one.low, lte=one.high))

    def _create_indexes(self) -> None:
        edge = self._edge
        # Its values get edges of their own in the graph; more fields would multiply what it
        # takes to build it.
        self._index("category", edge.KeywordIndexParams(enable_hnsw=True))
        self._index(PRICE, edge.IntegerIndexParams(lookup=False, range=True, enable_hnsw=False))
        for field in KEYWORDS:
            self._index(field)

    def _index_attributes(self, points: Iterable[Point]) -> None:
        fields = {field for point in points for field in attribute_fields(point.payload)}
        for field in sorted(fields - self._indexed):
            if len(self._indexed) < MAX_INDEXED_ATTRIBUTES:
                self._index(field)

    def _can_facet(self, field: str) -> bool:
        if field in self._indexed:
            return True
        # One of very many attributes: it gets its index when somebody asks for it.
        edge = self._edge
        has_it = edge.Filter(must_not=[edge.IsEmptyCondition(field)])
        if self._shard.count(edge.CountRequest(exact=True, filter=has_it)):
            self._index(field)
        return field in self._indexed

    def _index(self, field: str, params: Any = None) -> None:
        if field in self._indexed:
            return
        params = params or self._edge.KeywordIndexParams(enable_hnsw=False)
        self._shard.update(self._edge.UpdateOperation.create_field_index(field, params))
        self._indexed.add(field)

    def _read_clock(self) -> int:
        found = self._shard.retrieve([CLOCK_ID], True, False)
        return int(found[0].payload[CLOCK_FIELD]) if found else 0
