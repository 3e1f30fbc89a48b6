"""Levers: what each action moves, and which actions of different levers meet."""

import pytest

from simlab.controllers.adaptive import levers_of, said
from simlab.controllers.adaptive.levers import scales_down
from simlab.core import (
    Action,
    CleanUp,
    Custom,
    Restart,
    ScaleTo,
    SetQuota,
    SwitchTraffic,
    UpdateConfig,
)

WANTED = {"web": 3, "cart": 2}
COUNT, CAPACITY = "services.web.replicas", "services.web.capacity"


@pytest.mark.parametrize(
    ("action", "levers"),
    [
        pytest.param(ScaleTo("web", 4), (COUNT,), id="more replicas"),
        pytest.param(ScaleTo("web", 3), (COUNT,), id="as many"),
        pytest.param(ScaleTo("web", 2), (COUNT, CAPACITY), id="fewer take capacity"),
        pytest.param(ScaleTo("new", 1), ("services.new.replicas",), id="nobody knows how many"),
        pytest.param(Restart("web"), ("services.web.restart", CAPACITY), id="restart all"),
        pytest.param(
            Restart("web", (3, 4)),
            ("services.web/3.restart", "services.web/4.restart", CAPACITY),
            id="restart some",
        ),
        pytest.param(
            SetQuota("web", "memory", 1e9), ("services.web.quota.memory", CAPACITY), id="quota"
        ),
        pytest.param(CleanUp("web"), ("services.web.clean_up",), id="clean up"),
        pytest.param(
            SwitchTraffic("web", "cart", 0.5),
            ("traffic.web->cart", CAPACITY, "services.cart.capacity"),
            id="traffic loads one and idles the other",
        ),
        pytest.param(
            SwitchTraffic("v1", "v2", 0.5, service="web"),
            ("services.web.traffic.v1->v2", CAPACITY),
            id="traffic among versions",
        ),
        pytest.param(Custom("page", {}), ("custom.page",), id="custom"),
        pytest.param(
            UpdateConfig({"links.web->cart.timeout": 1.0, "services.web.slots": 4}),
            ("links.web->cart.timeout", "services.web.slots"),
            id="settings are their paths",
        ),
        pytest.param(UpdateConfig({COUNT: 4}), (COUNT,), id="a count by path is the same lever"),
        pytest.param(UpdateConfig({COUNT: 1}), (COUNT, CAPACITY), id="fewer by path"),
        pytest.param(
            UpdateConfig({"services.web.cores": 2}),
            ("services.web.quota.cores", CAPACITY),
            id="cores by path are a quota",
        ),
    ],
)
def test_an_action_moves(action: Action, levers: tuple[str, ...]) -> None:
    assert levers_of(action, WANTED) == levers
    assert scales_down(action, WANTED) == (COUNT in levers and CAPACITY in levers)


@pytest.mark.parametrize(
    ("action", "words"),
    [
        pytest.param(ScaleTo("web", 4), "scale web to 4", id="scale"),
        pytest.param(Restart("web"), "restart web", id="restart all"),
        pytest.param(Restart("web", (3, 4)), "restart web/3/4", id="restart some"),
        pytest.param(
            UpdateConfig({"services.web.slots": 4, "links.a->b.timeout": None}),
            "set services.web.slots to 4, links.a->b.timeout to none",
            id="set",
        ),
        pytest.param(SwitchTraffic("a", "b", 0.25), "switch 25% of a to b", id="switch"),
        pytest.param(CleanUp("web"), "clean up web", id="clean up"),
        pytest.param(SetQuota("web", "cores", 1.5), "give web 1.5 of cores", id="quota"),
        pytest.param(Custom("page"), "do page", id="custom"),
    ],
)
def test_is_said_in_words(action: Action, words: str) -> None:
    assert said(action) == words
