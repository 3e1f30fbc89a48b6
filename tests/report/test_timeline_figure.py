"""The figure of a run: what is in which panel, when, and that it can be read."""

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

import simlab
from simlab import report
from simlab.report.panels import BUSIEST, WARMUP
from simlab.report.timeline_figure import MOVING
from simlab.scenario import parse
from simlab.study import Run
from simlab.telemetry import Event
from simlab.telemetry.record import FaultRecord
from tests.report.made import record, scaled, world
from tests.report.texts import collisions, texts_in

TEXT = """\
schema: simlab/scenario/v1
name: small
duration: 60s
warmup: 5s
slo: {within: 200ms, objective: 98%}
services:
  web: {replicas: 2, boot: 2s, operations: {get: [{cpu: 30ms}, {call: db.read}]}}
  db:  {replicas: 2, operations: {read: 5ms}}
links: {all->all: {timeout: 1s}}
load: {users: {to: web.get, shape: {kind: constant, rate: 40/s}}}
faults:
  limp: {kind: slow, target: db, speed: 20%, at: 20s, lasts: 10s}
  dies: {kind: crash, target: db, replicas: 1, at: 40s}
telemetry: {scrape: 1s, window: 5s}
strategies:
  more:
    loops: {web: {kind: script, steps: [{at: 10s, scale: {web: 4}}, {at: 30s, scale: {web: 3}}]}}
"""


@pytest.fixture(scope="module")
def run() -> Run:
    return simlab.run(parse(TEXT, name="small.yaml"), "more", seed=1)


def panel(figure: Figure, title: str) -> Any:
    [found] = [axes for axes in figure.axes if axes.get_title(loc="left").startswith(title)]
    return found


def marks(axes: Any) -> dict[str, list[float]]:
    return {line.get_label(): list(line.get_xdata()) for line in axes.get_lines()}


def legend(axes: Any) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_a_run_is_small_multiples_on_one_axis_of_time(run: Run) -> None:
    figure = run.plot()
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "what happened", "requests arriving (1/s)", "latency", "bad requests (%)",
        "replicas of web", "replicas of db", "cpu used (% of what is requested)",
    ]  # fmt: skip
    assert {axes.get_xlim() for axes in figure.axes} == {(0.0, 60.0)}
    assert collisions(figure) == []


def test_legends_say_what_lines_are(run: Run) -> None:
    figure = run.plot()
    assert legend(panel(figure, "requests")) == ["users", WARMUP]
    assert legend(panel(figure, "latency")) == ["p99", "median", "goal: 200 ms"]
    assert legend(panel(figure, "bad")) == ["allowed: 2 %"]
    assert legend(panel(figure, "replicas of web")) == [
        "ready", "wanted", "scaled up", "scaled down", "restart", "crash",
    ]  # fmt: skip
    assert panel(figure, "replicas of db").get_legend() is None
    assert legend(panel(figure, "cpu")) == ["web", "db"]


def test_marks_stand_where_things_happened(run: Run) -> None:
    figure = run.plot()
    web, db = (marks(panel(figure, f"replicas of {name}")) for name in ("web", "db"))
    assert (web["scaled up"], web["scaled down"]) == ([10.0], [30.0])
    assert db["crash"] == [40.0]
    assert len(db["restart"]) == 1
    assert 40.0 <= db["restart"][0] < 55.0


def test_faults_are_bands_through_all_panels_and_bars_in_the_strip(run: Run) -> None:
    figure = run.plot()
    strip = panel(figure, "what happened")
    assert [label.get_text() for label in strip.get_yticklabels()] == [
        "limp (slow)",
        "dies (crash)",
    ]
    for axes in figure.axes[1:]:
        spans = [patch.get_x() for patch in axes.patches if hasattr(patch, "get_x")]
        assert {0.0, 20.0} <= set(spans)  # The warm-up and the slow database.
        lines: Any = axes.get_lines()
        assert [40.0, 40.0] in [list(line.get_xdata()) for line in lines]


def test_numbers_are_those_of_the_run(run: Run) -> None:
    figure, timeline = run.plot(), run.record.timeline
    p99, p50, goal, *_ = panel(figure, "latency").get_lines()
    np.testing.assert_array_equal(p99.get_ydata(), timeline["sources.users.latency_p99"])
    np.testing.assert_array_equal(p50.get_ydata(), timeline["sources.users.latency_p50"])
    assert list(goal.get_ydata()) == [0.2, 0.2]
    load = panel(figure, "requests").get_lines()[0]
    np.testing.assert_array_equal(load.get_ydata(), timeline["sources.users.arrival_rate"])
    cpu = panel(figure, "cpu").get_lines()[0]
    np.testing.assert_array_equal(cpu.get_ydata(), timeline["services.web.utilization"] * 100)
    share = panel(figure, "bad").patches[0].get_data().values
    np.testing.assert_array_equal(share, np.nan_to_num(timeline["sources.users.bad_share"]) * 100)


def test_a_rate_is_drawn_over_its_step_and_a_count_from_its_end_on() -> None:
    left = record(services={"web": {"ready": [3.0, 3, 3, 3, 3, 1]}})
    figure = report.timeline(left, world(web=2))
    assert list(panel(figure, "requests").get_lines()[0].get_xdata())[:2] == [5.0, 15.0]
    ready, wanted = panel(figure, "replicas").get_lines()
    assert ready.get_drawstyle() == wanted.get_drawstyle() == "steps-post"
    assert list(zip(ready.get_xdata(), ready.get_ydata(), strict=True))[:2] == [(0, 2), (10, 3)]


def test_only_services_that_change_have_a_panel() -> None:
    left = record(services={"web": {}, "db": {"ready": [2.0, 1, 2, 2, 2, 2]}})
    titles = [axes.get_title(loc="left") for axes in report.timeline(left, world(web=2, db=2)).axes]
    assert [one for one in titles if one.startswith("replicas")] == ["replicas of db"]
    assert titles[0] == "requests arriving (1/s)"  # Nothing happened, so there is no strip.


def test_what_has_no_room_is_counted() -> None:
    names = [f"s{at}" for at in range(MOVING + 3)]
    busy = {
        name: {"ready": [1.0, 2, 2, 2, 2, 2], "utilization": [0.1 * at] * 6}
        for at, name in enumerate(names)
    }
    figure = report.timeline(record(services=busy), world(**dict.fromkeys(names, 1)))
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert f"replicas of s{MOVING - 1}   (3 more services change)" in titles
    assert f"replicas of s{MOVING}" not in titles
    said = legend(panel(figure, "cpu"))
    assert said == [*names[-BUSIEST:], f"and {MOVING + 3 - BUSIEST} less busy"]
    assert collisions(figure) == []


def test_sources_with_goals_of_their_own_have_a_line_each() -> None:
    left = record(services={"web": {}}, sources=["users", "robots"])
    left.sources["robots"].within, left.sources["robots"].objective = 2.0, 0.9
    figure = report.timeline(left, world(web=2))
    assert legend(panel(figure, "latency"))[2:] == ["goal: 200 ms", "goal: 2 s"]
    assert legend(panel(figure, "bad")) == ["allowed: 1 %", "allowed: 10 %"]


def test_a_world_without_a_goal_shows_none() -> None:
    figure = report.timeline(record(services={"web": {}}, within=None), world(web=2))
    assert legend(panel(figure, "latency")) == ["p99", "median"]
    assert panel(figure, "bad").get_legend() is None


def test_a_run_in_which_nothing_is_answered_can_be_drawn() -> None:
    left = record(services={"web": {}}, within=None)
    for name, column in left.timeline.items():
        if "latency" in name or "bad_share" in name or "utilization" in name:
            column[:] = np.nan
    figure = report.timeline(left, world(web=2))
    assert panel(figure, "latency").get_yscale() == "linear"
    assert collisions(figure) == []


def test_an_answer_that_takes_no_time_can_be_drawn() -> None:
    left = record(services={"web": {}})
    left.timeline["sources.users.latency_p50"][2] = 0.0
    axes = panel(report.timeline(left, world(web=2)), "latency")
    assert axes.get_yscale() == "log"
    assert axes.get_ylim() == pytest.approx((0.02 / 1.25, 0.3 * 1.25))


def test_goals_are_in_view_where_all_is_well() -> None:
    left = record(services={"web": {}}, within=2.0)
    left.sources["users"].objective = 0.8
    figure = report.timeline(left, world(web=2))
    assert panel(figure, "bad").get_ylim()[1] > 20.0
    assert panel(figure, "latency").get_ylim()[1] > 2.0


def test_a_title_stands_above_everything() -> None:
    left = record(services={"web": {}})
    figure = report.timeline(left, world(web=2), title="shop, hpa: seed 1")
    assert "shop, hpa: seed 1" in [text.get_text() for text in texts_in(figure)]
    assert collisions(figure) == []


@pytest.mark.parametrize(
    ("count", "long"), [(1, False), (4, True), (10, False)], ids=["one", "four, long", "ten"]
)
def test_no_text_lies_on_another(count: int, long: bool) -> None:
    names = [f"service-with-a-very-long-name-{at}" if long else f"s{at}" for at in range(count)]
    services = {name: {"ready": [100.0, 2, 1000, 2, 2, 2]} for name in names}
    events = [scaled(1.0, names[0], 3), scaled(2.0, names[-1], 9, "refused")]
    events += [
        Event(at=3.0, kind="log", who=name, data={"kind": kind, "replica": 0})
        for name in names
        for kind in ("crash", "restart", "out_of_memory")
    ]
    found = [
        FaultRecord(fault=f"fault-of-{name}", kind="stale_metrics", start=20.0, stop=21.0)
        for name in names
    ]
    left = record(events, services=services, sources=names, faults=found, warmup=5.0)
    figure = report.timeline(left, world(**dict.fromkeys(names, 2)), title="a title")
    assert collisions(figure) == []


@pytest.mark.parametrize("duration", [2.0, 45.0, 600.0, 5400.0, 86400.0, 30 * 86400.0])
def test_the_axis_of_time_has_few_round_ticks(duration: float) -> None:
    left = record(services={"web": {}}, duration=duration)
    figure = report.timeline(left, world(web=2))
    shown = [one for one in figure.axes[-1].get_xticks() if one <= duration]
    assert 2 <= len(shown) <= 13
    assert all(float(one).is_integer() for one in shown)


def test_figures_leave_no_global_state(run: Run) -> None:
    import sys

    run.plot()
    assert "matplotlib.pyplot" not in sys.modules
