"""The same request has the same fingerprint however it arrives; another one has another."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.types import Message

from dashboard.api.held_exchange import MAX_KEPT_BYTES, HeldAnswer, ReadBody

FORM = b'--%s\r\nContent-Disposition: form-data; name="image"\r\n\r\nbytes\r\n--%s--\r\n'
JSON_TYPE = (b"content-type", b"application/json")


def run_to_end(coroutine: Coroutine[Any, Any, Any]) -> None:
    """In a thread of its own: a browser test may have left a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, coroutine).result()


def fingerprint(
    *chunks: bytes, path: str = "/jobs", query: bytes = b"", boundary: bytes = b""
) -> str:
    headers = [(b"content-type", b"multipart/form-data; boundary=" + boundary)] if boundary else []
    scope = {"type": "http", "method": "POST", "path": path, "query_string": query}
    waiting = list(chunks)

    async def receive() -> Message:
        chunk = waiting.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(waiting)}

    body = ReadBody(scope | {"headers": headers}, receive)
    run_to_end(body.read_all())
    assert body.is_whole
    return body.fingerprint()


def form(boundary: bytes) -> bytes:
    return FORM % (boundary, boundary)


def test_it_does_not_matter_how_the_body_is_cut() -> None:
    whole = fingerprint(b'{"reason": "holiday"}')

    assert fingerprint(b"{", b'"reason": "holi', b"", b'day"}') == whole


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/reports"},
        {"query": b"force=1"},
        {"path": "/jobs?", "query": b""},
    ],
)
def test_another_address_is_another_request(other: dict[str, Any]) -> None:
    assert fingerprint(b"{}", **other) != fingerprint(b"{}")


def test_another_body_is_another_request() -> None:
    assert len({fingerprint(body) for body in (b"", b"{}", b"{ }", b'{"a":1}')}) == 4


def test_a_form_sent_again_with_a_new_boundary_is_the_same_request() -> None:
    first = fingerprint(form(b"x1x1x1"), boundary=b"x1x1x1")
    again = form(b"y2y2y2y2")

    assert fingerprint(again, boundary=b"y2y2y2y2") == first
    cut_anywhere = {
        fingerprint(again[:cut], again[cut:], boundary=b"y2y2y2y2") for cut in range(len(again))
    }
    assert cut_anywhere == {first}


def send_all(*messages: Message) -> tuple[HeldAnswer, list[Message]]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    answer = HeldAnswer(send)

    async def answer_with_all() -> None:
        for message in messages:
            await answer.send(message)

    run_to_end(answer_with_all())
    return answer, sent


def start(status: int = 200, content_type: tuple[bytes, bytes] = JSON_TYPE) -> Message:
    return {"type": "http.response.start", "status": status, "headers": [content_type]}


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


def test_an_answer_is_held_until_it_is_passed_on() -> None:
    answer, sent = send_all(start(202), part(b"{", more=True), part(b"}"))

    assert (answer.status_code, answer.text_worth_keeping(), sent) == (202, "{}", [])
    run_to_end(answer.pass_on())
    assert sent == [start(202), part(b"{}")]


def test_an_answer_that_is_too_large_passes_through_unkept() -> None:
    large = b"a" * MAX_KEPT_BYTES
    answer, sent = send_all(start(), part(large, more=True), part(b"bc", more=True), part(b"d"))

    assert answer.text_worth_keeping() is None
    run_to_end(answer.pass_on())
    assert b"".join(message.get("body", b"") for message in sent) == large + b"bcd"
    assert [message.get("more_body") for message in sent] == [None, True, False]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_answer_that_says_later_is_not_kept(status: int) -> None:
    answer, _ = send_all(start(status), part(b"{}"))

    assert answer.text_worth_keeping() is None


def test_an_answer_that_is_not_json_is_not_kept() -> None:
    answer, _ = send_all(start(200, (b"content-type", b"text/csv")), part(b"a,b"))

    assert answer.text_worth_keeping() is None
