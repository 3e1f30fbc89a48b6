"""Outcomes: a closed list, in the specification's order."""

from simlab.core import FAILURES, OUTCOMES, SILENT_TO_BREAKERS, Outcome

ORDER = (
    "ok degraded invalid error dependency timeout overloaded refused crashed open limited "
    "unavailable cancelled"
)


def test_the_list_and_its_order() -> None:
    """Counters and stored columns are indexed by these numbers."""
    assert " ".join(OUTCOMES) == ORDER
    assert [int(outcome) for outcome in Outcome] == list(range(13))


def test_a_failure_is_all_but_good_answers_invalid_requests_and_cancelled_ones() -> None:
    no = {Outcome.OK, Outcome.DEGRADED, Outcome.INVALID, Outcome.CANCELLED}
    assert [outcome for outcome in Outcome if outcome not in no] == list(FAILURES)


def test_what_never_reached_the_callee_says_nothing_about_it() -> None:
    assert set(SILENT_TO_BREAKERS) == {Outcome.OPEN, Outcome.LIMITED, Outcome.CANCELLED}
