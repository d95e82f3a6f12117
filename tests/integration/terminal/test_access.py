"""`user` and `key`: who may come in is settled at the command line first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import select

from pipeline.access.accounts import check_password, list_accounts
from pipeline.access.resolve import forget, resolve_key
from pipeline.clock import utc_now
from pipeline.errors import UnauthorizedError
from pipeline.models import AuditEntry
from pipeline.store import read_session
from tests.integration.terminal.calling import at_terminal, call
from tests.support.ledger import LedgerBench
from tests.support.server import Server, start_server
from tests.support.worker import FAST, ROOT

PASSWORD = "correct horse battery"


def add(name: str, role: str, typed: str = PASSWORD) -> int:
    return call("user", "add", name, "--role", role, "--password-stdin", typed=typed).code


def test_people_are_added_listed_changed_and_closed(live: LedgerBench) -> None:
    assert add("Ana", "admin") == add("bo", "viewer") == 0
    assert call("user", "role", "bo", "operator").out == "bo is operator.\n"
    assert call("user", "password", "BO", "--password-stdin", typed="another one\n").code == 0
    assert call("user", "disable", "bo").code == 0
    listed = {one["name"]: one for one in call("user", "list", "--json").json["items"]}
    assert (listed["bo"]["role"], listed["bo"]["state"]) == ("operator", "disabled")
    assert call("user", "enable", "bo").code == 0

    check_password(live.settings, "bo", "another one", now=utc_now())
    with pytest.raises(UnauthorizedError):
        check_password(live.settings, "bo", PASSWORD, now=utc_now())
    with read_session(live.settings) as session:
        entries = [
            one for one in session.exec(select(AuditEntry)).all() if one.target_type == "account"
        ]
        assert all(PASSWORD not in one.model_dump_json() for one in entries)
    assert {one.actor.split(":")[0] for one in entries} == {"cli", "sign-in"}
    shown = call("user", "list").out
    assert "ana admin active yes –" in " ".join(shown.split())


REFUSED = (
    (("user", "add", "bo", "--role", "viewer", "--password-stdin"), "short", "10 to 512"),
    (("user", "add", "ana", "--role", "viewer", "--without-password"), "", "already"),
    (("user", "add", "cli:root", "--role", "viewer", "--without-password"), "", "no colon"),
    (("user", "add", "bo", "--role", "viewer"), PASSWORD, "--password-stdin"),
    (("user", "role", "ana", "viewer"), "", "last admin"),
    (("user", "disable", "ana"), "", "last admin"),
    (("user", "enable", "nobody"), "", "no such account"),
    (("key", "revoke", "nothing"), "", "no such key"),
)


def test_what_cannot_be_done_is_said_in_a_sentence(live: LedgerBench) -> None:
    assert add("ana", "admin") == 0
    for arguments, typed, said in REFUSED:
        answer = call(*arguments, typed=typed)
        assert answer.code == 1
        assert said in answer.complaint


def test_a_password_is_asked_for_twice_and_never_shown(live: LedgerBench) -> None:
    for again, code in ((PASSWORD + "!", 1), (PASSWORD, 0)):
        with at_terminal("user", "add", "ana", "--role", "admin") as terminal:
            terminal.wait_for(lambda text: "Password:" in text)
            terminal.type(f"{PASSWORD}\n".encode())
            terminal.wait_for(lambda text: "Once more:" in text)
            terminal.type(f"{again}\n".encode())
            assert terminal.end() == code
            assert PASSWORD not in terminal.raw
    assert call("user", "list", "--json").json["items"][0]["name"] == "ana"


def test_a_key_is_printed_once_and_opens_until_it_is_revoked(live: LedgerBench) -> None:
    made = call("key", "create", "scanner", "--scope", "submit", "--expires-days", "3")
    secret = made.out.strip()
    assert "user add NAME --role admin" in made.complaint
    forget()
    program = resolve_key(live.settings, secret)
    assert program is not None and program.scopes == {"submit"}
    listed = call("key", "list", "--json")
    assert secret not in listed.out
    assert listed.json["items"][0]["state"] == "active"
    assert f"scanner {secret[:10]}… submit active" in " ".join(call("key", "list").out.split())
    assert call("key", "create", "scanner", "--scope", "read").code == 1
    assert call("key", "create", "other", "--scope", "root").code == 2

    assert call("key", "revoke", secret[:10]).code == 0
    forget()
    assert resolve_key(live.settings, secret) is None


def test_a_server_for_the_network_starts_once_somebody_must_sign_in(tmp_path: Path) -> None:
    own = {"COMPTOIR_DATA_DIR": str(tmp_path), "COMPTOIR_HOST": "0.0.0.0", "COMPTOIR_PORT": "0"}
    refused = subprocess.run(
        [sys.executable, "-m", "dashboard"],
        env=os.environ | FAST | own,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 1
    assert "would let anyone on the network in" in refused.stderr
    assert "Traceback" not in refused.stderr and "ready" not in refused.stdout

    adding = ("user", "add", "ana", "--role", "admin", "--password-stdin")
    assert call(*adding, typed=PASSWORD, environment=own).code == 0
    with start_server(tmp_path, COMPTOIR_HOST="0.0.0.0", COMPTOIR_WORKER="external") as server:
        assert _names(server) == ["ana"]


def _names(server: Server) -> list[str]:
    with read_session(server.settings) as session:
        return [one.name for one in list_accounts(session)]
