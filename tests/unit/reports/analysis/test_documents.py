"""The analysis as HTML and PDF: whole, safe whatever merchants are called, the same each time."""

import base64
import gzip
import hashlib
import io
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pypdf import PdfReader

from pipeline.reports.analysis.html.fonts import font_style
from pipeline.reports.analysis.html.page import write_page
from pipeline.reports.analysis.pdf.document import PaperAnalysis
from pipeline.reports.analysis.written import Written
from pipeline.reports.figures.compute import compute_figures
from pipeline.reports.order import Language
from pipeline.reports.snapshot.job import Snapshots
from tests.support.analysis_data import YEAR, bought, make_snapshots
from tests.unit.reports.analysis.worlds import FIRST, analyse, ask, draw_noise

HOSTILE = "</script><img src=x onerror=alert(1)>"
NOW = datetime(2026, 1, 6, 12, tzinfo=UTC)


class Elements(HTMLParser):
    """What a browser makes of a page: its elements with their attributes, and its texts."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Snapshots:
    """A year in which the shop with the largest share has a hostile name."""
    rows = draw_noise(1)
    rows += [bought(FIRST, 900_000, HOSTILE), bought(FIRST, 900_000, HOSTILE)]
    before = draw_noise(2, first=YEAR.before().first)
    return make_snapshots(tmp_path_factory.mktemp("made"), rows, before)


def set_pages(made: Snapshots, language: Language = "en") -> tuple[bytes, bytes, Written]:
    title = f"{HOSTILE} & more"
    written, figures = analyse(made, language, title), compute_figures(made)
    paper = PaperAnalysis(written, figures, ask(language, title), NOW)
    target = io.BytesIO()
    page = write_page(written, paper.front)
    paper.draw(target)
    return page, target.getvalue(), written


@pytest.fixture(scope="module")
def documents(made: Snapshots) -> tuple[bytes, bytes, Written]:
    return set_pages(made)


def test_the_same_data_give_the_same_bytes(
    made: Snapshots, documents: tuple[bytes, bytes, Written]
) -> None:
    assert set_pages(made) == documents


def test_hostile_names_stay_text(documents: tuple[bytes, bytes, Written]) -> None:
    page = Elements(documents[0])
    assert page.all("img") == []
    assert any(HOSTILE in text for text in page.texts)
    # Data, Plotly and the script that draws: a name opens no fourth and closes none.
    kinds = [script.get("type") for script in page.all("script")]
    assert kinds == ["application/json", "text/plain", None]
    assert not any(name.startswith("on") for _, attrs in page.found for name in attrs)


def test_nothing_is_loaded_and_only_our_scripts_may_run(
    documents: tuple[bytes, bytes, Written],
) -> None:
    page = documents[0].decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert not re.search(r"https?:|\*|unsafe-(inline|eval)'? [^;]*script", policy)
    packed = re.search(r'id="plotly">([^<]+)<', page)
    draw = re.search(r"<script>(.+?)</script>", page, re.DOTALL)
    assert packed
    assert draw
    plotly = gzip.decompress(base64.b64decode(packed[1]))
    for script in (plotly, draw[1].encode()):
        digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    elements = Elements(documents[0])
    assert all(link["href"] and link["href"].startswith("#") for link in elements.all("a"))
    assert elements.all("link") == []


def test_every_chart_has_its_words_and_its_figures(
    documents: tuple[bytes, bytes, Written],
) -> None:
    page, _, written = documents
    charts = [chart for section in written.sections for chart in section.charts]
    elements = Elements(page)
    drawn = [box for box in elements.all("div") if "data-chart" in box]
    assert [box["data-chart"] for box in drawn] == [str(at) for at in range(len(charts))]
    assert all(box["role"] == "img" and box["aria-label"] for box in drawn)
    assert len(elements.all("details")) == len(charts) > 8
    data = re.search(r'id="charts">(.+?)</script>', page.decode())
    assert data
    assert len(json.loads(data[1])["figures"]) == len(charts)
    anchors = {link["href"] for link in elements.all("a")}
    assert anchors == {f"#{section['id']}" for section in elements.all("section")}


def test_the_paper_says_the_same_with_an_outline_and_numbered_pages(
    documents: tuple[bytes, bytes, Written],
) -> None:
    _, pdf, written = documents
    reader = PdfReader(io.BytesIO(pdf), strict=True)
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for section in written.sections:
        assert section.title in text
        if section.sentences:
            assert section.sentences[0].split(";")[0][:60] in text
    outline = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert outline[1:] == [section.title for section in written.sections]
    assert f"Page {len(reader.pages)} of {len(reader.pages)}" in text


def test_an_empty_year_and_french_are_set_as_well(made: Snapshots, tmp_path: Path) -> None:
    page, pdf, _ = set_pages(make_snapshots(tmp_path, [], []), "fr")
    assert "Aucun ticket" in page.decode()
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    french = set_pages(made, "fr")[0].decode()
    assert 'lang="fr"' in french
    assert "janv. 2025" in french.replace("\\u00a0", " ")


def test_the_second_font_file_comes_along_only_where_a_name_needs_it() -> None:
    assert font_style("Œuf, € ≈ 3").count("@font-face") == 1
    assert font_style("Łódź").count("@font-face") == 2
