"""The catalog in a real browser: facets, the panel, and an import up to its dry run."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipeline.catalog.product import ProductDraft
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.clock import utc_now
from pipeline.store import write_session
from tests.e2e.accessibility import find_serious_violations
from tests.e2e.conftest import settle
from tests.support.server import Server, start_server
from tests.support.uploads import draw_receipt

DRAFTS = (
    ProductDraft("B/1", "Ankle boots", None, "Shoes", 8900, "EUR", {"colour": "black"}),
    ProductDraft("B-2", "Rain boots", None, "Shoes", 3900, "EUR", {"colour": "red"}),
    ProductDraft("C-1", "Cap", None, "Hats", 1900, "EUR", {"colour": "red"}),
)
TABLE = """ref;titre;prix;photo
A1;Bottes;89,50;bottes.jpg
A2;;12,00;bottes.jpg
A3;Casquette;19,90;chapeau.jpg
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with three products."""
    with start_server(tmp_path_factory.mktemp("shop") / "data") as running:
        with write_session(running.settings) as session:
            put_products(session, [NewProduct(draft) for draft in DRAFTS], utc_now())
        yield running


@pytest.fixture
def supplier_folder(tmp_path: Path) -> Path:
    """A table with a folder of pictures beside it, one of them missing."""
    folder = tmp_path / "livraison"
    (folder / "photos").mkdir(parents=True)
    (folder / "tarif.csv").write_text(TABLE, encoding="cp1252")
    (folder / "photos" / "bottes.jpg").write_bytes(draw_receipt("bottes"))
    shutil.copy(folder / "photos" / "bottes.jpg", folder / "photos" / ".hidden.jpg")
    return folder


def test_facets_stand_in_the_address_and_the_way_back_takes_them_back(
    shop: Server, page: Page
) -> None:
    page.goto(f"{shop.base_url}/catalog")
    expect(page.locator(".product")).to_have_count(3)
    page.get_by_role("checkbox", name="Shoes").check()
    expect(page).to_have_url(re.compile(r"category=Shoes"))
    expect(page.locator(".product")).to_have_count(2)
    page.get_by_role("checkbox", name="red").check()
    expect(page.locator(".product")).to_have_count(1)
    page.reload()
    expect(page.locator(".product")).to_have_count(1)
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator(".product")).to_have_count(3)
    assert find_serious_violations(page) == []


def test_a_product_is_edited_in_its_panel(shop: Server, page: Page) -> None:
    page.goto(f"{shop.base_url}/catalog")
    page.get_by_role("link", name="Ankle boots").click()
    panel = page.get_by_role("dialog")
    expect(panel.get_by_text("€89.00")).to_be_visible()
    settle(page)
    assert find_serious_violations(page) == []
    panel.get_by_role("button", name="Edit").click()
    panel.get_by_role("textbox", name="Price").fill("cheap")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_text("Write an amount, such as 17.54.")).to_be_visible()
    panel.get_by_role("textbox", name="Price").fill("79,5")
    panel.get_by_role("textbox", name="Attributes").fill("colour: brown")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_text("€79.50")).to_be_visible()
    expect(panel.locator("dl").get_by_text("brown")).to_be_visible()
    panel.get_by_text("History", exact=True).click()
    expect(panel.locator(".changes")).to_contain_text("brown")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/catalog$"))


def test_a_folder_is_checked_before_anything_changes(
    shop: Server, page: Page, supplier_folder: Path
) -> None:
    page.goto(f"{shop.base_url}/catalog?import=new")
    page.locator("input[webkitdirectory]").set_input_files(supplier_folder)
    expect(page.locator(".kept")).to_contain_text("tarif.csv")
    expect(page.locator(".kept")).to_contain_text("livraison.zip")
    page.get_by_role("button", name="Choose columns").click()
    expect(page.get_by_role("region", name="The first rows as understood")).to_contain_text("89.50")
    page.reload()
    expect(page.get_by_role("region", name="The first rows as understood")).to_contain_text(
        "The product has no name"
    )
    assert find_serious_violations(page) == []

    page.get_by_role("button", name="Check 3 rows").click()
    expect(page.get_by_role("button", name="Import 1 product")).to_be_visible(timeout=60_000)
    rejected = page.get_by_role("region", name="Rejected rows").locator("tbody tr")
    expect(rejected).to_have_count(2)
    expect(rejected.nth(1)).to_contain_text("chapeau.jpg")
    page.get_by_role("button", name="Change columns").click()
    expect(page.get_by_text("What the columns hold")).to_be_visible()


@pytest.mark.parametrize("address", ["/catalog", "/catalog?import=new", "/catalog?product=B-2"])
def test_nothing_scrolls_sideways_on_a_phone(shop: Server, page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(shop.base_url + address)
    expect(page.locator(".product, .zone, .sheet").first).to_be_visible()
    widths = page.evaluate(
        "[...document.querySelectorAll('html, [data-testid=stMain]')].map(n => n.scrollWidth)"
    )
    assert max(widths) <= 390, widths
