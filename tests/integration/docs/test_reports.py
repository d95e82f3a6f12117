"""What the page about reports says of mail is true."""

import re
import shlex
from pathlib import Path

import pytest

from pipeline.notifications.smtp import mail_is_set_up, read_sender
from pipeline.settings import Settings
from tests.integration.docs.settings_tables import REPORTS_PAGE

EXPORT = re.compile(r"^export (.+)$", re.MULTILINE)


def test_the_settings_of_the_example_send_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "smtp-password").write_text("s3cret\n")
    for line in EXPORT.findall(REPORTS_PAGE.read_text()):
        (assignment,) = shlex.split(line)
        name, _, value = assignment.partition("=")
        monkeypatch.setenv(name, value.replace("/run/secrets", str(tmp_path)))

    settings = Settings()
    assert mail_is_set_up(settings)
    assert read_sender(settings).on_the_wire == "comptoir@example.org"
    assert settings.smtp_password == "s3cret"
