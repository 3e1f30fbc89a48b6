"""How far one step may go: edges of windows and periods that the platform's cases leave out."""

import pytest

from simlab.controllers.scaling.hpa.limits import (
    Bounds,
    Direction,
    Events,
    Mark,
    Policy,
    changed_within,
    convert_with_behavior,
    convert_with_rules,
    down_limit,
    stabilize,
    stabilize_both,
    store_change,
    up_limit,
)

WIDE = Bounds(1, 1000)
FREE = Direction(0.0, "Max", (Policy(True, 1000, 60.0),))
NONE = Events([], [])


@pytest.mark.parametrize(("age", "expected"), [(300.0, 9), (300.1, 3)])
def test_a_recommendation_as_old_as_the_window_still_counts(age: float, expected: int) -> None:
    assert stabilize([Mark(9, 1000.0 - age)], 3, 1000.0, 300.0) == expected


@pytest.mark.parametrize(("age", "expected"), [(299.9, 9), (300.0, 3)])
def test_with_behavior_it_does_not(age: float, expected: int) -> None:
    log = [Mark(9, 1000.0 - age)]
    assert stabilize_both(log, 10, 3, 1000.0, up=0.0, down=300.0).replicas == expected


@pytest.mark.parametrize(("age", "expected"), [(59.9, 4), (60.0, 9)])
def test_scaling_up_waits_for_all_of_its_window(age: float, expected: int) -> None:
    log = [Mark(4, 1000.0 - age)]
    assert stabilize_both(log, 2, 9, 1000.0, up=60.0, down=0.0).replicas == expected


def test_says_which_way_it_was_stabilized() -> None:
    assert stabilize_both([], 5, 9, 0.0, up=0.0, down=0.0).reason == "ScaleUpStabilized"
    assert stabilize_both([], 5, 5, 0.0, up=0.0, down=0.0).reason == "ScaleUpStabilized"
    assert stabilize_both([], 5, 3, 0.0, up=0.0, down=0.0).reason == "ScaleDownStabilized"


def test_keeps_a_place_in_the_log_that_either_window_needs() -> None:
    log = [Mark(4, 900.0)]
    stabilize_both(log, 5, 5, 1000.0, up=200.0, down=10.0)
    assert [mark.value for mark in log] == [4, 5]


@pytest.mark.parametrize(
    ("current", "desired", "expected"),
    [
        (1, 100, (4, "ScaleUpLimit")),
        (2, 100, (4, "ScaleUpLimit")),
        (3, 100, (6, "ScaleUpLimit")),
        (3, 6, (6, "DesiredWithinRange")),
        (600, 1300, (1000, "TooManyReplicas")),
        (5, 0, (1, "TooFewReplicas")),
    ],
)
def test_doubles_at_most_without_behavior(
    current: int, desired: int, expected: tuple[int, str]
) -> None:
    assert convert_with_rules(current, desired, WIDE) == expected


@pytest.mark.parametrize(("age", "expected"), [(59.9, 7), (60.0, 0)])
def test_a_change_as_old_as_the_period_counts_no_more(age: float, expected: int) -> None:
    assert changed_within([Mark(7, 1000.0 - age)], 60.0, 1000.0) == expected


def test_percents_are_of_the_pods_at_the_periods_start() -> None:
    rules = Direction(0.0, "Max", (Policy(False, 50, 60.0),))
    events = Events([Mark(2, 990.0)], [Mark(1, 990.0)])
    assert up_limit(10, events, rules, 1000.0) == 14  # ceil(9 x 1.5)
    assert down_limit(10, events, rules, 1000.0) == 4  # trunc(9 x 0.5)


def test_a_limit_never_forces_a_change() -> None:
    events = Events([Mark(8, 990.0)], [Mark(8, 990.0)])
    rules = Direction(0.0, "Max", (Policy(True, 2, 60.0),))
    up = convert_with_behavior(10, 20, WIDE, Events(events.up, []), 1000.0, up=rules, down=FREE)
    assert up == (10, "ScaleUpLimit")
    down = convert_with_behavior(10, 2, WIDE, Events([], events.down), 1000.0, up=FREE, down=rules)
    assert down == (10, "ScaleDownLimit")


@pytest.mark.parametrize(("desired", "expected"), [(20, 10), (5, 10)])
def test_disabled_holds_what_there_is(desired: int, expected: int) -> None:
    off = Direction(0.0, "Disabled", (Policy(True, 5, 60.0),))
    limited = convert_with_behavior(10, desired, WIDE, NONE, 0.0, up=off, down=off)
    assert limited.replicas == expected


def test_says_which_limit_bound() -> None:
    tight = Bounds(8, 12)
    up = convert_with_behavior(10, 20, tight, NONE, 0.0, up=FREE, down=FREE)
    down = convert_with_behavior(10, 2, tight, NONE, 0.0, up=FREE, down=FREE)
    same = convert_with_behavior(10, 10, tight, NONE, 0.0, up=FREE, down=FREE)
    assert (up, down) == ((12, "TooManyReplicas"), (8, "TooFewReplicas"))
    assert same == (10, "DesiredWithinRange")


def test_logs_stay_short() -> None:
    log: list[Mark] = []
    for number in range(100):
        store_change(log, 1, FREE, 15.0 * number)
    assert len(log) <= 6
    assert changed_within(log, 60.0, 15.0 * 99) == 4
    recommendations: list[Mark] = []
    for number in range(100):
        stabilize(recommendations, 3, 15.0 * number, 300.0)
    assert len(recommendations) <= 22
