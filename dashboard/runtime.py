"""What pages, API and health of this process share: settings, doorbell, catalog, worker child."""

from dataclasses import dataclass, field
from functools import lru_cache

from starlette.requests import Request

from dashboard.worker_child import WorkerChild
from pipeline.catalog.catalog import Catalog
from pipeline.clock import utc_now
from pipeline.jobs.broker import Doorbell, open_doorbell
from pipeline.overview.attendance import Attendance
from pipeline.settings import Settings, get_settings


@lru_cache(maxsize=1)
def get_doorbell() -> Doorbell:
    """The doorbell of this process; opened on first use, safe to share between threads."""
    return open_doorbell(get_settings())


@lru_cache(maxsize=1)
def get_catalog() -> Catalog:
    """The catalog of this process; loads nothing yet, safe to share between threads."""
    return Catalog(get_settings())


@dataclass
class Runtime:
    """Handed to API and health; `child` is None where somebody else runs the worker."""

    settings: Settings
    doorbell: Doorbell
    catalog: Catalog
    child: WorkerChild | None = None
    attendance: Attendance = field(default_factory=lambda: Attendance(utc_now()))

    @property
    def worker_is_up(self) -> bool:
        """Whether our own worker runs; nobody else's is ours to doubt."""
        return self.child is None or self.child.state.state == "running"


@lru_cache(maxsize=1)
def get_runtime() -> Runtime:
    """The runtime of this process, which pages and API share."""
    return Runtime(get_settings(), get_doorbell(), get_catalog())


def runtime_of(request: Request) -> Runtime:
    """The runtime of the application that answers `request`."""
    runtime: Runtime = request.app.state.runtime
    return runtime
