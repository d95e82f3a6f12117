"""From the mail's row to what is sent: the files of its report are read when it leaves."""

from html import escape

from sqlmodel import Session, col, select

from pipeline.errors import NotFoundError
from pipeline.files import FileStore
from pipeline.models import Mail, Report, ReportFile
from pipeline.notifications.layout import NOTE
from pipeline.notifications.message import Attachment, Letter
from pipeline.notifications.smtp import read_sender
from pipeline.reports.texts import Texts
from pipeline.settings import Settings


def write_letter(session: Session, settings: Settings, files: FileStore, mail: Mail) -> Letter:
    """The letter with its attachments; a file that is kept no longer becomes a sentence.

    Raises MailSetupError where no sender is set.
    """
    attachments: tuple[Attachment, ...] = ()
    note = ""
    if mail.attach and mail.report_id is not None:
        try:
            attachments = _read_documents(session, files, mail.report_id)
        except NotFoundError:
            note = Texts(mail.language).say("mail.attachment_gone")
    return Letter(
        mail_id=mail.id,
        sender=read_sender(settings),
        subject=mail.subject,
        text=f"{mail.text}\n{note}\n" if note else mail.text,
        html=mail.html and mail.html.replace(NOTE, f"<p>{escape(note)}</p>" if note else ""),
        language=mail.language,
        created_at=mail.created_at,
        attachments=attachments,
    )


def _read_documents(session: Session, files: FileStore, report_id: str) -> tuple[Attachment, ...]:
    """Raises NotFoundError where one of them, or every one, is gone."""
    found = session.exec(
        select(ReportFile)
        .join(Report, col(Report.id) == col(ReportFile.report_id))
        .where(
            ReportFile.report_id == report_id,
            ReportFile.role == "document",
            # The bytes may be there still: somebody else may have the same.
            col(Report.files_dropped_at).is_(None),
        )
        .order_by(col(ReportFile.position), col(ReportFile.format))
    ).all()
    if not found:
        raise NotFoundError("FILE_GONE", "The file is no longer kept. Hand it over again.")
    return tuple(Attachment(file.name, file.media_type, files.read(file.sha256)) for file in found)
