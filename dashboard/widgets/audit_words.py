"""What people did, in words, and where the thing is that they did it to."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from dashboard.language import N_, t, tn
from dashboard.widgets.change_words import say_actor, say_what
from dashboard.widgets.formats import shorten_id
from dashboard.widgets.job_words import say_kind, say_queue
from dashboard.widgets.product_history import NAMES
from pipeline.models import AuditEntry

ACTIONS: Mapping[str, str] = {
    "account.add": N_("Added an account"),
    "account.disable": N_("Closed an account"),
    "account.enable": N_("Opened an account again"),
    "account.end_sessions": N_("Signed an account out everywhere"),
    "account.locked": N_("Was locked out after wrong passwords"),
    "account.password": N_("Set a password"),
    "account.role": N_("Changed a role"),
    "account.sign_in": N_("Signed in"),
    "account.sign_in_failed": N_("Could not sign in"),
    "account.sign_out": N_("Signed out"),
    "account.unlock": N_("Unlocked an account"),
    "alert.add": N_("Added an alert rule"),
    "alert.change": N_("Changed an alert rule"),
    "alert.delete": N_("Deleted an alert rule"),
    "alert.restore": N_("Took back the deletion of an alert rule"),
    "alert.test": N_("Tested an alert rule"),
    "analysis.start": N_("Started an analysis of the catalog"),
    "catalog.import": N_("Imported a catalog"),
    "factor.import": N_("Imported footprint factors"),
    "job.cancel": N_("Cancelled a job"),
    "job.retry": N_("Ran a job again"),
    "key.create": N_("Made a key"),
    "key.revoke": N_("Revoked a key"),
    "line_rule.apply": N_("Carried a line’s factor to other receipts"),
    "product.add": N_("Added a product"),
    "product.confirm_category": N_("Confirmed a product’s category"),
    "product.delete": N_("Deleted a product"),
    "product.edit": N_("Edited a product"),
    "product.keep_both": N_("Said that products are different"),
    "product.merge": N_("Merged products"),
    "queue.pause": N_("Paused a queue"),
    "queue.resume": N_("Resumed a queue"),
    "receipt.accept": N_("Accepted a receipt"),
    "receipt.discard": N_("Discarded a duplicate"),
    "receipt.edit": N_("Corrected a receipt"),
    "receipt.keep": N_("Kept a possible duplicate"),
    "receipt.reextract": N_("Had a receipt read again"),
    "receipt.reopen": N_("Reopened the review of a receipt"),
    "receipt.submit": N_("Handed over a receipt"),
    "receipt.undecide": N_("Left open again whether a receipt is a duplicate"),
    "report.cancel": N_("Cancelled a report"),
    "report.create": N_("Asked for a report"),
    "report.delete": N_("Deleted a report"),
    "report.regenerate": N_("Had a report made again"),
    "report.retry": N_("Retried a report"),
    "report.send": N_("Sent a report"),
    "schedule.add": N_("Added a schedule"),
    "schedule.change": N_("Changed a schedule"),
    "schedule.delete": N_("Deleted a schedule"),
    "schedule.pause": N_("Paused a schedule"),
    "schedule.resume": N_("Resumed a schedule"),
    "schedule.test": N_("Sent a schedule’s report as a test"),
    "settings.changed": N_("Started with other settings"),
    "settings.noted": N_("Started for the first time"),
    "store.restore": N_("Restored a backup"),
    "view.delete": N_("Deleted a view"),
    "view.rename": N_("Renamed a view"),
    "view.save": N_("Saved a view"),
}
THINGS: Mapping[str, str] = {
    "account": N_("Accounts"),
    "alert": N_("Alert rules"),
    "analysis": N_("Analyses of the catalog"),
    "catalog": N_("Catalog imports"),
    "factor": N_("Footprint factors"),
    "job": N_("Jobs"),
    "key": N_("Keys"),
    "line_rule": N_("Line rules"),
    "product": N_("Products"),
    "queue": N_("Queues"),
    "receipt": N_("Receipts"),
    "report": N_("Reports"),
    "schedule": N_("Schedules"),
    "settings": N_("Settings"),
    "store": N_("Backups"),
    "view": N_("Views"),
}
ADDRESSES: Mapping[str, str] = {
    "account": "settings",
    "alert_rule": "alerts?rule={id}",
    "catalog_import": "catalog?import={id}",
    "job": "queues?job={id}",
    "key": "settings?view=keys",
    "product": "catalog?product={id}",
    "queue": "queues",
    "receipt": "receipts?receipt={id}",
    "report": "reports?report={id}",
    "report_schedule": "reports?view=schedules&schedule={id}",
    "settings": "settings?view=values",
}
# Things that are gone, or that never had a page.
_GONE = ("product.delete", "report.delete", "schedule.delete", "alert.delete")
_ID_LENGTH = 32


def say_action(action: str) -> str:
    """What was done: Corrected a receipt; the bare code of what this version does not know."""
    known = ACTIONS.get(action)
    return t(known) if known else action


def say_who(actor: str) -> str:
    """Who did it: a name, a key, the server itself, or how it came where nobody signs in."""
    if actor.startswith("key:"):
        return t("key {name}", name=actor.removeprefix("key:"))
    if actor.startswith("cli:"):
        return t("{account} in a terminal", account=actor.removeprefix("cli:"))
    return t("the server") if actor == "start" else say_actor(actor)


def say_thing(entry: AuditEntry) -> str:
    """What it was done to, by the name it had, or by its short id."""
    detail = entry.detail or {}
    many = next((detail[key] for key in ("jobs", "receipts", "products") if key in detail), None)
    if isinstance(many, list) and len(many) > 1:
        return _say_many(entry.target_type, len(many))
    named = next((detail[key] for key in ("name", "title", "merchant") if detail.get(key)), None)
    if isinstance(named, str):
        return named
    if entry.action == "analysis.start":
        return say_kind(str(detail.get("kind", "")))
    if entry.target_type == "queue":
        return say_queue(entry.target_id)
    if entry.target_type == "settings":
        return t("Settings")
    return shorten_id(entry.target_id) if is_drawn_id(entry.target_id) else entry.target_id


def is_drawn_id(target_id: str) -> bool:
    """Whether the id was drawn by Comptoir; all others are names that somebody gave."""
    return len(target_id) == _ID_LENGTH and target_id.isalnum()


def say_note(entry: AuditEntry) -> str:
    """What else is worth a line: fields, reasons, names of settings."""
    detail = entry.detail or {}
    if changes := detail.get("changes"):
        what = [say_change(change) for change in changes if isinstance(change, Mapping)]
        return _join([*what, *detail.get("reasons", [])])
    for key in ("reason", "fields", "parts", "names", "scopes"):
        if value := detail.get(key):
            return _join(_say_parts(key, value)) if isinstance(value, list) else str(value)
    return ""


def find_address(entry: AuditEntry) -> str | None:
    """Where the thing can be seen; None where it is gone, or is several."""
    template = ADDRESSES.get(entry.target_type)
    if template is None or entry.action in _GONE:
        return None
    return template.format(id=quote(entry.target_id, safe=""))


def _say_many(target_type: str, count: int) -> str:
    if target_type == "jobs":
        return tn("{n} job", "{n} jobs", count)
    if target_type == "receipts":
        return tn("{n} receipt", "{n} receipts", count)
    return tn("{n} product", "{n} products", count)


def say_change(change: Mapping[str, Any]) -> str:
    """What of a receipt one of its changes was about."""
    return say_what(str(change.get("path", "")), change.get("after"))


def _say_parts(key: str, values: list[Any]) -> list[Any]:
    if key != "fields":
        return values
    return [t(NAMES[value]) if value in NAMES else value for value in values]


def _join(values: list[Any]) -> str:
    shown = ", ".join(map(str, values[:6]))
    return f"{shown} …" if len(values) > 6 else shown
