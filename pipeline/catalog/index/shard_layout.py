"""How a shard of Qdrant Edge is laid out: vectors, graph, and when they are made small."""

import json
from pathlib import Path
from typing import Any

import psutil

from pipeline.catalog.vectors import KINDS

CONFIG = "edge_config.json"

# Fewer vectors than this are compared one by one: 1 ms for 10,000 of 512 dimensions.
FULL_SCAN_BELOW = 10_000
GRAPH_EDGES = 16
GRAPH_CANDIDATES = 128
# Where the vectors would take more of the machine's memory than this, searches look at one byte
# a number and compare only the best with the vectors themselves, which stay on the disk.
MEMORY_SHARE = 1 / 8
FLOAT_BYTES = 4


class ForeignShardError(Exception):
    """The folder holds something else than an index of this dimension."""


def make_config(dimension: int, *, quantised: bool = False) -> Any:
    """The library's configuration of a shard; opening one with another makes `optimize` adapt."""
    import qdrant_edge as edge

    def describe_vector() -> Any:
        return edge.EdgeVectorParams(
            size=dimension,
            distance=edge.Distance.Cosine,
            memory=edge.Memory.Cold if quantised else None,
            quantization_config=_small(edge) if quantised else None,
        )

    return edge.EdgeConfig(
        vectors={kind: describe_vector() for kind in KINDS},
        hnsw_config=edge.HnswIndexConfig(GRAPH_EDGES, GRAPH_CANDIDATES, FULL_SCAN_BELOW),
        optimizers=edge.EdgeOptimizersConfig(
            indexing_threshold=max(1, FULL_SCAN_BELOW * dimension * FLOAT_BYTES // 1024)
        ),
    )


def wants_quantising(vectors: int, dimension: int) -> bool:
    """Whether so many vectors are too large for this machine to hold as they are."""
    memory_bytes: int = psutil.virtual_memory().total
    return vectors * dimension * FLOAT_BYTES > MEMORY_SHARE * memory_bytes


def check_layout(folder: Path, dimension: int) -> None:
    """Raises ForeignShardError where the shard in `folder` is not one of ours."""
    try:
        vectors = json.loads((folder / CONFIG).read_text())["vectors"]
        sizes = {kind: vectors[kind]["size"] for kind in KINDS}
    except (ValueError, KeyError, TypeError) as error:
        raise ForeignShardError(f"{CONFIG} cannot be read: {error!r}") from error
    if set(sizes.values()) != {dimension}:
        raise ForeignShardError(f"vectors of {sizes}, not of {dimension}")


def _small(edge: Any) -> Any:
    return edge.ScalarQuantizationConfig(
        edge.ScalarType.Int8, quantile=0.99, memory=edge.Memory.Pinned
    )
