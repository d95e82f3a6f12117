"""To whom a report is sent: real addresses, and a server that takes mail."""

from collections.abc import Sequence

from pipeline.errors import InvalidRequestError
from pipeline.notifications.addresses import check_addresses
from pipeline.notifications.submit import mail_is_set_up
from pipeline.settings import Settings


def check_recipients(settings: Settings, addresses: Sequence[str]) -> tuple[str, ...]:
    """The bare addresses, each once; none is fine too.

    Raises InvalidRequestError MAIL_ADDRESS_BAD, MAIL_RECIPIENTS_MANY, MAIL_NOT_SET_UP.
    """
    found = check_addresses(addresses)
    if found and not mail_is_set_up(settings):
        raise InvalidRequestError(
            "MAIL_NOT_SET_UP", "No mail server is set up here. Leave the addresses out."
        )
    return found
