"""The tables of settings in the pages of `docs/`, made from the settings themselves.

`python -m tests.integration.docs.settings_tables` writes them anew; a test says when to.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from pipeline.access_settings import AccessSettings
from pipeline.catalog_settings import CatalogSettings
from pipeline.queue_settings import MOST_DEFAULT_RUNNERS, QUEUES, QueueSettings
from pipeline.report_settings import ReportSettings
from pipeline.review_settings import ReviewSettings
from pipeline.settings import Settings
from tests.support.worker import ROOT

PAGE = ROOT / "docs" / "operating-jobs.md"
CONFIGURATION_PAGE = ROOT / "docs" / "configuration.md"
REPORTS_PAGE = ROOT / "docs" / "reports.md"
ENGINE = (
    *("worker", "lease_s", "heartbeat_s", "dispatch_s", "stop_grace_s", "max_crashes"),
    *("runner_jobs", "warm_runners", "runner_nice", "documents_page_limit_s", "store_wait_s"),
    *("store_durable", "extra_kinds", "log_json"),
)
LIMITS = ("client_queue_cap", "rate_limit_per_s", "rate_limit_burst", "disk_floor_mb")
KEPT = ("keep_completed_files", "keep_failed_files", "keep_maintenance_days")
PLACES = ("store_url", "redis_url", "broker", "files_url", "files_options", "files_cache_mb")
MAIL = (
    *("smtp_host", "smtp_port", "smtp_security", "smtp_user", "smtp_password", "smtp_timeout_s"),
    *("mail_from", "mail_attach_mb", "mail_keep_days", "public_url"),
)
OF_QUEUES = ("workers", "time_limit_s", "max_attempts", "backoff_s")


def make_queue_table() -> str:
    """A row a queue, a column a setting."""
    names = [f"`COMPTOIR_<QUEUE>_{name.upper()}`" for name in OF_QUEUES]
    rows = [[queue, *(_show_default(f"{queue}_{name}") for name in OF_QUEUES)] for queue in QUEUES]
    return make_rows(["queue", *names], rows)


def make_table(names: Iterable[str]) -> str:
    """A row a setting."""
    fields = Settings.model_fields
    rows = [
        [_variable(name), _show_default(name), fields[name].description or ""] for name in names
    ]
    return make_rows(["variable", "default", "meaning"], rows)


def make_group(group: type[BaseSettings]) -> str:
    """A row for each setting that `group` declares itself."""
    return make_table(name for name in Settings.model_fields if name in group.__annotations__)


PAGES: dict[Path, dict[str, Callable[[], str]]] = {
    PAGE: {
        "queues": make_queue_table,
        "engine": lambda: make_table(ENGINE),
        "limits": lambda: make_table(LIMITS),
        "kept": lambda: make_table(KEPT),
        "places": lambda: make_table(PLACES),
    },
    REPORTS_PAGE: {"mail": lambda: make_table(MAIL)},
    CONFIGURATION_PAGE: {
        "server": lambda: make_group(Settings),
        "access": lambda: make_group(AccessSettings),
        "queues": lambda: make_group(QueueSettings),
        "review": lambda: make_group(ReviewSettings),
        "catalog": lambda: make_group(CatalogSettings),
        "reports": lambda: make_group(ReportSettings),
    },
}


def renew(path: Path) -> str:
    """The page with every table as the settings are now."""
    page = path.read_text()
    for name, make in PAGES[path].items():
        page = replace_between(page, f"<!-- table: {name} -->\n", "<!-- end -->", make())
    return page


def replace_between(page: str, begin: str, end: str, table: str) -> str:
    before, found, rest = page.partition(begin)
    assert found, f"the page has no line {begin}"
    return f"{before}{begin}{table}{end}{rest.partition(end)[2]}"


def make_rows(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _variable(name: str) -> str:
    field: FieldInfo = Settings.model_fields[name]
    alias = field.validation_alias
    return f"`{alias if isinstance(alias, str) else f'COMPTOIR_{name.upper()}'}`"


def _show_default(name: str) -> str:
    value: Any = Settings.model_fields[name].default
    if name == "documents_workers":
        return f"the cores, {MOST_DEFAULT_RUNNERS} at most"
    if value in (None, {}, ()):
        return "–"
    if isinstance(value, tuple):
        return f"`{','.join(f'{part:g}' for part in value)}`"
    if isinstance(value, bool):
        return f"`{int(value)}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(renew(path))
