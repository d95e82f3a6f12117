"""The choice between how the queues are and the jobs in them."""

from dashboard.language import N_
from dashboard.widgets import view_choice
from dashboard.widgets.queue_address import go_to_view, read_view
from dashboard.widgets.view_choice import Part

PARTS = {"overview": Part(N_("Overview"), "dashboard"), "jobs": Part(N_("Jobs"), "list")}


def show_view_choice() -> None:
    """The two of them side by side."""
    view_choice.show_view_choice("queues", PARTS, read_view(), go_to_view)
