"""The API against its own description, deeper than the tests go: `contract [examples] [seed]`.

With a key of every scope; prints what does not agree, and ends with 1 where anything does not.
"""

import tempfile
from pathlib import Path

from pipeline.access.keys import create_key
from pipeline.access.principal import SCOPES
from pipeline.clock import utc_now
from pipeline.store import write_session
from tests.support.api_contract import hold_against_contract
from tests.support.server import Server, start_server

EXAMPLES = 50


def main(argv: list[str]) -> int:
    """Ask each operation `examples` times with requests that fit and as many that do not."""
    examples, first = [*map(int, argv), *(EXAMPLES, 0)[len(argv) :]][:2]
    broken = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        start_server(Path(folder), COMPTOIR_WORKER="external", COMPTOIR_RATE_LIMIT="0") as server,
    ):
        for count in range(1, len(SCOPES) + 1):
            broken += _hold(server, SCOPES[:count], examples, first)
    return min(broken, 1)


def _hold(server: Server, scopes: tuple[str, ...], examples: int, first: int) -> int:
    with write_session(server.settings) as session:
        name = ", ".join(scopes)
        _, secret = create_key(session, name, scopes, None, "bench", now=utc_now())  # type: ignore[arg-type]
    found = hold_against_contract(server.base_url, secret, examples=examples, first=first)
    print(f"{name}: {len(found.statuses)} operations, {len(found.broken)} do not agree")
    for operation, problem in found.broken.items():
        print(f"\n{operation}\n{problem}")
    return len(found.broken)
