"""What /metrics tells Prometheus, on a real server."""

import sqlite3
from contextlib import closing
from typing import Any

from pipeline.clock import utc_now
from pipeline.jobs import ledger
from pipeline.jobs.kinds import get_kind
from pipeline.store import write_session
from tests.support.hand_worked_server import Office

CONTRACT = {
    f"{prefix}{name}": labels
    for prefix in ("report_jobs", "jobs")
    for name, labels in {
        "": {"job_type", "status", "queue"},
        "_duration_seconds": {"job_type", "queue"},
        "_active": {"job_type", "queue"},
        "_retries": {"job_type", "queue"},
    }.items()
}


def value_of(family: Any, **labels: str) -> float:
    (found,) = [one.value for one in family.samples if labels.items() <= one.labels.items()]
    return float(found)


def test_metrics_have_the_contracts_names_and_labels(office: Office) -> None:
    with write_session(office.settings) as session:
        kind = get_kind("receipt.analyze")
        report = ledger.submit(session, kind, {}, now=utc_now())
        report.queue, report.kind = "reports", "report.dummy"
        session.add(report)
    office.fail(report.id)
    office.start(office.submit())
    office.submit()
    office.count_endings()

    families = office.metrics()

    for name, labels in CONTRACT.items():
        first = families[name].samples[0]
        assert set(first.labels) - {"le"} == labels, name
    reports, jobs = families["report_jobs"], families["jobs"]
    assert value_of(reports, job_type="report.dummy", status="failed", queue="reports") == 1
    assert {one.labels["queue"] for one in reports.samples} == {"reports"}
    assert value_of(jobs, job_type="receipt.analyze", status="failed") == 0
    assert value_of(families["jobs_active"], job_type="receipt.analyze") == 1
    assert value_of(families["queue_depth"], queue="documents", state="due") == 1
    assert value_of(families["store_up"]) == value_of(families["broker_up"]) == 1
    assert value_of(families["store_writable"]) == 1
    assert reports.samples[0].name == "report_jobs_total"


def test_the_histogram_grows_and_ends_with_all(office: Office) -> None:
    office.fail(office.submit())
    office.count_endings()

    family = office.metrics()["jobs_duration_seconds"]

    ours = [one for one in family.samples if one.labels["job_type"] == "receipt.analyze"]
    buckets = [one for one in ours if one.name.endswith("_bucket")]
    counts = [one.value for one in buckets]
    assert counts == sorted(counts)
    assert float(buckets[0].labels["le"]) == 0.01
    assert (buckets[-1].labels["le"], buckets[-1].value) == ("+Inf", 1)
    assert next(one.value for one in ours if one.name.endswith("_count")) == 1


def test_a_store_that_is_down_is_told_by_metrics(office: Office) -> None:
    with sqlite3.connect(office.settings.database_path) as store:
        store.execute("DROP TABLE job_rollup")

    families = office.metrics()

    assert value_of(families["store_up"]) == value_of(families["store_writable"]) == 0
    assert value_of(families["broker_up"]) == 1
    assert "jobs" not in families


def test_a_store_that_somebody_locks_is_told_as_one_that_cannot_be_written(office: Office) -> None:
    with closing(sqlite3.connect(office.settings.database_path)) as store:
        store.execute("BEGIN IMMEDIATE")
        families = office.metrics()

    assert value_of(families["store_up"]) == 1
    assert value_of(families["store_writable"]) == 0
    assert "jobs" in families
