"""Failures that are alike are one group; those that are not, are not."""

import pytest
from sqlmodel import select

from pipeline.jobs.failures import Failure, fingerprint, normalise
from pipeline.models import FailureGroup
from pipeline.store import read_session
from tests.support.ledger import LedgerBench


def failure(message: str, code: str = "REFUSED", frame: str | None = None) -> Failure:
    return Failure(code, message, permanent=True, frame=frame)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("page 3 of 12 is damaged", "page 1 of 2 is damaged"),
        ("no column 'prix' in the table", "no column 'nom' in the table"),
        ("cannot open /data/a/b.pdf", "cannot open /srv/x/y.pdf"),
        (
            "job 0f8fad5bd9cb469fa16570867728950e broke",
            "job 7c9e6679742540de944be07fc1f90ae7 broke",
        ),
        ("took 1,204.5 s", "took 0.3 s"),
    ],
)
def test_figures_names_and_ids_make_no_difference(one: str, other: str) -> None:
    assert fingerprint("k", failure(one)) == fingerprint("k", failure(other))


def test_kind_code_wording_and_place_make_a_difference() -> None:
    marks = {
        fingerprint("k", failure("too dark")),
        fingerprint("other", failure("too dark")),
        fingerprint("k", failure("too dark", code="DARK")),
        fingerprint("k", failure("too bright")),
        fingerprint("k", failure("too dark", frame="pipeline.receipts.read:read_receipt")),
    }
    assert len(marks) == 5


def test_the_cause_of_an_unforeseen_error_makes_a_difference() -> None:
    def unforeseen(cause: str) -> Failure:
        return Failure("INTERNAL_ERROR", "Ours.", permanent=False, params={"cause": cause})

    assert fingerprint("k", unforeseen("KeyError: 'a'")) == fingerprint(
        "k", unforeseen("KeyError: 'b'")
    )
    assert fingerprint("k", unforeseen("KeyError: 'a'")) != fingerprint(
        "k", unforeseen("ValueError: 'a'")
    )


def test_ordinary_words_are_kept() -> None:
    assert normalise("The file is not a picture.") == "The file is not a picture."


def test_failed_jobs_are_counted_in_their_group(bench: LedgerBench) -> None:
    first = bench.submit()
    bench.fail(bench.take(first), failure("line 1 is empty"))
    bench.clock.tick(60)
    last = bench.submit()
    bench.fail(bench.take(last), failure("line 7 is empty"))

    with read_session(bench.settings) as session:
        (group,) = session.exec(select(FailureGroup)).all()
    assert (group.count, group.example_job_id) == (2, last)
    assert (group.last_seen_at - group.first_seen_at).total_seconds() == 60
    assert bench.job(first).fingerprint == bench.job(last).fingerprint == group.fingerprint


def test_a_failure_that_is_tried_again_is_not_counted_yet(bench: LedgerBench) -> None:
    bench.fail(bench.take(bench.submit()), Failure("FLAKY", "Again.", permanent=False))

    with read_session(bench.settings) as session:
        assert session.exec(select(FailureGroup)).all() == []
