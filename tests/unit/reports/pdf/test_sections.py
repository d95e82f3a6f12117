"""What single sections say: sums of the list, rates, comparisons, what is left out."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from pipeline.reports.figures.types import Figures, TaxRow
from pipeline.reports.order import ReportOrder
from pipeline.reports.pdf.document import draw_report
from pipeline.reports.pdf.sections.receipts import ReceiptRow
from tests.support.pdf_text import text_of
from tests.support.report_figures import make_empty_figures, make_figures

FIRST = ReceiptRow(
    date(2026, 3, 1), "Monoprix", "7", "EUR", 100, 1_100, 2.0, "A", False, False, None, False
)


def draw_section(
    figures: Figures, section: str, rows: Sequence[ReceiptRow] = (), language: Any = "en"
) -> str:
    """The text of a report that has that section alone, without cover and contents."""
    order = ReportOrder("pdf", figures.period, language=language, sections=(section,))
    target = io.BytesIO()
    draw_report(figures, order, rows, target, created_at=datetime(2026, 4, 2, tzinfo=UTC))
    return " ".join(text_of(page) for page in PdfReader(target).pages[2:])


def test_the_list_sums_days_months_and_all_of_them_in_each_currency() -> None:
    rows = (
        FIRST,
        FIRST._replace(currency="USD", total_cents=500, tax_cents=None),
        FIRST._replace(total_cents=2_000_00, is_corrected=True),
        FIRST._replace(bought_on=date(2026, 3, 9), needs_review=True, merchant=None),
        FIRST._replace(bought_on=date(2026, 4, 1), reviewed_at=datetime(2026, 4, 2, tzinfo=UTC)),
    )
    text = draw_section(make_figures(currencies=("EUR", "USD")), "receipts", rows)
    for expected in (
        *("1 Mar 2026 Monoprix 7 – US$5.00 2.00 A untouched", "€2,000.00 2.00 A corrected"),
        *("1 Mar 2026 3 receipts €2.00 €2,011.00 6.00", "US$0.00 US$5.00"),
        *("9 Mar 2026 Unknown merchant 7 €1.00 €11.00 2.00 A waiting", "A accepted"),
        *("Mar 2026 4 receipts €3.00 €2,022.00 8.00", "Apr 2026 1 receipt €1.00 €11.00"),
        "Total 5 receipts €4.00 €2,033.00 10.0",
    ):
        assert expected in text
    # One receipt is its day's sum already.
    assert "9 Mar 2026 1 receipt" not in text


def test_discarded_and_undated_receipts_are_not_in_the_list() -> None:
    rows = (
        FIRST,
        FIRST._replace(merchant="Twice", is_discarded=True),
        FIRST._replace(merchant="Never", bought_on=None),
    )
    text = draw_section(make_figures(), "receipts", rows)
    assert "Monoprix" in text
    assert "Twice" not in text
    assert "Never" not in text
    assert "Mar 2026 1 receipt 1.00 11.00" in text


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (TaxRow(20.0, 3, 100_00, 20_00, 20_00), "20.0% 3 100.00 20.00 20.0%"),
        (TaxRow(20.0, 3, None, 20_00, 0), "20.0% 3 – 20.00 –"),
        # Some of its receipts print no base.
        (TaxRow(20.0, 3, 80_00, 20_00, 16_00), "20.0% 3 80.00 20.00 20.0%"),
        (TaxRow(None, 3, 80_00, 20_00, 20_00), "Rate not stated 3 80.00 20.00 25.0%"),
    ],
)
def test_an_effective_rate_is_of_what_is_printed_with_its_base(row: TaxRow, shown: str) -> None:
    figures = make_figures()
    (block,) = figures.currencies
    text = draw_section(replace(figures, currencies=(replace(block, taxes=(row,)),)), "taxes")
    assert shown in text


def test_a_period_before_without_receipts_is_not_compared() -> None:
    figures = replace(make_figures(compare=False), previous=make_empty_figures())
    order = ReportOrder("pdf", figures.period, sections=("overview",))
    target = io.BytesIO()
    draw_report(figures, order, None, target, created_at=datetime(2026, 4, 2, tzinfo=UTC))
    cover, _, overview = (text_of(page) for page in PdfReader(target).pages)
    assert ": no receipts" in cover
    assert "before" not in cover
    assert "Change" not in overview


def test_a_period_before_that_is_there_only_in_part_is_said_on_cover_and_overview() -> None:
    figures = replace(make_figures(compare=False), nothing_before=date(2026, 2, 3))
    order = ReportOrder("pdf", figures.period, language="fr", sections=("overview",))
    target = io.BytesIO()
    draw_report(figures, order, None, target, created_at=datetime(2026, 4, 2, tzinfo=UTC))
    cover, _, overview = (text_of(page) for page in PdfReader(target).pages)
    for page in (cover, overview):
        assert "Pas de comparaison avec 1 févr. 2026 – 28 févr. 2026" in page
        assert "le premier ticket date du 3 févr. 2026" in page
    assert "Évolution" not in overview


def test_duplicates_and_reasons_are_said_in_words() -> None:
    text = draw_section(make_figures(), "review", language="fr")
    for expected in (
        *("3 doublons ont été trouvés et écartés", "128,40 €", "Total incertain 21"),
        "Peut-être le même achat qu’un autre ticket",
    ):
        assert expected in text


def test_failures_are_said_in_words_with_their_code() -> None:
    text = draw_section(make_figures(), "quality")
    assert "The PDF is protected by a password. ENCRYPTED_PDF" in text
    assert "95 of 100 within 4.2 s" in text


def test_what_is_not_known_of_the_footprint_is_never_zero() -> None:
    figures = make_figures()
    (block,) = figures.currencies
    rows = (replace(block.categories[0], kg_co2e=0.0), *block.categories[1:])
    known = replace(figures, currencies=(replace(block, categories=rows),))
    text = draw_section(known, "categories")
    assert " 0.00" not in text
    assert "840 lines unknown" in draw_section(figures, "footprint")


def test_it_is_said_which_receipts_the_money_is_of() -> None:
    figures = make_figures(currencies=("EUR", None), compare=False)
    main, other = figures.currencies
    main = replace(main, receipts=400, without_total=7)
    text = draw_section(replace(figures, currencies=(main, other)), "overview")
    assert "on 400 receipts in EUR, 7 of which state no total, in these days" in text
    text = draw_section(replace(figures, currencies=(other, main)), "overview", language="fr")
    assert f"sur {other.receipts} tickets sans devise indiquée, dont 1 sans total, durant" in text


def test_categories_say_why_their_sum_is_not_what_was_spent() -> None:
    figures = make_figures()
    (block,) = figures.currencies
    for cents, said in ((12_00, "€12.00 were paid but stand on no line"), (-9_00, "€9.00 more")):
        changed = replace(block, unitemised_cents=cents)
        assert said in draw_section(replace(figures, currencies=(changed,)), "categories")
