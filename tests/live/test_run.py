"""Live runs, whole: load, loops, shadow mode, records; and `simlab live` as people use it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import simlab
from simlab.core import Outcome
from simlab.live.run import LiveRun, LiveSettings
from simlab.live.summary import summary_of
from simlab.telemetry import Record
from tests.live.live_worlds import COMMAND, SYSTEM, WORLD, children_of, lives, system_in, written

PATIENCE = 20.0
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(simlab.__file__).parent.parent)}
SIMLAB = [sys.executable, "-m", "simlab.cli"]


def ran(
    where: Path, strategy: str | None = "up", world: str = WORLD, **asked: Any
) -> tuple[LiveRun, Record]:
    found = system_in(where, world)
    settings = LiveSettings(world=found.scenario.resolve(strategy), system=found.settings, **asked)
    run = LiveRun(settings)
    return run, asyncio.run(run.run())


@pytest.mark.parametrize("shadow", [False, True], ids=["for real", "in shadow mode"])
def test_a_strategy_decides_and_everything_is_recorded(tmp_path: Path, shadow: bool) -> None:
    out = tmp_path / "out"
    out.mkdir()
    run, record = ran(tmp_path, shadow=shadow, load=True, duration=2.0, out=out)
    assert not run.interrupted
    source = record.sources["users"]
    assert source.requests == 39  # Even arrivals: at 50 ms, 100 ms, ..., 1.95 s.
    assert source.outcomes[Outcome.OK] == 39
    assert summary_of(record)["services"]["web"]["ready_last"] in ((1,) if shadow else (1, 2))
    rows = [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]
    assert ("decision", "scale") in [(one["kind"], one["who"]) for one in rows]
    acted = [one["data"] for one in rows if one["kind"] == "action"]
    assert [one["status"] for one in acted] == ["shadow" if shadow else "done"]
    assert acted[0]["action"]["replicas"] == 2
    assert run.system.lives["web"].wanted == (1 if shadow else 2)
    assert any((out / "logs").iterdir())


def test_crashes_of_the_scenario_are_kills_by_its_luck(tmp_path: Path) -> None:
    faults = "faults: {kill: {kind: crash, target: edge, replicas: 1, at: 300ms}}\n"
    world = WORLD.replace("replicas: 1", "replicas: 2") + faults
    _, record = ran(tmp_path, None, world, faults=True, duration=1.5)
    (fault,) = record.faults
    assert 0.3 <= fault.start < 1.4
    assert (fault.targets, len(fault.replicas)) == (("web",), 1)
    number = fault.replicas[0][1]
    logged = [
        one.data["kind"]
        for one in record.events
        if one.kind == "log" and one.data["replica"] == number
    ]
    assert logged[:2] == ["crash", "restart"]  # The platform's, at once.


def test_without_being_asked_nothing_is_sent_and_nothing_killed(tmp_path: Path) -> None:
    faults = "faults: {kill: {kind: crash, target: web, replicas: 1, at: 0s}}\n"
    _, record = ran(tmp_path, None, WORLD + faults, duration=0.5)
    assert record.ended >= 0.5
    assert (record.sources, record.faults) == ({}, [])
    assert [one for one in record.events if one.kind == "log"] == []


def test_stopped_twice_it_ends_its_processes_all_the_same(tmp_path: Path) -> None:
    found = system_in(tmp_path)
    run = LiveRun(LiveSettings(world=found.scenario.resolve(), system=found.settings))

    async def main() -> list[int]:
        begun = asyncio.Event()
        run.begun = begun.set
        task = asyncio.create_task(run.run())
        await begun.wait()
        process = run.system.lives["web"].replicas[0].process
        assert process is not None
        task.cancel()
        while not run.interrupted:  # noqa: ASYNC110 (it has no event)
            await asyncio.sleep(0)
        for _ in range(3):
            await asyncio.sleep(0)
            task.cancel()
        await task
        return [process.pid]

    assert gone(asyncio.run(main()))
    assert run.interrupted


# The command.


@contextmanager
def running(where: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Run `simlab live` in `where` until the door is told, and end it in any case."""
    with subprocess.Popen(
        [*SIMLAB, "live", "up", "--system", str(written(where)), "--out", str(where / "out"), *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, cwd=where,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            assert process.stderr is not None
            assert process.stderr.readline().startswith("users->web: http://127.0.0.1:")
            yield process
        finally:
            process.kill()


def gone(pids: list[int]) -> bool:
    due = time.monotonic() + PATIENCE
    while any(lives(pid) for pid in pids):
        if time.monotonic() > due:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_stopped_it_ends_its_processes_writes_its_records_and_exits_with_130(
    tmp_path: Path, how: signal.Signals
) -> None:
    with running(tmp_path) as process:
        pids = children_of(process.pid)
        assert len(pids) >= 2  # The leash, and the replica.
        process.send_signal(how)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "simlab: stopped; the processes are ended, the records are written" in err
    assert "Traceback" not in err
    assert "web: " in out
    assert gone(pids)
    assert (tmp_path / "out" / "tiny" / "live-up-1" / "summary.json").exists()


def test_killed_it_leaves_no_orphans(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        pids = children_of(process.pid)
        assert len(pids) >= 2
        process.kill()
        process.wait(PATIENCE)
        assert gone(pids)


@pytest.mark.parametrize(
    ("words", "files", "complaint"),
    [
        pytest.param(["up"], {}, "say either --system FILE or --demo", id="no system"),
        pytest.param(["up", "--demo", "--system", "x"], {}, "say either", id="two systems"),
        pytest.param(["up", "--system", "no.yaml"], {}, "no.yaml: cannot be read", id="no file"),
        pytest.param(["upp", "--system", "system.yaml"], {}, "has no strategy 'upp'; did you mean 'up'?", id="no strategy"),
        pytest.param(["up", "--system", "world.yaml"], {}, "allowed is simlab/system/v1: this file says that it is a scenario", id="a scenario"),
        pytest.param(["up", "--system", "system.yaml", "--for", "soon"], {}, "--for: 'soon'", id="no time"),
        pytest.param(["up", "--system", "system.yaml", "--for", "0s"], {}, "--for must be positive", id="no time at all"),
        pytest.param(["up", "--system", "system.yaml", "--set", "services.web.replica=2"], {}, "did you mean 'replicas'?", id="a bad path"),
        pytest.param(["up", "--system", "system.yaml", "--out", "world.yaml"], {}, "world.yaml is not a directory", id="no place"),
        pytest.param(["up", "--system", "system.yaml"], {"system.yaml": SYSTEM.replace("  web:", "  wep:")}, "tiny has no service 'wep'; did you mean 'web'?", id="no service"),
        pytest.param(["up", "--system", "system.yaml"], {"system.yaml": SYSTEM + "doors: {user->web: 8080}\n"}, "tiny has no link 'user->web'", id="no link"),
        pytest.param(["up", "--system", "system.yaml"], {"system.yaml": SYSTEM + "host: example\n"}, "host must be an IP address, got 'example'", id="no address"),
        pytest.param(["up", "--system", "system.yaml"], {"system.yaml": SYSTEM.replace("ready: {", "ready: {evry: 1s, ")}, "did you mean 'every'?", id="a bad key"),
        pytest.param(["up", "--system", "system.yaml"], {"system.yaml": SYSTEM.replace(COMMAND, "[]")}, "command must name a program", id="no command"),
        pytest.param(["up", "--system", "system.yaml"], {"system.yaml": SYSTEM.replace("world", "worlds")}, "worlds.yaml: cannot be read", id="no scenario"),
        pytest.param(["up", "--system", "system.yaml"], {"system.yaml": SYSTEM.replace(COMMAND, "[/no/such]").replace("ready: {", "ready: {boot: 100ms, ")}, "processes.web: did not get ready in time: cannot be started", id="no program"),
        pytest.param(["up", "--system", "system.yaml", "--load"], {"world.yaml": WORLD.replace("{kind: constant, rate: 20/s}, arrivals: even", "{kind: users, count: 3, think: 1s}")}, "not yet: users on the wall clock", id="users"),
        pytest.param(["up", "--system", "system.yaml", "--faults"], {"world.yaml": WORLD + "faults: {limp: {kind: slow, target: web, at: 1s}}\n"}, "not yet: slow on the wall clock", id="faults"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    words: list[str], files: dict[str, str], complaint: str,
) -> None:  # fmt: skip
    from simlab.cli import main

    written(tmp_path)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as exited:
        main(["live", *words])
    said = capsys.readouterr()
    assert (exited.value.code, said.out) == (2, "")
    assert complaint in said.err
    assert said.err.count("\n") <= 2
    assert "Traceback" not in said.err


# Every key of a system file has an effect.

Look = Callable[[LiveRun], Any]


def proc(run: LiveRun, what: str) -> list[bytes]:
    process = run.system.lives["web"].replicas[0].process
    assert process is not None
    return Path(f"/proc/{process.pid}/{what}").read_bytes().split(b"\0")


def variable(run: LiveRun) -> Any:
    return [one for one in proc(run, "environ") if one.startswith(b"MINE")]


def port(run: LiveRun) -> Any:
    return run.system.lives["web"].replicas[0].port in range(47310, 47340)


def door(run: LiveRun) -> Any:
    return run.system.doors["users->web"].port == 47399


def length(run: LiveRun) -> Any:
    return len(proc(run, "cmdline"))


def host(run: LiveRun) -> Any:
    return run.system.doors["users->web"]._server.sockets[0].getsockname()[0]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("change", "look"),
    [
        pytest.param(("ready: {", "env: {MINE: yes}\n    ready: {"), variable, id="env"),
        pytest.param(("ready: {", "ports: 47310-47339\n    ready: {"), port, id="ports"),
        pytest.param(("processes:", "doors: {users->web: 47399}\nprocesses:"), door, id="doors"),
        pytest.param(("--slots, 2]", "--slots, 2, --host, 127.0.0.1]"), length, id="command"),
        pytest.param(("processes:", "host: 127.0.0.2\nprocesses:"), host, id="host"),
    ],
)
def test_every_key_of_a_system_file_changes_what_runs(
    tmp_path: Path, change: tuple[str, str], look: Look
) -> None:
    def seen(system: str) -> Any:
        if "host" in change[1] and "127.0.0.2" in system:
            system = system.replace("--slots, 2]", "--slots, 2, --host, 127.0.0.2]")
        found = system_in(tmp_path, WORLD, system)
        run = LiveRun(
            LiveSettings(world=found.scenario.resolve(), system=found.settings, duration=0.05)
        )
        what: list[Any] = []
        run.begun = lambda: what.append(look(run))
        asyncio.run(run.run())
        return what

    assert seen(SYSTEM) != seen(SYSTEM.replace(*change))
