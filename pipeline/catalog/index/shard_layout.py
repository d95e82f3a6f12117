"""How a shard of Qdrant Edge is laid out: vectors, graph, and when they are made small."""

import json
from pathlib import Path
from typing import Any

import psutil

from pipeline.catalog.vectors import KINDS

CONFIG = "edge_config.json"

# Fewer vectors than this are not worth a graph: all are compared in half a millisecond.
GRAPH_FROM = 10_000
# Where a filter leaves fewer than this, exactly those are compared. A graph finds a filtered
# tenth or third less surely: recall@10 0.92 to 0.98 where the filter is far from the question.
COMPARED_AT_MOST = 20_000
GRAPH_EDGES = 16
GRAPH_CANDIDATES = 100
# The graph is built and walked by one byte a number (0.2 ms instead of 1 ms, and a third of the
# time to build), and the best are compared anew by the vectors themselves. Where those would take
# more of the machine's memory than this, they stay on the disk.
MEMORY_SHARE = 1 / 8
FLOAT_BYTES = 4


class ForeignShardError(Exception):
    """The folder holds something else than an index of this dimension."""


def make_config(dimension: int, products: int) -> Any:
    """The library's configuration of a shard of so many products; `optimize` adapts to it."""
    import qdrant_edge as edge

    memory = edge.Memory.Cold if is_large(products, dimension) else edge.Memory.Cached
    bytes_of_one = dimension * FLOAT_BYTES

    def describe_vector() -> Any:
        return edge.EdgeVectorParams(
            size=dimension, distance=edge.Distance.Cosine, memory=memory, quantization_config=small
        )

    # Cold: not read through when it is opened, which would take longer than the first answer.
    small = edge.ScalarQuantizationConfig(
        edge.ScalarType.Int8, quantile=0.99, memory=edge.Memory.Cold
    )
    return edge.EdgeConfig(
        vectors={kind: describe_vector() for kind in KINDS},
        hnsw_config=edge.HnswIndexConfig(
            GRAPH_EDGES, GRAPH_CANDIDATES, max(1, COMPARED_AT_MOST * bytes_of_one // 1024)
        ),
        optimizers=edge.EdgeOptimizersConfig(
            indexing_threshold=max(1, GRAPH_FROM * bytes_of_one // 1024)
        ),
    )


def is_large(products: int, dimension: int) -> bool:
    """Whether the vectors of so many products are too much for this machine's memory."""
    memory_bytes: int = psutil.virtual_memory().total
    return products * len(KINDS) * dimension * FLOAT_BYTES > MEMORY_SHARE * memory_bytes


def check_layout(folder: Path, dimension: int) -> None:
    """Raises ForeignShardError where the shard in `folder` is not one of ours."""
    try:
        vectors = json.loads((folder / CONFIG).read_text())["vectors"]
        sizes = {kind: vectors[kind]["size"] for kind in KINDS}
    except (ValueError, KeyError, TypeError) as error:
        raise ForeignShardError(f"{CONFIG} cannot be read: {error!r}") from error
    if set(sizes.values()) != {dimension}:
        raise ForeignShardError(f"vectors of {sizes}, not of {dimension}")
