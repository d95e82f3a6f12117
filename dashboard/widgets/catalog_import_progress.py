"""The bar and the figures of an import."""

from typing import Any

from dashboard.language import N_, t, tc
from dashboard.widgets.catalog_import_words import UNFINISHED, say_remaining, say_rows
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_number, show_whole
from pipeline.catalog.importing.orders import ImportState

_render = load_component("import_progress")

STAGES = {
    "load_model": N_("Loading the model"),
    "import": N_("Importing rows"),
    "check_rows": N_("Checking rows"),
    "delete_missing": N_("Deleting what is gone"),
}
# Below ten a second, tenths say something.
SLOW_PER_S = 10


def show_progress(state: ImportState) -> None:
    """Live while it runs, the totals afterwards."""
    unfinished = state.job.status in UNFINISHED
    data = {
        "share": _share(state) if unfinished else None,
        "stage": _stage(state),
        "rows": say_rows(state),
        "pace": _pace(state),
        "left": say_remaining(state),
        "figures": _figures(state),
    }
    _render(data=data, key="import-progress")


def _share(state: ImportState) -> float:
    return min(1.0, state.rows_done / state.rows) if state.rows else 0.0


def _stage(state: ImportState) -> str:
    if state.job.attempt == 0:
        return t("Waiting for its turn")
    if state.job.cancel_requested:
        return t("Stopping")
    return t(STAGES.get(state.job.stage or "", N_("Starting")))


def _pace(state: ImportState) -> str:
    if state.rows_per_s is None:
        return ""
    pace = show_number(state.rows_per_s, 1 if state.rows_per_s < SLOW_PER_S else 0)
    return t("{pace} per second", pace=pace)


def _figures(state: ImportState) -> list[dict[str, Any]]:
    checks = state.dry_run
    return [
        _figure(
            "created",
            tc("products", "New") if checks else tc("products", "Created"),
            state.created,
            "add_circle",
            "green",
        ),
        _figure(
            "updated",
            t("To update") if checks else tc("products", "Updated"),
            state.updated,
            "published_with_changes",
            "blue",
        ),
        _figure("unchanged", tc("products", "Unchanged"), state.unchanged, "drag_handle", "gray"),
        _figure(
            "deleted",
            t("To delete") if checks else tc("products", "Deleted"),
            state.deleted,
            "delete",
            "orange",
        ),
        _figure("rejected", tc("rows", "Rejected"), state.rejected, "block", "red"),
    ]


def _figure(key: str, label: str, count: int, icon: str, colour: str) -> dict[str, Any]:
    return {
        "key": key,
        "label": label,
        "value": show_whole(count),
        "icon": icon,
        "colour": colour,
    }
