"""What stands in a panel that was opened by its address and is not for everybody."""

from dashboard.language import t
from dashboard.widgets.empty_states import show_empty_state


def show_refusal() -> None:
    """The role of whoever looks does not reach so far; what to do about it."""
    show_empty_state(
        "lock",
        t("Not for your role"),
        t("You may look, but not change anything here. Ask an administrator for another role."),
        key="refusal",
    )
