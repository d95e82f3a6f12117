"""What stands above the text of an analysis: key figures and what they are of."""

from dataclasses import dataclass

from pipeline.reports.pdf.cover import KeyFigure


@dataclass(frozen=True)
class Front:
    """Key figures with what they were before; `facts` are names and what they are."""

    figures: tuple[KeyFigure, ...]
    facts: tuple[tuple[str, str], ...]
