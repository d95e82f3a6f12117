"""Addresses of ours to go on to, whoever wrote them: no link of ours leads to another site."""

from urllib.parse import urlsplit


def path_of(address: str) -> str:
    """Path and query of an address, and never another site: //host and backslashes lead away."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    path = "/" + parts.path.replace("\\", "/").lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path
