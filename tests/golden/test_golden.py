"""Whole runs against what they gave when somebody last looked: see the README beside this file."""

import json
import math
import platform
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from math import isclose
from pathlib import Path
from typing import Any, Final

import pytest

import simlab
from simlab.model import MODEL_VERSION
from simlab.study import Run

HERE: Final = Path(__file__).parent
SEED: Final = 1
CLOSE: Final = 1e-9  # Relative, where floats may differ in their last bits.
FUNCTIONS: Final = (
    math.log, math.log1p, math.exp, math.expm1, math.sqrt, math.sin, math.erfc, math.lgamma,
)  # fmt: skip

# What must have happened in a scenario, so that its numbers say something of its area.
HAPPENS: Final[Mapping[str, tuple[str, ...]]] = {
    "chain": (
        "links.mid->back.outcomes.open",
        "links.mid->back.outcomes.limited",
        "links.mid->back.outcomes.error",
        "links.web->mid.outcomes.overloaded",
        "links.web->mid.outcomes.timeout",
        "events.breaker half_open",
        "events.breaker closed",
    ),
    "branches": (
        "sources.shoppers.outcomes.degraded",
        "sources.robots.outcomes.degraded",
        "links.web->stock.outcomes.timeout",
        "links.web->stock.outcomes.error",
    ),
    "faults": (
        "services.web.restarts",
        "links.web->db.outcomes.refused",
        "links.web->db.outcomes.error",
        "links.users->web.outcomes.timeout",
        "events.fault pause",
        "events.fault slow",
        "events.fault delay",
        "events.fault set",
    ),
    "broken": (
        "services.web.restarts",
        "links.web->db.outcomes.error",
        "links.web->db.outcomes.timeout",
        "links.users->web.outcomes.timeout",
        "links.users->web.outcomes.error",
        "measures.scaling_operations",
        "events.log evict",
        "events.log config",
        "events.log crash",
        *(
            f"events.fault {kind}"
            for kind in ("crash_loop", "boot_fails", "evict", "fast_errors", "unreachable")
        ),
        *(f"events.fault {kind}" for kind in ("cpu_hog", "disk_fill", "clock_skew", "loss")),
        *(f"events.fault {kind}" for kind in ("partition", "surge", "bad_config", "controller")),
        *(f"events.fault {kind}_metrics" for kind in ("noisy", "biased", "late")),
        "events.fault scrape_fails",
    ),
    "blind": ("measures.scaling_operations", "measures.reversals", "faults.stale.time_to_act"),
    "users": (
        "links.crowd->web.outcomes.overloaded",
        "links.crowd->web.outcomes.timeout",
        "links.steady->web.outcomes.overloaded",
    ),
    "memory": (
        "services.web.killed",
        "services.db.killed",
        "measures.gib_hours",
        "sources.users.outcomes.unavailable",
        "events.log out_of_memory",
    ),
    "hpa": ("measures.scaling_operations", "services.web.theta_O", "events.log drain"),
    "pid": ("measures.scaling_operations", "services.web.theta_O", "events.log ready"),
}


def scenarios() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.yaml"))


def platform_line() -> str:
    """Return what floats depend on here: the C library, and what its functions give."""
    numbers = sha256()
    for function in FUNCTIONS:
        for k in range(1, 1001):
            numbers.update(function(k / 997.0).hex().encode())
    libc = " ".join(platform.libc_ver()).strip() or platform.system()
    return f"{platform.machine()}, {libc}, libm {numbers.hexdigest()[:16]}"


def golden(name: str) -> dict[str, Any]:
    """Return what is compared of the runs of a scenario: one for each of its strategies."""
    scenario = simlab.load(HERE / f"{name}.yaml")
    return {
        "platform": platform_line(),
        "model_version": MODEL_VERSION,
        "runs": {
            strategy or "no strategy": numbers(simlab.run(scenario, strategy, seed=SEED))
            for strategy in scenario.strategies or (None,)
        },
    }


def numbers(run: Run) -> dict[str, float]:
    """Return every number of a run by its path, and how often each thing happened."""
    found = {path: value for path, value in flat(run.to_json()) if isinstance(value, int | float)}
    found["ended"] = run.record.ended
    words = ("status", "state", "kind")
    events = Counter(
        f"{one.kind} {next((one.data[word] for word in words if word in one.data), '')}".strip()
        for one in run.record.events
    )
    return found | {f"events.{what}": count for what, count in sorted(events.items())}


def flat(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return what differs; floats may by `CLOSE` where the two come of different platforms."""
    exact = then["platform"] == now["platform"]
    before, after = dict(flat(then["runs"])), dict(flat(now["runs"]))
    return [
        f"{path}: {before.get(path, 'not there')} then, {after.get(path, 'not there')} now"
        for path in dict.fromkeys([*before, *after])
        if not alike(before.get(path), after.get(path), exact=exact)
    ]


def alike(then: float | None, now: float | None, *, exact: bool) -> bool:
    if exact or not (isinstance(then, float) and isinstance(now, float)):
        return then == now
    return isclose(then, now, rel_tol=CLOSE)


@pytest.mark.parametrize("name", scenarios())
def test_a_run_gives_what_it_gave(name: str, update_golden: bool) -> None:
    path, now = HERE / f"{name}.json", golden(name)
    if update_golden:
        path.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    then = json.loads(path.read_text(encoding="utf-8"))
    assert then["model_version"] == MODEL_VERSION, "of another model: bless it (see the README)"
    assert differences(then, now) == [], "if it is meant: raise MODEL_VERSION, and bless it"


@pytest.mark.parametrize("name", scenarios())
def test_what_a_scenario_is_about_happens_in_it(name: str) -> None:
    runs = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))["runs"]
    for path in HAPPENS[name]:
        assert any(run.get(path, 0) > 0 for run in runs.values()), path


def test_each_scenario_has_its_file_and_its_words() -> None:
    assert scenarios() == sorted(path.stem for path in HERE.glob("*.json"))
    assert scenarios() == sorted(HAPPENS)


@pytest.mark.parametrize("name", scenarios())
def test_nothing_in_a_scenario_is_surely_unmeant(name: str) -> None:
    assert simlab.check(HERE / f"{name}.yaml") == ([], [])


@pytest.mark.parametrize(
    ("platform", "change", "told"),
    [
        pytest.param("here", {}, 0, id="nothing"),
        pytest.param("here", {"cost": 1.0 + 2e-16}, 1, id="a last bit, on the same platform"),
        pytest.param("there", {"cost": 1.0 + 2e-16}, 0, id="a last bit, on another"),
        pytest.param("there", {"cost": 1.0 + 2e-9}, 1, id="more than that, on another"),
        pytest.param("there", {"requests": 8}, 1, id="a count, on another"),
        pytest.param("there", {"more": 1}, 1, id="a number that was not there"),
    ],
)
def test_differences_are_told(platform: str, change: dict[str, float], told: int) -> None:
    then = {"platform": "here", "runs": {"s": {"requests": 7, "cost": 1.0}}}
    now = {"platform": platform, "runs": {"s": {"requests": 7, "cost": 1.0} | change}}
    assert len(differences(then, now)) == told
