"""First renders in a real Chromium whose cache has the assets and whose page is new."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

VIEWPORT = {"width": 1440, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SHOWN_WITHIN_MS = 30_000
# What is drawn in place of content that is not there yet.
UNFINISHED = '[data-testid="stSkeleton"], [data-testid="stSpinner"]'
SHOWN = """([content, unfinished]) => {
  const roots = [document];
  for (const root of roots)
    for (const one of root.querySelectorAll("*")) if (one.shadowRoot) roots.push(one.shadowRoot);
  const seen = roots.flatMap((root) => [...root.querySelectorAll(content)])
    .some((one) => one.checkVisibility() && one.getBoundingClientRect().height > 0);
  const main = document.querySelector('[data-testid="stMain"]');
  if (!seen || main.querySelector(unfinished)) return 0;
  return performance.now();
}"""


@contextmanager
def open_browser(folder: Path) -> Iterator[BrowserContext]:
    """Chromium whose HTTP cache is kept in `folder` from one call to the next."""
    chromium = shutil.which("chromium")
    assert chromium, "scripts/install_chromium.sh installs Chromium"
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(folder),
            executable_path=chromium,
            args=FLAGS,
            viewport=VIEWPORT,  # type: ignore[arg-type]
            locale="en-GB",
            timezone_id="Europe/Paris",
        )
        yield context
        context.close()


def visit(context: BrowserContext, url: str, content: str) -> float:
    """Milliseconds from the start of the navigation, in a new tab, until `content` is seen."""
    page = context.new_page()
    try:
        page.goto(url, wait_until="commit")
        shown = page.wait_for_function(
            SHOWN, arg=[content, UNFINISHED], polling="raf", timeout=SHOWN_WITHIN_MS
        )
        return float(shown.json_value())
    finally:
        page.close()
