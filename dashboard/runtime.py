"""What pages and API of this process share: the settings and the doorbell."""

from functools import lru_cache

from pipeline.jobs.broker import Doorbell
from pipeline.settings import get_settings


@lru_cache(maxsize=1)
def get_doorbell() -> Doorbell:
    """The doorbell of this process; opened on first use, safe to share between threads."""
    return Doorbell(get_settings().broker_path)
