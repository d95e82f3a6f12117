"""Tells one address of one notice, by mail or by webhook, and says what came of it."""

from dataclasses import dataclass

import structlog

from pipeline.alerts.notice import Notice, write_json, write_mail
from pipeline.alerts.webhook import post_json
from pipeline.errors import PipelineError
from pipeline.messages import translate
from pipeline.notifications.message import Letter, Message
from pipeline.notifications.smtp import read_sender, send_one
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

EMAIL, WEBHOOK = "email", "webhook"


@dataclass(frozen=True)
class Outcome:
    """What came of telling one address; where `final`, trying again cannot help."""

    ok: bool
    reply: str
    final: bool = False


def tell(
    settings: Settings, notice: Notice, via: str, address: str, secret: str | None = None
) -> Outcome:
    """Send one notice to one address. Raises nothing: what goes wrong is the outcome.

    `secret` signs the body of a webhook.
    """
    try:
        if via == WEBHOOK:
            answer = post_json(address, write_json(notice), secret)
            return Outcome(answer.ok, answer.text)
        return _mail(settings, notice, address)
    except PipelineError as error:
        said = translate(error.code, notice.language, error.params, fallback=error.message)
        return Outcome(False, said)
    except Exception:
        # A mistake of ours must not keep the others from being told.
        log.exception("alert_not_sent", via=via, event_id=notice.event_id)
        return Outcome(False, translate("INTERNAL_ERROR", notice.language))


def _mail(settings: Settings, notice: Notice, address: str) -> Outcome:
    words = write_mail(notice)
    letter = Letter(
        # The same at each attempt: a mailbox that gets it twice shows it once.
        mail_id=f"alert-{notice.rule_id}-{notice.event_id}",
        sender=read_sender(settings),
        subject=words.subject,
        text=words.text,
        html=words.html,
        created_at=notice.at,
        language=notice.language,
    )
    reply = send_one(settings, Message(letter, address))
    said = f"{reply.code} {reply.text}".strip()
    return Outcome(reply.verdict == "sent", said, final=reply.verdict == "refused")
