"""The kind `catalog.map`: every product's place on a map where likes lie side by side.

Its file holds `refs`, `x` and `y`, lists of the same length; places are in -1..1.
"""

import numpy as np

from pipeline.catalog.analysis.projection import join_kinds, project
from pipeline.catalog.analysis.results import keep_result, record_analysis
from pipeline.catalog.analysis.space import Half, Shelf, find_encoder, read_seq, read_shelf
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.store import read_session

DECIMALS = 4


def run(context: JobContext) -> Outcome:
    """Place every product that has a vector."""
    context.advance("load", 5)
    with read_session(context.settings) as session:
        encoder, seq = find_encoder(session, context.settings), read_seq(session)
        image = read_shelf(session, encoder, "image")
        words = read_shelf(session, encoder, "text")
    refs, vectors = _join(image, words)
    places = project(vectors, lambda stage, share: context.advance(stage, 10 + round(85 * share)))
    x, y = np.round(places.T.astype(np.float64), DECIMALS).tolist()
    result = {"refs": refs.tolist(), "x": x, "y": y}
    context.advance("write", 98)
    return keep_result(context.files, context.claim.id, encoder, seq, len(refs), len(refs), result)


def _join(image: Shelf, words: Shelf) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Half]:
    refs = np.union1d(image.refs, words.refs)
    return refs, join_kinds(_aligned(refs, image), _aligned(refs, words))


def _aligned(refs: "np.ndarray[tuple[int], np.dtype[np.int64]]", shelf: Shelf) -> Half:
    """The vectors in the order of `refs`, rows of zeros where there is none."""
    width = shelf.vectors.shape[1]
    aligned = np.zeros((len(refs), width), np.float16)
    aligned[np.searchsorted(refs, shelf.refs)] = shelf.vectors
    return aligned


KINDS = (Kind("catalog.map", "catalog", run=run, save=record_analysis),)
