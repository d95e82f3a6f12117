"""The figures of a report, computed of its snapshot alone: the same data give the same figures."""

import pyarrow.compute as pc

from pipeline.reports.figures.footprint import footprint_of
from pipeline.reports.figures.money import currencies_of
from pipeline.reports.figures.review import review_of
from pipeline.reports.figures.steps import steps_of
from pipeline.reports.figures.tables import load_tables
from pipeline.reports.figures.types import Figures
from pipeline.reports.snapshot.job import Snapshots
from pipeline.reports.snapshot.read import Snapshot


def compute_figures(snapshots: Snapshots) -> Figures:
    """The figures of the days that were asked for, with those of the days before them."""
    previous = None if snapshots.previous is None else _compute(snapshots.previous, None)
    return _compute(snapshots.current, previous)


def _compute(snapshot: Snapshot, previous: Figures | None) -> Figures:
    tables = load_tables(snapshot)
    steps = steps_of(snapshot.period)
    return Figures(
        period=snapshot.period,
        changed_at=snapshot.changed_at,
        step=steps.step,
        receipts=tables.receipts.num_rows,
        lines=tables.lines.num_rows,
        merchants=pc.count_distinct(tables.receipts["group"], mode="only_valid").as_py(),
        undated=snapshot.undated,
        currencies=currencies_of(tables, steps),
        footprint=footprint_of(tables),
        review=review_of(tables),
        quality=snapshot.quality,
        previous=previous,
        nothing_before=snapshot.nothing_before,
    )
