"""Plans: operations as programs, one for all replicas and all forks."""

from copy import deepcopy
from math import inf

import pytest

import simlab.model
from simlab.model.plan import CALL, CPU, DO, PARALLEL, WAIT, plan
from tests.model.scenes import begin, resolve

TEXT = """
    carries: {lines: 2}
    services:
      web:
        operations:
          get:
            errors: {share: 10%, after: 5ms}
            steps:
              - {cpu: 1s, chance: 50%}
              - wait: {base: 1s, per: {lines: 2s}}
              - {call: db.get, optional: true, else: [{wait: 3s}]}
              - parallel: [{call: db.put}, [{cpu: 1s}, {cpu: 2s}]]
              - {times: 3, do: [{cpu: {dist: exponential, mean: 1s}}]}
              - {times: lines, do: []}
      db: {operations: {get: 1s, put: {errors: 20%, steps: []}}}
"""


def test_operations_become_programs() -> None:
    operations = plan(resolve(TEXT))
    get, put = operations["web"]["get"], operations["db"]["put"]
    assert [step.kind for step in get.steps] == [CPU, WAIT, CALL, PARALLEL, DO, DO]
    cpu, wait, call, parallel, three, lines = get.steps
    assert (cpu.value, cpu.chance, cpu.optional) == (1.0, 0.5, False)
    assert (wait.value, [name for name, _ in wait.per]) == (None, ["lines"])
    assert (call.callee, call.link, call.optional) == ("db", "web->db", True)
    assert call.operation is operations["db"]["get"]
    assert [step.value for step in call.otherwise] == [3.0]
    assert [[step.kind for step in branch] for branch in parallel.branches] == [[CALL], [CPU, CPU]]
    assert (three.times, three.repeat, three.body[0].value) == (3, "", None)
    assert (lines.repeat, lines.body) == ("lines", ())
    assert (get.errors, get.fails_after) == (0.1, 0.005)
    assert (put.errors, put.fails_after) == (0.2, inf)
    assert (put.service, put.name) == ("db", "put")


def test_forks_share_it() -> None:
    operations = plan(resolve(TEXT))
    assert deepcopy(operations)["web"]["get"] is operations["web"]["get"]
    world = begin(
        "services: {web: {operations: {get: []}}}\nload: {users: {to: web.get, shape: {kind: constant, rate: 1/s}}}"
    )
    world.advance(1.0)
    fork = world.fork()
    (mine,), (theirs,) = (one.sources["users"]._targets.values() for one in (world, fork))
    assert mine[1] is theirs[1]
    assert mine[0] is not theirs[0]


def test_the_room_says_what_it_offers() -> None:
    assert simlab.model.World.__name__ == "World"
    assert isinstance(simlab.model.MODEL_VERSION, int)
    with pytest.raises(AttributeError, match="Worlds"):
        _ = simlab.model.Worlds  # type: ignore[attr-defined]
