"""Actions: absolute, and each says what it is about."""

import pytest

from simlab.core import Action, Restart, ScaleTo, UpdateConfig


@pytest.mark.parametrize(
    ("action", "target"),
    [
        (ScaleTo("web", 3), "services.web"),
        (Restart("cart", (1, 2)), "services.cart"),
        (UpdateConfig({"links.web->cart.timeout": 0.2}), "links.web->cart.timeout"),
        (UpdateConfig({}), ""),
    ],
    ids=["scale", "restart", "config", "an empty config"],
)
def test_an_action_names_its_target(action: Action, target: str) -> None:
    assert action.target == target
