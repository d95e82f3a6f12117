"""Who can reach the server while nobody has to sign in: asked once, when the dashboard starts."""

from pipeline.access.resolve import is_guarded
from pipeline.errors import ForbiddenError
from pipeline.settings import Settings, is_loopback


def require_guard(settings: Settings) -> None:
    """Raise ForbiddenError OPEN_NETWORK where anyone on the network would get in.

    Needs a migrated store. Raises StoreUnavailableError where that does not answer.
    """
    opening = _find_opening(settings)
    if opening is None or settings.allow_open_network or is_guarded(settings):
        return
    variable, host = opening
    raise ForbiddenError(
        "OPEN_NETWORK",
        f"{variable}={host} would let anyone on the network in, for nobody has to sign in yet. "
        "Add an admin with `python worker.py user add NAME --role admin`, keep to this machine, "
        "or set COMPTOIR_ALLOW_OPEN_NETWORK=1 if something in front guards access.",
        params={"host": host},
    )


def _find_opening(settings: Settings) -> tuple[str, str] | None:
    """The variable and the host by which others than this machine get here."""
    if not is_loopback(settings.host):
        return "COMPTOIR_HOST", settings.host
    # Browsers use such a name where a proxy on this machine passes on what comes to it.
    named = (host for host in settings.allowed_hosts if not is_loopback(host))
    return next((("COMPTOIR_ALLOWED_HOSTS", host) for host in named), None)
