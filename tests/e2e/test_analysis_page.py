"""The HTML of an analysis in a browser without network: whole, drawn, in light and dark."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.diagrams import DARK, LIGHT
from pipeline.reports.analysis.html.page import write_page
from pipeline.reports.analysis.pdf.document import PaperAnalysis
from pipeline.reports.figures.compute import compute_figures
from tests.e2e.accessibility import find_serious_violations
from tests.support.analysis_data import YEAR, bought, make_snapshots
from tests.unit.reports.analysis.worlds import FIRST, analyse, ask, draw_noise

HOSTILE = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("analysis")
    rows = [*draw_noise(1), bought(FIRST, 900_000, HOSTILE), bought(FIRST, 900_000, HOSTILE)]
    made = make_snapshots(folder, rows, draw_noise(2, first=YEAR.before().first))
    written = analyse(made, "fr", HOSTILE)
    moment = datetime(2026, 1, 6, tzinfo=UTC)
    paper = PaperAnalysis(written, compute_figures(made), ask("fr", HOSTILE), moment)
    file = folder / "analysis.html"
    file.write_bytes(write_page(written, paper.front))
    return file


@pytest.fixture
def offline(browser: Browser, file: Path) -> Iterator[Page]:
    """The page on a phone's screen; fails where it asks for anything or complains."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="light")
    context.set_offline(True)
    page, wrong = context.new_page(), []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.on("request", lambda request: wrong.append(request.url) if _leaves(request.url) else None)
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    yield page
    context.close()
    assert wrong == []


def _leaves(url: str) -> bool:
    return not url.startswith(("file:", "data:", "blob:"))


def test_every_chart_is_drawn_without_network_on_a_narrow_screen(offline: Page) -> None:
    boxes = offline.locator("[data-chart]")
    assert boxes.count() > 8
    drawn = offline.evaluate(
        "[...document.querySelectorAll('[data-chart]')].map("
        "box => box.querySelectorAll('.plot path, .points path, .lines path').length)"
    )
    assert min(drawn) >= 1
    assert offline.evaluate("document.documentElement.scrollWidth") == 390
    assert offline.evaluate("document.fonts.check('16px Inter')")
    assert offline.locator("img").count() == 0
    assert offline.locator("h1").inner_text() == HOSTILE
    offline.get_by_text("Afficher les chiffres").first.click()
    assert offline.locator("details[open] table").first.is_visible()


def test_charts_follow_the_theme_of_the_reader_and_paper_is_light(offline: Page) -> None:
    bar = expect(offline.locator(".bars path").first)
    bar.to_have_css("fill", _rgb(LIGHT.accent))
    offline.emulate_media(color_scheme="dark")
    bar.to_have_css("fill", _rgb(DARK.accent))
    offline.emulate_media(media="print", color_scheme="dark")
    bar.to_have_css("fill", _rgb(LIGHT.accent))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_read_it(offline: Page, scheme: str) -> None:
    offline.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    assert find_serious_violations(offline) == []


def _rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"
