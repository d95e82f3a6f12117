"""A client is its address; who owns many addresses is still one client."""

import pytest

from dashboard.api.clients import client_of


def client(host: str | None = "192.0.2.7", **headers: str) -> str:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    peer = None if host is None else (host, 1234)
    return client_of({"type": "http", "headers": raw, "client": peer})


@pytest.mark.parametrize(
    "headers", [{}, {"x_api_key": "invented"}, {"authorization": "Bearer invented"}]
)
def test_the_address_names_the_client_whatever_key_it_invents(headers: dict[str, str]) -> None:
    assert client("192.0.2.7", **headers) == "address:192.0.2.7"
    assert client("192.0.2.8", **headers) == "address:192.0.2.8"


def test_an_ipv6_network_is_one_client() -> None:
    assert client("2001:db8:1:2::1") == client("2001:db8:1:2:ffff:ffff:0:9")
    assert client("2001:db8:1:2::1") != client("2001:db8:1:3::1")


def test_an_ipv4_address_in_ipv6_clothes_is_itself() -> None:
    assert client("::ffff:192.0.2.7") == client("192.0.2.7")


@pytest.mark.parametrize("host", [None, "", "a socket"])
def test_a_peer_without_an_address_is_named_too(host: str | None) -> None:
    assert client(host) == "address:unknown"
