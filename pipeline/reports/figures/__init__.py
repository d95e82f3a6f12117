"""What a report says in numbers, as plain data: computed once, drawn by every kind of report."""

from pipeline.reports.figures.types import (
    CategoryFootprint,
    CurrencyFigures,
    Figures,
    FootprintFigures,
    GroupRow,
    HeavyLine,
    QualityFigures,
    ReviewFigures,
    TaxRow,
    TimePoint,
    UnknownLine,
)

__all__ = [
    "CategoryFootprint",
    "CurrencyFigures",
    "Figures",
    "FootprintFigures",
    "GroupRow",
    "HeavyLine",
    "QualityFigures",
    "ReviewFigures",
    "TaxRow",
    "TimePoint",
    "UnknownLine",
]
