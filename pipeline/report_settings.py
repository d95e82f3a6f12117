"""How reports are made and kept, how mail leaves, and how often alerts are looked at."""

import re
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from pipeline.queue_settings import LONGEST_S


class ReportSettings(BaseSettings):
    """The part of the settings that is about reports, mail and alerts."""

    report_keep_days: float = Field(
        7.0, gt=0, le=3650, description="Days for which a finished report can be downloaded."
    )
    reports_warn_after_s: float = Field(
        1500.0,
        gt=0,
        le=LONGEST_S,
        description="Running time after which a report is said to be slow.",
    )
    public_url: str | None = Field(
        None,
        description="Address of the pages as readers of mails reach them, https://…; default: "
        "mails say which report to open and carry no link.",
    )
    writer_url: str | None = Field(
        None,
        description="OpenAI-compatible endpoint that may rewrite the sentences of an analysis, "
        "https://…/v1; default: they stay as they are.",
    )
    writer_model: str = Field("gpt-4o-mini", description="Model asked for at that endpoint.")
    writer_api_key: str | None = Field(None, description="Key of that endpoint.")
    writer_timeout_s: float = Field(
        30.0, gt=0, le=600, description="Time that one of its answers may take."
    )

    smtp_host: str | None = Field(
        None, description="Server that takes mail; default: no mail is sent, and pages say so."
    )
    smtp_port: int | None = Field(
        None, ge=1, le=65535, description="Its port; default: 587, 465 with tls, 25 with none."
    )
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection to it is secured."
    )
    smtp_user: str | None = Field(None, description="Name to sign in with at that server.")
    smtp_password: str | None = Field(None, description="Password to sign in with.")
    smtp_timeout_s: float = Field(
        15.0, gt=0, le=300, description="Time that one of its answers may take."
    )
    mail_from: str | None = Field(
        None, description="Sender of mails, Comptoir <comptoir@example.org>; needed to send any."
    )
    # 9.6 MB as base64: Postfix takes 10.24 unless it is told otherwise.
    mail_attach_mb: float = Field(
        7.0, ge=0, description="Largest report attached to a mail, in MB; larger ones are linked."
    )
    mail_keep_days: float = Field(
        90.0, gt=0, le=3650, description="Days for which mails and their recipients are listed."
    )

    alerts_every_s: float = Field(
        30.0, ge=1, le=3600, description="Pause between two looks at the alert rules."
    )

    @field_validator("public_url")
    @classmethod
    def _require_an_address_to_link_to(cls, value: str | None) -> str | None:
        if value and not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", value):
            raise ValueError("it is no address such as https://comptoir.example.org")
        return value
