"""Custom actions: what a run was given a handler for is done, all else is refused."""

from collections.abc import Mapping
from typing import Any

import pytest

import simlab
from simlab.core import Custom, Decision, UserError
from simlab.model import World
from simlab.scenario import parse
from tests.model.scenes import HEAD, Puppet, resolve

TEXT = """
services: {web: {operations: {get: []}}}
load: {users: {to: web.get, shape: {kind: constant, rate: 1/s}}}
duration: 20s
strategies:
  s: {loops: {l: {kind: script, steps: [{at: 5s, custom: {name: grow, params: {by: 3, why: more}}}]}}}
"""


def grow(world: World, params: Mapping[str, float | str | None]) -> str:
    by = params["by"]
    assert isinstance(by, float)
    world.set("services.web.replicas", world.services["web"].wanted + by)
    return f"grown by {by:g}: {params['why']}"


def refuse(world: World, params: Mapping[str, float | str | None]) -> None:
    raise ValueError("not today")


def advance(world: World, params: Mapping[str, float | str | None]) -> None:
    world.advance(10.0)


def finish(world: World, params: Mapping[str, float | str | None]) -> None:
    world.finish()


def fork(world: World, params: Mapping[str, float | str | None]) -> None:
    world.fork()


def world_of(**handlers: Any) -> World:
    acts = {5: Decision([Custom("grow", {"by": 3.0, "why": "more"}, 7)])}
    return World(resolve(TEXT), seed=1, loops={"hand": Puppet(1.0, acts)}, handlers=handlers)


def told(world: World) -> list[tuple[float, str, str]]:
    rows = [one for one in world.journal.events if one.kind == "action"]
    return [(one.at, one.data["status"], one.data["reason"]) for one in rows]


def test_a_handler_is_told_the_world_and_the_parameters() -> None:
    world = world_of(grow=grow)
    world.advance(6.0)
    assert world.services["web"].wanted == 4
    assert told(world) == [(5.0, "done", "grown by 3: more")]


def test_without_a_handler_it_is_refused() -> None:
    world = world_of(other=grow)
    world.advance(6.0)
    assert told(world) == [(5.0, "refused", "this run was given no handler 'grow'")]
    (log,) = [one for one in world.journal.events if one.kind == "log"]
    assert (log.who, log.data["kind"]) == ("grow", "refusal")


def test_a_handler_may_refuse() -> None:
    world = world_of(grow=refuse)
    world.advance(6.0)
    assert told(world) == [(5.0, "refused", "not today")]


@pytest.mark.parametrize("handler", [advance, finish, fork])
def test_a_handler_cannot_go_on_nor_copy_what_it_is_in_the_middle_of(handler: Any) -> None:
    world = world_of(grow=handler)
    world.advance(6.0)
    ((at, status, reason),) = told(world)
    assert (at, status) == (5.0, "refused")
    assert reason.startswith("a handler cannot ")
    assert world.fork().now == 6.0


def test_a_fork_has_the_same_handlers_and_its_own_world() -> None:
    world = world_of(grow=grow)
    world.advance(4.0)
    branch = world.fork()
    branch.advance(6.0)
    assert (world.services["web"].wanted, branch.services["web"].wanted) == (1, 4)


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param(lambda _world, _params: None, id="a lambda"),
        pytest.param(3, id="no function at all"),
        pytest.param(Puppet(1.0).step, id="a method of an object"),
    ],
)
def test_a_handler_must_be_a_function_of_a_module(handler: Any) -> None:
    with pytest.raises(UserError, match=r"^handlers: 'grow' must be a function that a module has"):
        world_of(grow=handler)


def test_runs_and_stepped_worlds_take_handlers() -> None:
    scenario = parse(HEAD + TEXT, name="scene.yaml")
    run = simlab.run(scenario, "s", handlers={"grow": grow})
    assert run.record.timeline["services.web.wanted"][-1] == 4
    world = simlab.start(scenario, "s", handlers={"grow": grow})
    world.advance("10s")
    assert world.model.services["web"].wanted == 4
    plain = simlab.run(scenario, "s")
    assert plain.record.timeline["services.web.wanted"][-1] == 1
