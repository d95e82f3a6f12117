"""The PDF report, opened again with a library that did not write it."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from pipeline.reports.figures.types import Figures
from pipeline.reports.order import SECTIONS, Language, ReportFilter, ReportOrder
from pipeline.reports.pdf.document import draw_report
from pipeline.reports.pdf.sections.receipts import ReceiptRow
from pipeline.reports.period import Period
from pipeline.reports.texts import Texts
from tests.support.pdf_text import text_of
from tests.support.report_figures import (
    CHANGED_AT,
    MARCH,
    make_days,
    make_empty_figures,
    make_figures,
)

NOW = datetime(2026, 4, 2, 8, tzinfo=UTC)
TWO_YEARS = Period(date(2024, 1, 1), date(2025, 12, 31))
HOSTILE = (
    "W" * 5_000,
    "a\x00b\x07c\x1b[31m",
    "שלום \u202egnp.exe",
    "🧾🥐 café",
    "<b>&amp;</b> \\( ) %",
    "e\u0301te\u0301 \ud800",
    "Ж 日本 " * 40,
    "".join(map(chr, range(0x100, 0x250))),
)


def make_rows(period: Period, per_day: int, merchant: str = "Œnothèque") -> Iterator[ReceiptRow]:
    for number, day in enumerate(make_days(period, per_day)):
        yield ReceiptRow(
            day, merchant, f"T-{number:05}", "EUR", 200, 1_200, 1.25, "B",
            number % 3 == 0, number % 3 == 1, None, False,
        )  # fmt: skip


def draw(
    figures: Figures,
    language: Language = "en",
    *,
    rows: Iterator[ReceiptRow] | None = None,
    now: datetime = NOW,
    **order: Any,
) -> bytes:
    order = {"sections": SECTIONS["pdf"], **order}
    target = io.BytesIO()
    wanted = ReportOrder("pdf", figures.period, language=language, **order)
    drawn = draw_report(figures, wanted, rows, target, created_at=now)
    assert drawn.pages == len(PdfReader(target).pages)
    return target.getvalue()


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content), strict=True)


def outline_of(reader: PdfReader) -> list[tuple[str, int]]:
    """Titles of the sections, and the number of the page that each leads to."""
    return [
        (str(entry.title), (reader.get_destination_page_number(entry) or 0) + 1)
        for entry in reader.outline
        if not isinstance(entry, list)
    ]


@pytest.fixture(scope="module")
def english() -> PdfReader:
    return read(draw(make_figures(), rows=make_rows(MARCH, 4), title="March, in full"))


@pytest.fixture(scope="module")
def french() -> PdfReader:
    figures = make_figures(TWO_YEARS, currencies=("EUR", "USD", None))
    return read(draw(figures, "fr", rows=make_rows(TWO_YEARS, 1)))


def test_the_cover_says_what_this_is_and_its_key_figures(english: PdfReader) -> None:
    cover = text_of(english.pages[0])
    figures = make_figures()
    spent = Texts("en").money(figures.currencies[0].spent_cents, "EUR")

    for expected in (
        *("March, in full", "1 Mar 2026 – 31 Mar 2026", spent, "before: €", "kg", "73%"),
        *("None: every receipt", "1 Feb 2026 – 28 Feb 2026", "2 Apr 2026, 07:30 UTC"),
    ):
        assert expected in cover
    assert "Page 1" not in cover


@pytest.mark.parametrize("language", ["en", "fr"])
def test_outline_contents_and_pages_name_the_same_sections(
    language: str, request: pytest.FixtureRequest
) -> None:
    reader = request.getfixturevalue("english" if language == "en" else "french")
    texts = Texts(language)
    outline = outline_of(reader)
    contents = text_of(reader.pages[1])

    assert [title for title, _ in outline] == [
        texts.say(f"pdf.section.{name}") for name in SECTIONS["pdf"]
    ]
    for title, number in outline:
        assert title in text_of(reader.pages[number - 1])
        assert f"{title} {number}" in contents


def test_every_page_but_the_cover_says_which_of_how_many_it_is(french: PdfReader) -> None:
    total = len(french.pages)
    for number, page in enumerate(french.pages, 1):
        assert (f"Page {number} sur {total}" in text_of(page)) is (number > 1)


def test_french_is_printed_with_its_letters_and_signs(french: PdfReader) -> None:
    whole = " ".join(text_of(page) for page in french.pages[:20])
    for expected in ("Vue d’ensemble", "Catégories", "Œnothèque", "œufs", "€", "févr.", "%"):
        assert expected in whole
    assert "Dollar des États-Unis (USD)" in whole
    assert "Sans devise indiquée" in whole


def test_the_head_of_a_table_is_on_each_of_its_pages(english: PdfReader) -> None:
    first = dict(outline_of(english))["All receipts"]
    pages = [text_of(page) for page in english.pages[first - 1 :]]
    assert len(pages) > 2
    assert all("Day Merchant Number Tax (EUR) Total (EUR)" in page for page in pages)
    assert "31 Mar 2026 4 receipts 8.00 48.00" in pages[-1]
    assert "Mar 2026 124 receipts 248.00 1,488.00" in pages[-1]


def test_fonts_are_in_the_file_and_it_says_what_it_is(english: PdfReader) -> None:
    fonts = [
        font.get_object()
        for page in english.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    ]
    catalog = english.trailer["/Root"]

    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts)
    assert {font["/BaseFont"].split("+")[1] for font in fonts} == {
        "Inter-Regular", "Inter-SemiBold", "Inter-Bold",
    }  # fmt: skip
    about = english.metadata
    assert about is not None
    assert (about.title, about.author) == ("March, in full, 1 Mar 2026 – 31 Mar 2026", "Comptoir")
    assert about.subject == "Receipts of 1 Mar 2026 – 31 Mar 2026"
    assert "receipts" in str(about.keywords)
    assert about.creation_date == NOW
    assert catalog["/Lang"] == "en-GB"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"] is not None
    assert catalog["/MarkInfo"]["/Marked"]


def test_headings_tables_and_charts_are_told_to_those_who_do_not_see_them(
    english: PdfReader,
) -> None:
    catalog = english.trailer["/Root"]
    document = catalog["/StructTreeRoot"]["/K"]
    sections = [kid for kid in _kids(document) if kid["/S"] == "/Sect"]
    roles = [[kid["/S"] for kid in _kids(section)] for section in sections]
    charts = [kid for kid in _kids(sections[1]) if kid["/S"] == "/Figure"]
    rows = _kids(next(kid for kid in _kids(sections[0]) if kid["/S"] == "/Table"))

    assert len(sections) == len(SECTIONS["pdf"])
    assert all(found[0] == "/H1" for found in roles)
    assert "The most was spent on" in charts[0]["/Alt"]
    assert [cell["/S"] for cell in _kids(rows[0])] == ["/TH"] * 4
    assert [cell["/S"] for cell in _kids(rows[1])] == ["/TD"] * 4
    _check_marks(english)


def test_the_contents_lead_to_their_headings_with_and_without_a_mouse(english: PdfReader) -> None:
    document = english.trailer["/Root"]["/StructTreeRoot"]["/K"]
    contents = next(kid for kid in _kids(document) if kid["/S"] == "/TOC")
    entries = [kid for kid in _kids(contents) if kid["/S"] == "/TOCI"]
    links = [_kids(entry)[0] for entry in entries]
    targets = [_kids(link)[1]["/Obj"] for link in links]
    titles = [str(target["/Contents"]) for target in targets]

    assert {title for title, _ in outline_of(english)} < set(titles)
    for target, title in zip(targets, titles, strict=True):
        page = english.get_page_number(target["/Dest"][0].get_object())
        assert page is not None
        assert title in text_of(english.pages[page])


def _kids(element: Any) -> list[Any]:
    return [kid.get_object() for kid in element["/K"]]


def _check_marks(reader: PdfReader) -> None:
    """Every mark on a page is known to the structure, and nothing is left unmarked."""
    numbers = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    elements = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for page in reader.pages:
        content = page.get_contents().get_data().decode()
        marks = [int(mark) for mark in re.findall(r"/MCID (\d+)", content)]
        assert sorted(marks) == list(range(len(elements[page["/StructParents"]])))
        assert content.count("BDC") + content.count("BMC") == content.count("EMC")


def test_a_period_in_which_nothing_was_bought_is_one_friendly_page() -> None:
    figures = replace(make_empty_figures(), undated=2)
    (page,) = read(draw(figures, "fr", filters=ReportFilter(merchant="Métro"))).pages
    text = text_of(page)
    for expected in (
        *("Aucun achat durant cette période", "2 tickets remis", "sans eux", "Page 1 sur 1"),
        "commerçant contenant « Métro »",
    ):
        assert expected in text


def test_filters_are_on_the_cover() -> None:
    wanted = ReportFilter(
        merchant="Métro", category="boissons", status="completed", client="desk", needs_review=True
    )
    cover = text_of(read(draw(make_figures(), filters=wanted, sections=("overview",))).pages[0])
    for expected in ("“Métro”", "“Drinks”", "“completed”", "“desk”", "waiting for review"):
        assert expected in cover


def test_the_same_figures_give_the_same_bytes_but_for_the_dates() -> None:
    def once(now: datetime) -> bytes:
        content = draw(make_figures(), rows=make_rows(MARCH, 3), now=now)
        (info,) = [read(content).metadata]
        assert info is not None
        assert info.creation_date == now
        return content

    first, second = once(NOW), once(NOW)
    later = once(NOW + timedelta(days=400))
    assert first == second
    assert [text_of(page) for page in read(later).pages] == [
        text_of(page) for page in read(first).pages
    ]
    assert read(later).trailer["/ID"] == read(first).trailer["/ID"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_of_a_receipt_harms_the_report(text: str) -> None:
    figures = make_figures(compare=False)
    block = figures.currencies[0]
    merchants = tuple(replace(row, name=text) for row in block.merchants)
    categories = tuple(replace(row, name=text) for row in block.categories)
    figures = replace(
        figures, currencies=(replace(block, merchants=merchants, categories=categories),)
    )
    content = draw(
        figures, rows=make_rows(MARCH, 2, text), title=text[:100], filters=ReportFilter(text)
    )
    whole = "".join(text_of(page) for page in read(content).pages)
    assert "All receipts" in whole
    assert not re.search(r"[\x00-\x08\x1b\u202e]", whole)


def test_amounts_of_nothing_and_of_billions_both_fit() -> None:
    for scale in (0, 10_000_000):
        figures = make_figures(scale=scale) if scale else _without_money(make_figures())
        cover = text_of(read(draw(figures, rows=iter(()))).pages[0])
        assert Texts("en").money(figures.currencies[0].spent_cents, "EUR") in cover


def _without_money(figures: Figures) -> Figures:
    (block,) = figures.currencies
    points = tuple(replace(point, spent_cents=0) for point in block.points)
    rows = tuple(replace(row, spent_cents=0, share=0.0) for row in block.merchants)
    nothing = replace(
        block, spent_cents=0, tax_cents=0, points=points, merchants=rows, categories=(), taxes=()
    )
    return replace(figures, currencies=(nothing,), previous=None, changed_at=CHANGED_AT)
