"""Loops of one strategy that may move one lever are warned of."""

from collections.abc import Callable
from typing import get_args

import pytest

from simlab.controllers import LoopSettings
from simlab.scenario import Scenario, warnings
from simlab.scenario.rivals import MOVES

HPA = "web: {kind: hpa, target: web, maxReplicas: 8}"


@pytest.mark.parametrize(
    ("second", "said"),
    [
        pytest.param("{kind: pid, target: web}", "may scale web, and so may a", id="two scalers"),
        pytest.param("{kind: pid, target: cart}", "", id="two scalers of two services"),
        pytest.param(
            "{kind: script, steps: [{at: 1m, scale: {web: 5}}]}", "may scale web", id="a script"
        ),
        pytest.param(
            "{kind: script, steps: [{at: 1m, set: {services.web.replicas: 5}}]}",
            "may scale web", id="a script that sets the count",
        ),
        pytest.param("{kind: script, steps: [{at: 1m, restart: [web]}]}", "", id="a restart"),
        pytest.param(
            "{kind: script, target: cart, steps: [{at: 1m, scale: {web: 5}}]}", "",
            id="a script of another service",
        ),
        pytest.param("{kind: adaptive_system}", "may scale web, and so may a", id="a system"),
        pytest.param("{kind: adaptive_system, target: cart}", "", id="a system of another service"),
        pytest.param(
            "{kind: adaptive_system, scaling: none, learning: none, mape_k: none}",
            "", id="a system that scales not",
        ),
        pytest.param(
            "{kind: adaptive_system, scaling: {target: cart}, learning: none, mape_k: none}",
            "", id="a system that scales another service",
        ),
        pytest.param(
            "{kind: adaptive_system, health: none, scaling: none, mape_k: none}",
            "may scale web", id="a system whose agent scales",
        ),
        pytest.param(
            "{kind: adaptive_system, scaling: none, learning: none}",
            "may scale web", id="a system whose MAPE-K scales",
        ),
        pytest.param("{kind: health, target: web}", "", id="who restarts scales not"),
    ],
)  # fmt: skip
def test_rivals_are_warned_of(changed: Callable[..., Scenario], second: str, said: str) -> None:
    both = changed((HPA, f"a: {HPA.removeprefix('web: ')}, b: {second}"))
    found = [str(one) for one in warnings(both) if "loops.b" in str(one)]
    assert len(found) == bool(said)
    assert all(said in one for one in found)
    assert all("no arbiter between them the last one wins" in one for one in found)


def test_of_every_kind_it_is_known_what_it_moves() -> None:
    kinds = {
        word for cls in get_args(LoopSettings) for word in get_args(cls.__annotations__["kind"])
    }
    assert kinds - {"script"} <= MOVES.keys()
