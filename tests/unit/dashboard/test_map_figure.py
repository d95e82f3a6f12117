"""The map of the catalog as Plotly is told to draw it."""

from dashboard.widgets.map_dots import Dots
from dashboard.widgets.map_figure import BY_CATEGORY, draw_figure
from dashboard.widgets.plotly_template import LIGHT

LINK = '<a href="https://example.org">here</a>'


def test_names_and_categories_are_shown_as_they_stand_not_as_links() -> None:
    dots = Dots(["A&B"], [LINK], [LINK], [0.0], [0.0])

    series = draw_figure(dots, BY_CATEGORY, LIGHT)["data"][0]

    product_id, *shown = series["customdata"][0]
    assert product_id == "A&B"
    assert not any("<" in text for text in [series["name"], *shown])
