"""The resource manager in running worlds, from scenario files: one for each resource, no swinging."""

import pytest

from simlab.telemetry import Record
from tests.model.scenes import begin, logs, outcomes, play

SHOP = """
    duration: 600s
    services:
      web:
        replicas: 2
        linger: 0s
        resize: {resize}
        cores: {cores}
        memory: {{base: 100Mi, per_request: 1Mi, limit: {memory}}}
        storage: {{base: 10Mi, log_rate: {logs}, limit: {storage}}}
        operations: {{get: [{{cpu: 100ms}}]}}
    load: {{users: {{to: web.get, arrivals: even, shape: {{kind: constant, rate: 10/s}}}}}}
    strategies:
      tuned: {{loops: {{m: {{kind: resources, target: web, period: 10s, cooldown: 30s, telemetry: {{scrape: 5s, window: 10s}}{fields}}}}}}}
"""


def scene(resize: str = "in_place", fields: str = "", **values: str) -> str:
    plain = {"cores": "1", "memory": "200Mi", "logs": "0", "storage": "20Mi"}
    return SHOP.format(resize=resize, fields=fields, **{**plain, **values})


def quotas(record: Record, resource: str) -> list[float]:
    """Return what the quota of a resource was set to, in cores or MiB, as it took effect."""
    unit = 1.0 if resource == "cores" else 2.0**20
    return [
        round(one.data["action"]["amount"] / unit, 6)
        for one in record.events
        if one.kind == "action" and one.data["status"] == "done"
        if one.data["action"]["resource"] == resource
    ]


@pytest.mark.parametrize(
    ("resource", "values", "moves"),
    [
        pytest.param("cores", {"cores": "0.56"}, [0.672], id="cores: 0.5 of 0.56 used"),
        pytest.param("cores", {"cores": "3"}, [2.4, 1.92, 1.536], id="cores: 0.5 of 3 used"),
        pytest.param(
            "memory", {"memory": "105Mi"}, [126.0, 151.2], id="memory: 101 of 105 MiB used"
        ),
        pytest.param(
            "memory", {"memory": "500Mi"}, [400.0, 320.0], id="memory: 101 of 500 MiB used"
        ),
        pytest.param(
            "storage", {"storage": "11Mi"}, [16.0], id="storage: to the least that it may be"
        ),
        pytest.param("storage", {"storage": "50Mi"}, [40.0, 32.0], id="storage: 10 of 50 MiB used"),
    ],
)
def test_a_quota_is_led_into_the_band_and_rests(
    resource: str, values: dict[str, str], moves: list[float]
) -> None:
    manage = f", manage: [{resource}]"
    left, tuned = play(scene(**values)), play(scene(fields=manage, **values), "tuned")
    assert quotas(left, resource) == []
    assert quotas(tuned, resource) == moves


def took(record: Record) -> float:
    rows = record.requests["latency"]
    return float(rows.mean())


def test_more_cores_make_it_faster_and_cost_more() -> None:
    left, tuned = play(scene(cores="0.56")), play(scene(cores="0.56"), "tuned")
    assert took(tuned) < 0.9 * took(left)
    assert tuned.services["web"].cores > left.services["web"].cores


def test_more_memory_keeps_a_leaking_replica_from_being_killed() -> None:
    """It leaks 60 MiB in ten minutes; the quota is ahead of it."""
    leak = "    faults: {leak: {kind: leak, target: web, rate: 0.1Mi/s, at: 1s}}"
    left, tuned = (play(scene(memory="130Mi") + leak, one) for one in (None, "tuned"))
    assert left.services["web"].killed == 4
    assert tuned.services["web"].killed == 0
    assert quotas(tuned, "memory") == [156.0, 187.2, 224.64]


def test_more_storage_keeps_writes_from_failing() -> None:
    """Logs of 30 MiB in ten minutes, in 20 MiB at first; each request writes 1 KiB."""
    text = scene(logs="0.05Mi/s", fields=", min_storage: 20Mi").replace(
        "base: 10Mi", "base: 1Mi, per_request: 1Ki"
    )
    left, tuned = play(text), play(text, "tuned")
    assert outcomes(left).count("error") > 1000
    assert outcomes(tuned).count("error") == 0
    assert quotas(tuned, "storage") == [24.0, 28.8, 34.56, 41.472, 49.7664]


def test_where_it_takes_restarts_one_change_is_settled_before_the_next() -> None:
    record = play(scene("restart", cores="3", memory="105Mi"), "tuned")
    asked = [
        (one.at, one.data["status"], one.data["action"]["resource"])
        for one in record.events
        if one.kind == "action"
    ]
    assert record.services["web"].restarts >= 2 * 2
    going = 0
    for _, status, _ in asked:
        going += 1 if status == "accepted" else -1
        assert 0 <= going <= 2, "cores and memory, asked for in one step"
    assert going == 0
    times = [at for at, status, _ in asked if status == "accepted"]
    assert all(later - sooner >= 30.0 for sooner, later in zip(times[:-2], times[2:], strict=True))
    assert quotas(record, "cores") == [2.4, 1.92, 1.536]


def test_where_nothing_is_measured_nothing_moves() -> None:
    blind = "    faults: {blind: {kind: missing_metrics, target: web, at: 0s}}"
    record = play(scene(cores="3") + blind, "tuned")
    assert quotas(record, "cores") == []
    why = [one.data["because"]["cores_why"] for one in record.events if one.kind == "decision"]
    assert set(why) == {"hold: usage is missing"}


def test_stale_metrics_move_nothing_either() -> None:
    stale = "    faults: {stale: {kind: stale_metrics, target: web, at: 12s}}"
    assert quotas(play(scene(cores="3") + stale, "tuned"), "cores") == []


@pytest.mark.parametrize("resize", ["in_place", "restart"])
def test_a_fork_goes_on_alike(resize: str) -> None:
    text = scene(resize, cores="3")
    world = begin(text, "tuned")
    world.advance(61.0)
    twin = world.fork()
    one, two, whole = world.finish(), twin.finish(), play(text, "tuned")
    assert one.events == two.events == whole.events
    assert logs(one) == logs(two)
