"""The arbiter: who may move a lever, for how long, and what is told of those who may not."""

import pickle
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.controllers import ArbiterSettings, Claim
from simlab.controllers.adaptive import Arbiter, levers_of
from simlab.core import Action, CleanUp, Restart, ScaleTo, SetQuota, SwitchTraffic

WANTED = {"web": 3, "cart": 2}
COUNT, CAPACITY = "services.web.replicas", "services.web.capacity"
RULES = ArbiterSettings(
    health=Claim(priority=3, lease=60.0),
    scaling=Claim(priority=2, lease=30.0),
    resources=Claim(priority=2, lease=30.0),
)
Offer = tuple[float, str, Action]


def after(*offers: Offer, rules: ArbiterSettings = RULES) -> Arbiter:
    """Return an arbiter that has granted these offers."""
    arbiter = Arbiter(rules)
    for now, issuer, action in offers:
        assert arbiter.offer(now, issuer, action, WANTED).granted
    return arbiter


UP, DOWN, RESTART = ScaleTo("web", 5, 1), ScaleTo("web", 2, 2), Restart("web", (1,), 3)


@pytest.mark.parametrize(
    ("held", "offer", "reason"),
    [
        pytest.param((0, "scaling/web", UP), (9, "scaling/web", DOWN), "", id="its own"),
        pytest.param((0, "scaling/web", UP), (30, "resources/web", UP), "", id="expired: free"),
        pytest.param(
            (0, "scaling/web", UP), (29.9, "resources/web", UP),
            "held by scaling/web until 30 s, and priorities are equal", id="of an equal",
        ),
        pytest.param(
            (0, "health/web", UP), (9, "scaling/web", UP),
            "held by health/web until 60 s, and its priority is higher", id="of a higher one",
        ),
        pytest.param(
            (5, "health/web", UP), (5, "scaling/web", UP),
            "less priority than health/web in the same step", id="of a higher one, at once",
        ),
        pytest.param(
            (5, "scaling/web", UP), (5, "resources/web", UP),
            "after scaling/web in the same step", id="of an equal, at once",
        ),
        pytest.param((0, "scaling/web", UP), (9, "health/web", UP), "", id="of a lower one"),
        pytest.param(
            (0, "health/web", RESTART), (9, "scaling/web", DOWN),
            "a scale-down waits for health/web, until 60 s", id="no scale-down while it restarts",
        ),
        pytest.param((0, "health/web", RESTART), (9, "scaling/web", UP), "", id="but more"),
        pytest.param((0, "health/web", RESTART), (60, "scaling/web", DOWN), "", id="and then"),
        pytest.param(
            (0, "scaling/web", DOWN), (9, "health/web", RESTART), "", id="a restart goes first"
        ),
        pytest.param(
            (0, "health/web", SwitchTraffic("cart", "web", 0.5)), (9, "scaling/web", DOWN),
            "a scale-down waits for health/web, until 60 s", id="nor where traffic was sent",
        ),
        pytest.param(
            (0, "resources/web", SetQuota("web", "cores", 2.0)), (9, "scaling/web", DOWN),
            "a scale-down waits for resources/web, until 30 s", id="nor while it is resized",
        ),
        pytest.param(
            (0, "health/web", CleanUp("web")), (9, "scaling/web", DOWN), "", id="cleaning is apart"
        ),
        pytest.param(
            (0, "scaling/web", UP), (9, "resources/web", ScaleTo("cart", 9)), "", id="others' levers"
        ),
    ],
)  # fmt: skip
def test_grants_or_denies(held: Offer, offer: Offer, reason: str) -> None:
    arbiter = after(held)
    now, issuer, action = offer
    verdict = arbiter.offer(now, issuer, action, WANTED)
    assert (verdict.granted, verdict.reason) == (not reason, reason)
    lever = levers_of(action, WANTED)[0]
    if not reason:
        assert arbiter.owner(lever, now) == issuer
    elif lever in levers_of(held[2], WANTED):
        assert arbiter.owner(lever, now) == held[1]
    else:
        assert arbiter.owner(lever, now) is None


def test_a_scale_down_waits_even_for_a_lower_one() -> None:
    rules = ArbiterSettings(
        health=Claim(priority=1, lease=60.0), scaling=Claim(priority=9, lease=60.0)
    )
    arbiter = after((0, "health/web", RESTART), rules=rules)
    assert not arbiter.offer(1.0, "scaling/web", DOWN, WANTED).granted
    assert arbiter.offer(1.0, "scaling/web", UP, WANTED).granted


def test_a_denied_one_takes_none_of_its_levers() -> None:
    arbiter = after((0, "health/web", RESTART))
    assert not arbiter.offer(9.0, "scaling/web", DOWN, WANTED).granted
    assert arbiter.owner(COUNT, 9.0) is None
    assert arbiter.owner(CAPACITY, 9.0) == "health/web"


def test_a_denial_is_a_contest() -> None:
    arbiter = after((0, "health/web", RESTART))
    (contest,) = arbiter.offer(9.0, "scaling/web", DOWN, WANTED).contests
    finding = contest.finding(9.0)
    assert (finding.kind, finding.at, finding.target) == ("contest", 9.0, CAPACITY)
    assert finding.name == "health/web over scaling/web"
    assert finding.data == {
        "winner": "health/web",
        "loser": "scaling/web",
        "reason": "a scale-down waits for health/web, until 60 s",
        "winner_action": "restart web/1",
        "loser_action": "scale web to 2",
    }


def test_a_takeover_is_a_contest() -> None:
    arbiter = after((0, "scaling/web", DOWN))
    (contest,) = arbiter.offer(9.0, "health/web", RESTART, WANTED).contests
    assert (contest.lever, contest.winner, contest.loser) == (CAPACITY, "health/web", "scaling/web")
    assert contest.reason == "higher priority: a lease until 30 s is taken over"
    assert (contest.winner_action, contest.loser_action) == ("restart web/1", "scale web to 2")
    assert arbiter.owner(COUNT, 9.0) == "scaling/web"  # That one it keeps.


def test_without_a_lease_only_the_step_counts() -> None:
    rules = ArbiterSettings(scaling=Claim(priority=2, lease=0.0))
    arbiter = after((5, "scaling/web", UP), rules=rules)
    assert not arbiter.offer(5.0, "resources/web", UP, WANTED).granted
    assert arbiter.offer(5.5, "resources/web", UP, WANTED).granted


def test_what_was_refused_holds_nothing() -> None:
    arbiter = after((0, "health/web", RESTART))
    arbiter.refused("scaling/web", RESTART)  # Not its own.
    arbiter.refused("health/web", Restart("web", (1,), 99))  # Another action.
    assert arbiter.owner(CAPACITY, 1.0) == "health/web"
    arbiter.refused("health/web", RESTART)
    assert arbiter.owner(CAPACITY, 1.0) is None


def test_a_lease_begins_anew_when_the_action_is_done() -> None:
    arbiter = after((0, "health/web", RESTART))
    arbiter.done(50.0, "health/web", RESTART)
    assert arbiter.owner(CAPACITY, 109.9) == "health/web"
    assert arbiter.owner(CAPACITY, 110.0) is None
    arbiter.done(200.0, "health/web", RESTART)  # Long over.
    assert arbiter.owner(CAPACITY, 200.0) is None


# Whatever happens.

services = st.sampled_from(["web", "cart"])
actions = st.one_of(
    st.builds(ScaleTo, services, st.integers(0, 6), st.integers(1, 99)),
    st.builds(Restart, services, st.sampled_from([(), (1,), (1, 2)]), st.integers(1, 99)),
    st.builds(SetQuota, services, st.just("cores"), st.just(2.0), st.integers(1, 99)),
    st.builds(SwitchTraffic, st.just("web"), st.just("cart"), st.just(0.5), id=st.integers(1, 99)),
    st.builds(CleanUp, services, st.integers(1, 99)),
)
issuers = st.sampled_from(
    ["health/web", "health/cart", "scaling/web", "scaling/cart", "resources/web"]
)
stories = st.lists(
    st.tuples(st.sampled_from([0.0, 5.0, 20.0, 45.0]), issuers, actions), max_size=20
)


@given(story=stories)
@settings(max_examples=50, deadline=None)
def test_a_lever_has_one_owner_and_leases_end(story: list[tuple[float, str, Action]]) -> None:
    """Also: nobody is denied without a holder of one of the levers, and contests name it."""
    arbiter, now, held = Arbiter(RULES), 0.0, dict[str, tuple[str, float, float]]()
    for gap, issuer, action in story:
        now += gap
        levers = levers_of(action, WANTED)
        holders = {
            lever: held[lever][0] for lever in levers
            if lever in held and (now < held[lever][1] or held[lever][2] == now)
        }  # fmt: skip
        verdict = arbiter.offer(now, issuer, action, WANTED)
        rivals = {who for who in holders.values() if who != issuer}
        assert rivals or (verdict.granted and not verdict.contests)
        assert bool(rivals) == bool(verdict.contests)
        if verdict.granted:
            until = now + RULES.claim(issuer).lease
            held |= dict.fromkeys(levers, (issuer, until, now))
        else:
            assert verdict.contests[0].winner in rivals
        for lever in held:
            owner, until, since = held[lever]
            running = now < until or since == now
            assert arbiter.owner(lever, now) == (owner if running else None)
            assert arbiter.owner(lever, max(until, now + 0.1)) is None


@given(story=stories)
@settings(max_examples=30, deadline=None)
def test_the_same_offers_get_the_same_verdicts(story: list[tuple[float, str, Action]]) -> None:
    one, two, now = Arbiter(RULES), Arbiter(RULES), 0.0
    for gap, issuer, action in story:
        now += gap
        assert one.offer(now, issuer, action, WANTED) == two.offer(now, issuer, action, WANTED)
        two = deepcopy(pickle.loads(pickle.dumps(two)))
    assert one.leases == two.leases
