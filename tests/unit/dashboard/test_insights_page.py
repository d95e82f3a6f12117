"""The choice of a view: the address decides, also on the way back."""

from streamlit.testing.v1 import AppTest


def view_choice() -> None:
    from dashboard.widgets.analysis_views import show_view_choice

    show_view_choice()


def test_the_way_back_shows_the_view_before() -> None:
    page = AppTest.from_function(view_choice, default_timeout=30)
    page.query_params["view"] = "outliers"
    page.run()
    page.segmented_control[0].set_value("map").run()
    assert page.query_params["view"] == "map"
    page.query_params["view"] = "outliers"
    page.run()

    assert page.segmented_control[0].value == "outliers"
