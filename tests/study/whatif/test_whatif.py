"""What if: known faults in a small shop, asked about from Python."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import simlab
from simlab.scenario import Scenario
from simlab.study import RunFailedError
from simlab.study.whatif import WhatIf
from simlab.study.whatif import whatif as ask
from simlab.study.whatif.variants import family
from simlab.telemetry import Record

SHOP = """\
schema: simlab/scenario/v1
name: shop
duration: 3m
slo: {within: 250ms, objective: 99%}
cost: {core_hour: 1, bad_request: 0.001}
services:
  web: {replicas: 2, operations: {get: [{cpu: {dist: exponential, mean: 10ms}}, {call: db.read}]}}
  db: {replicas: 2, operations: {read: [{cpu: 5ms}]}}
  log: {operations: {write: [{cpu: 1ms}]}}
links: {all->all: {timeout: 1s}}
load:
  users: {to: web.get, shape: {kind: constant, rate: 10/s}}
  agents: {to: log.write, shape: {kind: constant, rate: 2/s}}
faults:
  errs: {kind: errors, target: db, at: 60s, lasts: 30s, share: 50%}
  dies: {kind: crash, target: db, at: 60s, restart: false}
  late: {kind: errors, target: web, at: 1h, share: 50%}
strategies:
  static: {}
  mended: {loops: {hand: {kind: script, target: all, steps: [{at: 80s, restart: [db]}]}}}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("shop") / "shop.yaml"
    path.write_text(SHOP)
    return simlab.load(path)


@pytest.fixture(scope="module")
def found(shop: Scenario) -> WhatIf:
    return simlab.whatif(shop, replications=4)


def test_a_fault_is_found_out_by_what_it_costs(found: WhatIf) -> None:
    errs = found.recovery("errs", "static")
    assert (errs.kind, errs.runs, errs.recovered) == ("errors", 4, 4)
    assert errs.started == 60.0
    assert errs.requests_lost.mean == pytest.approx(150, rel=0.2)  # 10/s, 30 s, half of them.
    assert errs.time_to_recover.mean == pytest.approx(30, abs=10.0)
    assert 0.3 < (errs.depth.mean or 0) < 0.8


def test_a_fault_that_nobody_mends_is_censored(found: WhatIf) -> None:
    dies = found.recovery("dies", "static")
    assert (dies.recovered, dies.acted) == (0, 0)
    assert dies.time_to_recover.mean == 120.0
    assert dies.requests_lost.mean == pytest.approx(1200, rel=0.1)
    assert dies.time_to_act.mean is None


def test_a_strategy_that_mends_acts_recovers_and_does_surely_better(found: WhatIf) -> None:
    mended = found.recovery("dies", "mended")
    assert (mended.acted, mended.recovered) == (4, 4)
    assert mended.time_to_act.mean == pytest.approx(20.0)
    assert (mended.time_to_recover.mean or 0) < 40.0
    assert any("mended" in line and "requests_lost" in line for line in found.verdicts())


def test_a_fault_that_never_came_has_no_numbers(found: WhatIf) -> None:
    late = found.recovery("late", "static")
    assert (late.runs, late.started, late.requests_lost.mean) == (0, None, None)
    rows = [one.difference.verdict for one in found.effects if one.fault == "late"]
    assert set(rows) == {"identical"}


def test_the_blast_radius_has_the_callers_and_nobody_else(found: WhatIf) -> None:
    assert found.blast_radius("dies", "static") == ["web", "db"]
    assert found.blast_radius("late", "static") == []


def test_what_is_alone_is_against_nothing_else(found: WhatIf) -> None:
    own = [one for one in found.effects if (one.fault, one.strategy) == ("errs", "static")]
    bad = next(one for one in own if one.difference.measure == "bad_share").difference
    assert bad.verdict == "worse"
    assert bad.estimate.mean == pytest.approx(150 / (12 * 180), rel=0.25)


def test_without_a_healer_there_are_no_false_alarms_to_count(found: WhatIf) -> None:
    assert found.calm["static"]["false_alarms"].mean is None


def test_among_takes_one_away_from_all(shop: Scenario) -> None:
    among = simlab.whatif(shop, ["static"], faults=["errs"], each="among", replications=2)
    lost = among.recovery("errs", "static").requests_lost.mean
    assert lost is not None
    assert lost < 20  # All is lost anyway: the other fault kills the database.
    alone = simlab.whatif(shop, ["static"], faults=["errs"], replications=2)
    assert (alone.recovery("errs", "static").requests_lost.mean or 0) > 100


def test_variants_name_what_is_in_them() -> None:
    own = family("s", ["a"], ["a", "b"], "among")
    assert [(one.name, one.faults) for one in own.all()] == [
        ("s", ()), ("s with all faults", ("a", "b")), ("s without a", ("b",)),
    ]  # fmt: skip
    assert [one.name for one in family("s", ["a"], ["a"], "among").all()] == [
        "s", "s with all faults",
    ]  # fmt: skip


def test_it_is_one_document_with_every_fault(found: WhatIf) -> None:
    document = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert list(document["faults"]) == ["errs", "dies", "late"]
    assert document["faults"]["dies"]["strategies"]["static"]["blast_radius"] == ["web", "db"]
    assert document["each"] == "alone"


def test_it_is_frames_and_a_figure(found: WhatIf) -> None:
    assert len(found.table()) == 6
    assert {"requests_lost", "requests_lost_low", "detected"} <= set(found.table().columns)
    assert len(found.differences("spread")) == 3 * 2 * 3
    assert {"contests", "service"} & set(found.differences("spread").columns) == {"service"}
    titles = {axes.get_title(loc="left") for axes in found.plot().axes}
    assert titles == {"requests lost", "time to recover (s)", "time to act (s)"}
    assert "&gt;=" in found._repr_html_() or "never" in found._repr_html_()


def refused(*_: object, **__: object) -> Record:
    raise AssertionError("a run was made again")


def test_what_was_run_is_not_run_again_and_jobs_change_nothing(
    shop: Scenario, tmp_path: Path
) -> None:
    words: dict[str, Any] = {"faults": ["errs"], "replications": np.int64(2), "seed": np.int64(1)}
    first = simlab.whatif(shop, ["static"], **words, store=tmp_path, jobs=2)
    again = ask(shop, ["static"], **words, store=tmp_path, simulate=refused)
    fresh = simlab.whatif(shop, ["static"], **words)
    assert first.to_json() == again.to_json() == fresh.to_json()
    with pytest.raises(RunFailedError, match="a run was made again"):
        ask(shop, ["static"], **words, simulate=refused)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"faults": ["dis"]}, "shop has no fault 'dis'; it has errs, dies, late"),
        ({"strategies": []}, "has no strategies"),
        ({"measures": ["costs"]}, "unknown measure 'costs'"),
        ({"each": "both"}, "each must be alone or among, got 'both'"),
        ({"replications": 2.5}, "replications must be a whole number, got 2.5"),
    ],
)
def test_what_is_wrong_is_said(shop: Scenario, words: dict[str, object], said: str) -> None:
    with pytest.raises(simlab.UserError, match=said):
        simlab.whatif(shop, **words)  # type: ignore[arg-type]


def test_there_are_three_kinds_of_difference_and_no_more(found: WhatIf) -> None:
    with pytest.raises(simlab.UserError, match="must be effects, spread, contests, got 'calm'"):
        found.differences("calm")


def test_a_scenario_without_faults_has_nothing_to_ask(tmp_path: Path) -> None:
    path = tmp_path / "calm.yaml"
    text = SHOP[: SHOP.index("faults:")] + SHOP[SHOP.index("strategies:") :]
    path.write_text(text)
    with pytest.raises(simlab.UserError, match="has no faults to be tried"):
        simlab.whatif(simlab.load(path))
