"""The resource manager: when it moves a quota, when it holds, and that it does not swing."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.controllers import ResourcesSettings
from simlab.core import (
    Action,
    ActionOutcome,
    Decision,
    Observation,
    Reading,
    ReplicaSeen,
    ServiceSeen,
    SetQuota,
)

MI = 2.0**20
QUOTAS = {"cores": 1.0, "memory": 1000.0 * MI, "storage": 1000.0 * MI}
LIMITS = {"cores": "cpu_limit", "memory": "memory_limit", "storage": "storage_limit"}
READINGS = {"cores": "cpu", "memory": "memory", "storage": "storage"}


class Site:
    """A manager of the service `web`, and replicas that are used as told."""

    def __init__(self, **fields: Any) -> None:
        values = {"cooldown": 0.0, **fields}
        self.loop = ResourcesSettings(target="web", **values).build()
        self.quotas: dict[str, float | None] = dict(QUOTAS)
        self.now = 0.0
        self.outcomes: list[ActionOutcome] = []
        self.last = Decision()
        self.window = 0.0
        self.stale = False

    def step(self, *used: dict[str, float | None], status: str = "done") -> list[Action]:
        """Take a step with a replica for each of `used`: shares of the first quotas, by name.

        What is asked for ends with `status`, at once.
        """
        self.now += 60.0
        seen = Observation(
            now=self.now,
            services={
                "web": ServiceSeen(
                    wanted=len(used),
                    replicas=[self._replica(number, one) for number, one in enumerate(used)],
                )
            },
            outcomes=self.outcomes,
        )
        self.last = self.loop.step(seen)
        self.outcomes = [self._done(action, status) for action in self.last.actions]
        return list(self.last.actions)

    def _replica(self, number: int, used: dict[str, float | None]) -> ReplicaSeen:
        at = 60.0 if self.stale else self.now
        amounts = {
            name: None if share is None else share * QUOTAS[name] for name, share in used.items()
        }
        limits: dict[str, Any] = {LIMITS[name]: one for name, one in self.quotas.items()}
        return ReplicaSeen(
            number=number, phase="Running", ready=True, ready_since=0.0, started_at=0.0,
            deleting=False, restarts=0, cpu_request=1.0, memory_request=None, **limits,
            readings={
                READINGS[name]: Reading(one, at, self.window) for name, one in amounts.items()
            },
        )  # fmt: skip

    def _done(self, action: Action, status: str) -> ActionOutcome:
        assert isinstance(action, SetQuota)
        if status == "done":
            self.quotas[action.resource] = action.amount
        return ActionOutcome(action=action, at=self.now, status=status)

    def moves(self, resource: str, *shares: float | None, **how: Any) -> list[float]:
        """Return the quotas of `resource`, as shares of the first, that these shares lead to."""
        return [
            round(one.amount / QUOTAS[resource], 9)
            for share in shares
            for one in self.step({resource: share}, **how)
            if isinstance(one, SetQuota) and one.resource == resource
        ]

    def why(self, resource: str) -> str:
        return str(self.last.because[f"{resource}_why"])


every_resource = pytest.mark.parametrize("resource", sorted(QUOTAS))


@every_resource
@pytest.mark.parametrize(
    ("shares", "moves"),
    [
        pytest.param([0.9, 0.9], [1.2], id="twice above 80 %: a fifth more"),
        pytest.param([0.9], [], id="once is not enough"),
        pytest.param([0.9, 0.5, 0.5, 0.9], [], id="two of four are not"),
        pytest.param([0.9, 0.5, 0.9], [1.2], id="two of three are"),
        pytest.param([0.9, 0.9, 0.5], [1.2], id="and once it has moved it begins anew"),
        pytest.param([0.2, 0.2], [0.8], id="twice below 30 %: a fifth less"),
        pytest.param([0.8, 0.8, 0.8], [], id="just at 80 % is not above"),
        pytest.param([0.3, 0.3, 0.3], [], id="just at 30 % is not below"),
        pytest.param([0.5] * 5, [], id="between"),
        pytest.param([0.9, None, 0.9], [1.2], id="what is missing is unknown"),
        pytest.param([0.9, 0.9, None], [1.2], id="a hole later undoes nothing"),
        pytest.param([0.9, None], [], id="a hole is not above"),
        pytest.param([0.2, None], [], id="a hole is not below"),
    ],
)
def test_when_a_quota_is_moved(
    resource: str, shares: list[float | None], moves: list[float]
) -> None:
    assert Site().moves(resource, *shares) == moves


@every_resource
def test_the_other_resources_are_left_alone(resource: str) -> None:
    site = Site()
    for _ in range(4):
        used: dict[str, float | None] = dict.fromkeys(QUOTAS, 0.5)
        actions = site.step({**used, resource: 0.95})
        assert all(isinstance(one, SetQuota) and one.resource == resource for one in actions)
    assert site.quotas[resource] == pytest.approx(QUOTAS[resource] * 1.2)


def test_all_three_may_move_at_once() -> None:
    site = Site()
    site.step(dict.fromkeys(QUOTAS, 0.9))
    actions = site.step(dict.fromkeys(QUOTAS, 0.9))
    assert [(one.resource, one.id) for one in actions if isinstance(one, SetQuota)] == [
        ("cores", 1), ("memory", 2), ("storage", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("resource", "moves"),
    [
        pytest.param("cores", False, id="cores are shared: the mean counts"),
        pytest.param("memory", True, id="the replica with the fullest memory fails first"),
        pytest.param("storage", True, id="and that with the fullest storage"),
    ],
)
def test_whose_usage_counts(resource: str, moves: bool) -> None:
    site = Site()
    for _ in range(3):
        site.step({resource: 0.9}, {resource: 0.5})
    assert (site.quotas[resource] != QUOTAS[resource]) == moves


def test_no_answer_of_one_replica_is_no_answer() -> None:
    site = Site()
    for _ in range(4):
        assert site.step({"memory": 0.9}, {"memory": None}) == []
    assert site.why("memory") == "hold: usage is missing"
    assert site.last.because["memory"] is None


def test_nothing_is_seen_twice() -> None:
    site = Site()
    site.stale = True
    assert site.moves("cores", 0.9, 0.9, 0.9) == []
    assert site.why("cores") == "hold: usage is missing"


@every_resource
def test_what_has_no_quota_gets_none(resource: str) -> None:
    site = Site()
    site.quotas[resource] = None
    assert site.moves(resource, 0.9, 0.9, 0.9) == []
    assert site.why(resource).startswith("hold: there is no quota")


@every_resource
def test_bounds(resource: str) -> None:
    least, most = 0.9 * QUOTAS[resource], 1.1 * QUOTAS[resource]
    bounds = {f"min_{resource}": least, f"max_{resource}": most}
    assert Site(**bounds).moves(resource, *[0.1] * 6) == [0.9]
    site = Site(**bounds)
    assert site.moves(resource, *[1.0] * 6) == [1.1]
    assert site.why(resource) == "hold: at its bound"


@every_resource
def test_only_what_it_manages(resource: str) -> None:
    others = tuple(name for name in QUOTAS if name != resource)
    assert Site(manage=others).moves(resource, *[0.9] * 4) == []


def test_no_move_beyond_the_other_threshold() -> None:
    """0.2 twice of three, but 0.75 between: with a fifth less that would have been 94 %."""
    site = Site()
    assert site.moves("cores", 0.2, 0.75, 0.2) == []
    assert site.why("cores") == "hold: it would go beyond the other threshold"
    assert site.moves("cores", 0.2, 0.2) == [0.8], "the peak is forgotten"
    site = Site()
    assert site.moves("cores", 0.9, 0.31, 0.9) == [], "31 % would have been 26 %"


def test_cool_down() -> None:
    """Moved at 120 s; left alone until 420 s, when the three looks before are evidence enough."""
    site = Site(cooldown=300.0)
    times = [site.now for _ in range(10) if site.step({"cores": 1.5})]
    assert times == [120.0, 420.0]
    site.step({"cores": 1.5})
    assert site.why("cores") == "hold: cool-down"


def test_the_newest_look_has_to_agree() -> None:
    """High while it cools down, and then not any more."""
    site = Site(cooldown=180.0)
    assert site.moves("cores", 0.9, 0.9) == [1.2]
    assert site.moves("cores", 1.1, 1.1, 0.7) == []
    assert site.now == 300.0, "the cool-down is over"
    assert site.why("cores") == "hold: within the band, or not yet sure"


def test_a_reading_of_before_the_change_says_nothing() -> None:
    """Windows of 150 s: those of 180 s and 240 s began before the change of 120 s."""
    site = Site()
    site.window = 150.0
    times = [site.now for _ in range(7) if site.step({"cores": 1.5})]
    assert times == [120.0, 360.0]


def test_while_replicas_are_restarted_for_a_change_nothing_moves() -> None:
    site = Site()
    site.step({"cores": 0.9, "memory": 0.5})
    (action,) = site.step({"cores": 0.9, "memory": 0.9}, status="accepted")
    assert site.step({"cores": 0.9, "memory": 0.9}) == []
    assert site.step({"cores": 0.9, "memory": 0.9}) == []
    assert site.why("memory") == site.why("cores") == "hold: a change is under way"
    site.outcomes = [site._done(action, "done")]
    assert site.step({"cores": 0.9, "memory": 0.9}) == [], "what was seen meanwhile does not count"
    (moved,) = site.step({"cores": 0.9, "memory": 0.9})
    assert isinstance(moved, SetQuota)
    assert moved.resource == "memory"


def test_in_place_the_others_go_on() -> None:
    site = Site()
    site.step({"cores": 0.9, "memory": 0.5})
    site.step({"cores": 0.9, "memory": 0.9})
    (moved,) = site.step({"cores": 0.9, "memory": 0.9})
    assert isinstance(moved, SetQuota)
    assert moved.resource == "memory"


def test_what_is_refused_is_asked_for_again_after_the_cool_down() -> None:
    site = Site(cooldown=180.0)
    times = [site.now for _ in range(6) if site.step({"cores": 0.9}, status="refused")]
    assert times == [120.0, 300.0]
    assert site.quotas["cores"] == QUOTAS["cores"]


def test_replicas_with_different_quotas_hold() -> None:
    site = Site()
    quotas = site.quotas
    original = site._replica

    def differing(number: int, used: dict[str, float | None]) -> ReplicaSeen:
        site.quotas = {**quotas, "cores": 1.0 + number}
        return original(number, used)

    site._replica = differing  # type: ignore[method-assign]
    for _ in range(4):
        assert site.step({"cores": 0.9}, {"cores": 0.9}) == []


shares = st.floats(0.0, 30.0)


@every_resource
@given(share=shares, looks=st.lists(st.sampled_from([1.0, None]), min_size=4, max_size=4))
@settings(max_examples=40, deadline=None)
def test_a_constant_use_is_met_by_finitely_many_moves_in_one_direction(
    resource: str, share: float, looks: list[float | None]
) -> None:
    """Bounds are 160 times apart at most, so 28 moves up and 23 down lead from end to end."""
    bounds = {f"min_{resource}": 0.2 * QUOTAS[resource], f"max_{resource}": 32 * QUOTAS[resource]}
    site = Site(**bounds)
    pattern = [*looks, 1.0, 1.0, 1.0]
    moves = site.moves(resource, *[None if one is None else share for one in pattern * 30])
    assert moves in (sorted(moves), sorted(moves, reverse=True)), "one direction"
    assert len(moves) < 30
    assert site.moves(resource, *[share] * 20) == [], "then it rests"
    quota = site.quotas[resource]
    assert quota is not None
    ratio = share * QUOTAS[resource] / quota
    at_bound = quota in bounds.values()
    assert at_bound or 0.3 <= ratio <= 0.8


@given(low=st.floats(0.05, 2.0), high=st.floats(0.05, 2.0), period=st.integers(1, 3))
@settings(max_examples=50, deadline=None)
def test_a_use_that_swings_faster_than_it_looks_does_not_make_it_swing(
    low: float, high: float, period: int
) -> None:
    site = Site(windows=2 * period, agree=period)
    pattern = [low] * period + [high] * period
    assert len(site.moves("cores", *(pattern * 60))) < 30
    assert site.moves("cores", *(pattern * 20)) == [], "then it rests"


def test_changes_while_it_runs() -> None:
    site = Site()
    site.loop.reconfigure("high", 0.5)
    assert site.moves("cores", 0.6, 0.6) == [1.2]
    with pytest.raises(ValueError, match="high must be a share above low"):
        site.loop.reconfigure("high", 0.1)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"period": 0.0}, "period must be positive", id="period"),
        pytest.param({"cooldown": -1.0}, "cooldown must not be negative", id="cool-down"),
        pytest.param({"low": 0.0}, "low must be positive", id="low"),
        pytest.param({"high": 0.3}, "high must be a share above low", id="no band"),
        pytest.param({"high": 1.1}, "high must be a share above low, at most 1", id="more than all"),
        pytest.param({"up": 1.0}, "up must be more than 1", id="up"),
        pytest.param({"down": 1.0}, "down must be more than 0 and less than 1", id="down"),
        pytest.param({"up": 3.0}, "must not lead from one threshold beyond the other", id="a leap up"),
        pytest.param({"down": 0.3}, "must not lead from one threshold", id="a leap down"),
        pytest.param({"agree": 4}, r"agree must not be more than windows \(3\), got 4", id="agree"),
        pytest.param({"windows": 0}, "windows must be a whole number from 1", id="windows"),
        pytest.param({"manage": ()}, "manage must name at least one resource", id="nothing"),
        pytest.param({"manage": ("cores", "cores")}, "each resource once", id="twice"),
        pytest.param({"min_cores": 0.0}, "min_cores must be positive", id="least"),
        pytest.param({"min_memory": 2.0, "max_memory": 1.0}, "min_memory must not be above", id="bounds"),
    ],
)  # fmt: skip
def test_refuses(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ResourcesSettings(target="web", **fields)
