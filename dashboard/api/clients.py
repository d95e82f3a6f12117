"""Who asks: the name under which a client's requests are counted and its answers kept."""

import hashlib
import ipaddress
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.types import Scope

# One customer of a provider gets a whole /64 of addresses (RFC 6177).
IPV6_PREFIX = 64


def client_of(scope: Scope) -> str:
    """The API key where one came, as a hash, else the address of the peer."""
    key = api_key_of(Headers(scope=scope))
    if key:
        return f"key:{hashlib.sha256(key.encode()).hexdigest()}"
    return name_address(scope["client"][0] if scope.get("client") else "")


def api_key_of(headers: Headers) -> str:
    """What came in `X-API-Key` or as a bearer token; empty where nothing did."""
    key = headers.get("x-api-key")
    if key:
        return key.strip()
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


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
