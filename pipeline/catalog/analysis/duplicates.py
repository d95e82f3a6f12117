"""The kind `catalog.duplicates`: products with the same or nearly the same picture.

Its file holds `sameFile`, lists of products (by reference) that have the very same file, and
`close`, triples of two products and the cosine of their pictures; of products with the same file
only the first occurs there. `read_groups` makes groups of it, as people decided since.
"""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
from sqlmodel import Session, select

from pipeline.catalog.analysis.close_pairs import Closeness, Pairs, find_close_pairs
from pipeline.catalog.analysis.groups import Group, group_duplicates
from pipeline.catalog.analysis.results import keep_result, live_refs, record_analysis
from pipeline.catalog.analysis.space import Shelf, find_encoder, read_seq, read_shelf
from pipeline.errors import NotFoundError
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.models import DuplicateDecision
from pipeline.store import read_session

# Where it is worth laying two pictures over each other: wide enough for copies that were cut by
# a tenth (cosine 0.94 and more) or reduced to blur (0.84, but the same hash up to 4 bits).
CLOSENESS = Closeness(surely=0.94, close=0.82, most_bits=8)
# At 3 ms each on two cores: three minutes. Pairs further down are hardly ever the same picture.
MOST_COMPARED = 60_000
THREADS = 2
AT_ONCE = 200
KEPT_THUMBNAILS = 8_000


def run(context: JobContext) -> Outcome:
    """Compare every picture with every other."""
    context.advance("load", 5)
    with read_session(context.settings) as session:
        encoder, seq = find_encoder(session, context.settings), read_seq(session)
        shelf = read_shelf(session, encoder, "image")
    same_file, firsts = _by_file(shelf)
    candidates = find_close_pairs(
        shelf.vectors[firsts],
        shelf.hashes[firsts],
        CLOSENESS,
        lambda share: context.advance("compare", 10 + round(45 * share)),
    )
    pairs = _compare_pictures(context, [shelf.thumbnails[row] for row in firsts], candidates)
    close = _as_triples(shelf.refs[firsts], pairs)
    result = {"sameFile": same_file, "close": close}
    found = len(group_duplicates(same_file, close))
    context.advance("write", 98)
    return keep_result(
        context.files, context.claim.id, encoder, seq, len(shelf.refs), found, result
    )


def read_groups(session: Session, result: dict[str, Any]) -> list[Group]:
    """The groups among the products that are still there, without pairs said to be different."""
    mentioned = {ref for members in result["sameFile"] for ref in members}
    mentioned |= {ref for first, second, _ in result["close"] for ref in (first, second)}
    live = live_refs(session, sorted(mentioned))
    heirs = {}
    same_file = []
    for members in result["sameFile"]:
        left = [ref for ref in members if ref in live]
        if left:
            # Where the first is gone, what was close to it is close to the next: the same file.
            heirs[members[0]] = left[0]
            same_file.append(left)
    close = [
        (heirs.get(first, first), heirs.get(second, second), cosine)
        for first, second, cosine in result["close"]
    ]
    return group_duplicates(
        [members for members in same_file if len(members) > 1],
        [(one, another, cosine) for one, another, cosine in close if {one, another} <= live],
        read_decisions(session),
    )


def read_decisions(session: Session) -> set[tuple[int, int]]:
    """The pairs, smaller reference first, of which a person said that they are not the same."""
    rows = session.exec(select(DuplicateDecision.first, DuplicateDecision.second))
    return {(first, second) for first, second in rows}


def _compare_pictures(
    context: JobContext, thumbnails: Sequence[str | None], candidates: Pairs
) -> Pairs:
    """Those of the candidates that are one picture; the closest 60,000 are looked at."""
    from PIL import Image

    from pipeline.catalog.analysis.same_picture import Prepared, is_same_picture, prepare

    @lru_cache(maxsize=KEPT_THUMBNAILS)
    def load(sha256: str) -> Prepared | None:
        try:
            with Image.open(context.files.require(sha256)) as thumbnail:
                return prepare(thumbnail)
        except (NotFoundError, OSError):
            # Its product went meanwhile, or its file is damaged.
            return None

    def is_same(rows: Sequence[int]) -> bool:
        first, second = (load(sha) if (sha := thumbnails[row]) else None for row in rows)
        return first is not None and second is not None and is_same_picture(first, second)

    chosen = np.sort(np.argsort(-candidates.cosines, kind="stable")[:MOST_COMPARED])
    rows = candidates.rows[chosen]
    same: list[bool] = []
    with ThreadPoolExecutor(THREADS) as pool:
        for at in range(0, len(rows), AT_ONCE):
            context.advance("look", 55 + round(40 * at / len(rows)))
            same += pool.map(is_same, rows[at : at + AT_ONCE].tolist())
    kept = chosen[np.asarray(same, bool)]
    return Pairs(candidates.rows[kept], candidates.cosines[kept])


def _by_file(shelf: Shelf) -> tuple[list[list[int]], Any]:
    """Products that share a file, and one row for each file: only these are compared."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, picture in enumerate(shelf.pictures):
        rows[picture or f"row {row}"].append(row)
    same = [[int(shelf.refs[row]) for row in some] for some in rows.values() if len(some) > 1]
    return same, np.asarray([some[0] for some in rows.values()], np.int64)


def _as_triples(refs: Sequence[int], pairs: Pairs) -> list[tuple[int, int, float]]:
    return [
        (int(refs[first]), int(refs[second]), round(float(cosine), 4))
        for (first, second), cosine in zip(pairs.rows, pairs.cosines, strict=True)
    ]


KINDS = (Kind("catalog.duplicates", "catalog", run=run, save=record_analysis),)
