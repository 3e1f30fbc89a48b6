"""The script: what is due, once, in order; for all services or for one."""

from typing import Any

import pytest

from simlab.controllers import (
    CustomStep,
    QuotaStep,
    Script,
    ScriptSettings,
    ScriptStep,
    SwitchStep,
)
from simlab.core import (
    CleanUp,
    Custom,
    Observation,
    Restart,
    ScaleTo,
    SetQuota,
    SwitchTraffic,
    UpdateConfig,
)

STEPS = (
    ScriptStep(at=60.0, scale={"web": 5, "cart": 2}, restart=("cart",)),
    ScriptStep(
        at=30.0,
        set={"links.web->cart.timeout": 0.2, "services.cart.slots": 8, "load.shoppers.scale": 2.0},
    ),
)


def at(script: Script, now: float) -> list[Any]:
    return list(script.step(Observation(now=now)).actions)


def test_does_what_is_due_once_in_the_order_of_the_times() -> None:
    script = ScriptSettings(steps=STEPS).build()
    assert at(script, 29.9) == []
    assert at(script, 30.0) == [UpdateConfig(STEPS[1].set, 1)]
    assert at(script, 31.0) == []
    assert at(script, 1000.0) == [
        ScaleTo("web", 5, 2),
        ScaleTo("cart", 2, 3),
        Restart("cart", (), 4),
    ]
    assert at(script, 2000.0) == []


def test_catches_up_with_all_that_was_due() -> None:
    actions = at(ScriptSettings(steps=STEPS).build(), 99.0)
    assert [type(action) for action in actions] == [UpdateConfig, ScaleTo, ScaleTo, Restart]
    assert [action.id for action in actions] == [1, 2, 3, 4]


def test_keeps_the_order_of_steps_at_one_time() -> None:
    steps = (ScriptStep(at=1.0, scale={"web": 3}), ScriptStep(at=1.0, scale={"web": 1}))
    assert at(ScriptSettings(steps=steps).build(), 1.0) == [
        ScaleTo("web", 3, 1),
        ScaleTo("web", 1, 2),
    ]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("web", [UpdateConfig({"links.web->cart.timeout": 0.2}, 1), ScaleTo("web", 5, 2)]),
        (
            "cart",
            [
                UpdateConfig({"services.cart.slots": 8}, 1),
                ScaleTo("cart", 2, 2),
                Restart("cart", (), 3),
            ],
        ),
        ("shoppers", [UpdateConfig({"load.shoppers.scale": 2.0}, 1)]),
        ("stock", []),
    ],
)
def test_does_only_what_is_about_its_target(target: str, expected: list[Any]) -> None:
    assert at(ScriptSettings(target=target, steps=STEPS).build(), 99.0) == expected


def test_says_how_far_it_is() -> None:
    script = ScriptSettings(steps=STEPS).build()
    assert script.step(Observation(now=30.0)).because == {"steps_done": 1, "steps": 2}


def test_has_its_own_period() -> None:
    assert ScriptSettings(steps=STEPS).build().period == 1.0
    assert ScriptSettings(steps=STEPS, period=5.0).build().period == 5.0


def test_cannot_change_while_it_runs() -> None:
    with pytest.raises(ValueError, match=r"^period cannot change"):
        ScriptSettings(steps=STEPS).build().reconfigure("period", 2.0)


def test_equal_steps_hash_alike_whatever_their_order() -> None:
    one = ScriptStep(at=1.0, scale={"a": 1, "b": 2})
    other = ScriptStep(at=1.0, scale={"b": 2, "a": 1})
    assert one == other
    assert hash(one) == hash(other)
    assert hash(one) != hash(ScriptStep(at=1.0, scale={"a": 1, "b": 3}))


@pytest.mark.parametrize(
    ("nonsense", "message"),
    [
        ({"at": -1.0, "restart": ("web",)}, "at must not be negative"),
        ({"at": 1.0}, "the step at 1 s does nothing"),
        ({"at": 1.0, "scale": {"web": -1}}, "scale.web must be a whole number"),
    ],
)
def test_refuses_steps_that_make_no_sense(nonsense: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        ScriptStep(**nonsense)


@pytest.mark.parametrize("nonsense", [{"steps": ()}, {"steps": STEPS, "period": 0.0}])
def test_refuses_settings_that_make_no_sense(nonsense: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^(steps|period) must"):
        ScriptSettings(**nonsense)


# Steps of all other actions.

OTHERS = (
    ScriptStep(
        at=1.0,
        switch=SwitchStep(from_="web", to="cart", percentage=0.3),
        clean_up="web",
        quota={"web": QuotaStep(cores=2.0, storage=3.0), "cart": QuotaStep(memory=4.0)},
        custom=CustomStep(name="page", params={"who": "bob", "level": "3"}),
    ),
)


def test_has_a_step_for_every_other_action() -> None:
    assert at(ScriptSettings(steps=OTHERS).build(), 1.0) == [
        SwitchTraffic("web", "cart", 0.3, id=1),
        CleanUp("web", 2),
        SetQuota("web", "cores", 2.0, 3),
        SetQuota("web", "storage", 3.0, 4),
        SetQuota("cart", "memory", 4.0, 5),
        Custom("page", {"who": "bob", "level": 3.0}, 6),
    ]


def test_of_those_it_does_only_what_is_about_its_target() -> None:
    assert at(ScriptSettings(target="cart", steps=OTHERS).build(), 1.0) == [
        SetQuota("cart", "memory", 4.0, 1)
    ]
    assert [type(one) for one in at(ScriptSettings(target="web", steps=OTHERS).build(), 1.0)] == [
        SwitchTraffic,
        CleanUp,
        SetQuota,
        SetQuota,
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (QuotaStep, "a quota must name cores, memory or storage"),
        (lambda: QuotaStep(cores=0.0), "cores must be positive"),
        (lambda: SwitchStep(from_="a", to="b", percentage=1.5), "percentage must be a share"),
        (lambda: SwitchStep(from_="a", to="a"), "to must not be from, a"),
    ],
)
def test_refuses_others_that_make_no_sense(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        make()
