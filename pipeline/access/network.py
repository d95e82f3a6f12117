"""Who can reach the server while nobody has to sign in: asked once, when the dashboard starts."""

from pipeline.access.resolve import is_guarded
from pipeline.errors import ForbiddenError
from pipeline.settings import Settings, is_loopback


def require_guard(settings: Settings) -> None:
    """Raise ForbiddenError OPEN_NETWORK where anyone on the network would get in.

    Needs a migrated store. Raises StoreUnavailableError where that does not answer.
    """
    if settings.allow_open_network or is_loopback(settings.host) or is_guarded(settings):
        return
    raise ForbiddenError(
        "OPEN_NETWORK",
        f"COMPTOIR_HOST={settings.host} would let anyone on the network in, for nobody has to sign "
        "in yet. Add an admin with `python worker.py user add NAME --role admin`, keep 127.0.0.1, "
        "or set COMPTOIR_ALLOW_OPEN_NETWORK=1 if something in front guards access.",
        params={"host": settings.host},
    )
