"""The pages' frame: brand, navigation, footer. Streamlit runs this file for every visit."""

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

HERE = Path(__file__).parent
# Streamlit puts this file's folder on the path, not the one above it.
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

from dashboard.access.current import may  # noqa: E402  after the path is set
from dashboard.language import current_language, t, tc  # noqa: E402
from dashboard.language_choice import NAMES, link_to  # noqa: E402
from dashboard.widgets.alert_count import name_alerts_page  # noqa: E402

STATIC = HERE / "static"
STYLE = HERE / "widgets" / "page.css"


def main() -> None:
    """Draw the frame and the page that was asked for."""
    st.set_page_config(
        page_title="Comptoir",
        page_icon=str(STATIC / "mark.svg"),
        layout="wide",
    )
    st.html(STYLE)
    st.logo(str(STATIC / "logo.svg"), size="large", icon_image=str(STATIC / "mark.svg"))
    page = st.navigation(list(_pages()))
    with st.sidebar.container(key="footer"):
        _show_footer()
    page.run()


def _pages() -> Iterator[StreamlitPage]:
    """The pages of the person who looks, in the order of the sidebar."""
    if may("submit"):
        yield st.Page("app_pages/inbox.py", title=t("Inbox"), icon=":material/inbox:", default=True)
        yield st.Page("app_pages/review.py", title=t("Review"), icon=":material/visibility:")
    yield st.Page("app_pages/receipts.py", title=t("Receipts"), icon=":material/receipt_long:")
    yield st.Page("app_pages/catalog.py", title=t("Catalog"), icon=":material/shoppingmode:")
    yield st.Page("app_pages/search.py", title=tc("page", "Search"), icon=":material/image_search:")
    yield st.Page("app_pages/reports.py", title=t("Reports"), icon=":material/description:")
    if may("submit"):
        yield st.Page(
            "app_pages/alerts.py", title=name_alerts_page(), icon=":material/notifications:"
        )
    if may("admin"):
        yield st.Page("app_pages/queues.py", title=t("Queues"), icon=":material/stacks:")
    # Reached from the catalog, whose views these are.
    yield st.Page(
        "app_pages/catalog_insights.py",
        title=t("Insights"),
        url_path="insights",
        visibility="hidden",
    )


def _show_footer() -> None:
    links = [f"Comptoir {_read_version()}", "[API](/api/v1/docs)"]
    links += [
        f"[{name}]({link_to(language, st.context.url or '/')})"
        for language, name in NAMES.items()
        if language != current_language()
    ]
    st.caption(" · ".join(links))


def _read_version() -> str:
    try:
        return version("comptoir")
    except PackageNotFoundError:
        return "from source"


main()
