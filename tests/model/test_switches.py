"""Switches: a share of the calls meant for one service goes to another one, and comes back."""

from math import sqrt
from typing import Any

import pytest

from simlab.core import Decision, SwitchTraffic
from simlab.model import World
from tests.model.scenes import Arrivals, Puppet, begin, counts, ends, logs, outcomes, play, sent

SHOP = """
    services:
      web: {operations: {get: [{call: old.read}]}}
      old: {operations: {read: [{wait: 100ms}]}}
      new: {replicas: 2, operations: {read: [{wait: 300ms}], other: []}}
    links: {LINKS}
    load: {users: {to: web.get, shape: SHAPE}}
    MORE
"""


def scene(shape: str = "{kind: constant, rate: 20/s}", links: str = "{}", more: str = "") -> str:
    return SHOP.replace("{LINKS}", links).replace("SHAPE", shape).replace("MORE", more)


def hand(*acts: tuple[int, SwitchTraffic]) -> dict[str, Puppet]:
    planned: dict[int, list[Any]] = {}
    for when, act in acts:
        planned.setdefault(when, []).append(act)
    return {"hand": Puppet(1.0, {when: Decision(each) for when, each in planned.items()})}


def refusal(world: World) -> str:
    (event,) = [one for one in world.journal.events if one.kind == "action"]
    assert event.data["status"] == "refused"
    return str(event.data["reason"])


def test_a_share_goes_elsewhere_from_then_on_and_comes_back() -> None:
    acts = hand(
        (20, SwitchTraffic("old", "new", 0.3, id=1)), (70, SwitchTraffic("old", "new", 0.0, id=2))
    )
    world = begin(scene(), loops=acts)
    world.advance(20.0)
    assert world.services["new"].counters.started == 0
    before = world.services["old"].counters.started
    world.advance(70.0)
    new, old = (
        world.services["new"].counters.started,
        world.services["old"].counters.started - before,
    )
    total = new + old
    assert abs(new / total - 0.3) < 4.0 * sqrt(0.3 * 0.7 / total)
    record = world.finish()
    assert sum(counts(record, "new").values()) == new
    assert record.links["web->old"].attempts == record.sources["users"].requests


def test_all_of_it_is_all_of_it_and_takes_as_long_as_over_there(at: Arrivals) -> None:
    acts = hand((2, SwitchTraffic("old", "new", 1.0, id=1)))
    record = play(scene(at(1.0, 3.0)), loops=acts)
    assert ends(record) == [(1.1, "ok"), (3.3, "ok")]
    assert counts(record, "new") == {"ok": 1}


def test_the_luck_of_each_attempt_is_its_own() -> None:
    """Who goes elsewhere at 20 % goes there at 60 %, too."""

    def switched(share: float) -> set[int]:
        acts = hand((1, SwitchTraffic("old", "new", share, id=1)))
        rows = play(scene(more="duration: 40s"), loops=acts).requests
        return {
            int(n) for n, took in zip(rows["number"], rows["latency"], strict=True) if took > 0.2
        }

    few, many = switched(0.2), switched(0.6)
    assert few < many


def test_a_switch_of_nothing_changes_nothing() -> None:
    acts = hand((1, SwitchTraffic("old", "new", 0.0, id=1)))
    plain, other = play(scene()), play(scene(), loops=acts)
    assert plain.sources == other.sources
    assert plain.services == other.services
    assert plain.links == other.links


def test_the_other_service_has_its_own_balancer_on_the_link() -> None:
    acts = hand((1, SwitchTraffic("old", "new", 1.0, id=1)))
    world = begin(scene(), loops=acts)
    world.advance(50.0)
    one, other = (replica.counters.started for replica in world.services["new"].replicas)
    assert abs(one - other) <= 1


def test_retries_may_go_to_the_other_service(at: Arrivals) -> None:
    links = "{web->old: {retry: {kind: backoff, attempts: 40, base: 0s}}}"
    down = scene(at(5.0), links).replace("old: {operations", "old: {replicas: 0, operations")
    assert outcomes(play(down)) == ["dependency"]
    record = play(down, loops=hand((1, SwitchTraffic("old", "new", 0.5, id=1))))
    assert outcomes(record) == ["ok"]


def test_sources_are_switched_too(at: Arrivals) -> None:
    text = scene(at(1.0, 3.0)).replace("to: web.get", "to: old.read")
    record = play(text, loops=hand((2, SwitchTraffic("old", "new", 1.0, id=1))))
    assert ends(record) == [(1.1, "ok"), (3.3, "ok")]
    assert sent(record, "users->old") == {"ok": 2}


def test_the_time_out_and_the_breaker_are_those_of_the_link(at: Arrivals) -> None:
    breaker = "{kind: resilience4j, slidingWindowSize: 2, minimumNumberOfCalls: 2}"
    links = f"{{web->old: {{timeout: 200ms, breaker: {breaker}}}}}"
    acts = hand((1, SwitchTraffic("old", "new", 1.0, id=1)))
    record = play(scene(at(2.0, 3.0, 4.0), links), loops=acts)
    assert sent(record, "web->old") == {"timeout": 2, "open": 1}


def test_endpoints_that_come_and_go_over_there_are_known(at: Arrivals) -> None:
    text = scene(at(2.0, 4.0, 12.0), "{web->old: {limits: {wait: 30s}}}").replace(
        "replicas: 2", "replicas: 0"
    )
    script = "strategies: {s: {loops: {l: {kind: script, steps: [{at: 1s, switch: {from: old, to: new}}, {at: 3s, scale: {new: 1}}, {at: 6s, scale: {new: 0}}, {at: 15s, scale: {new: 2}}]}}}}"
    record = play(text + "    " + script, "s")
    assert ends(record) == [(3.3, "ok"), (4.3, "ok"), (15.3, "ok")]


def test_taking_it_back_lets_go_on_who_waits_over_there(at: Arrivals) -> None:
    text = scene(at(2.0), "{web->old: {limits: {wait: 30s}}}").replace("replicas: 2", "replicas: 0")
    acts = hand(
        (1, SwitchTraffic("old", "new", 1.0, id=1)), (5, SwitchTraffic("old", "new", 0.0, id=2))
    )
    assert ends(play(text, loops=acts)) == [(5.1, "ok")]


def test_several_switches_share_what_there_is() -> None:
    text = scene().replace("new: {", "third: {operations: {read: [{wait: 300ms}]}}\n      new: {")
    acts = hand(
        (1, SwitchTraffic("old", "new", 0.3, id=1)), (1, SwitchTraffic("old", "third", 0.7, id=2))
    )
    world = begin(text, loops=acts)
    world.advance(1.5)
    before = world.services["old"].counters.started
    world.advance(60.0)
    assert world.services["old"].counters.started == before
    assert world.services["third"].counters.started > world.services["new"].counters.started > 0


def test_what_was_switched_is_not_switched_again(at: Arrivals) -> None:
    acts = hand(
        (1, SwitchTraffic("old", "new", 1.0, id=1)), (1, SwitchTraffic("new", "old", 1.0, id=2))
    )
    record = play(scene(at(2.0)), loops=acts)
    assert ends(record) == [(2.3, "ok")]


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        pytest.param(
            SwitchTraffic("old", "shop", 0.5, id=1), "there is no service 'shop'", id="unknown"
        ),
        pytest.param(
            SwitchTraffic("shop", "old", 0.5, id=1), "there is no service 'shop'", id="nobody"
        ),
        pytest.param(
            SwitchTraffic("old", "old", 0.5, id=1), "traffic of old cannot be", id="itself"
        ),
        pytest.param(
            SwitchTraffic("old", "new", 1.5, id=1), "a share must be from 0 to 1", id="much"
        ),
        pytest.param(SwitchTraffic("old", "new", float("nan"), id=1), "a share must be", id="nan"),
        pytest.param(
            SwitchTraffic("new", "web", 0.5, id=1), "calls would go in a circle", id="a circle"
        ),
        pytest.param(
            SwitchTraffic("old", "third", 0.5, id=1),
            "third has no operation 'read'",
            id="no namesake",
        ),
        pytest.param(
            SwitchTraffic("v1", "v2", 0.5, service="old", id=1),
            "old has no versions",
            id="versions",
        ),
    ],
)
def test_what_cannot_stand_in_is_refused_and_says_why(action: SwitchTraffic, reason: str) -> None:
    text = scene().replace(
        "new: {", "third: {operations: {read2: [{call: new.read}]}}\n      new: {"
    )
    text = text.replace("get: [", "read: [{call: new.read}], get: [")
    world = begin(text, loops=hand((1, action)))
    world.advance(2.0)
    assert refusal(world).startswith(reason)
    assert [row[1] for row in logs_of(world)] == ["refusal"]


def logs_of(world: World) -> list[tuple[float, str]]:
    return [(one.at, one.data["kind"]) for one in world.journal.events if one.kind == "log"]


def test_more_than_all_is_refused() -> None:
    text = scene().replace("new: {", "third: {operations: {read: []}}\n      new: {")
    acts = hand(
        (1, SwitchTraffic("old", "new", 0.6, id=1)), (2, SwitchTraffic("old", "third", 0.5, id=2))
    )
    world = begin(text, loops=acts)
    world.advance(3.0)
    rows = [one.data for one in world.journal.events if one.kind == "action"]
    assert [row["status"] for row in rows] == ["done", "refused"]
    assert rows[1]["reason"] == "old would have 110% of its traffic switched"


def test_a_fork_goes_on_alike_and_apart() -> None:
    acts = hand(
        (5, SwitchTraffic("old", "new", 0.5, id=1)), (40, SwitchTraffic("old", "new", 0.1, id=2))
    )
    links = "{web->old: {timeout: 250ms, retry: {kind: backoff, attempts: 3}, limits: {in_flight: 3, wait: 1s}}}"
    world = begin(scene(links=links), loops=acts)
    world.advance(20.0)
    branch, third = world.fork(), world.fork()
    third.set("services.new.replicas", 0)
    one, other, apart = world.finish(), branch.finish(), third.finish()
    assert one.sources == other.sources
    assert one.events == other.events
    assert apart.sources != one.sources


def test_an_update_of_a_limit_of_endpoints_holds_over_there_too() -> None:
    links = "{web->old: {limits: {per_endpoint: 3}}}"
    world = begin(scene(links=links), loops=hand((1, SwitchTraffic("old", "new", 0.5, id=1))))
    world.advance(5.0)
    world.set("links.web->old.limits.per_endpoint", 7.0)
    (client,) = world.links["web->old"].clients.values()
    assert [getattr(one, "cap", None) for one in client.pickers] == [7.0, 7.0]


def test_nothing_is_logged_but_what_was_done() -> None:
    record = play(scene(), loops=hand((1, SwitchTraffic("old", "new", 0.5, id=1))))
    assert logs(record) == []


def test_where_an_attempt_goes_says_nothing_about_which_replica_it_meets() -> None:
    links = "{web->old: {balancer: {kind: random}}}"
    acts = hand((1, SwitchTraffic("old", "new", 0.5, id=1)))
    world = begin(scene(links=links), loops=acts)
    world.advance(100.0)
    one, other = (replica.counters.started for replica in world.services["new"].replicas)
    assert abs(one / (one + other) - 0.5) < 4.0 * sqrt(0.25 / (one + other))
