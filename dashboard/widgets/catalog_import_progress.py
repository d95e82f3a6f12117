"""The bar and the figures of an import."""

from typing import Any

from dashboard.widgets.catalog_import_words import UNFINISHED, say_remaining
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_count, show_number, show_whole
from pipeline.catalog.importing.orders import ImportState

_render = load_component("import_progress")

STAGES = {
    "load_model": "Loading the model",
    "import": "Importing rows",
    "check_rows": "Checking rows",
    "delete_missing": "Deleting what is gone",
}
# Below ten a second, tenths say something.
SLOW_PER_S = 10


def show_progress(state: ImportState) -> None:
    """Live while it runs, the totals afterwards."""
    unfinished = state.job.status in UNFINISHED
    data = {
        "share": _share(state) if unfinished else None,
        "stage": _stage(state),
        "rows": _rows(state),
        "pace": _pace(state),
        "left": say_remaining(state),
        "figures": _figures(state),
    }
    _render(data=data, key="import-progress")


def _share(state: ImportState) -> float:
    return min(1.0, state.rows_done / state.rows) if state.rows else 0.0


def _stage(state: ImportState) -> str:
    if state.job.attempt == 0:
        return "Waiting for its turn"
    if state.job.cancel_requested:
        return "Stopping"
    return STAGES.get(state.job.stage or "", "Starting")


def _rows(state: ImportState) -> str:
    if not state.rows:
        return ""
    return f"{show_whole(state.rows_done)} of {show_count(state.rows, 'row', 'rows')}"


def _pace(state: ImportState) -> str:
    if state.rows_per_s is None:
        return ""
    return f"{show_number(state.rows_per_s, 1 if state.rows_per_s < SLOW_PER_S else 0)} a second"


def _figures(state: ImportState) -> list[dict[str, Any]]:
    checks = state.dry_run
    return [
        _figure("created", "New" if checks else "Created", state.created, "add_circle", "green"),
        _figure(
            "updated",
            "To update" if checks else "Updated",
            state.updated,
            "published_with_changes",
            "blue",
        ),
        _figure("unchanged", "Unchanged", state.unchanged, "drag_handle", "gray"),
        _figure("deleted", "To delete" if checks else "Deleted", state.deleted, "delete", "orange"),
        _figure("rejected", "Rejected", state.rejected, "block", "red"),
    ]


def _figure(key: str, label: str, count: int, icon: str, colour: str) -> dict[str, Any]:
    return {
        "key": key,
        "label": label,
        "value": show_whole(count),
        "icon": icon,
        "colour": colour,
    }
