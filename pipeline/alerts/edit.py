"""Keeping the rules: add, change, pause, delete and take back, each written down in the audit."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from pipeline.alerts.look import list_addresses
from pipeline.alerts.readdressing import readdress
from pipeline.alerts.rules import CONDITION, PARTS, RuleDraft, check_draft, draft_of
from pipeline.alerts.withdrawal import withdraw
from pipeline.audit import write
from pipeline.errors import InvalidRequestError, NotFoundError
from pipeline.models import AlertRule
from pipeline.notifications.addresses import check_addresses

MOST_RULES = 200


def list_rules(session: Session) -> list[AlertRule]:
    """Those that are kept: what fires first, then by name."""
    kept = select(AlertRule).where(col(AlertRule.deleted_at).is_(None))
    rules = session.scalars(kept).all()
    return sorted(rules, key=lambda rule: (rule.state != "firing", rule.name.casefold(), rule.id))


def get_rule(session: Session, rule_id: str) -> AlertRule:
    """The rule of this id. Raises NotFoundError ALERT_RULE_UNKNOWN."""
    rule = session.get(AlertRule, rule_id)
    if rule is None or rule.deleted_at is not None:
        raise NotFoundError("ALERT_RULE_UNKNOWN", "There is no alert rule with this id.")
    return rule


def add_rule(session: Session, draft: RuleDraft, actor: str, now: datetime) -> AlertRule:
    """Keep a new rule. Raises InvalidRequestError as `check_draft` does, or ALERTS_FULL."""
    draft = _tidy(draft)
    check_draft(draft)
    kept = select(func.count()).select_from(AlertRule).where(col(AlertRule.deleted_at).is_(None))
    if session.execute(kept).scalar_one() >= MOST_RULES:
        raise InvalidRequestError(
            "ALERTS_FULL",
            f"There are {MOST_RULES} rules already. Delete one that nobody needs.",
            params={"most": MOST_RULES},
        )
    rule = AlertRule(**_columns(draft), created_at=now)
    session.add(rule)
    session.flush()
    _audit(session, rule, "alert.add", actor, now)
    return rule


def change_rule(
    session: Session, rule_id: str, changes: Mapping[str, Any], actor: str, now: datetime
) -> AlertRule:
    """Change parts of a rule by the names of `RuleDraft`; what is not named stays.

    A rule whose condition changes, or that is paused, stands as a new one does; whoever thinks
    that it fires is told. Raises NotFoundError, or InvalidRequestError as `check_draft` does.
    """
    rule = _get_to_write(session, rule_id)
    before = draft_of(rule)
    after = _tidy(replace(before, **changes))
    check_draft(after)
    changed = [name for name in PARTS if getattr(before, name) != getattr(after, name)]
    if not changed:
        return rule
    named = list_addresses(rule)
    if not after.enabled or any(name in CONDITION for name in changed):
        withdraw(session, rule, now)
        begin_anew(rule)
        named = []
    for name, value in _columns(after).items():
        setattr(rule, name, value)
    readdress(session, rule, named, now)
    session.add(rule)
    _audit(session, rule, "alert.change", actor, now, {"parts": changed})
    return rule


def delete_rule(session: Session, rule_id: str, actor: str, now: datetime) -> None:
    """Let a rule go; what it said stays in the history. Raises NotFoundError."""
    rule = _get_to_write(session, rule_id)
    withdraw(session, rule, now)
    begin_anew(rule)
    rule.deleted_at = now
    session.add(rule)
    _audit(session, rule, "alert.delete", actor, now)


def restore_rule(session: Session, rule_id: str, actor: str, now: datetime) -> AlertRule:
    """Take a deletion back. Raises NotFoundError ALERT_RULE_UNKNOWN."""
    rule = session.get(AlertRule, rule_id)
    if rule is None:
        raise NotFoundError("ALERT_RULE_UNKNOWN", "There is no alert rule with this id.")
    if rule.deleted_at is not None:
        rule.deleted_at = None
        session.add(rule)
        _audit(session, rule, "alert.restore", actor, now)
    return rule


def begin_anew(rule: AlertRule) -> None:
    """Let the rule stand as one that was never looked at; when it told is still known."""
    rule.state = "ok"
    for name in ("since", "turning_since", "unattended_since", "value", "value_queue", "held"):
        setattr(rule, name, None)
    rule.checked_at = None


def _get_to_write(session: Session, rule_id: str) -> AlertRule:
    # A look at this moment must not write into what is changed here.
    session.get(AlertRule, rule_id, with_for_update=True)
    return get_rule(session, rule_id)


def _tidy(draft: RuleDraft) -> RuleDraft:
    """Without what says nothing: spaces around, an address twice, an empty text for none."""
    emails = [address for address in draft.emails if address.strip()]
    return replace(
        draft,
        name=" ".join(draft.name.split()),
        emails=check_addresses(emails),
        webhook_url=(draft.webhook_url or "").strip() or None,
        webhook_secret=draft.webhook_secret or None,
        quiet_from=draft.quiet_from or None,
        quiet_to=draft.quiet_to or None,
        quiet_zone=draft.quiet_zone or None,
    )


def _columns(draft: RuleDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in PARTS} | {"emails": list(draft.emails)}


def _audit(
    session: Session,
    rule: AlertRule,
    action: str,
    actor: str,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    # Without addresses and secrets: the audit is read by more people than the rules.
    write(
        session,
        actor=actor,
        action=action,
        target_type="alert_rule",
        target_id=rule.id,
        detail={"name": rule.name, **(detail or {})},
        now=now,
    )
