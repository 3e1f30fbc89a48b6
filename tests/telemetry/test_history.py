"""The history of one thing: windows, lags, holes and frozen scrapes; and how much is kept."""

from copy import deepcopy
from math import inf
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.core import TelemetrySettings
from simlab.telemetry import (
    BiasedRule,
    FailingRule,
    LateRule,
    MetricRule,
    MissingRule,
    StaleRule,
)
from simlab.telemetry.history import Heard, History
from simlab.telemetry.samples import Counts

RULES: dict[str, MetricRule] = {
    "m": MissingRule(id="dark/0"),
    "n": MissingRule(id="dark/1"),
    "a": StaleRule(id="blind/0"),
    "b": StaleRule(id="blind/1"),
}


class Tick(NamedTuple):
    counts: Counts


class Thing(NamedTuple):
    name: str = "web"


def tick(probe: Thing, now: float) -> Tick:
    assert probe.name == "web"
    return Tick(Counts(now, 0, (), 0.0))


def history(*, window: float = 30.0, lag: float = 0.0) -> History[Thing, Tick]:
    return History(Thing(), tick, TelemetrySettings(window=window, lag=lag))


def times(past: History[Thing, Tick], now: float) -> list[float]:
    """Return the times of the samples that are seen at `now`."""
    return [sample.counts.at for sample in past.seen(now).samples]


def heard(script: list[str]) -> str:
    """Scrape once under each set of rules; tell which scrape was heard each time, - for a hole."""
    past, told = history(window=1.5), ""
    for now, on in enumerate(script):
        past.scrape(float(now), [RULES[rule] for rule in on])
        seen = past.seen(float(now)).samples
        told += str(int(seen[-1].counts.at)) if seen else "-"
    return told


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(0.0, [0.0], id="one scrape is a window of one"),
        pytest.param(30.0, [0.0, 10.0, 20.0, 30.0], id="as old as the window is within"),
        pytest.param(70.0, [40.0, 50.0, 60.0, 70.0], id="older is not"),
    ],
)
def test_a_window_goes_back_from_the_newest_scrape(now: float, expected: list[float]) -> None:
    past = history()
    for step in range(int(now / 10) + 1):
        past.scrape(step * 10.0, [])
    assert times(past, now) == times(past, now + 9.0) == expected


def test_rounding_does_not_shorten_a_window() -> None:
    past = history(window=0.1)
    for step in range(50):
        past.scrape(step * 0.1, [])
        assert len(times(past, step * 0.1)) == min(2, step + 1)


@pytest.mark.parametrize(
    ("now", "newest"),
    [
        pytest.param(100.0, 90.0, id="one scraped exactly so long ago is seen"),
        pytest.param(104.0, 90.0, id="a later one not yet"),
        pytest.param(109.0, 90.0, id="nor just before its time"),
    ],
)
def test_what_is_seen_was_scraped_a_lag_ago(now: float, newest: float) -> None:
    past = history(lag=10.0)
    for step in range(11):
        past.scrape(step * 10.0, [])
    assert times(past, now)[-1] == newest


def test_rounding_does_not_lengthen_a_lag() -> None:
    past = history(window=1.0, lag=0.1)
    for step in range(50):
        past.scrape(step * 0.1, [])
        assert times(past, step * 0.1)[-1:] == [(step - 1) * 0.1][: min(1, step)]


def test_nothing_is_seen_before_the_first_scrape_is_a_lag_old() -> None:
    past = history(lag=10.0)
    past.scrape(0.0, [])
    assert past.seen(9.0) == Heard(-inf, (), -inf)


def test_a_hole_tells_when_something_was_heard_last() -> None:
    past = history()
    past.scrape(0.0, [])
    for now in (10.0, 20.0):
        past.scrape(now, [RULES["m"]])
        assert past.seen(now) == Heard(now, (), 0.0)


def test_what_is_heard_after_a_hole_has_its_whole_window() -> None:
    past = history()
    for step, on in enumerate(["", "", "m", ""]):
        past.scrape(step * 10.0, [RULES[rule] for rule in on])
    assert times(past, 30.0) == [0.0, 10.0, 30.0]


def test_what_is_stale_keeps_its_window() -> None:
    past = history()
    for step, on in enumerate(["", "", "", "", "", "a", "a", "a", "a", "a"]):
        past.scrape(step * 10.0, [RULES[rule] for rule in on])
    assert times(past, 90.0) == [10.0, 20.0, 30.0, 40.0]
    past.scrape(100.0, [])
    assert times(past, 100.0) == [100.0]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(["", "m", "m", ""], "0--3", id="missing: holes, then new scrapes"),
        pytest.param(["", "a", "a", ""], "0003", id="stale: the last one before, then new ones"),
        pytest.param(["a", "a", ""], "--2", id="stale from the first on: there was none before"),
        pytest.param(["", "a", "am", "a", ""], "00-04", id="a hole hides what is stale"),
        pytest.param(["", "m", "am", "a", ""], "0---4", id="stale from a hole on keeps the hole"),
        pytest.param(["", "am", "a", ""], "0-03", id="both at once: stale is what was before"),
        pytest.param(["", "m", "mn", "n", ""], "0---4", id="two holes end with the later one"),
        pytest.param(["", "a", "ab", "b", ""], "00004", id="stale on stale: nothing new came in"),
        pytest.param(["", "a", "ab", "a", ""], "00004", id="stale in stale: likewise"),
        pytest.param(["", "a", "", "a", ""], "00224", id="stale again: the last before that"),
        pytest.param(["", "a", "am", "abm", "ab", "b", ""], "00--0-6", id="the oldest stale rules"),
        pytest.param(["", "a", "", "b", "ba", "a", ""], "0022226", id="each from its own start"),
    ],
)
def test_rules_compose_and_leave_no_trace(script: list[str], expected: str) -> None:
    assert heard(script) == expected


def naive(script: list[str], at: int) -> str:
    """Tell what scrape `at` hears, from the whole script."""
    on = script[at] if at >= 0 else "m"
    if "m" in on or "n" in on:
        return "-"
    if not on:
        return str(at)
    start = at
    while start > 0 and on[0] in script[start - 1]:
        start -= 1
    return naive(script, start - 1)


@st.composite
def scripts(draw: st.DrawFn) -> list[str]:
    """Rules that come on and go off, kept in the order in which they came on."""
    script, on = [], ""
    for _ in range(draw(st.integers(1, 10))):
        for rule in draw(st.lists(st.sampled_from("mnab"), max_size=2, unique=True)):
            on = on.replace(rule, "") if rule in on else on + rule
        script.append(on)
    return script


@given(scripts())
def test_any_overlap_is_heard_as_the_whole_story_tells(script: list[str]) -> None:
    assert heard(script) == "".join(naive(script, at) for at in range(len(script)))


@pytest.mark.parametrize("rule", ["", "m", "a", "am"])
def test_keeps_what_can_be_seen_and_no_more(rule: str) -> None:
    past = history(window=30.0, lag=25.0)
    for step in range(1000):
        flapping = rule if step % 7 else ""
        past.scrape(step * 10.0, [RULES[one] for one in flapping])
        assert len(past._heard) <= 4  # At 0, 10, 20 back, and the one that is seen.
        assert all(len(one.samples) <= 4 for one in past._heard)
        assert len(past._frozen) <= 1


def test_a_rule_that_is_off_is_forgotten() -> None:
    past = history()
    for step, on in enumerate(["", "ab", "b", ""]):
        past.scrape(float(step), [RULES[rule] for rule in on])
        assert len(past._frozen) == on.count("a") + on.count("b")


def test_a_copy_goes_on_for_itself() -> None:
    past = history(lag=10.0)
    for step in range(5):
        past.scrape(step * 10.0, [])
    twin = deepcopy(past)
    assert twin.seen(50.0) is past.seen(50.0)  # It is immutable: to copy it would be a waste.
    past.scrape(50.0, [])
    twin.scrape(50.0, [RULES["m"]])
    assert times(past, 60.0) == [20.0, 30.0, 40.0, 50.0]
    assert times(twin, 60.0) == []
    assert times(past, 55.0) == times(twin, 55.0) == [10.0, 20.0, 30.0, 40.0]


def test_time_goes_on_between_scrapes() -> None:
    past = history()
    past.scrape(0.0, [])
    with pytest.raises(AssertionError, match="and again at 0"):
        past.scrape(0.0, [])


def test_the_past_cannot_be_seen_again() -> None:
    past = history()
    past.scrape(0.0, [])
    past.scrape(10.0, [])
    with pytest.raises(AssertionError, match="before the last scrape"):
        past.seen(5.0)


# Late, failing, warped.

SLOW: MetricRule = LateRule(id="slow/0", by=15.0)
SLOWER: MetricRule = LateRule(id="slow/1", by=10.0)


def newest(script: list[list[MetricRule]], *, lag: float = 0.0) -> list[float]:
    """Scrape every 10 s under each set of rules; tell which scrape is seen then."""
    past, seen = history(window=5.0, lag=lag), []
    for step, rules in enumerate(script):
        past.scrape(step * 10.0, rules)
        seen.append(past.seen(step * 10.0).at)
    return seen


def test_a_late_scrape_is_seen_when_it_has_come() -> None:
    assert newest([[], [], [SLOW], [SLOW], [SLOW], [SLOW]]) == [0, 10, 10, 10, 20, 30]


def test_lateness_adds_to_the_lag_and_to_itself() -> None:
    assert newest([[], *[[SLOW]] * 4], lag=10.0) == [-inf, 0, 0, 0, 10]
    assert newest([[], *[[SLOW, SLOWER]] * 5]) == [0, 0, 0, 0, 10, 20]


def test_what_is_in_time_overtakes_what_is_late() -> None:
    assert newest([[], [SLOW], [SLOW], [], []]) == [0, 0, 0, 30, 40]


def test_a_late_hole_is_a_hole_when_it_has_come() -> None:
    past = history()
    past.scrape(0.0, [])
    past.scrape(10.0, [SLOW, RULES["m"]])
    assert times(past, 10.0) == [0.0]
    past.scrape(20.0, [SLOW])
    past.scrape(30.0, [SLOW])
    assert past.seen(30.0) == Heard(10.0, (), 0.0, 15.0)


def test_what_can_never_be_seen_again_is_forgotten() -> None:
    past = history(window=5.0)
    for step in range(200):
        past.scrape(step * 10.0, [SLOW] if step % 3 else [])
    assert len(past._heard) <= 4


def test_a_failing_rule_makes_holes_by_luck_of_the_time_and_the_name() -> None:
    rule = FailingRule(id="f/0", share=0.5, place=7)
    assert [rule.fails("web", 10.0 * n) for n in range(9)] == [
        rule.fails("web", 10.0 * n) for n in range(9)
    ]
    fails = [rule.fails("web", 10.0 * n) for n in range(1000)]
    assert 0.45 < sum(fails) / 1000 < 0.55
    assert [rule.fails("db", 10.0 * n) for n in range(1000)] != fails
    past = history(window=5.0)
    for n in range(20):
        past.scrape(10.0 * n, [rule])
        assert (times(past, 10.0 * n) == []) == fails[n]


def test_what_is_stale_keeps_the_warps_of_its_scrape() -> None:
    rule = BiasedRule(id="b/0", factor=2.0)
    past = history()
    past.scrape(0.0, [rule])
    past.scrape(10.0, [RULES["a"]])
    assert past.seen(10.0).warps == (rule,)
    past.scrape(20.0, [RULES["a"], BiasedRule(id="b/1", factor=9.0)])
    assert past.seen(20.0).warps == (rule,)
    past.scrape(30.0, [])
    assert past.seen(30.0).warp("web") is None


def test_what_is_stale_is_as_late_as_its_own_scrape() -> None:
    past = history()
    past.scrape(0.0, [])
    past.scrape(10.0, [SLOW])
    past.scrape(20.0, [SLOW, RULES["a"]])
    past.scrape(30.0, [RULES["a"]])
    assert (past.seen(30.0).at, times(past, 30.0)) == (30.0, [0.0, 10.0])
