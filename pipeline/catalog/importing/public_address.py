"""Which machine a picture's address leads to, and whether it is one of the open internet.

Otherwise whoever writes a table could have this machine fetch from its own network (SSRF).
"""

import ipaddress
import socket
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from pipeline.catalog.importing.archive import PictureRefusedError

MAX_URL_LENGTH = 2000

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

# IPv6 that carries an IPv4 address in its last 32 bits: RFC 6052 and what RFC 4291 deprecated.
_CARRIERS = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96"))


@dataclass(frozen=True)
class Target:
    """Where to connect: the address that was checked, for this host and port."""

    host: str
    port: int
    address: str
    path: str


def resolve_host(host: str, port: int) -> list[str]:
    """Every address of a host, as the system resolves it. Raises OSError or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]


def check_url(url: str) -> tuple[str, int, str]:
    """Host, port and path of an https address. Raises PictureRefusedError URL_INVALID,
    URL_NOT_HTTPS or, where the host is an address already, URL_PRIVATE.
    """
    try:
        split = urlsplit(url)
        host, port = split.hostname or "", split.port or 443
        host = host.encode("idna").decode() if not host.isascii() else host
    except (ValueError, UnicodeError):
        raise PictureRefusedError("URL_INVALID", url=_shown(url)) from None
    if split.scheme.lower() != "https":
        raise PictureRefusedError("URL_NOT_HTTPS", url=_shown(url))
    odd = not url.isprintable() or " " in url or "\\" in url or split.username is not None
    if not host or odd or len(url) > MAX_URL_LENGTH:
        raise PictureRefusedError("URL_INVALID", url=_shown(url))
    literal = _as_address(host)
    if (literal and not is_public(literal)) or f".{host.rstrip('.')}".endswith(".localhost"):
        raise PictureRefusedError("URL_PRIVATE", url=_shown(url))
    path = (split.path or "/") + (f"?{split.query}" if split.query else "")
    # Shops write été.jpg; what is sent is ASCII.
    return host, port, quote(path, safe=string.punctuation)


def find_target(
    url: str,
    resolve: Resolve = resolve_host,
    allow: Callable[[str], bool] = lambda address: is_public(ipaddress.ip_address(address)),
) -> Target:
    """The checked address behind `url`; every address of its host must be allowed.

    Raises PictureRefusedError as `check_url` does, URL_PRIVATE, or URL_UNREACHABLE.
    """
    host, port, path = check_url(url)
    try:
        addresses = [address.partition("%")[0] for address in resolve(host, port)]
    except (OSError, UnicodeError):
        addresses = []
    if not addresses:
        raise PictureRefusedError("URL_UNREACHABLE", url=_shown(url))
    if not all(allow(address) for address in addresses):
        raise PictureRefusedError("URL_PRIVATE", url=_shown(url))
    return Target(host, port, addresses[0], path)


def is_public(address: IpAddress) -> bool:
    """Whether an address belongs to the open internet, also by the IPv4 one that it carries."""
    if isinstance(address, ipaddress.IPv6Address):
        carried = _carried(address)
        if carried is not None:
            return is_public(carried)
        if address.is_site_local:
            # Deprecated by RFC 3879, and Python calls it global; some networks have it still.
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if any(address in network for network in _CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


def _as_address(host: str) -> IpAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        # 127.1, 0x7f000001 and 2130706433 are addresses to every system's resolver.
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def _shown(url: str) -> str:
    return url if len(url) <= 200 else url[:200] + "…"
