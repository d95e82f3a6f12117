"""Search: the catalog by words, by picture, by example; the address is the question."""

from dashboard.widgets.product_panel import show_panel
from dashboard.widgets.search_desk import show_search

show_search()
show_panel()
