"""What need not be written with every request is written now and then."""

from dashboard.access import now_and_then
from dashboard.access.now_and_then import NowAndThen


def test_each_name_is_due_at_once_and_again_after_its_time() -> None:
    now_s = [100.0]
    visits = NowAndThen(60, lambda: now_s[0])

    assert [visits.is_due("anna"), visits.is_due("anna"), visits.is_due("bob")] == [
        True,
        False,
        True,
    ]
    now_s[0] += 61
    assert visits.is_due("anna")


def test_many_names_do_not_fill_the_memory() -> None:
    visits = NowAndThen(60, lambda: 100.0)
    for number in range(now_and_then.KEPT + 10):
        visits.is_due(str(number))

    assert visits.is_due("0")
    assert not visits.is_due(str(now_and_then.KEPT))
