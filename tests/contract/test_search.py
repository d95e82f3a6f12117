"""Finding jobs: every filter, words, pages however deep, and honest totals."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest

from pipeline.jobs import search, steering, workflow
from pipeline.jobs.failures import Failure, fingerprint
from pipeline.jobs.search import JobFilter, JobList, list_jobs
from pipeline.jobs.workflow import Group, Step
from pipeline.models import Upload
from pipeline.store import read_session
from tests.support.ledger import START, LedgerBench

TIMED_OUT = Failure("TIMED_OUT", "It took too long.", permanent=True)


def find(bench: LedgerBench, page: int = 1, page_size: int = 50, **wanted: Any) -> JobList:
    with read_session(bench.settings) as session:
        return list_jobs(
            session, JobFilter(**wanted), now=bench.clock(), page=page, page_size=page_size
        )


def ids(found: JobList) -> list[str]:
    return [row.job.id for row in found.rows]


def submit_file(bench: LedgerBench, name: str) -> str:
    upload = Upload(
        sha256="0" * 64,
        name=name,
        media_type="image/jpeg",
        size_bytes=1,
        pages=1,
        created_at=bench.clock(),
    )
    with bench.write() as session:
        session.add(upload)
        session.flush()
        return bench.submit_in(session, upload_id=upload.id)


def fail(bench: LedgerBench, failure: Failure = TIMED_OUT, **options: Any) -> str:
    held = bench.take(bench.submit(**options))
    bench.fail(held, failure)
    return held.id


@pytest.fixture
def crowd(bench: LedgerBench) -> Iterator[dict[str, str]]:
    """A job of every sort, a second apart."""
    jobs = {}
    for name, make in {
        "waiting": lambda: bench.submit(client_id="ana"),
        "running": lambda: bench.take(bench.submit("test.hang")).id,
        "completed": lambda: _complete(bench),
        "failed": lambda: fail(bench, client_id="bert"),
        "file": lambda: submit_file(bench, "Facture 12.pdf"),
    }.items():
        jobs[name] = make()
        bench.clock.tick(1)
    yield jobs


def _complete(bench: LedgerBench) -> str:
    held = bench.take(bench.submit())
    bench.complete(held)
    return held.id


def test_without_a_filter_all_jobs_are_listed_newest_first(
    bench: LedgerBench, crowd: dict[str, str]
) -> None:
    found = find(bench)

    assert ids(found) == list(reversed(crowd.values()))
    assert (found.total, found.total_is_at_least) == (5, False)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"queue": "documents"}, "waiting running completed failed file"),
        ({"queue": "catalog"}, ""),
        ({"kind": "test.hang"}, "running"),
        ({"status": "failed"}, "failed"),
        ({"status": "pending"}, "waiting file"),
        ({"client_id": "ana"}, "waiting"),
        ({"fingerprint": fingerprint("test.echo", TIMED_OUT)}, "failed"),
        ({"code": "TIMED_OUT"}, "failed"),
        ({"code": "TIMED"}, ""),
        ({"code": "TIMED_OUT", "queue": "catalog"}, ""),
        ({"code": "TIMED_OUT", "query": "bert"}, "failed"),
        ({"code": "TIMED_OUT", "query": "ana"}, ""),
        ({"created_from": START + timedelta(seconds=3)}, "failed file"),
        ({"created_to": START + timedelta(seconds=1)}, "waiting"),
        ({"query": "facture"}, "file"),
        ({"query": "FACTURE 1"}, "file"),
        ({"query": "12.pdf"}, ""),
        ({"query": "test.h"}, "running"),
        ({"query": "timed_o"}, "failed"),
        ({"query": "bert"}, "failed"),
        ({"query": "ber"}, ""),
        ({"query": "  ana "}, "waiting"),
        ({"query": "%"}, ""),
        ({"queue": "documents", "status": "pending"}, "waiting file"),
        ({"kind": "test.echo", "status": "failed"}, "failed"),
        ({"client_id": "bert", "status": "failed"}, "failed"),
        ({"client_id": "bert", "status": "pending"}, ""),
        ({"query": "test.", "status": "failed"}, "failed"),
        ({"query": "facture", "client_id": "ana"}, ""),
    ],
    ids=str,
)
def test_each_filter_finds_what_it_describes(
    bench: LedgerBench, crowd: dict[str, str], wanted: dict[str, Any], names: str
) -> None:
    found = find(bench, **wanted)

    assert {name for name, job_id in crowd.items() if job_id in ids(found)} == set(names.split())
    assert (found.total, found.total_is_at_least) == (len(names.split()), False)


def test_the_beginning_of_an_id_finds_the_job(bench: LedgerBench, crowd: dict[str, str]) -> None:
    for job_id in crowd.values():
        assert job_id in ids(find(bench, query=job_id[:8].upper()))
        assert ids(find(bench, query=job_id)) == [job_id]


def test_a_retried_job_is_not_found_by_its_old_failure(bench: LedgerBench) -> None:
    job_id = fail(bench)
    bench.change(steering.retry, job_id, "ana")

    assert find(bench, fingerprint=fingerprint("test.echo", TIMED_OUT)).total == 0


def test_the_parts_of_a_workflow_are_found_by_it(bench: LedgerBench) -> None:
    with bench.write() as session:
        root = workflow.start(session, Group((Step("test.echo"),) * 3), now=bench.clock())
    bench.submit()

    assert find(bench, parent_id=root.id).total == 3
    assert find(bench, root_id=root.id).total == 4
    assert find(bench, root_id=root.id, kind="test.echo").total == 3


def test_the_name_of_the_file_comes_along(bench: LedgerBench, crowd: dict[str, str]) -> None:
    (row,) = find(bench, query="facture").rows

    assert row.file_name == "Facture 12.pdf"
    assert not row.waits_for_dispatch


def test_pages_show_every_job_once_also_those_of_one_instant(bench: LedgerBench) -> None:
    submitted = {bench.submit() for _ in range(23)}

    pages = [find(bench, page=page, page_size=5) for page in range(1, 7)]

    shown = [job_id for page in pages for job_id in ids(page)]
    assert len(shown) == 23
    assert set(shown) == submitted
    assert [len(page.rows) for page in pages] == [5, 5, 5, 5, 3, 0]
    assert {page.total for page in pages} == {23}


def test_pages_that_are_sought_show_what_pages_that_are_read_show(
    bench: LedgerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        bench.submit()
        if number % 7 == 0:
            bench.clock.tick(1)
    read = [ids(find(bench, page=page, page_size=4)) for page in range(1, 17)]

    monkeypatch.setattr(search, "SHALLOW", 0)
    sought = [ids(find(bench, page=page, page_size=4)) for page in range(1, 17)]
    monkeypatch.setattr(search, "TIES", 3)
    counted = [ids(find(bench, page=page, page_size=4)) for page in range(1, 17)]

    assert sought == read
    assert counted == read


def test_a_total_that_is_a_lower_bound_says_so(
    bench: LedgerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "LOOKED_AT", 5)
    for _ in range(8):
        fail(bench, client_id="bert")
        bench.clock.tick(1)

    found = find(bench, client_id="bert", status="failed")

    assert found.total_is_at_least
    assert found.total == 5
    assert len(found.rows) == 5


def test_a_large_total_is_counted_now_and_then(
    bench: LedgerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "LARGE_TOTAL", 3)
    monkeypatch.setattr(search, "KEPT_S", 3600)
    for _ in range(3):
        bench.submit()
    before = find(bench)
    new = bench.submit()

    after = find(bench)

    assert (before.total, after.total) == (3, 3)
    assert new in ids(after), "the page itself is never old"
    assert find(bench, queue="documents").total == 4
    monkeypatch.setattr(search, "KEPT_S", 0)
    assert find(bench).total == 4


def test_a_page_that_is_gone_meanwhile_is_empty(
    bench: LedgerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SHALLOW", 0)
    bench.submit()
    with read_session(bench.settings) as session:
        matches = search.find_matches(session, JobFilter())

        assert search.list_ids(session, matches, total=100, limit=5, offset=10) == []
        assert search.list_ids(session, matches, total=100, limit=5, offset=90) == []


def test_only_an_empty_filter_is_empty() -> None:
    assert JobFilter().is_empty
    for name, value in asdict(JobFilter()).items():
        if name.startswith("created"):
            assert not JobFilter(**{name: START}).is_empty
        else:
            assert value in (None, "")
            assert not JobFilter(**{name: "x"}).is_empty
