"""Storage: what fills it, what happens when it is full, what empties it, what it outlives."""

from collections.abc import Mapping

import pytest

from simlab.core import CleanUp, Decision, Restart, ScaleTo, SetQuota
from simlab.faults import Fill
from simlab.model import World
from simlab.model.reference.disk import Disk
from simlab.model.settings.service import Storage
from tests.model.scenes import Arrivals, Puppet, begin, ends, logs, outcomes, play

MIB = 1024.0 * 1024.0


def disk(limit: float = 100.0, rate: float = 0.0, **settings: float) -> Disk:
    made = Disk(Storage(**settings), limit)
    made.bend(0.0, rate, 0.0)
    return made


def test_logging_grows_with_time_and_stops_where_it_is_full() -> None:
    one = disk(base=10.0, rate=5.0)
    assert [one.used(at) for at in (0.0, 4.0, 18.0, 99.0)] == [10.0, 30.0, 100.0, 100.0]
    assert [one.full(at) for at in (17.9, 18.0)] == [False, True]


def test_what_requests_write_is_refused_where_it_does_not_fit() -> None:
    one = disk(base=10.0, per_request=40.0)
    assert [one.write(0.0) for _ in range(3)] == [True, True, False]
    assert one.used(0.0) == 90.0
    assert one.full(0.0)


def test_cleaning_frees_what_was_logged_and_nothing_else() -> None:
    one = disk(base=10.0, per_request=20.0, rate=5.0)
    one.write(0.0)
    assert one.clean(8.0) == 40.0
    assert one.used(8.0) == 30.0
    assert one.used(10.0) == 40.0


def test_what_was_logged_while_it_was_full_was_not_logged() -> None:
    one = disk(base=10.0, rate=5.0)
    assert one.clean(1000.0) == 90.0


def test_logging_goes_on_with_what_room_there_is_once_something_goes() -> None:
    one = disk(base=10.0, rate=5.0)
    one.bend(4.0, 5.0, 65.0)  # 10 + 20 + 65: five are left.
    assert one.used(5.0) == 100.0
    one.bend(9.0, 5.0, 0.0)
    assert one.used(9.0) == 35.0
    assert one.used(10.0) == 40.0


def test_a_lower_limit_takes_nothing_away_and_shows_as_full() -> None:
    one = disk(base=10.0, rate=5.0)
    one.resize(10.0, 20.0)
    assert (one.used(10.0), one.full(10.0)) == (20.0, True)
    one.resize(20.0, 100.0)
    assert one.used(20.0) == 60.0


def test_to_look_changes_nothing() -> None:
    one, other = disk(base=0.1, rate=0.1), disk(base=0.1, rate=0.1)
    for k in range(50):
        one.used(k / 7.0)
        one.full(k / 7.0)
    assert one.used(10.0) == other.used(10.0)


# In a world.


def scene(storage: str, shape: str = "{kind: constant, rate: 0/s}", more: str = "") -> str:
    return f"""
        services:
          web: {{storage: {{{storage}}}, operations: {{get: [{{wait: 1s}}]}}, replicas: 1}}
        load: {{users: {{to: web.get, shape: {shape}}}}}
        {more}
    """


def used(world: World, at: float, number: int = 0) -> float:
    world.advance(at)
    return world.services["web"].by_number[number].storage(at)


def test_a_request_that_cannot_write_fails_at_once_and_takes_no_step(at: Arrivals) -> None:
    record = play(scene("base: 1Mi, per_request: 1Mi, limit: 3Mi", at(1.0, 2.0, 3.0, 4.0)))
    assert ends(record) == [(2.0, "ok"), (3.0, "ok"), (3.0, "error"), (4.0, "error")]


def test_a_filling_is_logged_once_when_a_request_cannot_write(at: Arrivals) -> None:
    record = play(scene("per_request: 1Mi, limit: 2.5Mi", at(1.0, 2.0, 3.0, 4.0)))
    assert logs(record, "storage_full") == [(3.0, "storage_full", "web", 0)]


def test_a_filling_by_logs_is_logged_within_a_second() -> None:
    record = play(scene("log_rate: 1Mi/s, limit: 4.5Mi"))
    assert logs(record, "storage_full") == [(5.0, "storage_full", "web", 0)]


def test_a_service_that_writes_nothing_does_not_mind_full_storage(at: Arrivals) -> None:
    record = play(scene("log_rate: 1Mi/s, limit: 2Mi", at(10.0)))
    assert outcomes(record) == ["ok"]


def test_without_a_limit_nothing_is_ever_full(at: Arrivals) -> None:
    record = play(scene("per_request: 1Gi, log_rate: 1Gi/s", at(10.0, 20.0)))
    assert outcomes(record) == ["ok", "ok"]
    assert logs(record, "storage_full") == []


def hand(acts: Mapping[int, object]) -> dict[str, Puppet]:
    return {"hand": Puppet(1.0, {when: Decision([act]) for when, act in acts.items()})}  # type: ignore[list-item]


def test_cleaning_up_heals_and_a_second_filling_is_told_again(at: Arrivals) -> None:
    text = scene("per_request: 1, log_rate: 1Mi/s, limit: 4Mi", at(2.0, 6.5, 8.5, 13.5))
    record = play(text, loops=hand({7: CleanUp("web", 1)}))
    assert outcomes(record) == ["ok", "error", "ok", "error"]
    assert [row[0] for row in logs(record, "storage_full")] == [4.0, 11.0]
    (event,) = [one for one in record.events if one.kind == "action"]
    assert event.data["status"] == "done"
    assert event.data["reason"] == f"{4 * MIB - 1:.0f} B freed"


def test_it_outlives_a_crash_which_logs_nothing_while_it_is_down() -> None:
    fault = "faults: {f: {kind: crash, target: web, at: 4s}}"
    text = scene("log_rate: 1Mi/s", more=fault).replace("replicas: 1", "replicas: 1, boot: 2s")
    text = text.replace("boot: 2s", "boot: 2s, restart: false")
    world = begin(text)
    assert [used(world, when) / MIB for when in (3.0, 4.0, 9.0)] == [3.0, 4.0, 4.0]


def test_it_outlives_a_restart_and_goes_with_its_replica() -> None:
    acts = {4: Restart("web", (), 1), 20: ScaleTo("web", 2, 2)}
    world = begin(scene("log_rate: 1Mi/s"), loops=hand(acts))
    assert used(world, 12.0) == 12.0 * MIB  # Drained, then started, without a pause.
    assert used(world, 25.0, 1) == 5.0 * MIB


def test_a_paused_replica_logs_nothing() -> None:
    fault = "faults: {f: {kind: pause, target: web, at: 4s, lasts: 3s}}"
    world = begin(
        scene("log_rate: 1Mi/s", more=fault) + "\n        links: {users->web: {timeout: 1s}}"
    )
    assert [used(world, when) / MIB for when in (4.0, 7.0, 9.0)] == [4.0, 4.0, 6.0]


def test_a_fill_takes_room_while_it_is_on(at: Arrivals) -> None:
    world = begin(scene("per_request: 1Mi, limit: 10Mi", at(1.0, 3.0, 5.0)))
    world.advance(2.0)
    bends = world._injector._world
    bends.push_replica("web", 0, Fill(("f", 0), 9.5 * MIB))
    assert used(world, 2.0) == 10.0 * MIB
    world.advance(4.0)
    bends.pop_replica("web", 0, Fill(("f", 0), 9.5 * MIB))
    assert used(world, 4.0) == MIB
    record = world.finish()
    assert outcomes(record) == ["ok", "error", "ok"]
    assert logs(record, "storage_full") == [(2.0, "storage_full", "web", 0)]


def test_loops_see_it_and_its_limit() -> None:
    loop = Puppet(1.0)
    more = "telemetry: {scrape: 1s}"
    text = scene("base: 1Mi, log_rate: 1Mi/s, limit: 9Mi", more=more).replace(
        "replicas: 1", "replicas: 2"
    )
    begin(text, loops={"eye": loop}).advance(3.0)
    web = loop.seen[-1].services["web"]
    assert [one.readings["storage"].value for one in web.replicas] == [4.0 * MIB, 4.0 * MIB]
    assert web.reading("storage").value == 8.0 * MIB
    assert [one.storage_limit for one in web.replicas] == [9.0 * MIB, 9.0 * MIB]


def test_the_timeline_has_a_column_where_there_is_storage() -> None:
    record = play(scene("log_rate: 1Mi/s", more="duration: 10s"))
    column = record.timeline["services.web.storage"] / MIB
    assert column.tolist() == [float(k) for k in range(1, 11)]
    plain = play(scene("").replace("storage: {}, ", ""))
    assert "services.web.storage" not in plain.timeline


def test_a_larger_limit_makes_room_and_is_told(at: Arrivals) -> None:
    text = scene("per_request: 1Mi, limit: 1.5Mi", at(1.0, 2.0, 4.0))
    text = text.replace("replicas: 1", "replicas: 1, resize: in_place")
    record = play(text, loops=hand({3: SetQuota("web", "storage", 9 * MIB, 1)}))
    assert outcomes(record) == ["ok", "error", "ok"]


def test_a_fork_goes_on_alike() -> None:
    shape = "{kind: constant, rate: 3/s}"
    world = begin(scene("per_request: 1Mi, log_rate: 1Mi/s, limit: 30Mi", shape))
    world.advance(5.0)
    branch = world.fork()
    one, other = world.finish(), branch.finish()
    assert one.events == other.events
    assert one.sources == other.sources
    assert "error" in outcomes(one)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"base": -1.0}, "base must not be negative"),
        ({"per_request": -1.0}, "per_request must not be negative"),
        ({"log_rate": -1.0}, "log_rate must not be negative"),
        ({"base": 2.0, "limit": 2.0}, "limit must be more than base"),
    ],
)
def test_refuses_settings_that_make_no_sense(settings: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        Storage(**settings)


def test_a_filling_right_after_cleaning_up_is_one_of_its_own() -> None:
    text = scene("log_rate: 8Mi/s, limit: 4Mi")
    record = play(text, loops=hand({7: CleanUp("web", 1)}))
    assert [row[0] for row in logs(record, "storage_full")] == [1.0, 8.0]
