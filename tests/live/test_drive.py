"""The live driver on a fake clock: when it steps, what it tells the loop, what it writes."""

from dataclasses import dataclass, field

import pytest

from simlab.core import (
    Decision,
    Finding,
    LogLine,
    LoopSpan,
    Observation,
    Purpose,
    ScaleTo,
    Site,
    TelemetrySettings,
    root,
)
from simlab.live.clock import FakeClock
from simlab.live.system import Shadow
from simlab.model.journal import Journal
from tests.live.live_fakes import FakeLoop, FakeSystem, controlled


def times(loop: FakeLoop) -> list[float]:
    return [seen.now for seen in loop.seen]


def test_it_steps_at_multiples_of_the_period_the_first_time_after_one() -> None:
    fast, slow = FakeLoop(10.0), FakeLoop(25.0)
    controlled({"fast": fast, "slow": slow}, 50.0)
    assert times(fast) == [10.0, 20.0, 30.0, 40.0, 50.0]
    assert times(slow) == [25.0, 50.0]


def test_a_thousand_periods_do_not_drift() -> None:
    loop = FakeLoop(0.1)
    controlled({"one": loop}, 100.0)
    assert times(loop) == [0.1 * n for n in range(1, 1001)]


def test_a_slow_step_is_recorded_and_the_ticks_that_it_missed_are_skipped() -> None:
    clock, took = FakeClock(), iter([1.0, 25.0, 10.0])

    def decide(seen: Observation) -> Decision:
        clock.work(next(took, 0.0))
        return Decision()

    loop = FakeLoop(10.0, decide)
    control, journal = controlled({"one": loop}, 70.0, clock=clock)
    # From 20 to 45: 30 and 40 are missed. From 50 to 60: on time.
    assert times(loop) == [10.0, 20.0, 50.0, 60.0, 70.0]
    rows = [(row.at, row.who, dict(row.data)) for row in journal.events if row.kind == "overrun"]
    assert rows == [(45.0, "one", {"late": 25.0, "skipped": 2})]
    assert (control.drives[0].skipped, control.drives[0].steps) == (2, 5)


def test_luck_is_that_of_the_tick_skipped_ones_included_and_of_the_loop_by_name() -> None:
    clock = FakeClock()

    def decide(seen: Observation) -> Decision:
        clock.work(25.0 if seen.now == 20.0 else 0.0)
        return Decision()

    loop = FakeLoop(10.0, decide)
    controlled({"one": loop}, 60.0, clock=clock, seed=3, replication=2)
    luck = Site(root(3, 2, "loops.one")).stream(Purpose.CHANCE)
    assert [seen.luck for seen in loop.seen] == [luck.uniform(tick) for tick in (1, 2, 5, 6)]


def test_a_loop_that_raises_is_recorded_and_goes_on_and_so_do_the_others() -> None:
    def decide(seen: Observation) -> Decision:
        if seen.now == 20.0:
            raise ZeroDivisionError("nothing to divide by")
        return Decision(because={"fine": 1.0})

    loop, other = FakeLoop(10.0, decide), FakeLoop(10.0)
    control, journal = controlled({"one": loop, "other": other}, 30.0)
    mine = [(row.at, row.kind, dict(row.data)) for row in journal.events if row.who == "one"]
    fine = {"because": {"fine": 1.0}, "actions": []}
    assert mine == [
        (10.0, "decision", fine),
        (20.0, "failed", {"error": "ZeroDivisionError: nothing to divide by"}),
        (30.0, "decision", fine),
    ]
    assert control.drives[0].failed == 1
    assert times(other) == [10.0, 20.0, 30.0]


def test_what_is_decided_is_written_in_order_and_outcomes_come_back_once() -> None:
    def decide(seen: Observation) -> Decision:
        if seen.now > 10.0:
            return Decision()
        finding = Finding(kind="symptom", at=9.0, target="services.web", name="HighLatency")
        span = LoopSpan(name="mape_k_cycle", start=10.0, end=10.0)
        return Decision([ScaleTo("web", 3, 1)], {"cpu": 0.9}, [finding], [span])

    clock = FakeClock()
    system, loop, other = FakeSystem(clock), FakeLoop(10.0, decide), FakeLoop(10.0)
    _, journal = controlled({"one": loop, "other": other}, 30.0, clock=clock, system=system)
    action = {"kind": "scale", "service": "web", "replicas": 3, "id": 1}
    rows = [(row.at, row.kind, dict(row.data)) for row in journal.events if row.who == "one"]
    assert rows[:3] == [
        (10.0, "decision", {"because": {"cpu": 0.9}, "actions": [action]}),
        (9.0, "symptom", {"target": "services.web", "name": "HighLatency"}),
        (10.0, "action", {"action": action, "status": "done", "reason": ""}),
    ]
    assert [(name, span.name) for name, span in journal.cycles] == [("one", "mape_k_cycle")]
    assert system.acted == [(10.0, ScaleTo("web", 3, 1))]
    told = [[outcome.status for outcome in seen.outcomes] for seen in loop.seen]
    assert told == [[], ["done"], []]
    assert all(seen.outcomes == () for seen in other.seen)


def test_logs_come_once_to_each_loop() -> None:
    journal = Journal(keep_spans=False)

    def decide(seen: Observation) -> Decision:
        if seen.now == 10.0:
            journal.log(12.0, "crash", "web", 3)
        return Decision()

    loop, other = FakeLoop(10.0, decide), FakeLoop(20.0)
    controlled({"one": loop, "other": other}, 45.0, journal=journal)
    line = LogLine(at=12.0, kind="crash", target="services.web/3")
    assert [seen.logs for seen in loop.seen] == [(), (line,), (), ()]
    assert [seen.logs for seen in other.seen] == [(line,), ()]


def test_a_loop_sees_through_its_own_pipeline_or_that_of_all() -> None:
    clock, own = FakeClock(), TelemetrySettings(scrape=1.0)
    system = FakeSystem(clock)
    special = FakeLoop()
    special.telemetry = own  # type: ignore[attr-defined]
    controlled({"one": FakeLoop(), "special": special}, 5.0, clock=clock, system=system)
    assert system.looked == {"one": TelemetrySettings(), "special": own}


@dataclass
class Wish:
    operation: str | None
    timeout: float


@dataclass
class Probing(FakeLoop):
    probes: dict[str, Wish] = field(default_factory=dict)


def test_probes_are_sent_a_timeout_before_each_step_and_answered_at_it() -> None:
    clock = FakeClock()
    system = FakeSystem(clock)
    loop = Probing(10.0, probes={"web": Wish(None, 2.0), "db": Wish("read", 4.0)})
    controlled({"health": loop}, 20.0, clock=clock, system=system)
    assert system.probed == [
        (6.0, "db", "read", 4.0), (8.0, "web", None, 2.0),
        (16.0, "db", "read", 4.0), (18.0, "web", None, 2.0),
    ]  # fmt: skip
    assert times(loop) == [10.0, 20.0]
    assert [[(one.service, one.at) for one in seen.probes] for seen in loop.seen] == [
        [("web", 8.0), ("db", 6.0)],
        [("web", 18.0), ("db", 16.0)],
    ]


@pytest.mark.parametrize("shadow", [True, False])
def test_in_shadow_mode_it_decides_and_records_and_acts_not(shadow: bool) -> None:
    clock = FakeClock()
    real = FakeSystem(clock)
    loop = FakeLoop(10.0, lambda _: Decision([ScaleTo("web", 3, 1)]))
    system = Shadow(real, clock.now) if shadow else real
    _, journal = controlled({"one": loop}, 20.0, clock=clock, system=system)
    assert bool(real.acted) is not shadow
    statuses = [row.data["status"] for row in journal.events if row.kind == "action"]
    assert statuses == (["shadow"] * 2 if shadow else ["done"] * 2)
    assert [row.kind for row in journal.events].count("decision") == 2
