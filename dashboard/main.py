"""The pages' frame: brand, navigation, footer. Streamlit runs this file for every visit."""

import sys
from collections.abc import Iterator
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

HERE = Path(__file__).parent
# Streamlit puts this file's folder on the path, not the one above it.
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

from dashboard.access.current import current_principal, may  # noqa: E402  after the path is set
from dashboard.access.paths import SIGN_IN  # noqa: E402
from dashboard.language import t, tc  # noqa: E402
from dashboard.widgets.alert_count import name_alerts_page  # noqa: E402
from dashboard.widgets.dialog_focus import guide_focus  # noqa: E402
from dashboard.widgets.footer import show_footer  # noqa: E402
from dashboard.widgets.store_access import show_broken_store  # noqa: E402
from dashboard.widgets.unknown_page import explain_address  # noqa: E402
from pipeline.errors import StoreUnavailableError, UnauthorizedError  # noqa: E402

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
    try:
        current_principal()
    except UnauthorizedError:
        # Signed out since this page was opened; the gate leads it away with its next message.
        st.info(t("You are signed out."))
        st.link_button(t("Sign in"), SIGN_IN)
        st.stop()
    except StoreUnavailableError:
        show_broken_store()
        st.stop()
    pages = list(_pages())
    # Folded, it would hide what admins need at night behind "View more".
    page = st.navigation([*pages, *explain_address(pages)], expanded=True)
    with st.sidebar.container(key="footer"):
        show_footer()
    guide_focus()
    page.run()


def _pages() -> Iterator[StreamlitPage]:
    """The pages of the person who looks, in the order of the sidebar."""
    yield st.Page("app_pages/home.py", title=t("Home"), icon=":material/home:", default=True)
    if may("submit"):
        yield st.Page("app_pages/inbox.py", title=t("Inbox"), icon=":material/inbox:")
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
        # Not at /health: there it is said to programs.
        yield st.Page(
            "app_pages/health.py",
            title=t("Health"),
            icon=":material/monitor_heart:",
            url_path="system",
        )
        yield st.Page("app_pages/settings.py", title=t("Settings"), icon=":material/settings:")
        yield st.Page("app_pages/audit.py", title=t("Audit"), icon=":material/history:")
    # Reached from the catalog, whose views these are.
    yield st.Page(
        "app_pages/catalog_insights.py",
        title=t("Insights"),
        url_path="insights",
        visibility="hidden",
    )


main()
