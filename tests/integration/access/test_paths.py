"""The table of paths, walked: every row by everybody on a real server, and no route beside it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dashboard.access.paths import (
    OIDC_CALLBACK,
    PAGES,
    SIGN_IN,
    SIGN_IN_ELSEWHERE,
    SIGN_OUT,
    TABLE,
    Row,
    find_row,
)
from pipeline.access.principal import ROLES, SCOPES
from tests.integration.access.conftest import Asker
from tests.support.path_outcomes import CLOSED, TO_SIGN_IN, Visitor, outcome_of
from tests.support.worker import ROOT

PLACES = re.compile(r"\{\w+(:path)?\}")
EXAMPLES = {"/language/{name}": "/language/en", "/{path:path}": "/x/y/z"}
EVERYBODY = ("anonymous", *ROLES, *(f"key:{scope}" for scope in SCOPES))
# What the gate says itself; the application behind it says other things with the same statuses.
REASONS = {"KEY_MISSING", "KEY_UNKNOWN", "SIGNED_OUT", "SCOPE_MISSING", "PATH_UNKNOWN"}
LIST_ROUTES = """
import json
from dashboard.asgi import app
from starlette.routing import Mount, WebSocketRoute

def describe(route):
    if isinstance(route, WebSocketRoute):
        return [route.path, ["WEBSOCKET"]]
    if isinstance(route, Mount):
        return [route.path + "/{path:path}", ["GET"]]
    return [route.path, sorted(route.methods)]

print(json.dumps([describe(route) for route in app._build_starlette_app().routes]))
"""


def example_of(row: Row) -> str:
    return EXAMPLES.get(row.path) or PLACES.sub("x", row.path)


def walk() -> Iterator[tuple[Row, str]]:
    for row in TABLE:
        for method in row.methods:
            # Both forms change who is signed in; test_sign_in.py sends them.
            if method != "WEBSOCKET" and (row.path not in (SIGN_IN, SIGN_OUT) or method != "POST"):
                yield row, method


def refusal_in(answer: httpx.Response) -> str | None:
    """What the gate did; None where it let the request in."""
    if answer.status_code == 303 and answer.headers["location"].startswith(f"{SIGN_IN}?next="):
        return TO_SIGN_IN
    if answer.status_code == 303 and answer.headers["location"] == SIGN_IN:
        return TO_SIGN_IN
    if not answer.headers.get("content-type", "").startswith("application/json"):
        return None
    if answer.request.method == "HEAD":
        return str(answer.status_code) if answer.status_code in (401, 403, 404) else None
    said = answer.json()
    error = said.get("error") if isinstance(said, dict) else None
    return str(answer.status_code) if error and error["details"]["reason"] in REASONS else None


def expected(row: Row, who: str) -> str | None:
    kind, _, scope = who.partition(":")
    visitor: Visitor = "key" if kind == "key" else kind  # type: ignore[assignment]
    outcome = outcome_of(row, visitor)
    if row.path in (SIGN_IN_ELSEWHERE, OIDC_CALLBACK):
        # This server has no provider.
        return TO_SIGN_IN
    if row.path == SIGN_OUT:
        return None if kind in ROLES else TO_SIGN_IN
    if kind == "key" and row.need == "read" and row.keys and scope != "read":
        return "403"
    return outcome if outcome in (CLOSED, TO_SIGN_IN, "401") else None


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_gets_what_the_table_says(who: str, ask_as: Asker) -> None:
    client = ask_as(who)
    wrong = []
    for row, method in walk():
        answer = client.request(method, example_of(row))
        found, wanted = refusal_in(answer), expected(row, who)
        behind = row.path.startswith("/api/") and found in ("404", "403")
        if found != wanted and not (behind and wanted is None):
            wrong.append(f"{method} {example_of(row)}: {found} instead of {wanted}")
    assert not wrong, wrong


def test_no_row_hides_another() -> None:
    for row in TABLE:
        assert find_row(example_of(row), row.methods[0]) == row, row.path


def test_every_route_of_the_application_is_in_the_table(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", LIST_ROUTES],
        cwd=ROOT,
        env=os.environ | {"COMPTOIR_DATA_DIR": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    routes: list[tuple[str, list[str]]] = json.loads(told.stdout.splitlines()[-1])
    rows = {(row.path, method) for row in TABLE for method in row.methods}

    assert len(routes) > 30
    missing = [
        (path, one) for path, methods in routes for one in methods if (path, one) not in rows
    ]
    assert missing == []


def test_every_page_is_in_the_table() -> None:
    files = {file.stem for file in (ROOT / "dashboard" / "app_pages").glob("*.py")} - {"__init__"}
    addresses = {"home": "", "catalog_insights": "insights", "health": "system"}

    assert {addresses.get(name, name) for name in files} <= set(PAGES)


def test_what_is_not_listed_is_closed_even_to_admins(ask_as: Asker) -> None:
    for method, path in (("POST", "/receipts"), ("GET", "/_stcore/new"), ("GET", "/a/b/c")):
        row = find_row(path, method)
        assert row is None or row.need == "nobody"
        assert ask_as("admin").request(method, path).status_code == 404
