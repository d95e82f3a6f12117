"""What a report's file is called."""

from dataclasses import replace
from datetime import date

from pipeline.reports.file_name import name_file
from pipeline.reports.order import ReportOrder
from pipeline.reports.period import Period

MARCH = ReportOrder("excel", Period(date(2026, 3, 1), date(2026, 3, 31)))


def test_a_file_is_named_by_what_it_is_about_and_its_days() -> None:
    assert name_file(MARCH, "xlsx") == "receipts-2026-03-01-2026-03-31.xlsx"
    assert name_file(replace(MARCH, language="fr"), "xlsx").startswith("tickets-2026-03-01")


def test_a_title_names_the_file_without_accents_paths_or_quotes() -> None:
    titled = replace(MARCH, title='Notes d’été / "Équipe" ../..')
    assert name_file(titled, "pdf") == "notes-d-ete-equipe-2026-03-01-2026-03-31.pdf"
    assert name_file(replace(MARCH, title="收據"), "pdf").startswith("receipts-")
    assert name_file(ReportOrder("dummy", None), "pdf") == "test-report.pdf"
