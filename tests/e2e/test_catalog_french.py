"""The catalog in French: an operator brings and finds products, a viewer only looks at them."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from dashboard.access.current import SESSION_COOKIE
from dashboard.language import COOKIE
from pipeline.access.accounts import add_account
from pipeline.access.sessions import open_session
from pipeline.clock import utc_now
from pipeline.store import write_session
from tests.e2e.accessibility import find_serious_violations
from tests.e2e.conftest import settle
from tests.support.server import Server, start_server
from tests.support.worker import wait_until

SHOE = "SH-401"
# Worker and dashboard load PyTorch side by side on two cores.
COMPUTED_MS = 120_000


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the operator and then the viewer."""
    with start_server(tmp_path_factory.mktemp("boutique") / "data") as running:
        yield running


def test_the_catalog_is_imported_and_searched_in_french_and_a_viewer_only_looks(
    shop: Server, page: Page
) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": "fr", "url": shop.base_url}])
    import_samples(shop, page)
    narrow_by_category(page)
    change_the_price(shop, page)
    search_by_words(shop, page)
    sign_in_as_viewer(shop, page)
    look_without_acts(shop, page)


def import_samples(shop: Server, page: Page) -> None:
    """One click; what became of the rows is said with their number."""
    page.goto(f"{shop.base_url}/catalog")
    page.get_by_role("button", name="Essayer avec le catalogue d’exemple").click()
    page.get_by_role("button", name="Voir ces produits").click(timeout=COMPUTED_MS)
    expect(page.get_by_text("69 produits", exact=True)).to_be_visible()


def narrow_by_category(page: Page) -> None:
    """The order stands in the address by a name that readers of English understand as well."""
    page.get_by_role("group", name="Catégorie").get_by_role("checkbox", name="Shoes").check()
    expect(page).to_have_url(re.compile("category=Shoes"))
    expect(page.get_by_text("8 produits", exact=True)).to_be_visible()
    page.get_by_label("Ordre").click()
    page.get_by_role("option", name="Les moins chers d’abord").click()
    expect(page).to_have_url(re.compile("order=cheapest"))
    expect(page.locator(".product .price").first).to_have_text(re.compile(r"^69,90\s€$"))
    assert find_serious_violations(page) == []


def change_the_price(shop: Server, page: Page) -> None:
    """What is missing is named as the form names it; the history says what changed."""
    page.goto(f"{shop.base_url}/catalog?product={SHOE}")
    panel = page.get_by_role("dialog")
    panel.get_by_role("button", name="Modifier").click()
    panel.get_by_role("textbox", name="Nom").fill(" ")
    panel.get_by_role("button", name="Enregistrer").click()
    expect(panel.get_by_text("Le champ « Nom » d’un produit ne peut pas être vide")).to_be_visible()
    panel.get_by_role("textbox", name="Nom").fill("Baskets blanches")
    panel.get_by_role("button", name="Enregistrer").click()
    panel.get_by_text("Historique", exact=True).click()
    expect(panel.locator(".changes")).to_contain_text("NomWhite running shoesBaskets blanches")


def search_by_words(shop: Server, page: Page) -> None:
    """Scores, counts and the cut-off are written as in France."""
    page.goto(f"{shop.base_url}/search")
    page.get_by_placeholder(re.compile("^Que cherchez-vous")).fill("red shoes")
    page.get_by_role("button", name="Rechercher", exact=True).click()
    expect(page.locator(".took")).to_be_visible(timeout=COMPUTED_MS)
    expect(page.get_by_text(re.compile(r"^\d+ résultats$"))).to_be_visible()
    expect(page.locator(".cut")).to_have_text(re.compile(r"^\d+\s%$"))
    settle(page)
    assert find_serious_violations(page) == []


def sign_in_as_viewer(shop: Server, page: Page) -> None:
    """From the first account on everybody has to say who they are."""
    now = utc_now()
    with write_session(shop.settings) as session:
        account_id = add_account(session, "luc", "viewer", None, "terminal", now=now).id
    token = open_session(shop.settings, account_id, "oidc", now=now)
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": shop.base_url}])
    with shop.client() as client:
        wait_until(lambda: client.get("/api/v1/products").status_code == 401)


def look_without_acts(shop: Server, page: Page) -> None:
    """Looking, searching and exporting stay; what changes anything is not there."""
    page.goto(f"{shop.base_url}/catalog")
    expect(page.get_by_role("link", name="Exporter")).to_be_visible()
    expect(page.get_by_role("button", name="Importer")).to_have_count(0)
    page.locator(".product input[type=checkbox]").first.check(force=True)
    expect(page.get_by_role("button", name="Chercher des semblables")).to_be_visible()
    expect(page.get_by_role("button", name="Supprimer")).to_have_count(0)
    page.goto(f"{shop.base_url}/catalog?product={SHOE}")
    panel = page.get_by_role("dialog")
    expect(panel.get_by_role("button", name="Produits semblables")).to_be_visible()
    expect(panel.get_by_role("button", name="Modifier")).to_have_count(0)
    page.goto(f"{shop.base_url}/catalog?import=new")
    expect(page.get_by_role("heading", name="L’import est réservé aux opérateurs")).to_be_visible()
    expect(page.get_by_role("link", name="products.csv")).to_be_visible()
    page.goto(f"{shop.base_url}/insights")
    expect(page.get_by_text("un opérateur peut le lancer")).to_be_visible()
    expect(page.get_by_role("button", name="Chercher les doublons")).to_have_count(0)
    settle(page)
    assert find_serious_violations(page) == []
