"""An analysis as it is written, before it is set: sentences, charts and tables in order."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.reports.analysis.findings import Chart, Table, read_findings


@dataclass(frozen=True)
class WrittenSection:
    """One section. `failed` says why there is none; `written_by` names a model that reworded it.

    `sentences` carry the findings, weightiest first; `limits` what the data do not carry;
    `method` how it was found.
    """

    section: str
    title: str
    sentences: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    method: str = ""
    failed: str = ""
    written_by: str = ""
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Written:
    """The whole analysis: what matters most first, then section by section.

    `notes` stand at the end: who worded what.
    """

    language: str
    title: str
    period: str
    summary: tuple[str, ...]
    sections: tuple[WrittenSection, ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As it is kept in the file store."""
        return asdict(self)


def read_written(values: Mapping[str, Any]) -> Written:
    """What `Written.to_json` wrote."""
    return Written(
        language=values["language"],
        title=values["title"],
        period=values["period"],
        summary=tuple(values["summary"]),
        sections=tuple(_read_section(section) for section in values["sections"]),
        notes=tuple(values["notes"]),
    )


def _read_section(values: Mapping[str, Any]) -> WrittenSection:
    # Charts and tables go through the one reader that knows them.
    found = read_findings({**values, "found": (), "limits": ()})
    texts = {"sentences": tuple(values["sentences"]), "limits": tuple(values["limits"])}
    return WrittenSection(**{**values, **texts, "charts": found.charts, "tables": found.tables})
