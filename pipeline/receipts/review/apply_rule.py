"""Carrying a merchant's line rule to the receipts that have the line: at once, or as a job.

The kind `receipt.apply_rule` is for more of them than a request should wait for.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from pipeline.audit import write
from pipeline.clock import Clock, utc_now
from pipeline.errors import ConflictError
from pipeline.jobs import ledger
from pipeline.jobs.broker import Doorbell
from pipeline.jobs.context import JobContext
from pipeline.jobs.dispatch import ring_new
from pipeline.jobs.kinds import Kind, Outcome, get_kind
from pipeline.models import LineRule
from pipeline.receipts.review.line_rules import affected_receipts, apply_rule_to, find_rule
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

KIND_NAME = "receipt.apply_rule"
# A receipt is weighed in some milliseconds; nobody waits longer than a second for an answer.
AT_ONCE = 20


@dataclass(frozen=True)
class Applied:
    """How many other receipts the rule was for; the job that carries it there, if they were many.

    `changed` counts those that were changed at once.
    """

    affected: int
    changed: int
    job_id: str | None


def affected_by(session: Session, rule: LineRule) -> list[str]:
    """Job ids of the receipts on which the rule's line is still taken for something else."""
    return affected_receipts(
        session, rule.merchant_key, rule.line_key, rule.factor_id, rule.category
    )


def carry_rule(
    settings: Settings,
    doorbell: Doorbell,
    job_id: str,
    item_id: str,
    actor: str,
    clock: Clock = utc_now,
) -> Applied:
    """Let what was said of this line hold for all receipts of its merchant.

    Raises ConflictError NO_LINE_RULE where nobody said anything, or the merchant is not known.
    """
    with write_session(settings) as session:
        rule = find_rule(session, job_id, item_id)
        if rule is None:
            raise ConflictError(
                "NO_LINE_RULE", "Nobody said what this merchant's line is. Choose a factor first."
            )
        affected = affected_by(session, rule)
        _audit(session, rule, len(affected), actor, clock())
        if len(affected) <= AT_ONCE:
            changed = apply_rule_to(session, affected, rule, now=clock(), settings=settings)
            return Applied(len(affected), len(changed), None)
        payload = {"merchantKey": rule.merchant_key, "lineKey": rule.line_key}
        unique_key = f"{rule.merchant_key} {rule.line_key}"
        job, is_new = ledger.submit_unique(
            session, get_kind(KIND_NAME), payload, unique_key, now=clock()
        )
    if is_new:
        ring_new(settings, doorbell, job)
    return Applied(len(affected), 0, job.id)


def _audit(session: Session, rule: LineRule, affected: int, actor: str, now: datetime) -> None:
    write(
        session,
        actor=actor,
        action="line_rule.apply",
        target_type="line_rule",
        target_id=f"{rule.merchant_key} {rule.line_key}",
        detail={"factor": rule.factor_id, "category": rule.category, "receipts": affected},
        now=now,
    )


def run(context: JobContext) -> Outcome:
    """Weigh the line anew, some receipts a transaction; a repeated run finds only what is left."""
    settings, payload = context.settings, context.payload
    key = (payload["merchantKey"], payload["lineKey"])
    with read_session(settings) as session:
        rule = session.get(LineRule, key)
        affected = affected_by(session, rule) if rule else []
    changed = 0
    for start in range(0, len(affected), AT_ONCE):
        context.advance("weigh", 100 * start // len(affected))
        with write_session(settings) as session:
            # Somebody may have said something else meanwhile; the last word holds.
            latest = session.get(LineRule, key)
            if latest is None:
                break
            batch = affected[start : start + AT_ONCE]
            changed += len(apply_rule_to(session, batch, latest, now=utc_now(), settings=settings))
    return {"changed": changed}


KINDS = (Kind(name=KIND_NAME, queue="documents", run=run),)
