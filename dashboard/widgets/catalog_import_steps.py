"""The line that says where one is: file, columns, check, import."""

from typing import Literal

from dashboard.language import N_, t
from dashboard.widgets.components import load_component

_render = load_component("import_steps")

Step = Literal["file", "columns", "check", "import"]
LABELS: dict[Step, str] = {
    "file": N_("File"),
    "columns": N_("Columns"),
    "check": N_("Check"),
    "import": N_("Import"),
}


def show_steps(now: Step, *, finished: bool = False) -> None:
    """The steps up to `now` are done; all of them where it is `finished`."""
    place = list(LABELS).index(now)
    steps = [
        {"label": t(label), "state": _state(index, place, finished=finished)}
        for index, label in enumerate(LABELS.values())
    ]
    _render(data={"steps": steps}, key="import-steps")


def _state(index: int, place: int, *, finished: bool) -> str:
    if index < place or (index == place and finished):
        return "done"
    return "now" if index == place else "later"
