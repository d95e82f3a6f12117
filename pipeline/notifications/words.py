"""What mails about reports say: ready, failed, nothing to report. In en and fr."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.messages import translate
from pipeline.models import Job, Report
from pipeline.notifications.layout import Content, Link, Row, Words, lay_out, one_line
from pipeline.reports.period import Period
from pipeline.reports.texts import NONE, Texts
from pipeline.reports.uncompared import say_uncompared


def report_ready(
    report: Report,
    *,
    public_url: str | None,
    attached: bool,
    schedule: str | None,
    asked_for: bool = True,
) -> Words:
    """The report is there: key figures, where it is, until when it is kept.

    Not `asked_for` says that somebody chose to send it when it was there already.
    """
    texts = Texts(report.language)
    sentences = [_say_where(texts, public_url, attached)]
    if report.missing:
        sentences.append(texts.count("mail.ready.missing", len(report.missing)))
    content = Content(
        heading=one_line(report.title),
        sentences=tuple(sentences),
        rows=(
            *_period_row(texts, report),
            *_uncompared_row(texts, report),
            *_figure_rows(texts, report.figures or {}),
        ),
        links=_report_links(texts, report.id, public_url),
        small_print=(
            texts.say("mail.kept_until", moment=texts.moment(report.expires_at)),
            _say_why(texts, schedule) if asked_for else texts.say("mail.why.sent"),
        ),
    )
    return lay_out(_name(texts, report), content, report.language)


def nothing_to_report(report: Report, *, public_url: str | None, schedule: str | None) -> Words:
    """The report is empty."""
    texts = Texts(report.language)
    content = Content(
        heading=texts.say("mail.empty.heading", title=one_line(report.title)),
        sentences=(texts.say("mail.empty.sentence"),),
        rows=_period_row(texts, report),
        links=_report_links(texts, report.id, public_url)[:1],
        small_print=(_say_why(texts, schedule),),
    )
    subject = texts.say("mail.empty.subject", name=_name(texts, report))
    return lay_out(subject, content, report.language)


def report_failed(
    report: Report, job: Job, *, public_url: str | None, schedule: str | None
) -> Words:
    """The report could not be made: why, and what to do."""
    texts = Texts(report.language)
    code = job.error_code or "INTERNAL_ERROR"
    times = (
        Row(texts.say("mail.asked_at"), texts.moment(report.created_at)),
        Row(texts.say("mail.failed_at"), texts.moment(job.finished_at)),
    )
    content = Content(
        heading=texts.say("mail.failed.heading", title=one_line(report.title)),
        sentences=(_say_why_it_failed(texts, job, code), texts.say("mail.failed.todo")),
        rows=(*_period_row(texts, report), *times, Row(texts.say("mail.code"), code)),
        links=_report_links(texts, report.id, public_url)[:1],
        small_print=(_say_why(texts, schedule),),
    )
    subject = texts.say("mail.failed.subject", name=_name(texts, report))
    return lay_out(subject, content, report.language)


def _name(texts: Texts, report: Report) -> str:
    period = _period_of(report)
    title = one_line(report.title)
    return f"{title} · {texts.period(period)}" if period else title


def _period_of(report: Report) -> Period | None:
    if report.period_from is None or report.period_to is None:
        return None
    return Period(report.period_from, report.period_to)


def _period_row(texts: Texts, report: Report) -> tuple[Row, ...]:
    period = _period_of(report)
    return (Row(texts.say("mail.period"), texts.period(period)),) if period else ()


def _uncompared_row(texts: Texts, report: Report) -> tuple[Row, ...]:
    period, begins_on = _period_of(report), (report.figures or {}).get("nothingBefore")
    if period is None or begins_on is None:
        return ()
    said = say_uncompared(texts, period, date.fromisoformat(begins_on))
    return (Row(texts.say("pdf.previous_period"), said),)


def _figure_rows(texts: Texts, figures: Mapping[str, Any]) -> tuple[Row, ...]:
    """Those that there are, each with that of the period before where that is known."""
    before = figures.get("previous") or {}
    return tuple(
        Row(
            texts.say(f"mail.figure.{name}"),
            show(texts, figures[name]),
            texts.say("mail.before", before=show(texts, before[name])) if before.get(name) else "",
        )
        for name, show in _FIGURES.items()
        if figures.get(name) not in (None, [])
    )


def _show_money(texts: Texts, amounts: Sequence[Mapping[str, Any]]) -> str:
    shown = [texts.money(one["cents"], one["currency"]) for one in amounts]
    return " + ".join(shown) or NONE


_FIGURES: Mapping[str, Callable[[Texts, Any], str]] = {
    "receipts": lambda texts, value: texts.number(value),
    "merchants": lambda texts, value: texts.number(value),
    "spent": _show_money,
    "tax": _show_money,
    "kgCO2e": lambda texts, value: f"{texts.kg(value)} kg CO₂e",
}


def _say_why_it_failed(texts: Texts, job: Job, code: str) -> str:
    if code == "TIMED_OUT":
        # Its sentence promises another attempt, and there is none any more.
        return texts.say("mail.failed.timed_out")
    return translate(code, texts.language, job.error_params, fallback=job.error_message)


def _say_where(texts: Texts, public_url: str | None, attached: bool) -> str:
    if attached:
        return texts.say("mail.ready.attached")
    return texts.say("mail.ready.linked" if public_url else "mail.ready.elsewhere")


def _say_why(texts: Texts, schedule: str | None) -> str:
    if schedule:
        return texts.say("mail.why.schedule", schedule=one_line(schedule))
    return texts.say("mail.why.order")


def _report_links(texts: Texts, report_id: str, public_url: str | None) -> tuple[Link, ...]:
    """The page of the report, then the file itself."""
    file = f"/api/v1/reports/{report_id}/file"
    return (
        *_page_link(texts, "mail.open_report", public_url, f"/reports?report={report_id}"),
        *_page_link(texts, "mail.download", public_url, file),
    )


def _page_link(texts: Texts, key: str, public_url: str | None, path: str) -> tuple[Link, ...]:
    return (Link(texts.say(key), public_url.rstrip("/") + path),) if public_url else ()
