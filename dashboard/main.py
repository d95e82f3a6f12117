"""The pages' frame: brand, navigation, footer. Streamlit runs this file for every visit."""

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent
# Streamlit puts this file's folder on the path, not the one above it.
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

from dashboard.widgets.alert_count import name_alerts_page  # noqa: E402  after the path is set

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
    page = st.navigation(
        [
            st.Page("app_pages/inbox.py", title="Inbox", icon=":material/inbox:", default=True),
            st.Page("app_pages/review.py", title="Review", icon=":material/visibility:"),
            st.Page("app_pages/receipts.py", title="Receipts", icon=":material/receipt_long:"),
            st.Page("app_pages/catalog.py", title="Catalog", icon=":material/shoppingmode:"),
            st.Page("app_pages/search.py", title="Search", icon=":material/image_search:"),
            st.Page("app_pages/reports.py", title="Reports", icon=":material/description:"),
            st.Page(
                "app_pages/alerts.py",
                title=name_alerts_page(),
                icon=":material/notifications:",
            ),
            # Reached from the catalog, whose views these are.
            st.Page(
                "app_pages/catalog_insights.py",
                title="Insights",
                url_path="insights",
                visibility="hidden",
            ),
        ]
    )
    with st.sidebar.container(key="footer"):
        st.caption(f"Comptoir {_read_version()} · [API](/api/v1/docs)")
    page.run()


def _read_version() -> str:
    try:
        return version("comptoir")
    except PackageNotFoundError:
        return "from source"


main()
