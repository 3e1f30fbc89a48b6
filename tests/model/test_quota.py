"""The quota: who is refused beyond it, and what a replica is given instead: set quota, in both ways."""

from typing import Any

import pytest

from simlab.core import (
    Action,
    Decision,
    FileError,
    ScaleTo,
    SetQuota,
    UpdateConfig,
    UserError,
)
from simlab.model import World
from tests.model.scenes import Arrivals, Puppet, begin, logs, outcomes, play, resolve, took

MIB = 1024.0 * 1024.0


def scene(service: str = "", more: str = "", shape: str = "{kind: constant, rate: 0/s}") -> str:
    return f"""
        services:
          web: {{replicas: 2, {service}operations: {{get: [{{cpu: 1s}}]}}}}
          db: {{operations: {{get: []}}}}
        load: {{users: {{to: web.get, shape: {shape}}}}}
        {more}
    """


def hand(*acts: tuple[int, Action]) -> dict[str, Puppet]:
    planned: dict[int, list[Any]] = {}
    for when, act in acts:
        planned.setdefault(when, []).append(act)
    return {"hand": Puppet(1.0, {when: Decision(each) for when, each in planned.items()})}


def told(world: World) -> list[tuple[float, str, str]]:
    rows = [one for one in world.journal.events if one.kind == "action"]
    return [(one.at, one.data["status"], one.data["reason"]) for one in rows]


QUOTA = "platform: {{quota: {{{0}}}}}"
SIZES = "memory: {limit: 1Mi}, storage: {limit: 2Mi}, "


@pytest.mark.parametrize(
    ("quota", "action", "reason"),
    [
        pytest.param(
            "replicas: 5", ScaleTo("web", 5, 1), "6 replicas in sum, allowed are 5 replicas",
            id="replicas",
        ),
        pytest.param(
            "cores: 5", ScaleTo("web", 5, 1), "6 cores in sum, allowed are 5 cores", id="cores"
        ),
        pytest.param(
            "cores: 5", SetQuota("web", "cores", 2.5, 1), "6 cores in sum", id="set quota"
        ),
        pytest.param(
            "memory: 5Mi", ScaleTo("web", 6, 1), "6 MiB of memory in sum", id="memory"
        ),
        pytest.param(
            "memory: 5Mi", SetQuota("web", "memory", 3 * MIB, 1), "6 MiB of memory in sum",
            id="memory of each",
        ),
        pytest.param(
            "storage: 5Mi", ScaleTo("web", 3, 1), "6 MiB of storage in sum", id="storage"
        ),
        pytest.param(
            "storage: 5Mi", SetQuota("web", "storage", 3 * MIB, 1), "6 MiB of storage",
            id="storage of each",
        ),
        pytest.param(
            "cores: 5",
            UpdateConfig({"services.web.replicas": 3.0, "services.web.cores": 1.5}, 1),
            "5.5 cores in sum",
            id="both values of an update in sum",
        ),
    ],
)  # fmt: skip
def test_what_is_beyond_is_refused_and_says_why(quota: str, action: Action, reason: str) -> None:
    world = begin(scene(SIZES, QUOTA.format(quota)), loops=hand((1, action)))
    world.advance(2.0)
    ((at, status, why),) = told(world)
    assert (at, status) == (1.0, "refused")
    assert why.startswith(f"beyond the quota: {reason}")
    web = world.services["web"]
    assert (web.wanted, web.cores, web.memory_limit, web.storage_limit) == (2, 1.0, MIB, 2 * MIB)
    (log,) = [one for one in world.journal.events if one.kind == "log"]
    assert (log.who, log.data["kind"], log.data["detail"]) == ("web", "refusal", why)


@pytest.mark.parametrize(
    "action",
    [
        pytest.param(ScaleTo("web", 4, 1), id="as many as there may be"),
        pytest.param(SetQuota("web", "cores", 2.0, 1), id="as many cores as there may be"),
        pytest.param(
            UpdateConfig({"services.web.replicas": 4.0, "services.web.cores": 0.5}, 1), id="a trade"
        ),
    ],
)
def test_what_is_within_is_done(action: Action) -> None:
    world = begin(scene(more=QUOTA.format("replicas: 5, cores: 5")), loops=hand((1, action)))
    world.advance(20.0)
    assert told(world)[-1][1] == "done"


def test_rounding_of_floats_refuses_nobody() -> None:
    acts = hand((1, ScaleTo("web", 3, 1)))
    world = begin(scene("cores: 1.1, ", QUOTA.format("cores: 4.3")), loops=acts)
    world.advance(2.0)
    assert told(world)[0][1] == "done"


def test_to_take_less_is_never_refused_though_a_fault_put_it_beyond() -> None:
    fault = "\n        faults: {f: {kind: set, path: services.web.replicas, to: 9, at: 1s}}"
    world = begin(
        scene(more=QUOTA.format("replicas: 5") + fault),
        loops=hand((2, ScaleTo("web", 8, 1)), (3, ScaleTo("web", 9, 2))),
    )
    world.advance(4.0)
    assert [row[1] for row in told(world)] == ["done", "refused"]
    assert world.services["web"].wanted == 8


def test_people_are_refused_too() -> None:
    world = begin(scene(more=QUOTA.format("replicas: 5")))
    with pytest.raises(UserError, match=r"^beyond the quota: 6 replicas in sum"):
        world.set("services.web.replicas", 5.0)
    world.set("services.web.replicas", 4.0)
    assert world.services["web"].wanted == 4


def test_draining_ones_do_not_count() -> None:
    acts = hand((1, ScaleTo("web", 1, 1)), (2, ScaleTo("db", 4, 2)))
    world = begin(scene(more=QUOTA.format("replicas: 5")), loops=acts)
    world.advance(3.0)
    assert [row[1] for row in told(world)] == ["done", "done"]
    assert len(world.services["web"].replicas) == 2  # One of them lingers.


def test_requests_count_where_there_is_no_limit() -> None:
    service = "request: {memory: 1Mi, storage: 3Mi}, "
    acts = hand((1, ScaleTo("web", 3, 1)))
    for quota, status in (
        ("memory: 2Mi", "refused"),
        ("memory: 3Mi", "done"),
        ("storage: 8Mi", "refused"),
    ):
        world = begin(scene(service, QUOTA.format(quota)), loops=acts)
        world.advance(2.0)
        assert told(world)[0][1] == status
        acts = hand((1, ScaleTo("web", 3, 1)))


@pytest.mark.parametrize(
    ("quota", "message"),
    [
        ("replicas: 2", "allows 2 replicas, but services begin with 3 replicas"),
        ("cores: 2", "allows 2 cores, but services begin with 3 cores"),
        ("memory: 1Mi", "allows 1 MiB of memory, but services begin with 2 MiB of memory"),
        ("storage: 3Mi", "allows 3 MiB of storage, but services begin with 4 MiB of storage"),
    ],
)
def test_a_file_that_begins_beyond_it_is_wrong(quota: str, message: str) -> None:
    with pytest.raises(FileError) as caught:
        resolve(scene(SIZES, QUOTA.format(quota)))
    (problem,) = caught.value.problems
    name = quota.partition(":")[0]
    assert problem.where.startswith("scene.yaml:8:")
    assert (problem.path, problem.message) == (f"platform.quota.{name}", message)


# Set quota.


def test_in_place_takes_effect_at_once_on_the_work_under_way(at: Arrivals) -> None:
    text = scene("resize: in_place, ", shape=at(1.5)).replace(
        "replicas: 2", "replicas: 1, cores: 0.5"
    )
    record = play(text, loops=hand((2, SetQuota("web", "cores", 1.0, 1))))
    assert took(record) == [1.25]  # Half a second at half a core, then 0.75 s at a whole one.
    assert record.services["web"].restarts == 0


def test_else_replicas_restart_one_at_a_time_and_it_is_done_when_all_are_ready() -> None:
    text = scene("boot: 4s, linger: 0s, ")
    world = begin(text, loops=hand((1, SetQuota("web", "cores", 2.0, 1))))
    cores = []
    for when in (1.0, 4.9, 5.0, 9.0):
        world.advance(when)
        cores.append([one.cores.cores for one in world.services["web"].replicas])
    assert cores == [[2.0, 1.0], [2.0, 1.0], [2.0, 2.0], [2.0, 2.0]]
    assert told(world) == [(1.0, "accepted", ""), (9.0, "done", "")]
    assert world.services["web"].restarts == 2


def test_one_that_starts_meanwhile_has_it_from_its_start() -> None:
    acts = hand((1, SetQuota("web", "cores", 2.0, 1)), (2, ScaleTo("web", 3, 2)))
    world = begin(scene("boot: 4s, linger: 0s, "), loops=acts)
    world.advance(2.0)
    assert [one.cores.cores for one in world.services["web"].replicas] == [2.0, 1.0, 2.0]


def test_what_is_there_already_restarts_nobody() -> None:
    world = begin(scene(), loops=hand((1, SetQuota("web", "cores", 1.0, 1))))
    world.advance(30.0)
    assert told(world) == [(1.0, "done", "")]
    assert world.services["web"].restarts == 0


def test_the_bill_follows() -> None:
    more = "duration: 100s"
    acts = hand((50, SetQuota("web", "cores", 3.0, 1)), (50, SetQuota("web", "memory", 4 * MIB, 2)))
    record = play(scene("resize: in_place, memory: {limit: 1Mi}, ", more), loops=acts)
    web = record.services["web"]
    assert web.cores == 2 * (50 * 1.0 + 50 * 3.0)
    assert web.ready_cores == web.cores
    assert web.memory == 2 * (50 * MIB + 50 * 4 * MIB)


def test_the_bill_is_of_what_each_has_while_they_restart() -> None:
    acts = hand((10, SetQuota("web", "cores", 3.0, 1)))
    record = play(scene("boot: 5s, linger: 0s, ", "duration: 20s"), loops=acts)
    assert record.services["web"].cores == 10 * 2.0 + 5 * 4.0 + 5 * 6.0


def test_loops_see_it_and_a_request_follows_where_none_was_declared() -> None:
    for request, seen_as in (("", 3.0), ("request: {cores: 0.5}, ", 0.5)):
        eye = Puppet(1.0)
        acts = hand((1, SetQuota("web", "cores", 3.0, 1)), (1, SetQuota("web", "memory", MIB, 2)))
        begin(scene(f"resize: in_place, {request}"), loops=acts | {"eye": eye}).advance(2.0)
        for one in eye.seen[-1].services["web"].replicas:
            assert (one.cpu_limit, one.memory_limit, one.cpu_request) == (3.0, MIB, seen_as)


def test_less_memory_than_is_in_use_kills(at: Arrivals) -> None:
    text = scene("resize: in_place, memory: {base: 1Mi, per_request: 1Mi}, ", shape=at(0.5, 0.6))
    record = play(text, loops=hand((1, SetQuota("web", "memory", 1.5 * MIB, 1))))
    assert outcomes(record) == ["crashed", "crashed"]
    assert [row[1] for row in logs(record, "out_of_memory")] == ["out_of_memory"] * 2


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (SetQuota("shop", "cores", 1.0, 1), "there is no service 'shop'"),
        (SetQuota("web", "cores", 0.0, 1), "cores must be positive"),
        (SetQuota("web", "cores", float("inf"), 1), "cores must be positive"),
        (SetQuota("web", "memory", 1.0, 1), "limit must be more than base"),
        (SetQuota("web", "disks", 1.0, 1), "a resource is cores or memory or storage"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_is_refused_and_says_why(action: SetQuota, reason: str) -> None:
    world = begin(scene("memory: {base: 1Mi}, "), loops=hand((1, action)))
    world.advance(2.0)
    assert told(world)[0][1] == "refused"
    assert told(world)[0][2].startswith(reason)


def test_it_is_logged_as_a_change_of_a_setting() -> None:
    eye = Puppet(1.0)
    acts = hand((1, SetQuota("web", "memory", MIB, 1)))
    begin(scene("resize: in_place, "), loops=acts | {"eye": eye}).advance(2.0)
    lines = [line for seen in eye.seen for line in seen.logs if line.kind == "config"]
    assert [(one.target, dict(one.data)) for one in lines] == [
        ("services.web", {"path": "services.web.memory.limit", "before": None, "after": MIB})
    ]


def test_a_set_fault_keeps_its_value_until_it_ends() -> None:
    fault = "faults: {f: {kind: set, path: services.web.cores, to: 0.25, at: 1s, lasts: 50s}}"
    acts = hand((2, SetQuota("web", "cores", 2.0, 1)))
    world = begin(scene("linger: 0s, ", fault), loops=acts)
    seen = []
    for when in (1.0, 40.0, 51.0):
        world.advance(when)
        seen.append([one.cores.cores for one in world.services["web"].replicas])
    assert seen == [[0.25, 0.25], [0.25, 0.25], [2.0, 2.0]]


def test_a_fork_in_the_middle_goes_on_alike() -> None:
    text = scene("boot: 4s, linger: 0s, ", shape="{kind: constant, rate: 1/s}")
    world = begin(text, loops=hand((1, SetQuota("web", "cores", 2.0, 1))))
    world.advance(3.0)
    branch = world.fork()
    one, other = world.finish(), branch.finish()
    assert (one.sources, one.services, one.events) == (other.sources, other.services, other.events)
