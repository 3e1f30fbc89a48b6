"""The Q-learning agent: what it sees, what it decides, what it learns; and which files it refuses."""

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.controllers import (
    BucketSettings,
    Prices,
    QLearning,
    QLearningSettings,
    Schedule,
)
from simlab.controllers.learning import (
    Guard,
    QTable,
    Scales,
    manifest_of,
    moves_of,
    read_policy,
    write_policy,
)
from simlab.controllers.learning.features import features, state, states
from simlab.controllers.learning.moves import HEADROOMS, ONE
from simlab.controllers.learning.policy import LARGEST, pack
from simlab.controllers.learning.watching import look
from simlab.core import (
    FileError,
    Observation,
    Reading,
    ReplicaSeen,
    Restart,
    ScaleTo,
    ServiceSeen,
)

INF = float("inf")


def replica(number: int, limit: float | None = None) -> ReplicaSeen:
    return ReplicaSeen(
        number=number, phase="Running", ready=True, ready_since=-INF, started_at=-INF,
        deleting=False, restarts=0, cpu_request=1.0, cpu_limit=1.0, memory_request=None,
        memory_limit=limit,
    )  # fmt: skip


def seen(
    now: float, load: float | None = 20.0, wanted: int = 4, luck: float = 0.99, **more: Any
) -> Observation:
    """Return an observation of `web`; `more` are readings."""
    readings = {
        "arrival_rate": load, "utilization": 0.5, "in_flight": 0.0, "line": 0.0,
        "error_rate": 0.0, "memory": 0.0, **more,
    }  # fmt: skip
    web = ServiceSeen(
        wanted=wanted,
        replicas=tuple(replica(number) for number in range(wanted)),
        readings={name: Reading(value, now, 60.0) for name, value in readings.items()},
    )
    return Observation(now=now, services={"web": web}, luck=luck)


def settled(loop: QLearning, now: float = 45.0, **more: Any) -> Any:
    """Return the third decision: by then even trends are known."""
    for before in (now - 30.0, now - 15.0):
        loop.step(seen(before))
    return loop.step(seen(now, **more))


def scaled(decision: Any) -> list[int]:
    return [one.replicas for one in decision.actions]


def policy(tmp_path: Path, best: int, **changes: Any) -> str:
    """Return a file that always plays one target utilization."""
    table, moves = QTable(1, 8), moves_of("headroom", 1, 10)
    table.values[0] = [0.0 if one == best else -1.0 for one in range(8)]
    table.visits[0] = [100] * 8
    told: dict[str, Any] = {
        "buckets": (), "moves": moves, "scales": Scales(10, 10.0), "period": 15.0,
        "capacity": 10.0, "within": None,
    }  # fmt: skip
    path = tmp_path / "policy.npz"
    write_policy(path, table, manifest_of(**(told | changes)))
    return str(path)


# Deciding.


@pytest.mark.parametrize(
    ("best", "replicas"),
    [
        pytest.param(0, 6, id="20/s at 35 % of 10/s each is 5.7 replicas"),
        pytest.param(4, 3, id="at 68 % it is 2.9"),
        pytest.param(7, 3, id="at 90 % it is 2.2"),
    ],
)
def test_plays_the_target_that_its_table_holds_best(
    tmp_path: Path, best: int, replicas: int
) -> None:
    loop = QLearningSettings(target="web", file=policy(tmp_path, best)).build()
    assert scaled(settled(loop)) == [replicas]


def test_a_backlog_is_served_within_a_minute(tmp_path: Path) -> None:
    loop = QLearningSettings(target="web", file=policy(tmp_path, 4)).build()
    assert scaled(settled(loop, in_flight=100.0, line=500.0)) == [5]


@pytest.mark.parametrize(
    ("values", "wanted", "action"),
    [
        pytest.param({}, 4, 3, id="all equal: what is nearest to what there is"),
        pytest.param({3: -1.0}, 4, 2, id="of two that are as near, the first"),
        pytest.param({1: 1.0, 6: 1.0}, 4, 1, id="of two best, the nearer"),
    ],
)
def test_ties_go_to_what_moves_least(values: dict[int, float], wanted: int, action: int) -> None:
    table = QTable(1, 7)
    for one, value in values.items():
        table.values[0][one] = value
    churn = [4.0, 2.0, 1.0, 0.0, 1.0, 2.0, 4.0]
    assert table.best(0, churn, 0) == action


def test_what_was_hardly_tried_is_not_played(tmp_path: Path) -> None:
    table = QTable(1, 2)
    table.values[0], table.visits[0] = [0.0, -1.0], [9, 10]
    assert table.best(0, [0.0, 0.0], 10) == 1
    assert table.best(0, [0.0, 0.0], 11) is None


def test_falls_back_where_it_has_not_learned_enough(tmp_path: Path) -> None:
    told: dict[str, Any] = {"file": policy(tmp_path, 0), "leastVisits": 101}
    loop = QLearningSettings(target="web", fallback=0.9, **told).build()
    decision = settled(loop)
    assert scaled(decision) == [3]
    assert decision.because["fallback"] == 0.9
    assert settled(QLearningSettings(target="web", fallback=None, **told).build()).actions == ()


@pytest.mark.parametrize(
    "gone", ["arrival_rate", "in_flight", "line"], ids=lambda one: f"without {one}"
)
def test_holds_while_something_is_unknown(gone: str) -> None:
    loop = QLearningSettings(target="web", epsilon=1.0, capacity=10.0).build()
    unknown: dict[str, Any] = {gone: None}
    decision = settled(loop, luck=0.01, **unknown)
    assert decision.actions == ()
    assert "unknown" in decision.because["held"]
    assert decision.findings == ()


def test_what_is_stale_is_unknown() -> None:
    loop = QLearningSettings(target="web", epsilon=1.0, capacity=10.0, stale=20.0).build()
    settled(loop)
    old = replace(seen(45.0), now=70.0)
    assert "unknown" in str(loop.step(old).because["held"])


@pytest.mark.parametrize(
    ("count", "since_up", "bounded"),
    [
        pytest.param(1, 100.0, 3, id="no more than two away"),
        pytest.param(9, 100.0, 7, id="no more than two added"),
        pytest.param(4, 59.0, 5, id="nothing away soon after something came"),
        pytest.param(4, 60.0, 4, id="later it may"),
        pytest.param(7, 0.0, 7, id="more may come at once"),
    ],
)
def test_rails(count: int, since_up: float, bounded: int) -> None:
    guard = Guard(least=2, most=8, step=2, stabilization=60.0)
    assert guard.bound(ONE, count, 5, since_up) == bounded


@given(st.integers(-5, 40), st.integers(0, 20), st.floats(0, 200), st.none() | st.integers(1, 5))
@settings(max_examples=50)
def test_rails_hold(count: int, wanted: int, since: float, step: int | None) -> None:
    bounded = Guard(2, 8, step, 60.0).bound(ONE, count, wanted, since)
    assert 2 <= bounded <= 8


# Exploring and learning.


@pytest.mark.parametrize(
    ("luck", "action"),
    [
        pytest.param(0.001, 0, id="the least luck explores the first"),
        pytest.param(0.099, 3, id="just below epsilon the last"),
        pytest.param(0.1, 1, id="from epsilon on the best"),
    ],
)
def test_one_number_says_whether_and_what(luck: float, action: int) -> None:
    table = QTable(1, 4)
    table.values[0][1] = 1.0
    assert table.choose(0, [0.0] * 4, 0.1, luck) == action


def test_the_update_is_watkins() -> None:
    table = QTable(2, 2)
    table.values = [[1.0, 2.0], [3.0, 5.0]]
    assert table.update(0, 0, -1.0, 1, alpha=0.5, gamma=0.9) == 1.0 + 0.5 * (-1.0 + 4.5 - 1.0)
    assert table.visits == [[1, 0], [0, 0]]


def test_its_reward_is_the_money_that_was_spent() -> None:
    prices = Prices(replica_hour=3.6, bad_request=0.01, scaling=0.5)
    loop = QLearningSettings(
        target="web", epsilon=1.0, capacity=10.0, prices=prices, alpha=1.0, gamma=0.0
    ).build()
    assert scaled(settled(loop, luck=0.001)) == [6]
    decision = loop.step(seen(60.0, load=10.0, error_rate=0.1))
    (finding,) = decision.findings
    cost = 4 * 15 / 3600 * 3.6 + 10.0 * 15 * 0.1 * 0.01 + 0.5
    assert finding.kind == "learned"
    assert finding.data["reward"] == pytest.approx(-cost)
    assert loop.table.values[finding.data["state"]][0] == pytest.approx(-cost)


def test_nothing_is_learned_across_what_is_unknown() -> None:
    loop = QLearningSettings(target="web", capacity=10.0).build()
    settled(loop)
    loop.step(seen(60.0, load=None))
    assert "held" in loop.step(seen(75.0)).because
    known = loop.step(seen(90.0))
    assert "held" not in known.because
    assert known.findings == []
    assert len(loop.step(seen(105.0)).findings) == 1


def test_late_answers_are_bad_as_far_as_quantiles_tell() -> None:
    web = seen(0.0, latency_p50=0.1, latency_p95=0.6, latency_p99=0.9, error_rate=0.5).services
    assert look(web["web"], 0.0, 60.0, within=0.5).bad == pytest.approx(0.5 + 0.5 * 0.05)
    assert look(web["web"], 0.0, 60.0, within=None).bad == 0.5


def test_schedules_fall_along_a_line() -> None:
    schedule = Schedule(first=0.9, last=0.1, over=4)
    assert [schedule.at(step) for step in (0, 2, 4, 9)] == pytest.approx([0.9, 0.5, 0.1, 0.1])


def test_the_founding_agent_has_its_four_actions() -> None:
    loop = QLearningSettings(target="web", actions="founding", epsilon=1.0, period=300.0).build()
    assert loop.moves.names() == ("DoNothing", "ScaleUp", "ScaleDown", "RestartService")
    found: list[Any] = []
    for luck in (0.1, 0.3, 0.6, 0.9):
        found += loop.step(seen(300.0, luck=luck)).actions
    assert found == [ScaleTo("web", 5, 1), Restart("web", (), 2)]  # Nothing goes so soon.
    assert loop.step(seen(600.0, luck=0.6)).actions == [ScaleTo("web", 3, 3)]


# Features and states.


def test_features_are_dimensionless() -> None:
    sight = look(seen(0.0, in_flight=15.0, line=5.0).services["web"], 0.0, 60.0, None)
    found = features(
        sight, before=16.0, earlier=17.0, capacity=10.0, scales=Scales(8, 5.0), now=21600.0
    )
    rounded = {name: round(value, 6) for name, value in found.items() if value is not None}
    assert rounded == {
        "utilization": 0.5, "ready": 0.5, "pending": 0.0, "load": 0.5, "trend": 1.0,
        "earlier-trend": -0.25, "backlog": 0.1, "bad": 0.0, "hour-sin": 1.0, "hour-cos": 0.0,
        "memory": 0.0, "errors": 0.0, "age": 3.0,
    }  # fmt: skip


def test_what_is_not_told_makes_what_follows_from_it_unknown() -> None:
    sight = look(seen(0.0, load=None).services["web"], 0.0, 60.0, None)
    found = features(sight, before=1.0, earlier=1.0, capacity=1.0, scales=Scales(8, 5.0), now=0.0)
    assert {name for name, value in found.items() if value is None} == {"load", "trend"}


def test_states_are_counted_in_mixed_radix() -> None:
    buckets = [
        BucketSettings(feature="load", edges=(0.0, 1.0)),
        BucketSettings(feature="trend", edges=(0.0,)),
    ]
    found = [
        state({"load": load, "trend": trend}, buckets)
        for load in (-1.0, 0.5, 1.0)
        for trend in (-1.0, 1.0)
    ]
    assert found == list(range(states(buckets))) == [0, 1, 2, 3, 4, 5]


# Files.


def test_what_was_written_is_read(tmp_path: Path) -> None:
    read = read_policy(policy(tmp_path, 2))
    assert read.values.tolist() == [[-1.0, -1.0, 0.0] + [-1.0] * 5]
    assert (read.moves.values, read.capacity, read.scales.most) == (HEADROOMS, 10.0, 10)
    told = json.loads((tmp_path / "policy.json").read_text())
    assert told["sha256"] == read.manifest["sha256"]


def rewritten(path: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Write the file anew with other arrays."""
    with np.load(path) as arrays:
        parts = {name: arrays[name] for name in arrays.files}
    change(parts)
    Path(path).write_bytes(pack(parts))


def with_manifest(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(parts: dict[str, Any]) -> None:
        told = json.loads(parts["manifest"].tobytes())
        told[key] = value
        parts["manifest"] = np.frombuffer(json.dumps(told).encode(), np.uint8)

    return change


def with_table(value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda parts: parts.update(table=np.array(value))


WRONG: list[Any] = [
    pytest.param(with_table([[np.nan] * 8]), "no finite number", id="nan"),
    pytest.param(with_table([[0.0] * 7]), r"shape \(1, 7\)", id="another shape"),
    pytest.param(with_table([[0] * 8]), "int64, not of float64", id="another type"),
    pytest.param(with_table([[0.5] * 8]), "not the one it was saved with", id="another table"),
    pytest.param(with_table(np.zeros((1, LARGEST // 4))), "unpacks to", id="a bomb"),
    pytest.param(lambda parts: parts.pop("visits"), "holds", id="a part missing"),
    pytest.param(lambda parts: parts.update(more=np.zeros(1)), "holds", id="a part too many"),
    pytest.param(with_manifest("format_version", 2), "format_version 2", id="a later format"),
    pytest.param(with_manifest("kind", "mlp"), "kind 'mlp'", id="another kind"),
    pytest.param(with_manifest("actions", {"mode": "x"}), "lacks 'values'", id="no actions"),
    pytest.param(
        with_manifest("buckets", [{"feature": "load", "edges": [1, 0]}]), "rise", id="bad edges"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "why"), WRONG)
def test_refuses_what_is_no_policy(tmp_path: Path, change: Any, why: str) -> None:
    path = policy(tmp_path, 0)
    rewritten(path, change)
    with pytest.raises(FileError, match=why) as caught:
        read_policy(path)
    assert len(caught.value.problems) == 1


class Evil:
    def __reduce__(self) -> tuple[Any, tuple[str]]:
        raise AssertionError("it was unpickled")


def test_never_unpickles(tmp_path: Path) -> None:
    path = tmp_path / "evil.npz"
    for content in (pickle.dumps(np.zeros(3)), _zipped(np.array([{}], dtype=object))):
        path.write_bytes(content)
        with pytest.raises(FileError, match="is not a policy"):
            read_policy(str(path))


def _zipped(array: Any) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("table.npy", "visits.npy", "manifest.npy"):
            part = io.BytesIO()
            np.lib.format.write_array(part, array, allow_pickle=True)
            archive.writestr(name, part.getvalue())
    return stream.getvalue()


def test_refuses_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.npz"
    path.write_bytes(b"0" * (LARGEST + 1))
    with pytest.raises(FileError, match="at most"):
        read_policy(str(path))
    with pytest.raises(FileError, match="cannot be read"):
        read_policy(str(tmp_path / "none.npz"))


@pytest.mark.parametrize(
    "other",
    [
        {"period": 30.0}, {"maxReplicas": 12}, {"actions": "delta"}, {"capacity": 11.0},
        {"patience": 3.0}, {"restart": True}, {"within": 1.0},
        {"buckets": (BucketSettings(feature="load", edges=(0.5,)),)},
    ],
    ids=lambda one: next(iter(one)),
)  # fmt: skip
def test_refuses_to_play_what_was_trained_for_something_else(
    tmp_path: Path, other: dict[str, Any]
) -> None:
    path = policy(tmp_path, 0)
    with pytest.raises(ValueError, match=f"^{next(iter(other))} must be as .*trained with"):
        QLearningSettings(target="web", file=path, **other)


@pytest.mark.parametrize(
    ("nonsense", "word"),
    [
        ({"minReplicas": 11}, "minReplicas"), ({"learn": False}, "learn"), ({"alpha": 2.0}, "alpha"),
        ({"epsilon": -1.0}, "epsilon"), ({"gamma": 1.5}, "gamma"), ({"period": 0.0}, "period"),
        ({"fallback": 0.0}, "fallback"), ({"maxStep": 0}, "maxStep"), ({"stale": 0.0}, "stale"),
        ({"capacity": 0.0}, "capacity"), ({"stabilization": -1.0}, "stabilization"),
    ],
)  # fmt: skip
def test_refuses_settings_that_make_no_sense(nonsense: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=f"^{word} must"):
        QLearningSettings(target="web", **nonsense)


def test_a_changed_epsilon_counts_at_once() -> None:
    loop = QLearningSettings(target="web", epsilon=0.0, capacity=10.0).build()
    loop.reconfigure("epsilon", 1.0)
    assert scaled(settled(loop, luck=0.001)) == [6]
