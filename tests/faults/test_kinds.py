"""Each kind pushes its own rule and pops that rule; what it refuses."""

from typing import Any, get_args

import pytest

from simlab.core import Constant
from simlab.faults import (
    Actuator,
    ActuatorSettings,
    CrashSettings,
    Delay,
    DelaySettings,
    ErrorsSettings,
    Fail,
    FaultSettings,
    Hit,
    Leak,
    LeakSettings,
    Missing,
    MissingMetricsSettings,
    Override,
    Pause,
    PauseSettings,
    Rule,
    SetSettings,
    Slow,
    SlowSettings,
    Stale,
    StaleMetricsSettings,
)

KEY = ("f", 3)
HIT = Hit(
    fault="f",
    occurrence=3,
    services=("web",),
    links=("a->b", "c->d"),
    sources=("users",),
    replicas=(("web", 0), ("web", 2)),
)
BOTH = [("web", 0), ("web", 2)]
TARGETS = [("web",), ("a->b",), ("c->d",), ("users",)]
HALF = Constant(value=0.5)


class Paper:
    """A breakable world that writes down what is done to it."""

    def __init__(self) -> None:
        self.done: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        def note(*words: Any, **more: Any) -> None:
            self.done.append((name, *words, *more.values()))

        return note


def replicas(rule: Rule) -> tuple[str, list[tuple[Any, ...]]]:
    return "replica", [(*one, rule) for one in BOTH]


CASES: list[tuple[FaultSettings, str, list[tuple[Any, ...]]]] = [
    (PauseSettings(target="web", at=1.0), *replicas(Pause(KEY))),
    (SlowSettings(target="web", at=1.0, speed=0.3), *replicas(Slow(KEY, 0.3))),
    (ErrorsSettings(target="web", at=1.0, share=0.3), *replicas(Fail(KEY, 0.3))),
    (LeakSettings(target="web", at=1.0, rate=7.0), *replicas(Leak(KEY, 7.0))),
    (
        DelaySettings(target="b", at=1.0, add=HALF),
        "link",
        [("a->b", Delay(KEY, HALF)), ("c->d", Delay(KEY, HALF))],
    ),
    (
        StaleMetricsSettings(target="all", at=1.0),
        "metrics",
        [(*target, Stale(KEY)) for target in TARGETS],
    ),
    (
        MissingMetricsSettings(target="all", at=1.0),
        "metrics",
        [(*target, Missing(KEY)) for target in TARGETS],
    ),
    (
        ActuatorSettings(at=1.0, refuse=0.1, slow=2.0, partial=0.5),
        "actuator",
        [(Actuator(KEY, 0.1, 2.0, 0.5),)],
    ),
    (
        SetSettings(at=1.0, path="services.web.slots", to=3.0),
        "setting",
        [(Override(KEY, "services.web.slots", 3.0),)],
    ),
]


@pytest.mark.parametrize(("fault", "what", "rules"), CASES, ids=[c[0].kind for c in CASES])
def test_pushes_its_own_rule_and_pops_that_rule(
    fault: FaultSettings, what: str, rules: list[tuple[Any, ...]]
) -> None:
    paper = Paper()
    fault.start(paper, HIT)
    assert paper.done == [(f"push_{what}", *rule) for rule in rules]
    paper.done.clear()
    fault.stop(paper, HIT)
    assert paper.done == [(f"pop_{what}", *rule) for rule in rules]


@pytest.mark.parametrize("restart", [True, False])
def test_a_crash_is_an_instant(restart: bool) -> None:
    paper, fault = Paper(), CrashSettings(target="web", at=1.0, restart=restart)
    fault.start(paper, HIT)
    fault.stop(paper, HIT)
    assert paper.done == [("crash", *one, restart) for one in BOTH]


def test_every_kind_is_tried_here() -> None:
    assert {type(case[0]) for case in CASES} | {CrashSettings} == set(get_args(FaultSettings))


@pytest.mark.parametrize(
    ("kind", "words", "message"),
    [
        (CrashSettings, {"lasts": 5.0}, "lasts has no meaning for a crash"),
        (SlowSettings, {"speed": 0.0}, "speed must be a share above 0"),
        (SlowSettings, {"speed": 1.5}, "speed must be a share above 0"),
        (ErrorsSettings, {"share": 1.5}, "share must be a share"),
        (LeakSettings, {"rate": 0.0}, "rate must be positive"),
    ],
)
def test_refuses_what_makes_no_sense(kind: Any, words: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        kind(target="web", at=1.0, **words)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({}, "one of refuse, slow and partial must be given"),
        ({"refuse": 1.5}, "refuse must be a share"),
        ({"partial": -0.5}, "partial must be a share"),
        ({"slow": -1.0}, "slow must not be negative"),
    ],
)
def test_an_actuator_that_is_well_is_no_fault(words: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        ActuatorSettings(at=1.0, **words)


def test_every_kind_says_when() -> None:
    for kind in get_args(FaultSettings):
        words = {
            name: {"target": "web", "share": 0.1, "rate": 1.0, "add": HALF, "path": "x", "to": 1.0}[
                name
            ]
            for name, one in kind.__dataclass_fields__.items()
            if one.default is one.default_factory
        }
        with pytest.raises(ValueError, match=r"^one of at, every and random must be given"):
            kind(**words)
