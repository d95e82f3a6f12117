"""Which function looks into which section."""

from collections.abc import Callable, Mapping

from pipeline.reports.analysis.findings import Findings
from pipeline.reports.analysis.sections import (
    anomalies,
    data_quality,
    footprint,
    prices,
    seasonality,
    suppliers,
    trends,
)
from pipeline.reports.snapshot.job import Snapshots

RESEARCH: Mapping[str, Callable[[Snapshots], Findings]] = {
    "trends": trends.research,
    "anomalies": anomalies.research,
    "seasonality": seasonality.research,
    "prices": prices.research,
    "suppliers": suppliers.research,
    "footprint": footprint.research,
    "data_quality": data_quality.research,
}
