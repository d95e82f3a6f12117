"""Who may get mail: one rule for orders, schedules, alerts and the API."""

import pytest

from pipeline.errors import InvalidRequestError
from pipeline.notifications.addresses import (
    MAX_RECIPIENTS,
    check_address,
    check_addresses,
    parse_address,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ana@example.org", "ana@example.org"),
        ("  Ana.Díaz@Example.ORG ", "Ana.Díaz@example.org"),
        ("Ana Díaz <ana@example.org>", "ana@example.org"),
        ('"Díaz, Ana" <ana@example.org>', "ana@example.org"),
        ("rené@exämple.fr", "rené@exämple.fr"),
        ("o'neil+receipts@mail.example.co.uk", "o'neil+receipts@mail.example.co.uk"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_an_address_is_kept_bare(typed: str, kept: str) -> None:
    assert check_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "ana", "ana@", "@example.org", "ana@example", "ana@@example.org", "a b@example.org"),
        *("ana@example.org\r\nBcc: eve@example.org", "ana@example.org\nX: y", "ana@exa\0mple.org"),
        *("ana@example.org, bob@example.org", "ana@example.org;bob@example.org"),
        *(".ana@example.org", "ana.@example.org", "a..na@example.org", "ana@-example.org"),
        *("ana@[127.0.0.1]", '"ana eve"@example.org', f"{'a' * 65}@example.org"),
        *("ana@exam\u200bple.org\u202e", "Ana\r\nBcc: eve@example.org <ana@example.org>"),
        *("ana@example..org", "<ana@example.org> <eve@example.org>", "ana@example.org (Ana)"),
    ],
)
def test_what_is_no_address_is_named_in_the_refusal(typed: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        check_address(typed)

    assert refused.value.code == "MAIL_ADDRESS_BAD"
    assert str(refused.value.params["address"]).isprintable()


def test_domains_of_other_scripts_are_sent_in_ascii() -> None:
    address = parse_address("René <rené@straße.example>")

    assert address.on_the_wire == "rené@xn--strae-oqa.example"
    assert address.needs_utf8
    assert not parse_address("rene@straße.example").needs_utf8


def test_each_recipient_is_kept_once_and_there_are_not_too_many() -> None:
    assert check_addresses(["b@x.org", "A@x.org", "a@X.org"]) == ("b@x.org", "a@x.org")

    many = [f"a{number}@example.org" for number in range(MAX_RECIPIENTS + 1)]
    assert len(check_addresses(many[1:])) == MAX_RECIPIENTS
    with pytest.raises(InvalidRequestError) as refused:
        check_addresses(many)
    assert refused.value.code == "MAIL_RECIPIENTS_MANY"
