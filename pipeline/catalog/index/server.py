"""The index on a Qdrant server or cluster: a collection for each encoder, fed by all dashboards."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.index.payloads import (
    KEYWORDS,
    MAX_INDEXED_ATTRIBUTES,
    PRICE,
    AnyOf,
    Between,
    Conditions,
    attribute_fields,
    conditions_of,
    decode_value,
    facet_field,
)
from pipeline.catalog.index.vector_index import Feed, Hit, IndexUnavailableError, Point
from pipeline.catalog.vectors import KINDS, VectorKind, Vectors
from pipeline.errors import ConflictError

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

# See `edge_shard`; here it is written after the points, because a cluster spreads them.
CLOCK_ID = 0
CLOCK_FIELD = "last_seq"
HNSW_EF = 128
# Nobody waits longer for an answer that can only be late.
ANSWER_WITHIN_S = 5
CHANGE_WITHIN_S = 30


def connect(url: str, api_key: str | None) -> "QdrantClient":
    """A client; asks nothing yet."""
    from qdrant_client import QdrantClient

    return QdrantClient(
        url=url, api_key=api_key, timeout=ANSWER_WITHIN_S, check_compatibility=False
    )


class ServerIndex:
    """One collection. Raises IndexUnavailableError where the server does not answer in time.

    Raises ConflictError INDEX_FOREIGN where the collection holds something else.
    """

    # Other dashboards may feed it at the same time.
    is_shared = True

    def __init__(self, client: "QdrantClient", collection: str, dimension: int) -> None:
        from qdrant_client import models

        self._client = client
        self._models: Any = models
        self._name = collection
        self._dimension = dimension
        with _told():
            self._indexed = self._prepare()

    def last_seq(self) -> int:
        """See `VectorIndex`; asked each time, because others may feed it."""
        with _told():
            found = self._client.retrieve(self._name, [CLOCK_ID], with_payload=True)
        return int((found[0].payload or {})[CLOCK_FIELD]) if found else 0

    def apply(self, points: Sequence[Point], gone: Sequence[int], seq: int) -> None:
        """See `VectorIndex`."""
        models = self._models
        with _told():
            self._index_attributes(points)
            if gone:
                selector = models.PointIdsList(points=list(gone))
                self._client.delete(self._name, selector, wait=True, timeout=CHANGE_WITHIN_S)
            if points:
                self._upsert([self._struct(one) for one in points])
            self._upsert([models.PointStruct(id=CLOCK_ID, vector={}, payload={CLOCK_FIELD: seq})])

    def clear(self) -> None:
        """See `VectorIndex`."""
        with _told():
            self._client.delete_collection(self._name, timeout=CHANGE_WITHIN_S)
            self._indexed = self._prepare()

    def search(
        self, vector: Vectors, kind: VectorKind, wanted: ProductFilter, limit: int
    ) -> list[Hit]:
        """See `VectorIndex`."""
        conditions, models = conditions_of(wanted), self._models
        if limit < 1 or not conditions.can_match:
            return []
        with _told():
            found = self._client.query_points(
                self._name,
                query=[float(number) for number in vector],
                using=kind,
                query_filter=self._filter(conditions),
                search_params=models.SearchParams(hnsw_ef=max(HNSW_EF, limit)),
                limit=limit,
                with_payload=False,
            )
        return [Hit(int(point.id), float(point.score)) for point in found.points]

    def count(self, wanted: ProductFilter) -> int:
        """See `VectorIndex`."""
        conditions = conditions_of(wanted)
        if not conditions.can_match:
            return 0
        with _told():
            narrowed = self._filter(conditions, hide_clock=True)
            return int(self._client.count(self._name, narrowed, exact=True).count)

    def facet(self, key: str, wanted: ProductFilter, limit: int) -> list[tuple[Any, int]]:
        """See `VectorIndex`."""
        conditions, field = conditions_of(wanted), facet_field(key)
        if limit < 1 or not conditions.can_match:
            return []
        with _told():
            self._index(field)
            narrowed = self._filter(conditions)
            found = self._client.facet(
                self._name, key=field, facet_filter=narrowed, limit=limit, exact=True
            )
        return [(decode_value(str(hit.value)), hit.count) for hit in found.hits if hit.count]

    def flush(self) -> None:
        """See `VectorIndex`; the server does so by itself."""

    def optimize(self, catch_up: Feed) -> bool:
        """See `VectorIndex`; the server does so by itself."""
        del catch_up
        return False

    def rebuild(self, catch_up: Feed) -> None:
        """See `VectorIndex`; searches find less until it is done."""
        self.clear()
        catch_up(self)

    def close(self) -> None:
        """See `VectorIndex`."""
        self._client.close()

    def drop(self) -> None:
        """See `VectorIndex`."""
        with _told():
            self._client.delete_collection(self._name, timeout=CHANGE_WITHIN_S)
        self.close()

    def _prepare(self) -> set[str]:
        """Create the collection where there is none; returns the fields that have an index."""
        models = self._models
        if not self._client.collection_exists(self._name):
            size = models.VectorParams(size=self._dimension, distance=models.Distance.COSINE)
            self._client.create_collection(
                self._name, dict.fromkeys(KINDS, size), timeout=CHANGE_WITHIN_S
            )
        info = self._client.get_collection(self._name)
        vectors = info.config.params.vectors
        sizes = (
            {kind: one.size for kind, one in vectors.items()} if isinstance(vectors, dict) else {}
        )
        if sizes != dict.fromkeys(KINDS, self._dimension):
            raise _foreign(self._name)
        self._indexed = set(info.payload_schema)
        self._index(PRICE, "integer")
        for field in KEYWORDS:
            self._index(field)
        return self._indexed

    def _index_attributes(self, points: Iterable[Point]) -> None:
        fields = {field for point in points for field in attribute_fields(point.payload)}
        for field in sorted(fields - self._indexed):
            if len(self._indexed) < MAX_INDEXED_ATTRIBUTES:
                self._index(field)

    def _index(self, field: str, schema: str = "keyword") -> None:
        if field not in self._indexed:
            self._client.create_payload_index(
                self._name, field, field_schema=schema, wait=True, timeout=CHANGE_WITHIN_S
            )
            self._indexed.add(field)

    def _upsert(self, structs: Sequence[Any]) -> None:
        self._client.upsert(self._name, list(structs), wait=True, timeout=CHANGE_WITHIN_S)

    def _struct(self, point: Point) -> Any:
        vectors = {kind: vector.tolist() for kind, vector in point.vectors.items()}
        return self._models.PointStruct(id=point.id, vector=vectors, payload=dict(point.payload))

    def _filter(self, conditions: Conditions, *, hide_clock: bool = False) -> Any:
        models = self._models
        must = [self._condition(one) for one in conditions.fields]
        if conditions.ids is not None:
            must.append(models.HasIdCondition(has_id=list(conditions.ids)))
        unwanted = [*conditions.not_ids, *((CLOCK_ID,) if hide_clock else ())]
        must_not = [models.HasIdCondition(has_id=unwanted)] if unwanted else None
        return models.Filter(must=must or None, must_not=must_not) if must or must_not else None

    def _condition(self, one: AnyOf | Between) -> Any:
        models = self._models
        if isinstance(one, AnyOf):
            return models.FieldCondition(key=one.field, match=models.MatchAny(any=list(one.values)))
        return models.FieldCondition(key=one.field, range=models.Range(gte=one.low, lte=one.high))


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the client raises into an error that a person can act on."""
    import httpx
    from qdrant_client.http.exceptions import ApiException

    try:
        yield
    except (ApiException, httpx.HTTPError, OSError) as error:
        raise IndexUnavailableError(
            "INDEX_UNAVAILABLE",
            "The Qdrant server that holds the search index does not answer as it should. Check "
            "COMPTOIR_QDRANT_URL, its key and whether it runs; nothing that is stored is lost.",
            permanent=False,
            params={"cause": _cause(error)},
        ) from error


def _cause(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:200]


def _foreign(collection: str) -> ConflictError:
    return ConflictError(
        "INDEX_FOREIGN",
        f"The collection {collection} of the Qdrant server holds something else than products. "
        "Set COMPTOIR_QDRANT_COLLECTION to another name.",
        params={"collection": collection},
    )
