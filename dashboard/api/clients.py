"""Who asks: the name under which a client's requests are counted and its answers kept."""

import ipaddress
from functools import lru_cache

from starlette.types import Scope

# One customer of a provider gets a whole /64 of addresses (RFC 6177).
IPV6_PREFIX = 64


def client_of(scope: Scope) -> str:
    """The address of the peer.

    A key that nobody verified names nobody: whoever invented one for each request would never be
    counted. Once keys can be configured, the name of a verified one is returned here instead.
    """
    return name_address(scope["client"][0] if scope.get("client") else "")


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
