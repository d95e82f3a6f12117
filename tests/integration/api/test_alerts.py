"""Alert rules as programs keep them, on a real server with its real watcher."""

import json
from typing import Any

import httpx
import pytest

from tests.support.server import Server
from tests.support.webhooks import start_webhooks
from tests.support.worker import wait_until

RULES = "/api/v1/alerts/rules"
DISK = {"name": "Full disk", "kind": "disk", "threshold": 1}


def ask(client: httpx.Client, method: str, path: str, status: int = 200, **options: Any) -> Any:
    answer = client.request(method, path, **options)
    assert answer.status_code == status, answer.text
    body = answer.json()
    return body["data"] if body["success"] else body["error"]


def find(client: httpx.Client, rule_id: str) -> dict[str, Any] | None:
    items = ask(client, "GET", "/api/v1/alerts")["items"]
    return next((item for item in items if item["id"] == rule_id), None)


def test_a_rule_is_added_changed_paused_and_deleted(client: httpx.Client) -> None:
    hours = {"from": "22:00", "to": "07:00", "zone": "Europe/Paris"}
    said = {
        "name": " Receipts  wait ",
        "kind": "oldest_waiting",
        "queue": "documents",
        "threshold": 900,
        "lastingSeconds": 120,
        "quietHours": hours,
        "emails": ["ana@example.org", "Ana <ana@example.org>", "ben@Example.org"],
        "webhookUrl": "https://hooks.example.org/T0/secret",
        "webhookSecret": "hush",
        "language": "fr",
    }
    added = ask(client, "POST", RULES, 201, json=said)
    rule = f"{RULES}/{added['id']}"
    assert added["name"] == "Receipts wait"
    assert added["emails"] == ["ana@example.org", "ben@example.org"]
    assert (added["quietHours"], added["hasSecret"]) == (hours, True)
    assert added["webhookHost"] == "hooks.example.org"
    assert "hush" not in json.dumps(added)
    assert "T0/secret" not in json.dumps(added)

    changed = ask(client, "PATCH", rule, json={"quietHours": None, "webhookSecret": None})
    assert (changed["quietHours"], changed["hasSecret"]) == (None, False)
    assert (changed["threshold"], changed["lastingSeconds"]) == (900, 120)
    assert not ask(client, "PATCH", rule, json={"enabled": False})["enabled"]
    assert ask(client, "DELETE", rule) == {"id": added["id"]}

    assert find(client, added["id"]) is None
    for method, options in (("PATCH", {"json": {}}), ("DELETE", {}), ("POST", {})):
        path = f"{rule}/test" if method == "POST" else rule
        error = ask(client, method, path, 404, **options)
        assert error["details"]["reason"] == "ALERT_RULE_UNKNOWN"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": " "}, "ALERT_NAME_BAD"),
        ({"queue": "documents"}, "ALERT_QUEUE_BAD"),
        ({"kind": "no_workers", "queue": "workflow"}, "ALERT_QUEUE_BAD"),
        ({"kind": "weather"}, "BAD_VALUE"),
        ({"threshold": 0}, "ALERT_THRESHOLD_BAD"),
        ({"kind": "failure_rate", "threshold": 1}, "ALERT_THRESHOLD_BAD"),
        ({"lastingSeconds": -1}, "ALERT_LASTING_BAD"),
        ({"quietSeconds": 1}, "ALERT_QUIET_BAD"),
        ({"windowSeconds": 1e6}, "ALERT_WINDOW_BAD"),
        ({"leastEndings": 0}, "ALERT_LEAST_BAD"),
        ({"quietHours": {"from": "22:00", "to": "22:00", "zone": "UTC"}}, "ALERT_HOURS_BAD"),
        ({"quietHours": {"from": "25:00", "to": "07:00", "zone": "UTC"}}, "ALERT_HOURS_BAD"),
        ({"quietHours": {"from": "22:00", "to": "07:00", "zone": "../UTC"}}, "ALERT_ZONE_BAD"),
        ({"quietHours": {"from": "22:00", "to": "07:00"}}, "BAD_VALUE"),
        ({"emails": ["nobody"]}, "MAIL_ADDRESS_BAD"),
        ({"emails": ["a@example.org\r\nBcc: b@example.org"]}, "MAIL_ADDRESS_BAD"),
        ({"emails": [f"a{number}@example.org" for number in range(21)]}, "ALERT_EMAILS_MANY"),
        ({"webhookUrl": "file:///etc/passwd"}, "ALERT_WEBHOOK_BAD"),
        ({"webhookUrl": "https://ana:secret@example.org/"}, "ALERT_WEBHOOK_BAD"),
        ({"webhookSecret": "x" * 201}, "ALERT_SECRET_BAD"),
        ({"language": "de"}, "BAD_VALUE"),
        ({"colour": "red"}, "BAD_VALUE"),
    ],
    ids=str,
)
def test_what_no_rule_can_say_is_refused(
    client: httpx.Client, changes: dict[str, Any], reason: str
) -> None:
    error = ask(client, "POST", RULES, 422, json=DISK | changes)
    assert error["details"]["reason"] == reason, error


def test_a_test_answers_with_what_came_of_it_at_each_address(client: httpx.Client) -> None:
    nobody = ask(client, "POST", RULES, 201, json=DISK)
    error = ask(client, "POST", f"{RULES}/{nobody['id']}/test", 409)
    assert error["details"]["reason"] == "ALERT_NOBODY_TOLD"

    with start_webhooks() as hook:
        changes = {"emails": ["ana@example.org"], "webhookUrl": hook.url}
        ask(client, "PATCH", f"{RULES}/{nobody['id']}", json=changes)
        tested = ask(client, "POST", f"{RULES}/{nobody['id']}/test")
    assert json.loads(hook.received[0].body)["event"] == "tested"
    mail, posted = tested["outcomes"]
    assert (mail["ok"], "COMPTOIR_SMTP_HOST" in mail["reply"]) == (False, True)
    # The rest of a webhook's address is often its password.
    assert posted["to"] == f"127.0.0.1:{hook.port}"
    assert (posted["ok"], posted["reply"]) == (True, "HTTP 204 No Content")

    rule = find(client, nobody["id"])
    assert rule is not None
    assert rule["lastNotice"]["id"] == tested["id"]
    found = ask(client, "GET", "/api/v1/alerts/events", params={"ruleId": nobody["id"]})
    assert (found["total"], found["page"], found["items"][0]["event"]) == (1, 1, "tested")
    ask(client, "DELETE", f"{RULES}/{nobody['id']}")
    kept = {"ruleId": nobody["id"], "failed": True, "event": "tested"}
    assert ask(client, "GET", "/api/v1/alerts/events", params=kept)["total"] == 1


def test_the_dashboard_watches_by_itself(quiet_server: Server, client: httpx.Client) -> None:
    def checked() -> list[Any]:
        items = ask(client, "GET", "/api/v1/alerts")["items"]
        return [item["value"] for item in items if item["kind"] == "disk" and item["checkedAt"]]

    free_mb = wait_until(checked)[0]
    assert free_mb > 0
    assert "alerts_broke" not in quiet_server.log()


def test_the_description_names_every_address_and_its_errors(client: httpx.Client) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert set(paths["/alerts/rules/{rule_id}"]) == {"patch", "delete"}
    assert {"409", "404"} <= set(paths["/alerts/rules/{rule_id}/test"]["post"]["responses"])
    assert "/alerts/events" in paths
