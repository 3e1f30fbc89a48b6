"""Local processes for real: they start, scale, drain, crash, are restarted and probed, and end."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from simlab.core import (
    Action,
    ActionOutcome,
    CleanUp,
    Custom,
    Outcome,
    Restart,
    ScaleTo,
    SetQuota,
    SwitchTraffic,
    TelemetrySettings,
    UpdateConfig,
    UserError,
)
from simlab.live.clock import RealClock
from simlab.live.exchange import Exchange
from simlab.live.load import told
from simlab.live.local import LocalProcesses
from simlab.live.messages import Request
from simlab.live.replica import State
from simlab.model.journal import Inbox, Journal
from tests.live.live_worlds import COMMAND, SYSTEM, WORLD, lives, system_in

PATIENCE = 20.0  # Seconds, for a machine that has other things to do.


class Stage:
    """A system that has begun, and hands for it."""

    def __init__(self, system: LocalProcesses, clock: RealClock, journal: Journal) -> None:
        self.system, self.clock, self.journal = system, clock, journal
        self.web = system.lives["web"]
        self.exchange = Exchange("127.0.0.1", system._system.sizes, clock)
        self.outcomes: list[ActionOutcome] = []

    async def until(self, holds: Callable[[], bool]) -> None:
        due = self.clock.now() + PATIENCE
        while not holds():
            assert self.clock.now() < due, "it did not come to it"
            await asyncio.sleep(0.02)

    async def ask(self) -> Outcome:
        door = self.system.doors["users->web"]
        return told(*await self.exchange.send(door.port, Request("GET", "/get")))

    async def act(self, action: Action) -> ActionOutcome:
        before = len(self.outcomes)
        self.system.act(action, self.outcomes.append)
        await self.until(lambda: any(o.status != "accepted" for o in self.outcomes[before:]))
        return self.outcomes[-1]

    def ready(self) -> list[int]:
        return [one.number for one in self.web.replicas if one.state == State.READY]

    def logged(self) -> list[tuple[str, int]]:
        rows = [one.data for one in self.journal.events if one.kind == "log"]
        return [(row["kind"], row["replica"]) for row in rows]


def staged(
    where: Path, scene: Callable[[Stage], Awaitable[Any]], world: str = WORLD, system: str = SYSTEM
) -> Any:
    """Play `scene` on a small system, and end it; nothing is left over."""
    found = system_in(where, world, system)

    async def main() -> Any:
        clock, journal = RealClock(), Journal(keep_spans=False)
        local = LocalProcesses(
            found.scenario.resolve(), found.settings, clock=clock, journal=journal, seed=1,
            logs=where,
        )  # fmt: skip
        journal.inboxes["me"] = Inbox(0.0)
        local.look_through("me", TelemetrySettings(scrape=0.1, window=10.0))
        try:
            await local.begin({})
            return await scene(Stage(local, clock, journal))
        finally:
            pids = [one.process.pid for one in local.lives["web"].replicas if one.process]
            await local.end()
            assert not any(lives(pid) for pid in pids)

    return asyncio.run(main())


def test_it_scales_and_no_request_is_lost_while_it_drains(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        assert await stage.ask() == Outcome.OK
        assert (await stage.act(ScaleTo("web", 3))).status == "done"
        await stage.until(lambda: len(stage.ready()) == 3)
        asked = [asyncio.create_task(stage.ask()) for _ in range(60)]
        await asyncio.sleep(0.05)
        await stage.act(ScaleTo("web", 1))
        assert set(await asyncio.gather(*asked)) == {Outcome.OK}
        await stage.until(lambda: len(stage.web.replicas) == 1)
        assert stage.ready() == [0]  # The newest went first.
        assert {("drain", 2), ("gone", 2), ("drain", 1), ("gone", 1)} <= set(stage.logged())
        used = {one.number for one in stage.web.replicas}
        await stage.act(ScaleTo("web", 2))
        await stage.until(lambda: len(stage.ready()) == 2)
        assert {one.number for one in stage.web.replicas} - used == {3}  # No number twice.

    staged(tmp_path, scene)


def test_without_replicas_requests_are_answered_all_the_same(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> Outcome:
        await stage.act(ScaleTo("web", 0))
        await stage.until(lambda: not stage.web.replicas)
        return await stage.ask()

    assert staged(tmp_path, scene) == Outcome.UNAVAILABLE


@pytest.mark.parametrize("restart", [True, False], ids=["the platform", "an action"])
def test_a_killed_process_is_seen_and_brought_back_by(tmp_path: Path, restart: bool) -> None:
    async def scene(stage: Stage) -> None:
        pid = stage.web.replicas[0].process.pid  # type: ignore[union-attr]
        hit = asyncio.create_task(stage.ask())
        await asyncio.sleep(0)
        stage.web.crash(0, restart=True)
        await stage.until(lambda: ("crash", 0) in stage.logged())
        assert await hit in (Outcome.OK, Outcome.CRASHED, Outcome.REFUSED)
        if not restart:
            await asyncio.sleep(0.4)
            assert stage.ready() == []
            assert await stage.ask() == Outcome.UNAVAILABLE
            failed = await stage.system.probe("web", None, 1.0)
            assert [(one.replica, one.passed, one.reason) for one in failed] == [
                (0, False, "refused")
            ]
            outcome = await stage.act(Restart("web", (0,)))
            assert [one.status for one in stage.outcomes] == ["accepted", "done"]
            assert outcome.reason == ""
        await stage.until(lambda: stage.ready() == [0])
        assert stage.web.replicas[0].process.pid != pid  # type: ignore[union-attr]
        assert (stage.web.restarts, stage.web.replicas[0].restarts) == (1, 1)
        assert await stage.ask() == Outcome.OK
        assert stage.logged()[-3:] == [("crash", 0), ("restart", 0), ("ready", 0)]

    world = WORLD if restart else WORLD.replace("replicas: 1", "restart: false, replicas: 1")
    staged(tmp_path, scene, world)


def test_a_restart_is_one_at_a_time_and_serves_on(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        least = 2

        async def watch() -> None:
            nonlocal least
            while True:
                least = min(least, len(stage.ready()))
                await asyncio.sleep(0.005)

        watching = asyncio.create_task(watch())
        assert (await stage.act(Restart("web"))).status == "done"
        watching.cancel()
        assert least == 1
        assert [one.restarts for one in stage.web.replicas] == [1, 1]

    staged(tmp_path, scene, WORLD.replace("replicas: 1", "replicas: 2"))


def test_two_restarts_are_one_after_the_other(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        least = 2
        for number in (0, 1):
            stage.system.act(Restart("web", (number,)), stage.outcomes.append)
        while [one.status for one in stage.outcomes].count("done") < 2:
            least = min(least, len(stage.ready()))
            await asyncio.sleep(0.002)
        assert least == 1

    staged(tmp_path, scene, WORLD.replace("replicas: 1", "replicas: 2"))


def test_what_is_out_to_a_draining_process_is_awaited_before_it_is_told_to_end(
    tmp_path: Path,
) -> None:
    """SIGTERM kills it at once; its requests are answered all the same."""
    deaf = "import asyncio, simlab.live.app as a; asyncio.SelectorEventLoop.add_signal_handler = lambda *x: None; a.main()"
    system = SYSTEM.replace("-m, simlab.live.app", f'-c, "{deaf}"').replace("20ms, --", "200ms, --")

    async def scene(stage: Stage) -> None:
        asked = [asyncio.create_task(stage.ask()) for _ in range(2)]
        await stage.until(lambda: stage.web.replicas[0].out == 2)
        await stage.act(ScaleTo("web", 0))
        assert await asyncio.gather(*asked) == [Outcome.OK, Outcome.OK]
        await stage.until(lambda: not stage.web.replicas)

    staged(tmp_path, scene, system=system)


def test_what_is_seen_is_measured(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        scraping = asyncio.create_task(stage.system.run())
        for _ in range(10):
            assert await stage.ask() == Outcome.OK
        await asyncio.sleep(0.3)
        seen = await stage.system.observe("me")
        web, link = seen.services["web"], seen.links["users->web"]
        replica = web.replicas[0]
        assert (web.wanted, web.ready) == (1, 1)
        assert replica.readings["memory"].value > 1e6  # type: ignore[operator]
        cpu = replica.readings["cpu"].value
        assert cpu is not None
        assert 0.0 <= cpu < 2.0
        assert 0.02 <= web.readings["latency_p50"].value < 5.0  # type: ignore[operator]
        assert 0.02 <= link.readings["latency_p50"].value < 5.0  # type: ignore[operator]
        assert web.readings["error_rate"].value == 0.0
        assert link.readings["arrival_rate"].value > 0.0  # type: ignore[operator]
        assert web.readings["in_flight"].value == 0.0
        scraping.cancel()
        await asyncio.gather(scraping, return_exceptions=True)

    staged(tmp_path, scene)


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        pytest.param(ScaleTo("wep", 2), "no service 'wep'", id="no such service"),
        pytest.param(ScaleTo("web", -1), "must not be negative", id="fewer than none"),
        pytest.param(Restart("web", (9,)), "no replica 9", id="no such replica"),
        pytest.param(UpdateConfig({"services.web.slots": 3}), "cannot be set", id="what a process is"),
        pytest.param(UpdateConfig({"links.users->web.timeout": -1}), "positive", id="a bad value"),
        pytest.param(SwitchTraffic("web", "web", 0.5), "not", id="switch traffic"),
        pytest.param(CleanUp("web"), "not", id="clean up"),
        pytest.param(SetQuota("web", "cores", 2.0), "not", id="set quota"),
        pytest.param(Custom("dance"), "not", id="custom"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_and_logged(
    tmp_path: Path, action: Action, reason: str
) -> None:
    async def scene(stage: Stage) -> ActionOutcome:
        outcome = await stage.act(action)
        assert ("refusal", -1) in stage.logged()
        return outcome

    outcome = staged(tmp_path, scene, WORLD.replace("replicas: 1", "replicas: 0"))
    assert outcome.status == "refused"
    assert reason in outcome.reason


def test_config_can_change_while_it_runs(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        values = {"links.users->web.timeout": 0.01, "services.web.replicas": 2.0}
        assert (await stage.act(UpdateConfig(values))).status == "done"
        assert await stage.ask() == Outcome.TIMEOUT
        lines = [
            dict(one.data)
            for one in stage.journal.inboxes["me"].take_logs()
            if one.kind == "config"
        ]
        assert lines[0] == {"path": "links.users->web.timeout", "before": 10.0, "after": 0.01}
        await stage.until(lambda: len(stage.ready()) == 2)

    staged(tmp_path, scene)


PROBED = "probes: {readiness: {operation: get, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 1}}, replicas: 1"


def test_readiness_is_the_scenarios_own_probe(tmp_path: Path) -> None:
    """Work of 2 s fails a probe of one: it is never an endpoint, though it is there."""
    system = SYSTEM.replace("--work, 20ms", "--work, 2s").replace(
        "every: 20ms", "every: 20ms, boot: 1s"
    )
    with pytest.raises(UserError, match=r"processes\.web: did not get ready in time"):
        staged(tmp_path, lambda _: asyncio.sleep(0), WORLD.replace("replicas: 1", PROBED), system)


@pytest.mark.parametrize(
    ("system", "complaint"),
    [
        pytest.param(SYSTEM.replace(COMMAND, "[/no/such/program]"), "cannot be started: .*No such file", id="no program"),
        pytest.param(SYSTEM.replace(COMMAND, "[sleep, 60]").replace("every: 20ms", "every: 20ms, boot: 300ms"), "was not ready in time", id="a program that does not listen"),
        pytest.param(SYSTEM.replace("web:", "web:\n    ports: 1-1"), "no port from 1 to 1 is free", id="no port"),
    ],
)  # fmt: skip
def test_processes_that_do_not_get_ready_are_the_users_to_mend(
    tmp_path: Path, system: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "1-1" in system:

        def busy(host: str, port: int) -> int:
            raise OSError("in use")

        monkeypatch.setattr("simlab.live.process._bound", busy)
    world = WORLD.replace("replicas: 1", "restart: false, replicas: 1")
    with pytest.raises(UserError, match=complaint):
        staged(tmp_path, lambda _: asyncio.sleep(0), world, system)
