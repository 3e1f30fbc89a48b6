"""Each kind pushes its own rule and pops that rule; what it refuses."""

from math import inf
from typing import Any, get_args

import pytest

from simlab.core import Constant
from simlab.faults import (
    Actuator,
    ActuatorSettings,
    BadConfigSettings,
    Biased,
    BiasedMetricsSettings,
    BootFails,
    BootFailsSettings,
    ClockSkewSettings,
    ControllerSettings,
    CpuHogSettings,
    CrashLoop,
    CrashLoopSettings,
    CrashSettings,
    Cut,
    Delay,
    DelaySettings,
    DiskFillSettings,
    ErrorsSettings,
    EvictSettings,
    Fail,
    FailFast,
    FastErrorsSettings,
    FaultSettings,
    Fill,
    Halt,
    Hit,
    Hog,
    Late,
    LateMetricsSettings,
    Leak,
    LeakSettings,
    Lose,
    LossSettings,
    Misset,
    Missing,
    MissingMetricsSettings,
    Noisy,
    NoisyMetricsSettings,
    Override,
    PartitionSettings,
    Pause,
    PauseSettings,
    Rule,
    ScrapeFails,
    ScrapeFailsSettings,
    SetSettings,
    Skew,
    Slow,
    SlowSettings,
    Stale,
    StaleMetricsSettings,
    Surge,
    SurgeSettings,
    UnreachableSettings,
    Vanish,
)
from simlab.telemetry.record import INSTANTS

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


def links(rule: Rule) -> tuple[str, list[tuple[Any, ...]]]:
    return "link", [("a->b", rule), ("c->d", rule)]


def metrics(rule: Rule) -> tuple[str, list[tuple[Any, ...]]]:
    return "metrics", [(*target, rule) for target in TARGETS]


CASES: list[tuple[FaultSettings, str, list[tuple[Any, ...]]]] = [
    (PauseSettings(target="web", at=1.0), *replicas(Pause(KEY))),
    (SlowSettings(target="web", at=1.0, speed=0.3), *replicas(Slow(KEY, 0.3))),
    (ErrorsSettings(target="web", at=1.0, share=0.3), *replicas(Fail(KEY, 0.3))),
    (LeakSettings(target="web", at=1.0, rate=7.0), *replicas(Leak(KEY, 7.0))),
    (
        FastErrorsSettings(target="web", at=1.0, share=0.3, after=0.5),
        *replicas(FailFast(KEY, 0.3, 0.5)),
    ),
    (UnreachableSettings(target="web", at=1.0), *replicas(Vanish(KEY))),
    (CpuHogSettings(target="web", at=1.0, cores=0.5), *replicas(Hog(KEY, 0.5))),
    (DiskFillSettings(target="web", at=1.0, size=9.0), *replicas(Fill(KEY, 9.0))),
    (ClockSkewSettings(target="web", at=1.0, by=-2.0), *replicas(Skew(KEY, -2.0))),
    (
        BootFailsSettings(target="web", at=1.0, share=0.3),
        "service",
        [("web", BootFails(KEY, 0.3))],
    ),
    (DelaySettings(target="b", at=1.0, add=HALF), *links(Delay(KEY, HALF))),
    (LossSettings(target="b", at=1.0, share=0.3), *links(Lose(KEY, 0.3))),
    (PartitionSettings(target="b", at=1.0), *links(Cut(KEY))),
    (SurgeSettings(target="users", at=1.0, factor=3.0), "source", [("users", Surge(KEY, 3.0))]),
    (StaleMetricsSettings(target="all", at=1.0), *metrics(Stale(KEY))),
    (MissingMetricsSettings(target="all", at=1.0), *metrics(Missing(KEY))),
    (NoisyMetricsSettings(target="all", at=1.0, cv=0.5), *metrics(Noisy(KEY, 0.5))),
    (BiasedMetricsSettings(target="all", at=1.0, factor=2.0), *metrics(Biased(KEY, 2.0))),
    (LateMetricsSettings(target="all", at=1.0, by=2.0), *metrics(Late(KEY, 2.0))),
    (ScrapeFailsSettings(target="all", at=1.0, share=0.5), *metrics(ScrapeFails(KEY, 0.5))),
    (ControllerSettings(loop="a", at=1.0), "loop", [(Halt(KEY, "a", True),)]),
    (ControllerSettings(loop="a", at=1.0, how="pause"), "loop", [(Halt(KEY, "a", False),)]),
    (
        BadConfigSettings(at=1.0, path="services.web.slots", to=3.0),
        "setting",
        [(Misset(KEY, "services.web.slots", 3.0),)],
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


@pytest.mark.parametrize(
    ("fault", "what", "rules"), CASES, ids=lambda one: getattr(one, "kind", "")
)
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


def test_an_eviction_is_an_instant() -> None:
    paper, fault = Paper(), EvictSettings(target="web", at=1.0)
    fault.start(paper, HIT)
    fault.stop(paper, HIT)
    assert paper.done == [("evict", *one) for one in BOTH]


def test_a_crash_loop_crashes_at_once_and_bends_until_its_end() -> None:
    paper, fault = Paper(), CrashLoopSettings(target="web", at=1.0)
    fault.start(paper, HIT)
    assert paper.done == [
        step
        for one in BOTH
        for step in (("push_replica", *one, CrashLoop(KEY)), ("crash", *one, True))
    ]
    paper.done.clear()
    fault.stop(paper, HIT)
    assert paper.done == [("pop_replica", *one, CrashLoop(KEY)) for one in BOTH]


def test_every_kind_is_tried_here() -> None:
    apart = {CrashSettings, EvictSettings, CrashLoopSettings}
    assert {type(case[0]) for case in CASES} | apart == set(get_args(FaultSettings))


def test_records_know_which_kinds_are_instants() -> None:
    kinds = get_args(FaultSettings)
    instants = {kind.__dataclass_fields__["kind"].default for kind in kinds if kind.instant}
    assert instants == set(INSTANTS)


@pytest.mark.parametrize(
    ("kind", "words", "message"),
    [
        (CrashSettings, {"lasts": 5.0}, "lasts has no meaning for a crash"),
        (SlowSettings, {"speed": 0.0}, "speed must be a share above 0"),
        (SlowSettings, {"speed": 1.5}, "speed must be a share above 0"),
        (ErrorsSettings, {"share": 1.5}, "share must be a share"),
        (LeakSettings, {"rate": 0.0}, "rate must be positive"),
        (EvictSettings, {"lasts": 5.0}, "lasts has no meaning for an eviction"),
        (FastErrorsSettings, {"share": -0.5}, "share must be a share"),
        (FastErrorsSettings, {"share": 0.5, "after": -1.0}, "after must not be negative"),
        (BootFailsSettings, {"share": 1.5}, "share must be a share"),
        (LossSettings, {"share": 1.5}, "share must be a share"),
        (ScrapeFailsSettings, {"share": 1.5}, "share must be a share"),
        (CpuHogSettings, {"cores": 0.0}, "cores must be positive"),
        (DiskFillSettings, {"size": 0.0}, "size must be positive"),
        (ClockSkewSettings, {"by": 0.0}, "by must be a time other than 0"),
        (ClockSkewSettings, {"by": inf}, "by must be a time other than 0"),
        (SurgeSettings, {"factor": -1.0}, "factor must not be negative"),
        (NoisyMetricsSettings, {"cv": 0.0}, "cv must be positive"),
        (BiasedMetricsSettings, {"factor": -1.0}, "factor must not be negative"),
        (LateMetricsSettings, {"by": 0.0}, "by must be positive"),
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


NEEDED: dict[str, Any] = {
    "target": "web",
    "share": 0.1,
    "rate": 1.0,
    "add": HALF,
    "path": "x",
    "to": 1.0,
    "size": 1.0,
    "by": 1.0,
    "cv": 1.0,
    "factor": 2.0,
    "loop": "a",
}


def test_every_kind_says_when() -> None:
    for kind in get_args(FaultSettings):
        words = {
            name: NEEDED[name]
            for name, one in kind.__dataclass_fields__.items()
            if one.default is one.default_factory
        }
        with pytest.raises(ValueError, match=r"^one of at, every and random must be given"):
            kind(**words)
