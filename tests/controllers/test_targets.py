"""What the target of a loop that is one for several services means."""

import pytest

from simlab.controllers import AdaptiveSystemSettings, HpaSettings, ScriptSettings, ScriptStep
from simlab.controllers.targets import scaled, targeted


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        pytest.param("all", ("web", "cart", "stock"), id="all"),
        pytest.param("cart", ("cart",), id="one"),
        pytest.param("stock,web", ("web", "stock"), id="several, in the order of what is seen"),
        pytest.param("car", (), id="one that is not there"),
    ],
)
def test_means_services(target: str, meant: tuple[str, ...]) -> None:
    assert targeted(target, {"web": 1, "cart": 2, "stock": 3}) == meant


STEP = ScriptStep(at=1.0, scale={"web": 2})


@pytest.mark.parametrize(
    ("loop", "meant"),
    [
        pytest.param(HpaSettings(target="web", maxReplicas=2), ("web",), id="its target"),
        pytest.param(ScriptSettings(steps=(STEP,)), (), id="a script says step by step"),
        pytest.param(AdaptiveSystemSettings(), ("web", "cart"), id="a system, all"),
        pytest.param(AdaptiveSystemSettings(target="cart"), ("cart",), id="a system, one"),
        pytest.param(
            AdaptiveSystemSettings(scaling=None, learning=None, mape_k=None),
            (), id="a system that scales not",
        ),
        pytest.param(object(), (), id="anything that has no target"),
    ],
)  # fmt: skip
def test_says_whom_a_loop_scales(loop: object, meant: tuple[str, ...]) -> None:
    assert scaled(loop, ["web", "cart"]) == meant
