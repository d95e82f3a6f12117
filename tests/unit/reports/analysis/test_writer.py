"""A writer may change words, never figures; without a good answer our sentences stand."""

import logging
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest
import structlog

from pipeline.reports.analysis.rewrite import rewrite
from pipeline.reports.analysis.writer.figures import agree, read_figures
from pipeline.reports.analysis.written import Written, WrittenSection
from pipeline.settings import Settings
from tests.support.chat_server import ChatServer, say, send, serve_chat

OURS = (
    "€1,234.50 was spent on 12 receipts; the median receipt is €80.00.",
    "That is 3.6% more than on 3 Feb 2026, a Tuesday.",
)
KEY = "sk-never-to-be-seen"


def written(language: str = "en", sentences: tuple[str, ...] = OURS) -> Written:
    sections = (
        WrittenSection("trends", "Trends", sentences, method="Theil and Sen."),
        WrittenSection("prices", "Prices", limits=("Too few.",)),
    )
    return Written(language, "Analysis", "2026", ("In short.",), sections, ())


def reword(url: str | None, timeout_s: float = 5.0, text: Written | None = None) -> Written:
    settings = Settings(writer_url=url, writer_api_key=KEY, writer_timeout_s=timeout_s)
    return rewrite(text or written(), settings, lambda _done: None)


def with_answer(
    answer: Callable[[BaseHTTPRequestHandler, str], None],
) -> tuple[Written, ChatServer]:
    with serve_chat(answer) as server:
        return reword(server.url), server


def stands(result: Written) -> bool:
    return result.sections[0].sentences == OURS and "Trends" in "".join(result.notes)


def test_without_a_writer_nothing_is_asked_and_nothing_said() -> None:
    assert reword(None) == written()


def test_a_good_answer_takes_the_place_of_our_sentences() -> None:
    better = (
        "On 12 receipts €1234.5 was spent, at a median of €80.\n\n"
        "Compared with Tuesday, 3 February 2026, this is an increase of 3.6 %."
    )
    result, server = with_answer(lambda handler, _text: say(handler, better))
    assert result.sections[0].sentences == (" ".join(better.split("\n\n")),)
    assert result.sections[0].written_by == "gpt-4o-mini"
    assert (result.sections[0].method, result.notes) == ("Theil and Sen.", ())
    assert [asked["path"] for asked in server.asked] == ["/v1/chat/completions"]
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"


def test_an_answer_that_does_not_agree_is_put_aside() -> None:
    for wrong in (
        " ".join(OURS).replace("12 receipts", "13 receipts"),
        " ".join(OURS).replace("3.6%", "€3.60"),
        " ".join(OURS) + " That doubled within 5 weeks.",
        " ".join(OURS) + " Three merchants did it.",
        OURS[0],
        " ".join(OURS).replace("Feb", "Mar"),
        " ".join(OURS) + " See https://example.org.",
        " ".join(OURS) * 9,
        "",
    ):
        assert stands(with_answer(lambda handler, _text, wrong=wrong: say(handler, wrong))[0]), (
            wrong
        )


def test_rubbish_errors_and_redirects_leave_our_sentences() -> None:
    def redirect(handler: BaseHTTPRequestHandler, _text: str) -> None:
        handler.send_response(307)
        handler.send_header("Location", "http://127.0.0.1:9/v1/chat/completions")
        handler.end_headers()

    for answer in (
        lambda handler, _text: send(handler, b"<html>"),
        lambda handler, _text: send(handler, b'{"choices": []}'),
        lambda handler, _text: send(handler, b'{"choices": [{"message": {"content": 7}}]}'),
        lambda handler, _text: send(handler, b"[" * 200_000),
        lambda handler, _text: send(handler, b"x" * 300_000),
        lambda handler, _text: send(handler, b"broken", 500),
        lambda handler, _text: handler.wfile.write(b"no http at all\r\n"),
        redirect,
    ):
        assert stands(with_answer(answer)[0])


def test_a_writer_that_hangs_or_trickles_costs_its_time_once() -> None:
    release = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler, _text: str) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        while not release.wait(0.02):
            handler.wfile.write(b" ")

    several = written()
    again = Written("en", "A", "2026", (), several.sections[:1] * 3, ())
    with serve_chat(trickle) as server:
        result = reword(server.url, 0.3, again)
        release.set()
    assert len(server.asked) == 1
    assert all(one.sentences == OURS for one in result.sections)


def test_a_writer_that_is_not_there_is_asked_once_and_fails_nothing() -> None:
    for address in ("http://127.0.0.1:9/v1", "file:///etc", "nonsense"):
        assert stands(reword(address))


def test_the_key_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with structlog.testing.capture_logs() as logs, caplog.at_level(logging.DEBUG):
        with_answer(lambda handler, _text: send(handler, b"broken", 500))
    assert [entry["event"] for entry in logs] == ["writer_gave_no_answer"]
    assert KEY not in str(logs) + caplog.text


@pytest.mark.parametrize(
    ("one", "other", "language", "alike"),
    [
        ("1 234,50 € et 12 %", "12\u202f% et 1\u202f234,5\u00a0€", "fr", True),
        ("le 3 févr. 2026", "le 3 février 2026", "fr", True),
        ("le 3 févr. 2026", "2026-02-03", "fr", True),
        ("le 3 févr. 2026", "le 3 mars 2026", "fr", False),
        ("12,5 tickets", "125 tickets", "fr", False),
        ("samedi", "dimanche", "fr", False),
        ("7 tickets", "sept tickets", "fr", False),
        ("deux fois", "deux fois", "fr", True),
        ("1,234 kg CO2e", "1,234 kg of CO2e", "en", True),
        ("it may rise", "it will rise", "en", True),
        ("in May 2026", "in March 2026", "en", False),
        ("£12", "€12", "en", False),
        ("CHF 12", "12 CHF", "en", True),
        ("12%", "0.12", "en", False),
        ("two shops", "three shops", "en", False),
    ],
)
def test_figures_are_compared_as_they_are_meant(
    one: str, other: str, language: str, alike: bool
) -> None:
    assert agree(one, other, language) is alike


def test_figures_are_read_in_the_notation_of_the_language() -> None:
    assert read_figures("€1,234.50 on 3 Feb", "en").told == {"1234.5EUR", "3", "month 2"}
    assert read_figures("1 234,50 € le 3 févr.", "fr").told == {"1234.5EUR", "3", "month 2"}
