"""What a rule may say: its parts as a person gives them, and the limits of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal
from urllib.parse import urlsplit

from pipeline.alerts.quiet_hours import CLOCK, open_zone
from pipeline.errors import InvalidRequestError
from pipeline.messages import LANGUAGES
from pipeline.models import AlertRule
from pipeline.notifications.addresses import check_addresses
from pipeline.queue_settings import QUEUES
from pipeline.storable import is_storable

RuleKind = Literal["oldest_waiting", "no_workers", "failure_rate", "disk"]
KINDS: tuple[RuleKind, ...] = ("oldest_waiting", "no_workers", "failure_rate", "disk")

ONE_DAY_S = 86_400.0
# Minutes of the rollup are kept for two days.
LONGEST_WINDOW_S = ONE_DAY_S
SHORTEST_WINDOW_S = 60.0
LONGEST_LASTING_S = ONE_DAY_S
# A reminder more often than that is what a quiet time is there to prevent.
SHORTEST_QUIET_S = 60.0
LONGEST_QUIET_S = 30 * ONE_DAY_S
MOST_ENDINGS = 1_000_000
MAX_NAME_LENGTH = 80
MAX_URL_LENGTH = 2_000
MAX_SECRET_LENGTH = 200
MOST_EMAILS = 20

THRESHOLDS: Mapping[str, tuple[float, float]] = {
    "oldest_waiting": (1.0, 30 * ONE_DAY_S),
    "no_workers": (1.0, 30 * ONE_DAY_S),
    "failure_rate": (0.0, 0.99),
    "disk": (1.0, 1e9),
}


@dataclass(frozen=True)
class RuleDraft:
    """A rule as a person says it; the names are those of `AlertRule`, where the units stand."""

    name: str
    kind: RuleKind
    threshold: float
    queue: str | None = None
    window_s: float = 3600.0
    least_endings: int = 10
    lasting_s: float = 0.0
    quiet_s: float = 3600.0
    quiet_from: str | None = None
    quiet_to: str | None = None
    quiet_zone: str | None = None
    emails: tuple[str, ...] = ()
    webhook_url: str | None = None
    webhook_secret: str | None = None
    language: str = "en"
    enabled: bool = True


# What a rule is about: where one of these changes, it begins anew.
CONDITION = ("kind", "queue", "threshold", "window_s", "least_endings", "lasting_s")
PARTS = tuple(one.name for one in fields(RuleDraft))


def draft_of(rule: AlertRule) -> RuleDraft:
    """What was said of a rule that is kept."""
    said: dict[str, Any] = {name: getattr(rule, name) for name in PARTS}
    return RuleDraft(**(said | {"emails": tuple(rule.emails)}))


def check_draft(draft: RuleDraft) -> None:
    """Raises InvalidRequestError with a code of its own for each part that cannot be used.

    Addresses are refused as `check_addresses` does.
    """
    for check in _CHECKS:
        check(draft)


def _check_name(draft: RuleDraft) -> None:
    if not draft.name or len(draft.name) > MAX_NAME_LENGTH or not is_storable(draft.name):
        raise InvalidRequestError(
            "ALERT_NAME_BAD",
            f"A rule needs a name of 1 to {MAX_NAME_LENGTH} characters.",
            params={"most": MAX_NAME_LENGTH},
        )


def _check_kind(draft: RuleDraft) -> None:
    if draft.kind not in KINDS:
        raise InvalidRequestError(
            "ALERT_KIND_BAD",
            f"There is no rule of this kind. There are {', '.join(KINDS)}.",
            params={"kinds": ", ".join(KINDS)},
        )


def _check_queue(draft: RuleDraft) -> None:
    if draft.queue is not None and (draft.queue not in QUEUES or draft.kind == "disk"):
        raise InvalidRequestError(
            "ALERT_QUEUE_BAD",
            f"A rule is about one of {', '.join(QUEUES)}, or about none of them alone. One on the "
            "disk names no queue.",
            params={"queues": ", ".join(QUEUES)},
        )


def _check_threshold(draft: RuleDraft) -> None:
    least, most = THRESHOLDS[draft.kind]
    if not least <= draft.threshold <= most:
        raise InvalidRequestError(
            "ALERT_THRESHOLD_BAD",
            f"The threshold of such a rule is from {least:g} to {most:g}.",
            params={"least": least, "most": most},
        )


def _check_times(draft: RuleDraft) -> None:
    if not 0 <= draft.lasting_s <= LONGEST_LASTING_S:
        raise InvalidRequestError(
            "ALERT_LASTING_BAD", "A condition can be asked to hold for up to a day."
        )
    if not SHORTEST_QUIET_S <= draft.quiet_s <= LONGEST_QUIET_S:
        raise InvalidRequestError(
            "ALERT_QUIET_BAD", "The quiet time is from one minute to 30 days."
        )


def _check_endings(draft: RuleDraft) -> None:
    if not SHORTEST_WINDOW_S <= draft.window_s <= LONGEST_WINDOW_S:
        raise InvalidRequestError(
            "ALERT_WINDOW_BAD", "Endings are counted over one minute to one day."
        )
    if not 1 <= draft.least_endings <= MOST_ENDINGS:
        raise InvalidRequestError(
            "ALERT_LEAST_BAD",
            f"The least number of ended jobs is from 1 to {MOST_ENDINGS}.",
            params={"most": MOST_ENDINGS},
        )


def _check_hours(draft: RuleDraft) -> None:
    said = (draft.quiet_from, draft.quiet_to, draft.quiet_zone)
    if not any(said):
        return
    if not all(said) or draft.quiet_from == draft.quiet_to:
        raise _bad_hours()
    if not all(CLOCK.fullmatch(one or "") for one in said[:2]):
        raise _bad_hours()
    if open_zone(draft.quiet_zone or "") is None:
        zone = (draft.quiet_zone or "")[:80]
        raise InvalidRequestError(
            "ALERT_ZONE_BAD",
            f"“{zone}” is no time zone. Write one as Europe/Paris.",
            params={"zone": zone},
        )


def _bad_hours() -> InvalidRequestError:
    return InvalidRequestError(
        "ALERT_HOURS_BAD",
        "Quiet hours need two different times as 22:00 and 07:00, and a time zone.",
    )


def _check_emails(draft: RuleDraft) -> None:
    if len(draft.emails) > MOST_EMAILS:
        raise InvalidRequestError(
            "ALERT_EMAILS_MANY",
            f"A rule tells up to {MOST_EMAILS} addresses.",
            params={"most": MOST_EMAILS},
        )
    check_addresses(draft.emails)


def _check_webhook(draft: RuleDraft) -> None:
    if draft.webhook_url is not None and not is_web_address(draft.webhook_url):
        raise InvalidRequestError(
            "ALERT_WEBHOOK_BAD",
            "A webhook is an address that begins with https:// or http://, without a name and "
            "password in it.",
        )
    secret = draft.webhook_secret
    if secret is not None and (len(secret) > MAX_SECRET_LENGTH or not is_storable(secret)):
        raise InvalidRequestError(
            "ALERT_SECRET_BAD",
            f"The secret of a webhook has up to {MAX_SECRET_LENGTH} characters.",
            params={"most": MAX_SECRET_LENGTH},
        )


def _check_language(draft: RuleDraft) -> None:
    if draft.language not in LANGUAGES:
        raise InvalidRequestError(
            "ALERT_LANGUAGE_BAD",
            f"Notices are written in {', '.join(LANGUAGES)}.",
            params={"languages": ", ".join(LANGUAGES)},
        )


def is_web_address(url: str) -> bool:
    """Whether a webhook may be sent there: http(s) with a host, and nobody's password in it."""
    if len(url) > MAX_URL_LENGTH or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https") and bool(parts.hostname) and has_port
    ) and "@" not in parts.netloc


_CHECKS: tuple[Callable[[RuleDraft], None], ...] = (
    _check_name,
    _check_kind,
    _check_queue,
    _check_threshold,
    _check_times,
    _check_endings,
    _check_hours,
    _check_emails,
    _check_webhook,
    _check_language,
)
