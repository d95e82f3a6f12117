"""Addresses of pictures: only https, only the open internet."""

from collections.abc import Callable

import pytest

from pipeline.catalog.importing.archive import PictureRefusedError
from pipeline.catalog.importing.public_address import check_url, find_target

PUBLIC = "93.184.215.14"


def resolves_to(*addresses: str) -> Callable[[str, int], list[str]]:
    return lambda host, port: list(addresses)


def code_of(url: str, *addresses: str) -> str:
    with pytest.raises(PictureRefusedError) as refusal:
        find_target(url, resolves_to(*addresses))
    return refusal.value.problem.code


def test_a_public_address_is_where_the_connection_goes() -> None:
    target = find_target("https://Shop.example:8443/a%20b.jpg?w=2#x", resolves_to(PUBLIC))

    assert (target.host, target.port) == ("shop.example", 8443)
    assert (target.address, target.path) == (PUBLIC, "/a%20b.jpg?w=2")


def test_a_path_in_any_letters_is_asked_for_in_ascii() -> None:
    assert check_url("https://shop.example/Été/b%20c.jpg?taille=Ø&w=2")[2] == (
        "/%C3%89t%C3%A9/b%20c.jpg?taille=%C3%98&w=2"
    )


def test_a_host_of_another_alphabet_is_asked_for_by_its_ascii_name() -> None:
    assert check_url("https://café.example/é.jpg")[0] == "xn--caf-dma.example"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://shop.example/a.jpg", "URL_NOT_HTTPS"),
        ("file:///etc/passwd", "URL_NOT_HTTPS"),
        ("https://", "URL_INVALID"),
        ("https://user:secret@shop.example/a.jpg", "URL_INVALID"),
        ("https://shop.example:99999/a.jpg", "URL_INVALID"),
        ("https://[::1", "URL_INVALID"),
        ("https://shop.example/a b.jpg", "URL_INVALID"),
        ("https://shop.example/" + "a" * 3000, "URL_INVALID"),
        ("https://127.0.0.1/a.jpg", "URL_PRIVATE"),
        ("https://127.1/a.jpg", "URL_PRIVATE"),
        ("https://2130706433/a.jpg", "URL_PRIVATE"),
        ("https://0x7f000001/a.jpg", "URL_PRIVATE"),
        ("https://10.1.2.3/a.jpg", "URL_PRIVATE"),
        ("https://169.254.169.254/latest/meta-data", "URL_PRIVATE"),
        ("https://[::1]/a.jpg", "URL_PRIVATE"),
        ("https://[fd00::1]/a.jpg", "URL_PRIVATE"),
        ("https://[::ffff:192.168.0.1]/a.jpg", "URL_PRIVATE"),
        ("https://[64:ff9b::10.0.0.1]/a.jpg", "URL_PRIVATE"),
        ("https://[fec0::1]/a.jpg", "URL_PRIVATE"),
        ("https://[2002:7f00:1::]/a.jpg", "URL_PRIVATE"),
        ("https://0.0.0.0/a.jpg", "URL_PRIVATE"),
        ("https://224.0.0.1/a.jpg", "URL_PRIVATE"),
        ("https://100.64.0.1/a.jpg", "URL_PRIVATE"),
        ("https://localhost/a.jpg", "URL_PRIVATE"),
        ("https://a.localhost./a.jpg", "URL_PRIVATE"),
    ],
)
def test_what_must_not_be_fetched_is_refused_without_asking_anybody(url: str, code: str) -> None:
    with pytest.raises(PictureRefusedError) as refusal:
        check_url(url)

    assert refusal.value.problem.code == code


@pytest.mark.parametrize("inside", ["10.0.0.1", "127.0.0.1", "fe80::1%eth0", "::ffff:10.0.0.1"])
def test_a_name_that_leads_inside_is_refused_even_if_it_leads_outside_too(inside: str) -> None:
    assert code_of("https://shop.example/a.jpg", inside) == "URL_PRIVATE"
    assert code_of("https://shop.example/a.jpg", PUBLIC, inside) == "URL_PRIVATE"


def test_a_name_that_leads_nowhere_is_unreachable() -> None:
    assert code_of("https://shop.example/a.jpg") == "URL_UNREACHABLE"
