"""What must hold of a page however it is looked at: nothing moves, is cut off or sticks out."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.conftest import settle
from tests.support.worker import ROOT

PICTURES = ROOT / "docs" / "screenshots" / "pages"
COLOURS = 255
# Sliding in and out, Streamlit's sidebar takes 300 ms.
CALM = "*, *::before, *::after { transition: none !important; animation-duration: 1ms !important; }"
BUSY = "[data-testid=stSpinner], [data-testid=stSkeleton], .stException"
WIDTHS = "[...document.querySelectorAll('html, [data-testid=stMain]')].map(n => n.scrollWidth)"
# Our components draw in shadow roots. What ends with dots and says the whole when pointed at, or
# is there for those who hear the page alone, is not cut off.
CUT_OFF = """() => {
  const wanted = "button, a, h1, h2, h3, h4, label, summary, th, .badge, .chip, [role=tab]";
  const found = [];
  const visit = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) visit(node.shadowRoot);
      if (!node.matches(wanted)) continue;
      for (const part of [node, ...node.querySelectorAll("*")]) {
        const style = getComputedStyle(part);
        const hides = ["hidden", "clip"].includes(style.overflowX);
        if (!hides || part.clientWidth < 8 || part.scrollWidth <= part.clientWidth + 1) continue;
        if (style.visibility === "hidden" || part.closest("[title], [inert]")) continue;
        const text = part.textContent.trim();
        if (text) found.push(`${part.tagName}.${part.className}: ${text.slice(0, 60)}`);
      }
    }
  };
  visit(document);
  return found;
}"""
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def keep_still(page: Page) -> None:
    """Let nothing glide while it is measured."""
    page.add_style_tag(content=CALM)


def expect_calm(page: Page, width: int) -> None:
    """Nothing waits, nothing failed, nothing has to be scrolled sideways, nothing is cut off."""
    settle(page)
    page.evaluate(PAINTED)
    expect(page.locator(BUSY)).to_have_count(0)
    widths, cut_off = page.evaluate(WIDTHS), page.evaluate(CUT_OFF)
    assert max(widths) <= width, widths
    assert cut_off == [], cut_off


@contextmanager
def zoomed(page: Page, size: tuple[int, int], factor: int) -> Iterator[None]:
    """As much room as a window has at that zoom, drawn with as many dots."""
    width, height = size
    metrics: Mapping[str, object] = {
        "width": width, "height": height, "deviceScaleFactor": factor, "mobile": False,
    }  # fmt: skip
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setDeviceMetricsOverride", dict(metrics))
    yield
    session.detach()
    # Playwright sends a size only where it believes it to be another than the last one it sent.
    page.set_viewport_size({"width": width, "height": height})


def keep_picture(page: Page, name: str, folder: Path = PICTURES) -> None:
    """Write it with few colours, rare ones among them: docs/ stays small."""
    folder.mkdir(parents=True, exist_ok=True)
    page.mouse.move(0, 0)
    taken = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    small = taken.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    small.save(folder / f"{name}.png", optimize=True)
