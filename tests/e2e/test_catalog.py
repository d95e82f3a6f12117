"""The catalog from an empty store to its map, as somebody meets it who tries the sample catalog."""

import re
import zipfile
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.accessibility import find_serious_violations
from tests.e2e.conftest import settle, take_screenshot
from tests.support.server import Server
from tests.support.worker import ROOT

SAMPLES = ROOT / "data" / "samples" / "catalog"
PRODUCTS = 69
# Worker and dashboard load PyTorch side by side on two cores, and UMAP is compiled.
COMPUTED_MS = 120_000


def test_the_sample_catalog_is_imported_searched_and_looked_at_as_a_whole(
    server: Server, page: Page, tmp_path: Path
) -> None:
    import_samples(server, page)
    # Computed while the rest is looked at.
    start_map(server, page)
    search_by_words(server, page)
    keep_the_cut_off_beside_a_filter(page)
    search_with_a_counter_example(page)
    search_by_picture(server, page, tmp_path)
    find_the_copied_picture(server, page)
    find_what_is_misplaced(server, page)
    open_the_map(server, page)


def import_samples(server: Server, page: Page) -> None:
    """One click; the products are there when it ends."""
    page.goto(f"{server.base_url}/catalog")
    page.get_by_role("button", name="Try with the sample catalog").click()
    page.get_by_role("button", name="See these products").click(timeout=COMPUTED_MS)
    expect(page.get_by_text(f"{PRODUCTS} products", exact=True)).to_be_visible()
    expect(page.locator(".product .frame img").first).not_to_have_js_property("naturalWidth", 0)
    check_in_both_themes(page)
    take_screenshot(page, "catalog")


def start_map(server: Server, page: Page) -> None:
    """Ask for the map, and leave."""
    page.goto(f"{server.base_url}/insights?view=map")
    page.get_by_role("button", name="Draw the map").click()
    expect(page.get_by_role("progressbar")).to_be_visible()


def search_by_words(server: Server, page: Page) -> None:
    """Shoes are found as shoes, the red ones first, though none is called so."""
    page.goto(f"{server.base_url}/search")
    box = page.get_by_role("searchbox", name=re.compile("Words"))
    box.fill("red shoes")
    box.press("Enter")
    expect(results(page).first).to_have_attribute("data-id", "SH-406", timeout=COMPUTED_MS)
    settle(page)
    shown = results(page).evaluate_all("cards => cards.map(card => card.dataset.id)")
    assert {"SH-406", "SH-401", "SUP2-7741"} == set(shown[:3])
    check_in_both_themes(page)


def keep_the_cut_off_beside_a_filter(page: Page) -> None:
    """What was moved by hand stays where it is when the page narrows the question."""
    slider = page.get_by_role("slider", name="Cut-off")
    cut_off = str(int(slider.input_value()) + 1)
    slider.press("ArrowRight")
    settle(page)
    page.get_by_role("checkbox", name="Shoes").check()
    expect(page).to_have_url(re.compile(rf"cut={cut_off}&category=Shoes"))
    expect(slider).to_have_value(cut_off)
    page.get_by_role("button", name="Clear filters").click()
    expect(page).to_have_url(re.compile(rf"cut={cut_off}$"))
    settle(page)


def search_with_a_counter_example(page: Page) -> None:
    """What is like the counter-example goes down, and the address remembers it."""
    heels = results(page).first
    heels.hover()
    heels.get_by_role("button", name="Less like this").click()
    expect(page).to_have_url(re.compile("unlike=SH-406"))
    expect(results(page).first).to_have_attribute("data-id", re.compile("SH-401|SUP2-7741"))
    expect(page.locator('[data-id="SH-406"]')).to_have_count(0)
    expect(page.locator(".chips > *")).to_have_count(1)


def search_by_picture(server: Server, page: Page, tmp_path: Path) -> None:
    """A photograph of bananas, chosen from the disk, finds bananas."""
    with zipfile.ZipFile(SAMPLES / "images.zip") as archive:
        picture = archive.extract("FR-607.webp", tmp_path)
    page.goto(f"{server.base_url}/search")
    page.locator("form.box input[type=file]").set_input_files(picture)
    expect(results(page).first).to_have_attribute("data-id", "FR-607", timeout=COMPUTED_MS)
    settle(page)
    take_screenshot(page, "search")


def find_the_copied_picture(server: Server, page: Page) -> None:
    """The pair that two suppliers sent is the only one; said to differ, it is not shown again."""
    page.goto(f"{server.base_url}/insights?view=duplicates")
    page.get_by_role("button", name="Find duplicates").click()
    group = page.locator(".group")
    expect(group).to_have_count(1, timeout=COMPUTED_MS)
    expect(group.locator(".code")).to_have_text(["SH-401", "SUP2-7741"])
    check_in_both_themes(page)
    group.get_by_role("button", name=re.compile("Not the same")).click()
    expect(page.get_by_text("No duplicates", exact=True)).to_be_visible()


def find_what_is_misplaced(server: Server, page: Page) -> None:
    """The cup among the lamps, put where it belongs."""
    page.goto(f"{server.base_url}/insights?view=outliers")
    page.get_by_role("button", name="Find outliers").click()
    cup = page.locator('.outlier[data-id="MG-905"]')
    expect(cup).to_be_visible(timeout=COMPUTED_MS)
    check_in_both_themes(page)
    cup.get_by_role("button", name=re.compile("Move to Mugs")).click()
    expect(cup).to_have_count(0)


def open_the_map(server: Server, page: Page) -> None:
    """Every product is a dot; those that are drawn around stand below."""
    page.goto(f"{server.base_url}/insights?view=map")
    plot = page.locator(".st-key-map-plot .js-plotly-plot")
    expect(plot).to_be_visible(timeout=COMPUTED_MS)
    settle(page)
    assert plot.evaluate("plot => plot.data.reduce((n, one) => n + one.x.length, 0)") == PRODUCTS
    check_in_both_themes(page)
    take_screenshot(page, "map")
    draw_around_everything(page, plot)
    expect(page.get_by_text(f"{PRODUCTS} products selected")).to_be_visible()
    expect(page.locator(".product").first).to_be_visible()


def draw_around_everything(page: Page, plot: Locator) -> None:
    """A lasso along the edge of the plot, with the mouse."""
    box = plot.locator(".nsewdrag").first.bounding_box()
    assert box
    left, top = box["x"] + 2, box["y"] + 2
    right, bottom = left + box["width"] - 4, top + box["height"] - 4
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top)):
        page.mouse.move(x, y, steps=8)
    page.mouse.up()


def results(page: Page) -> Locator:
    """What was found, the best first."""
    return page.locator('.grid[aria-label="Results"] .card:not(.waiting)')


def check_in_both_themes(page: Page) -> None:
    """axe finds nothing serious, by day and by night."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        settle(page)
        assert find_serious_violations(page) == [], (scheme, page.url)
