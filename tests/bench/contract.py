"""The API against its own description, deeper than the tests go.

As everybody on an open server, then on a guarded one without a key and with keys of more and more
scopes; prints what does not agree, and ends with 1 where anything does not.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.access.keys import create_key
from pipeline.access.principal import SCOPES
from pipeline.clock import utc_now
from pipeline.store import write_session
from tests.support.api_contract import Findings, hold_against_contract
from tests.support.server import Server, start_server

EXAMPLES = 50
# An invented address may be none of ours.
REFUSED = {401, 404}


def main(argv: list[str]) -> int:
    """Ask each operation `examples` times with requests that fit and as many that do not."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench contract", description=__doc__)
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="of each operation and kind")
    parser.add_argument("--seed", type=int, default=0, help="what is invented begins here")
    options = parser.parse_args(argv)
    asked = {"examples": options.examples, "first": options.seed}
    with _serve() as server:
        found = hold_against_contract(server.base_url, None, reader=None, **asked)
        broken = _tell("open, no key", found)
    with _serve() as server:
        keys = [_make_key(server, SCOPES[: 1 + number]) for number in range(len(SCOPES))]
        found = hold_against_contract(server.base_url, None, reader=keys[0], **asked)
        broken += _tell("guarded, no key", found)
        let_in = [name for name, statuses in found.statuses.items() if statuses - REFUSED]
        broken += len(let_in)
        print(f"  let in without a key: {', '.join(let_in) or 'nobody'}")
        for number, key in enumerate(keys):
            found = hold_against_contract(server.base_url, key, reader=key, **asked)
            broken += _tell(", ".join(SCOPES[: 1 + number]), found)
    return min(broken, 1)


@contextmanager
def _serve() -> Iterator[Server]:
    with (
        tempfile.TemporaryDirectory() as folder,
        start_server(Path(folder), COMPTOIR_WORKER="external") as server,
    ):
        yield server


def _make_key(server: Server, scopes: tuple[str, ...]) -> str:
    with write_session(server.settings) as session:
        name = ", ".join(scopes)
        _, secret = create_key(session, name, scopes, None, "bench", now=utc_now())  # type: ignore[arg-type]
    return secret


def _tell(who: str, found: Findings) -> int:
    """Print what does not agree; returns how many operations."""
    operations, broken = len(found.statuses), len(found.broken)
    print(f"{who}: {operations} operations, {broken} do not agree", flush=True)
    for operation, problem in found.broken.items():
        print(f"\n{operation}\n{problem}")
    return broken
