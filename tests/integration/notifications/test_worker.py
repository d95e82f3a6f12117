"""Mail through a real worker: one bad address, greylisting, a SIGKILL while the server hangs."""

from collections import Counter
from typing import Any

from sqlmodel import select

from pipeline.clock import utc_now
from pipeline.models import FINISHED, Mail, MailRecipient
from pipeline.notifications.submit import add_mail
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.smtp import MailServer, start_smtp
from tests.support.worker import start_worker, wait_until

HUNDRED = [f"a{number}@example.org" for number in range(100)]
QUICKLY = {"COMPTOIR_NOTIFICATIONS_BACKOFF_S": "0.1,0.1,0.1"}


def write(live: LedgerBench, *recipients: str) -> Mail:
    with live.write() as session:
        about: dict[str, Any] = {"reason": "message", "language": "en", "html": None}
        return add_mail(
            session, subject="Hi", text="Hi.\n", recipients=recipients, now=utc_now(), **about
        )


def statuses(live: LedgerBench, mail: Mail) -> Counter[str]:
    with read_session(live.settings) as session:
        found = select(MailRecipient.status).where(MailRecipient.mail_id == mail.id)
        return Counter(session.exec(found).all())


def wait_for(live: LedgerBench, mail: Mail) -> str:
    wait_until(lambda: live.job(mail.job_id or "").status in FINISHED)
    return live.job(mail.job_id or "").status


def test_a_worker_serves_everybody_it_can(live: LedgerBench) -> None:
    server = MailServer(refuses=frozenset({"a40@example.org"}), greylists=1, closes_after=10)
    server.asked.update(HUNDRED[:50])
    with start_smtp(server):
        many, nobody = write(live, *HUNDRED), write(live, "a40@example.org")
        environment = {**server.environment(), **QUICKLY}
        with start_worker(live.settings.data_dir, "notifications", **environment):
            ended = wait_for(live, many), wait_for(live, nobody)

    assert ended == ("completed", "failed")
    assert statuses(live, many) == {"sent": 99, "refused": 1}
    assert Counter(server.recipients) == Counter(set(HUNDRED) - {"a40@example.org"})
    assert live.job(nobody.job_id or "").error_code == "MAIL_REFUSED"
    retries = [one for one in live.events(many.job_id or "") if one == "retry"]
    assert len(retries) == 1


def test_a_worker_that_is_killed_sends_to_nobody_twice(live: LedgerBench) -> None:
    server = MailServer(hangs_after=30)
    with start_smtp(server):
        mail = write(live, *HUNDRED)
        environment = server.environment()
        with start_worker(live.settings.data_dir, "notifications", **environment) as worker:
            wait_until(lambda: statuses(live, mail)["sent"] == 30)
            worker.kill()
        server.hangs_after = None
        with start_worker(live.settings.data_dir, "notifications", **environment):
            assert wait_for(live, mail) == "completed"

    assert statuses(live, mail) == {"sent": 100}
    assert server.recipients == HUNDRED
    assert live.job(mail.job_id or "").crashes == 1
