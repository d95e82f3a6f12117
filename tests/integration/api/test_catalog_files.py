"""Files of the import page over HTTP, and the catalog as a file."""

import hashlib

import httpx

from pipeline.files import open_files
from tests.support.server import Server

FILES = "/api/v1/catalogs/files"


def test_a_file_is_kept_under_its_hash(client: httpx.Client, quiet_server: Server) -> None:
    content = b"id,name\n1,Cap\n" * 200_000

    answer = client.post(FILES, params={"name": "été.csv"}, content=content)

    assert answer.status_code == 201, answer.text
    data = answer.json()["data"]
    sha256 = hashlib.sha256(content).hexdigest()
    assert data == {"name": "été.csv", "sha256": sha256, "sizeBytes": len(content)}
    assert open_files(quiet_server.settings).read(sha256) == content


def test_what_is_declared_too_large_is_refused_before_it_comes(quiet_server: Server) -> None:
    with quiet_server.connect() as connection:
        connection.sendall(
            f"POST {FILES}?name=huge.zip HTTP/1.1\r\nHost: localhost\r\n"
            "Content-Length: 10000000000000\r\n\r\nPK".encode()
        )
        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 413")


def test_a_file_needs_a_name(client: httpx.Client) -> None:
    assert client.post(FILES, content=b"id,name\n").status_code == 422


def test_the_catalog_comes_as_a_file_with_the_filters_of_the_list(client: httpx.Client) -> None:
    answer = client.get("/api/v1/products/export?category=None+such&attribute=colour:red")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.decode("utf-8-sig").startswith("id,name,description,category,price")
    assert len(answer.text.splitlines()) == 1
