"""Fetching pictures from a real https server on this machine, which only tests are let near."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from pipeline.catalog.importing.archive import PictureRefusedError
from pipeline.catalog.importing.fetch import GIVE_UP_AFTER, Fetcher, FetchLimits
from pipeline.catalog.importing.public_address import find_target
from tests.support.https import HOST, HttpsServer, content, start_https

LIMITS = FetchLimits(max_bytes=100_000, timeout_s=5)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpsServer]:
    folder: Path = tmp_path_factory.mktemp("https")
    with start_https(folder) as server:
        yield server


@pytest.fixture
def fetcher(pictures: HttpsServer) -> Fetcher:
    here = partial(
        find_target,
        resolve=lambda host, port: ["127.0.0.1" if host == HOST else "10.0.0.1"],
        allow=lambda address: address == "127.0.0.1",
    )
    return Fetcher(LIMITS, here, pictures.trust, pause_s=0)


def code_of(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(PictureRefusedError) as refusal:
        fetcher.fetch(url)
    return refusal.value.problem.code


def test_a_picture_is_fetched(pictures: HttpsServer, fetcher: Fetcher) -> None:
    pictures.answers["/a.jpg"] = content(b"picture")

    assert fetcher.fetch(pictures.url("/a.jpg")) == b"picture"


def test_without_being_let_it_never_reaches_this_machine(pictures: HttpsServer) -> None:
    pictures.answers["/secret"] = content(b"secret")
    url = f"https://localtest.example:{pictures.port}/secret"
    fetcher = Fetcher(LIMITS, partial(find_target, resolve=lambda host, port: ["127.0.0.1"]))

    assert code_of(fetcher, url) == "URL_PRIVATE"
    assert pictures.asked["/secret"] == 0


def test_a_redirect_is_followed_and_checked_like_an_address(
    pictures: HttpsServer, fetcher: Fetcher
) -> None:
    pictures.answers["/there"] = content(b"picture")
    pictures.answers["/moved"] = content(b"", 302, Location="/there")
    pictures.answers["/inside"] = content(b"", 302, Location="https://intern.example/admin")
    pictures.answers["/plain"] = content(b"", 301, Location=f"http://{HOST}/there")
    pictures.answers["/round"] = content(b"", 302, Location="/round")

    assert fetcher.fetch(pictures.url("/moved")) == b"picture"
    assert code_of(fetcher, pictures.url("/inside")) == "URL_PRIVATE"
    assert code_of(fetcher, pictures.url("/plain")) == "URL_NOT_HTTPS"
    assert code_of(fetcher, pictures.url("/round")) == "URL_TOO_MANY_REDIRECTS"


def test_an_address_with_accents_is_fetched_also_behind_a_redirect(
    pictures: HttpsServer, fetcher: Fetcher
) -> None:
    pictures.answers["/%C3%A9t%C3%A9.jpg"] = content(b"picture")
    pictures.answers["/accents"] = content(b"", 302, Location="/été.jpg".encode().decode("latin-1"))

    assert fetcher.fetch(pictures.url("/été.jpg")) == b"picture"
    assert fetcher.fetch(pictures.url("/accents")) == b"picture"


def test_a_picture_that_is_too_large_is_dropped_on_the_way(
    pictures: HttpsServer, fetcher: Fetcher
) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        with pytest.raises(OSError):
            while True:
                request.wfile.write(bytes(50_000))

    pictures.answers["/declared"] = content(bytes(200_000))
    pictures.answers["/endless"] = endless

    assert code_of(fetcher, pictures.url("/declared")) == "PICTURE_TOO_LARGE"
    assert code_of(fetcher, pictures.url("/endless")) == "PICTURE_TOO_LARGE"


def test_a_server_that_stumbles_is_asked_once_more(pictures: HttpsServer, fetcher: Fetcher) -> None:
    def stumble(request: BaseHTTPRequestHandler) -> None:
        status = 503 if pictures.asked["/again"] == 1 else 200
        content(b"picture", status)(request)

    pictures.answers["/again"] = stumble
    pictures.answers["/down"] = content(b"", 503)
    pictures.answers["/gone"] = content(b"", 404)

    assert fetcher.fetch(pictures.url("/again")) == b"picture"
    assert code_of(fetcher, pictures.url("/down")) == "URL_UNREACHABLE"
    assert code_of(fetcher, pictures.url("/gone")) == "URL_ANSWERS_ERROR"
    assert (pictures.asked["/down"], pictures.asked["/gone"]) == (2, 1)


def test_a_host_that_never_answers_is_asked_no_more(
    pictures: HttpsServer, fetcher: Fetcher
) -> None:
    pictures.answers["/dead"] = content(b"", 500)

    codes = {code_of(fetcher, pictures.url("/dead")) for _ in range(GIVE_UP_AFTER + 5)}

    assert codes == {"URL_UNREACHABLE"}
    assert pictures.asked["/dead"] == 2 * GIVE_UP_AFTER


def test_an_answer_that_stops_half_way_is_no_picture(
    pictures: HttpsServer, fetcher: Fetcher
) -> None:
    def break_off(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "5000")
        request.end_headers()
        request.wfile.write(b"pict")

    pictures.answers["/half"] = break_off

    assert code_of(fetcher, pictures.url("/half")) == "URL_UNREACHABLE"


def test_a_server_that_drips_is_cut_off(pictures: HttpsServer, fetcher: Fetcher) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        with pytest.raises(OSError):
            while True:
                request.wfile.write(b"x")
                threading.Event().wait(0.05)

    pictures.answers["/drip"] = drip
    hasty = replace(fetcher, limits=FetchLimits(100_000, timeout_s=0.3))
    began_s = time.monotonic()

    assert code_of(hasty, pictures.url("/drip")) == "URL_UNREACHABLE"
    assert time.monotonic() - began_s < 5


def test_a_certificate_for_somebody_else_is_not_believed(
    pictures: HttpsServer, fetcher: Fetcher
) -> None:
    pictures.answers["/a.jpg"] = content(b"picture")
    elsewhere = partial(
        find_target, resolve=lambda host, port: ["127.0.0.1"], allow=lambda address: True
    )

    stranger = replace(fetcher, find_target=elsewhere)

    assert code_of(stranger, f"https://other.example:{pictures.port}/a.jpg") == "URL_UNREACHABLE"
