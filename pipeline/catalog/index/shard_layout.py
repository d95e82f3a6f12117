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
# time to build), and the best are compared anew by the vectors themselves. Whatever would take
# more of the machine's memory than this stays on the disk.
MEMORY_SHARE = 1 / 8
FLOAT_BYTES = 4
SMALL_BYTES = 1
# The vectors themselves, as the library calls their files.
ORIGINALS = "matrix.dat"
READ_BYTES = 4 << 20


class ForeignShardError(Exception):
    """The folder holds something else than an index of this dimension."""


def make_config(dimension: int, products: int) -> Any:
    """The library's configuration of a shard of so many products; `optimize` adapts to it."""
    import qdrant_edge as edge

    def hold(bytes_of_number: int) -> Any:
        large = is_large(products, dimension, bytes_of_number)
        return edge.Memory.Cold if large else edge.Memory.Cached

    bytes_of_one = dimension * FLOAT_BYTES

    def describe_vector() -> Any:
        return edge.EdgeVectorParams(
            size=dimension,
            distance=edge.Distance.Cosine,
            memory=hold(FLOAT_BYTES),
            quantization_config=small,
        )

    # Cold, the first fifty questions take 10 to 50 ms each, a page fault at every step.
    small = edge.ScalarQuantizationConfig(
        edge.ScalarType.Int8, quantile=0.99, memory=hold(SMALL_BYTES)
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


def is_large(products: int, dimension: int, bytes_of_number: int) -> bool:
    """Whether the vectors of so many products are too much for this machine's memory."""
    memory_bytes: int = psutil.virtual_memory().total
    return products * len(KINDS) * dimension * bytes_of_number > MEMORY_SHARE * memory_bytes


def read_through(folder: Path) -> None:
    """Bring what a search walks over from the disk, file by file from front to back.

    The library asks for it page by page: for 100,000 products 1.7 s to open, this way 0.5 s.
    """
    for path in sorted((folder / "segments").rglob("*")):
        if path.is_file() and path.name != ORIGINALS:
            with path.open("rb", buffering=0) as file:
                while file.read(READ_BYTES):
                    pass


def check_layout(folder: Path, dimension: int) -> None:
    """Raises ForeignShardError where the shard in `folder` is not one of ours."""
    try:
        vectors = json.loads((folder / CONFIG).read_text())["vectors"]
        sizes = {kind: vectors[kind]["size"] for kind in KINDS}
    except (ValueError, KeyError, TypeError) as error:
        raise ForeignShardError(f"{CONFIG} cannot be read: {error!r}") from error
    if set(sizes.values()) != {dimension}:
        raise ForeignShardError(f"vectors of {sizes}, not of {dimension}")
