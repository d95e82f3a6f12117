"""A real OpenID Connect provider on this machine: whoever comes is the person it was told of."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT_ID = "comptoir-under-test"
CLIENT_SECRET = "a client secret that nobody guesses"


@dataclass
class Provider:
    """`claims` is what it says of the next person; `None` as `claims` refuses them."""

    issuer: str
    claims: dict[str, Any] | None = field(default_factory=dict)
    signs_with_foreign_key: bool = False

    @property
    def settings(self) -> dict[str, str]:
        """What a server needs to know it."""
        return {
            "COMPTOIR_OIDC_METADATA_URL": f"{self.issuer}/.well-known/openid-configuration",
            "COMPTOIR_OIDC_CLIENT_ID": CLIENT_ID,
            "COMPTOIR_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        }


@contextmanager
def start_provider() -> Iterator[Provider]:
    """A provider that listens; stopped at the end of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    server.desk = _Desk(provider)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Desk:
    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.key = RSAKey.generate_key(2048, {"kid": "ours", "use": "sig", "alg": "RS256"})
        self._foreign = RSAKey.generate_key(2048, {"kid": "ours"})
        self._codes: dict[str, dict[str, str]] = {}

    def describe(self) -> dict[str, Any]:
        issuer = self.provider.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        if self.provider.claims is None:
            answer = {"error": "access_denied", "state": asked["state"]}
        else:
            code = secrets.token_urlsafe(16)
            self._codes[code] = asked
            answer = {"code": code, "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def redeem(self, form: dict[str, str], client: tuple[str, str]) -> dict[str, Any]:
        asked = self._codes.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert client == (CLIENT_ID, CLIENT_SECRET)
        assert asked["code_challenge"] == challenge
        assert asked["redirect_uri"] == form["redirect_uri"]
        now = int(time.time())
        claims = {
            "iss": self.provider.issuer,
            "aud": CLIENT_ID,
            "sub": "42",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **(self.provider.claims or {}),
        }
        key = self._foreign if self.provider.signs_with_foreign_key else self.key
        token = jwt.encode({"alg": "RS256", "kid": "ours"}, claims, key)
        return {"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": token}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        desk: _Desk = self.server.desk  # type: ignore[attr-defined]
        address = urlsplit(self.path)
        if address.path == "/.well-known/openid-configuration":
            self._answer(desk.describe())
        elif address.path == "/jwks":
            self._answer(KeySet([desk.key]).as_dict(private=False))
        else:
            self.send_response(302)
            self.send_header("Location", desk.authorize(_flatten(address.query)))
            self.end_headers()

    def do_POST(self) -> None:
        desk: _Desk = self.server.desk  # type: ignore[attr-defined]
        form = _flatten(self.rfile.read(int(self.headers["Content-Length"])).decode())
        basic = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        name, _, secret = basic.partition(":")
        self._answer(desk.redeem(form, (name, secret)))

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def _answer(self, value: dict[str, Any]) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _flatten(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
