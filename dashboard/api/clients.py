"""Who asks: the name under which a client's requests are counted and its answers kept."""

import ipaddress
from functools import lru_cache

from starlette.types import Scope

from pipeline.access.principal import Principal

# One customer of a provider gets a whole /64 of addresses (RFC 6177).
IPV6_PREFIX = 64


def client_of(scope: Scope) -> str:
    """The name of the account or key that the gate let in, else the address of the peer.

    A key that nobody verified names nobody: whoever invented one for each request would never be
    counted.
    """
    principal = _known(scope)
    if principal is not None:
        return principal.name
    return name_address(scope["client"][0] if scope.get("client") else "")


def caller_of(scope: Scope) -> str:
    """The same as nobody else has it: a name is free again when its key is revoked."""
    principal = _known(scope)
    return f"{principal.kind}:{principal.id}" if principal else client_of(scope)


def is_known(scope: Scope) -> bool:
    """Whether an account or a key asks."""
    return _known(scope) is not None


def _known(scope: Scope) -> Principal | None:
    principal: Principal | None = scope.get("principal")
    return None if principal is None or principal.kind == "open" else principal


@lru_cache(maxsize=1024)
def name_address(host: str) -> str:
    """An IPv4 address by itself, an IPv6 address by its network."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return "address:unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            network = ipaddress.ip_network((address, IPV6_PREFIX), strict=False)
            return f"address:{network}"
        address = address.ipv4_mapped
    return f"address:{address}"
