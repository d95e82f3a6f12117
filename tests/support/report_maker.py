"""Makes reports by hand, with any files, on the store of a server."""

from datetime import timedelta
from typing import Any

from pipeline.clock import utc_now
from pipeline.files import open_files
from pipeline.jobs import endings, ledger, rollup
from pipeline.jobs.endings import Failure
from pipeline.jobs.kinds import Kind
from pipeline.models import Report
from pipeline.reports.save import MadeFile, make_outcome, record_report
from pipeline.settings import Settings
from pipeline.store import write_session


class Maker:
    """Plays the worker that makes reports on the server's store."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def start(self, report_id: str, stage: str = "collect", progress: int = 10) -> ledger.Claim:
        with write_session(self._settings) as session:
            limits: Any = {"lease_s": 600, "time_limit_s": lambda _kind, _payload: 600}
            held = ledger.claim(session, report_id, "by-hand", now=utc_now(), **limits)
            assert held is not None
            ledger.advance(session, held, stage, progress, now=utc_now())
        return held

    def make(self, report_id: str, *files: tuple[str, str, bytes], **outcome: Any) -> None:
        """`files` are role, name and content each."""
        made = [self._keep(*file, position) for position, file in enumerate(files)]
        held = self.start(report_id)
        kind = Kind(held.kind, held.queue, run=lambda _: {}, save=record_report)
        result = make_outcome(made, as_of=utc_now(), **outcome)
        with write_session(self._settings) as session:
            assert endings.complete(session, held, kind, result, now=utc_now())

    def _keep(self, role: Any, name: str, content: bytes, position: int) -> MadeFile:
        sha256 = open_files(self._settings).put_bytes(content)
        place = position if role == "preview" else 0
        return MadeFile(role, name.rpartition(".")[2], sha256, name, len(content), place)

    def fail(self, report_id: str, code: str) -> None:
        held = self.start(report_id)
        failure = Failure(code, "In English.", True, {"cause": "Secret: inside"})
        with write_session(self._settings) as session:
            policy = self._settings.policy_of("reports")
            assert endings.fail(session, held, failure, policy, now=utc_now())

    def count_endings(self) -> None:
        with write_session(self._settings) as session:
            rollup.count_endings(session, utc_now())

    def expire(self, report_id: str) -> None:
        with write_session(self._settings) as session:
            session.get_one(Report, report_id).expires_at = utc_now() - timedelta(seconds=1)
