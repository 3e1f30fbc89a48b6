"""The adaptive system: when its loops are stepped, what each is told, and what goes out."""

import pickle
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import pytest

from simlab.controllers import (
    AdaptiveSystem,
    AdaptiveSystemSettings,
    CheckingSettings,
    ScalingSettings,
    SizingSettings,
)
from simlab.controllers.adaptive.inner import Inner, luck_of
from simlab.controllers.adaptive.rhythm import common_period
from simlab.core import (
    Action,
    ActionOutcome,
    Decision,
    Finding,
    LogLine,
    LoopSpan,
    Observation,
    ProbeSeen,
    ProbeWish,
    Restart,
    ScaleTo,
    ServiceSeen,
    Span,
)

SERVICES = {"web": ServiceSeen(wanted=3), "cart": ServiceSeen(wanted=2)}


class Fake:
    """A loop that says what it is told to, step by step, and remembers what it saw."""

    def __init__(self, *says: Decision | Exception, period: float = 10.0) -> None:
        self.period, self.says = period, list(says)
        self.seen: list[Observation] = []
        self.told: list[tuple[str, float]] = []

    def step(self, seen: Observation) -> Decision:
        self.seen.append(seen)
        say = self.says.pop(0) if self.says else Decision()
        if isinstance(say, Exception):
            raise say
        return say

    def reconfigure(self, name: str, value: float) -> None:
        self.told.append((name, value))


def system(**loops: tuple[Fake, int]) -> AdaptiveSystem:
    """Return a system of these loops, each due at every so manieth step."""
    made = AdaptiveSystem(AdaptiveSystemSettings())
    made.inners = [
        Inner(name, (place,), loop, every)
        for place, (name, (loop, every)) in enumerate(loops.items())
    ]
    return made


def seen(now: float, **news: Any) -> Observation:
    return Observation(now=now, services=SERVICES, **news)


def play(made: AdaptiveSystem, *news: dict[str, Any]) -> list[Decision]:
    return [made.step(seen(10.0 * (at + 1), **one)) for at, one in enumerate(news)]


def acts(*actions: Action) -> Decision:
    return Decision(actions)


# When.


@pytest.mark.parametrize(
    ("periods", "common", "every"),
    [
        pytest.param([30.0, 10.0, 60.0, 300.0], 10.0, (3, 1, 6, 30), id="the founding ones"),
        pytest.param([15.0], 15.0, (1,), id="one"),
        pytest.param([0.1, 0.25], 0.05, (2, 5), id="decimals"),
        pytest.param([0.3, 0.1], 0.1, (3, 1), id="not as floats divide"),
        pytest.param([7.0, 5.0], 1.0, (7, 5), id="nothing in common"),
    ],
)
def test_periods_have_one_that_all_are_multiples_of(
    periods: list[float], common: float, every: tuple[int, ...]
) -> None:
    assert common_period(periods) == (common, every)


def test_loops_are_stepped_at_their_own_multiples() -> None:
    health, scaling = Fake(), Fake()
    play(system(health=(health, 2), scaling=(scaling, 3)), *[{}] * 7)
    assert [one.now for one in health.seen] == [20.0, 40.0, 60.0]
    assert [one.now for one in scaling.seen] == [30.0, 60.0]


@pytest.mark.parametrize(
    ("given", "period", "names"),
    [
        pytest.param(
            {}, 10.0,
            ["health/web", "health/cart", "mape_k", "scaling/web", "scaling/cart", "learning/web", "learning/cart"],
            id="by itself",
        ),
        pytest.param({"health": None, "learning": None, "mape_k": None}, 60.0, ["scaling/web", "scaling/cart"], id="no checks"),
        pytest.param({"scaling": None, "learning": None, "mape_k": None}, 10.0, ["health/web", "health/cart"], id="no scaling"),
        pytest.param(
            {"scaling": ScalingSettings(syncPeriod=15.0), "target": "cart", "learning": None, "mape_k": None},
            5.0, ["health/cart", "scaling/cart"], id="of one service",
        ),
        pytest.param(
            {"scaling": ScalingSettings(target="web"), "health": None, "learning": None, "mape_k": None}, 60.0, ["scaling/web"],
            id="scaling of one",
        ),
        pytest.param(
            {"resources": SizingSettings(target="cart"), "health": None, "learning": None, "mape_k": None,
             "target": "web,cart"},
            60.0, ["scaling/web", "scaling/cart", "resources/cart"], id="quotas of one",
        ),
    ],
)  # fmt: skip
def test_has_the_loops_that_it_is_told_to(
    given: dict[str, Any], period: float, names: list[str]
) -> None:
    settings = AdaptiveSystemSettings(**given)
    made = settings.build()
    assert made.period == settings.period == period
    made.step(seen(period))
    assert [inner.name for inner in made.inners] == names


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param(
            {"health": None, "scaling": None, "learning": None, "mape_k": None}, "must not all be none", id="no loop at all"
        ),
        pytest.param(
            {"target": "web", "scaling": ScalingSettings(target="cart")},
            "scaling.target must be among the system's services, got cart", id="a stranger",
        ),
        pytest.param(
            {"health": CheckingSettings(timeout=8.0), "scaling": ScalingSettings(syncPeriod=15.0)},
            "health.timeout must not be longer than 5 s", id="answers that come too late",
        ),
    ],
)  # fmt: skip
def test_refuses(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        AdaptiveSystemSettings(**given)


def test_a_standby_does_not_stand_in_for_itself() -> None:
    checks = CheckingSettings(recover=("restart", "reroute"), standby="cart")
    made = AdaptiveSystemSettings(health=checks, scaling=None, learning=None, mape_k=None).build()
    made.step(seen(10.0))
    web, cart = (inner.loop.settings for inner in made.inners)
    assert (web.standby, web.recover) == ("cart", ("restart", "reroute"))
    assert (cart.standby, cart.recover) == (None, ("restart",))


# Probes.


def test_probes_are_wished_for_when_their_loop_is_due() -> None:
    checks = CheckingSettings(period=20.0, operation="get", target="web,cart")
    made = AdaptiveSystemSettings(health=checks, scaling=ScalingSettings(syncPeriod=10.0)).build()
    wish = ProbeWish("get", 1.0)
    assert made.probes == {}
    made.step(seen(10.0))
    assert made.probes == {"web": wish, "cart": wish}
    made.step(seen(20.0))
    assert made.probes == {}


def test_probes_of_all_services_are_those_of_the_system() -> None:
    wish = ProbeWish(None, 1.0)
    assert AdaptiveSystemSettings().build().probes == {"all": wish}
    assert AdaptiveSystemSettings(target="cart").build().probes == {"cart": wish}
    assert AdaptiveSystemSettings(health=None).build().probes == {}


# What each is told.


def log(at: float) -> LogLine:
    return LogLine(at=at, kind="crash", target="services.web/1")


def test_each_hears_what_is_new_since_its_own_last_step() -> None:
    health, scaling = Fake(), Fake()
    span = Span(trace="u/1", id=0, parent=-1, service="web", operation="get", replica=1,
                start=0.0, end=1.0, outcome="ok")  # fmt: skip
    probe = ProbeSeen(service="web", replica=1, at=9.0, took=0.1, passed=True)
    play(
        system(health=(health, 1), scaling=(scaling, 2)),
        {"logs": (log(1.0),), "traces": (span,), "probes": (probe,)},
        {"logs": (log(11.0),)},
        {},
        {},
    )
    assert [len(one.logs) for one in health.seen] == [1, 1, 0, 0]
    assert [one.logs for one in scaling.seen] == [(log(1.0), log(11.0)), ()]
    assert [one.traces for one in scaling.seen] == [(span,), ()]
    assert [one.probes for one in scaling.seen] == [(probe,), ()]


def test_outcomes_come_back_to_their_loop_under_its_own_number() -> None:
    up, restart = ScaleTo("web", 5, 7), Restart("cart", (1,), 7)
    health, scaling = Fake(acts(restart)), Fake(acts(up))
    made = system(health=(health, 1), scaling=(scaling, 1))
    (first,) = play(made, {})
    out = {action.issuer: action for action in first.actions}
    assert out["scaling"] == ScaleTo("web", 5, out["scaling"].id, issuer="scaling")
    assert {action.id for action in first.actions} == {1, 2}
    made.step(seen(20.0, outcomes=(ActionOutcome(action=out["scaling"], at=11.0, status="done"),)))
    accepted = ActionOutcome(action=out["health"], at=11.0, status="accepted")
    done = ActionOutcome(action=out["health"], at=29.0, status="done")
    made.step(seen(30.0, outcomes=(accepted,)))
    made.step(seen(40.0, outcomes=(done, done)))
    assert [one.outcomes for one in scaling.seen[1:]] == [
        (ActionOutcome(action=up, at=11.0, status="done"),), (), (),
    ]  # fmt: skip
    assert [[two.status for two in one.outcomes] for one in health.seen[1:]] == [
        [], ["accepted"], ["done"],
    ]  # fmt: skip
    assert health.seen[2].outcomes[0].action is restart


def test_luck_differs_from_loop_to_loop_and_is_told_again() -> None:
    health, scaling = Fake(), Fake()
    play(system(health=(health, 1), scaling=(scaling, 1)), {"luck": 0.25}, {"luck": 0.25})
    assert health.seen[0].luck == health.seen[1].luck != scaling.seen[0].luck


def test_luck_is_uniform() -> None:
    lucks = [luck_of((k + 0.5) / 1000, (2, place)) for place in (3, 4) for k in range(1000)]
    tenths = [sum(k / 10 <= luck < (k + 1) / 10 for luck in lucks) for k in range(10)]
    assert all(150 < count < 250 for count in tenths)
    assert len(set(lucks)) == 2000
    assert all(0.0 < luck < 1.0 for luck in (luck_of(0.0, (0,)), luck_of(1.0 - 2**-53, (0,))))


# What goes out.


def test_a_higher_one_goes_first_and_the_other_is_told_why_not() -> None:
    down, restart = ScaleTo("web", 2, 1), Restart("web", (1,), 1)
    health, scaling = Fake(acts(restart)), Fake(acts(down))
    made = system(scaling=(scaling, 1), health=(health, 1))
    first, second = play(made, {}, {})
    assert [action.issuer for action in first.actions] == ["health"]
    (finding,) = first.findings
    assert (finding.kind, finding.target) == ("contest", "services.web.capacity")
    assert finding.name == "health over scaling"
    assert second.findings == []
    (told,) = scaling.seen[1].outcomes
    assert (told.action, told.at, told.status) == (down, 10.0, "refused")
    assert told.reason == "the arbiter: a scale-down waits for health, until 70 s"
    assert health.seen[1].outcomes == ()


def test_a_lease_outlasts_the_step() -> None:
    health, scaling = (
        Fake(acts(ScaleTo("web", 5, 1))),
        Fake(*[Decision()] * 3, acts(ScaleTo("web", 4, 1))),
    )
    decisions = play(system(health=(health, 1), scaling=(scaling, 1)), *[{}] * 4)
    (finding,) = decisions[3].findings
    assert decisions[3].actions == []
    assert finding.data["reason"] == "held by health until 70 s, and its priority is higher"
    assert finding.data["winner_action"] == "scale web to 5"
    assert finding.data["loser_action"] == "scale web to 4"


@pytest.mark.parametrize("status", ["refused", "failed"])
def test_what_the_platform_refuses_frees_the_lever(status: str) -> None:
    health, scaling = Fake(acts(ScaleTo("web", 5, 1))), Fake(Decision(), acts(ScaleTo("web", 4, 1)))
    made = system(health=(health, 1), scaling=(scaling, 1))
    (first,) = play(made, {})
    outcome = ActionOutcome(action=first.actions[0], at=11.0, status=status, reason="no quota")
    second = made.step(seen(20.0, outcomes=(outcome,)))
    assert [action.issuer for action in second.actions] == ["scaling"]
    assert health.seen[1].outcomes[0].reason == "no quota"


def test_a_lease_begins_anew_when_the_platform_is_done() -> None:
    health = Fake(acts(Restart("web", (1,), 1)))
    scaling = Fake(*[Decision()] * 8, acts(ScaleTo("web", 2, 1)))
    made = system(health=(health, 1), scaling=(scaling, 1))
    (first,) = play(made, {})
    done = ActionOutcome(action=first.actions[0], at=60.0, status="done")
    rest = [made.step(seen(10.0 * at, outcomes=(done,) if at == 6 else ())) for at in range(2, 10)]
    assert rest[-1].actions == []
    assert "until 120 s" in rest[-1].findings[0].data["reason"]


def test_what_loops_noticed_goes_out_with_their_names() -> None:
    found = Finding(
        kind="symptom",
        at=10.0,
        target="services.web",
        name="HighLatency",
        data={"severity": "High"},
    )
    span = LoopSpan(name="cycle", start=10.0, end=10.0)
    health = Fake(Decision(because={"failing": 2}, findings=[found], spans=[span]))
    (decision,) = play(
        system(health=(health, 1), scaling=(Fake(Decision(because={"wanted": 3})), 1)), {}
    )
    assert decision.because == {"health.failing": 2, "scaling.wanted": 3}
    (noticed,) = decision.findings
    assert noticed.data == {"severity": "High", "loop": "health"}
    assert (noticed.kind, noticed.name) == ("symptom", "HighLatency")
    assert decision.spans == [span]


def test_one_that_raises_does_not_stop_the_others() -> None:
    health = Fake(ZeroDivisionError("no replicas"), acts(ScaleTo("cart", 5, 1)))
    scaling = Fake(acts(ScaleTo("web", 5, 1)))
    first, second = play(system(health=(health, 1), scaling=(scaling, 1)), {}, {})
    assert [action.issuer for action in first.actions] == ["scaling"]
    assert first.because["health.failed"] == "ZeroDivisionError: no replicas"
    (finding,) = first.findings
    assert (finding.kind, finding.target) == ("failed", "loops.health")
    assert (finding.name, finding.data["message"]) == (
        "ZeroDivisionError",
        "ZeroDivisionError: no replicas",
    )
    assert [action.issuer for action in second.actions] == ["health"]


def test_one_that_catches_what_it_raises_is_seen_to_have_failed() -> None:
    span = LoopSpan(name="cycle", start=10.0, end=10.0, ok=False, message="KeyError: 'web'")
    (decision,) = play(system(mape_k=(Fake(Decision(spans=[span])), 1)), {})
    (finding,) = decision.findings
    assert (finding.kind, finding.target, finding.name) == ("failed", "loops.mape_k", "KeyError")
    assert decision.because == {"mape_k.failed": "KeyError: 'web'"}
    assert decision.spans == [span]


def test_what_mape_k_knows_can_be_asked_for() -> None:
    made = AdaptiveSystemSettings(target="web").build()
    assert made.knowledge is None
    made.step(seen(10.0))
    (mape_k,) = (inner.loop for inner in made.inners if inner.part == "mape_k")
    assert mape_k.settings.target == "web"
    assert made.knowledge == mape_k.knowledge != {}


# Changes.


def test_a_change_reaches_every_loop_of_its_part() -> None:
    made = AdaptiveSystem(AdaptiveSystemSettings())
    made.step(seen(10.0))
    made.reconfigure("scaling.maxReplicas", 4)
    made.reconfigure("scaling.averageUtilization", 55)
    made.reconfigure("health.unhealthy_threshold", 5)
    made.reconfigure("mape_k.thresholds.error_rate", 0.5)
    health, scaling = made.inners[:2], made.inners[3:5]
    assert [inner.loop.settings.maxReplicas for inner in scaling] == [4, 4]
    assert [inner.loop.settings.averageUtilization for inner in scaling] == [55, 55]
    assert [inner.loop.settings.unhealthy_threshold for inner in health] == [5, 5]
    assert made.inners[2].loop.settings.thresholds.error_rate == 0.5
    assert made.settings.scaling is not None
    assert made.settings.scaling.averageUtilization == 55


def test_a_change_before_the_first_step_counts() -> None:
    made = AdaptiveSystem(AdaptiveSystemSettings(health=None, learning=None, mape_k=None))
    made.reconfigure("scaling.maxReplicas", 4)
    made.step(seen(60.0))
    assert [inner.loop.settings.maxReplicas for inner in made.inners] == [4, 4]
    with pytest.raises(ValueError, match="there is none"):
        made.reconfigure("health.unhealthy_threshold", 4)


def test_it_can_be_copied_and_pickled_in_full_swing() -> None:
    def fresh() -> AdaptiveSystem:
        health = Fake(acts(Restart("web", (1,), 1)), Decision(), acts(Restart("cart", (1,), 2)))
        return system(health=(health, 1), scaling=(Fake(acts(), acts(ScaleTo("web", 1, 1))), 2))

    one, two = fresh(), fresh()
    for at in range(1, 6):
        view = seen(10.0 * at, logs=(log(10.0 * at),), luck=at / 7)
        decisions: Sequence[Decision] = [made.step(view) for made in (one, two)]
        assert decisions[0] == decisions[1]
        two = pickle.loads(pickle.dumps(deepcopy(two)))
