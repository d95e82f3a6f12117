"""axe on a page as it stands: what would keep somebody from using it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = ("serious", "critical")
# To list what is right as well takes a third of the time.
OPTIONS = {"resultTypes": ["violations"]}


def find_serious_violations(page: Page) -> list[str]:
    """Each serious or critical violation: its rule, and the first places where it is broken."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in SERIOUS
    ]
