"""Verdicts: what may be said of two strategies, from numbers that can be checked by hand."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.core import UserError
from simlab.study.comparison import Comparison, answer
from simlab.study.judging import Difference
from simlab.study.measures import RunMeasures
from simlab.study.question import Question
from simlab.study.statistics import Estimate, quantile_of
from simlab.study.trials import Task, Trial
from simlab.telemetry import BUCKETS, bucket

Values = Sequence[float | None]


def a_trial(strategy: str, replication: int, latencies: Sequence[int], **total: Any) -> Trial:
    measures = {name.replace("__", "."): value for name, value in total.items()}
    histogram = np.array(latencies, np.int64) if len(latencies) else np.zeros(BUCKETS, np.int64)
    return Trial(
        task=Task(strategy=strategy, replication=replication, key=f"{strategy}{replication}"),
        seconds=0.0,
        measures=RunMeasures(total=measures),
        histograms={"sources.shoppers": histogram},
        curve=np.zeros(0, np.float32),
    )


def compared(columns: Mapping[str, Values | Mapping[str, Values]], **question: Any) -> Comparison:
    """Return the answer for columns of `cost` (or of several measures) by strategy."""
    by_name = {
        name: column if isinstance(column, Mapping) else {"cost": column}
        for name, column in columns.items()
    }
    measures = tuple(next(iter(by_name.values())))
    runs = len(next(iter(next(iter(by_name.values())).values())))
    asked = Question(
        scenario="shop",
        strategies=tuple(by_name),
        replications=runs,
        seed=1,
        measures=measures,
        **question,
    )
    return answer(
        asked,
        {
            name: [
                a_trial(name, run, (), **{m: column[m][run] for m in measures})
                for run in range(runs)
            ]
            for name, column in by_name.items()
        },
    )


def only(comparison: Comparison) -> Difference:
    [found] = comparison.found
    return found


LOW, HIGH = [1.0, 1.1, 0.9, 1.2, 0.8], [2.0, 2.0, 2.1, 2.1, 1.9]


def test_is_a_paired_difference() -> None:
    found = only(compared({"a": LOW, "b": HIGH}))
    gaps = [a - b for a, b in zip(LOW, HIGH, strict=True)]
    half = 2.7764451052 * np.std(gaps, ddof=1) / np.sqrt(5)
    assert found.estimate.mean == pytest.approx(-1.02)
    assert found.estimate.half == pytest.approx(half)
    assert found.relative.mean == pytest.approx(1.0 / 2.02 - 1)
    assert found.p is not None
    assert found.p < 0.001
    assert found.p_adjusted == found.p


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        pytest.param(LOW, HIGH, "better", id="less of what is better less"),
        pytest.param(HIGH, LOW, "worse", id="more of it"),
        pytest.param([1.0, 2.0, 3.0], [2.0, 1.0, 3.5], "not distinguishable", id="unsure"),
        pytest.param([1.0, 2.0], [2.0, 1.0], "not distinguishable", id="equal in the mean alone"),
        pytest.param(LOW, LOW, "identical", id="all differences exactly 0"),
        pytest.param([1.0, 2.0], [2.0, 3.0], "better", id="a difference without any spread"),
        pytest.param([1.0, None], [2.0, 3.0], "not available", id="one null is enough"),
        pytest.param([1.0], [2.0], "not available", id="a single replication has no spread"),
        pytest.param([1.0], [1.0], "identical", id="but can be identical"),
    ],
)
def test_verdicts(a: Values, b: Values, verdict: str) -> None:
    assert only(compared({"a": a, "b": b})).verdict == verdict


@pytest.mark.parametrize(
    ("measure", "verdict"),
    [
        pytest.param("goodput", "worse", id="less of what is better more"),
        pytest.param("requests", "lower", id="less of what is neither"),
        pytest.param("latency_p99", "better", id="a mean of quantiles, in terminating"),
    ],
)
def test_the_measure_s_direction_decides(measure: str, verdict: str) -> None:
    columns = {"a": {measure: LOW}, "b": {measure: HIGH}}
    assert only(compared(columns)).verdict == verdict
    mirrored = {"better": "worse", "worse": "better", "lower": "higher"}
    assert only(compared({"b": columns["b"], "a": columns["a"]})).verdict == mirrored[verdict]


def test_what_is_not_there_has_no_numbers() -> None:
    found = only(compared({"a": [1.0, None], "b": [2.0, 3.0]})).to_json()
    nothing = {"mean": None, "low": None, "high": None}
    assert {name: found[name] for name in nothing} == nothing
    assert found["relative"] == nothing
    assert found["p"] is found["p_adjusted"] is None


def test_a_single_replication_has_a_difference_without_an_interval() -> None:
    found = only(compared({"a": [1.0], "b": [2.0]}))
    assert found.estimate == Estimate(-1.0, None, None)
    assert found.relative == Estimate(-0.5, None, None)
    assert found.p is None


def test_a_certain_difference_has_p_0() -> None:
    found = only(compared({"a": [1.0, 2.0], "b": [2.0, 3.0]}))
    assert (found.estimate, found.p) == (Estimate(-1.0, -1.0, -1.0), 0.0)


def test_identical_has_p_1() -> None:
    found = only(compared({"a": LOW, "b": LOW}))
    assert (found.estimate, found.p) == (Estimate(0.0, 0.0, 0.0), 1.0)


def test_there_is_no_ratio_to_nothing() -> None:
    assert only(compared({"a": LOW, "b": [0.0] * 5})).relative == Estimate(None)


# Gaps with p just under 0.05 for themselves (t(4) = 2.8), not after Holm over two.
BARELY = [1.0, 1.0, 2.0, 2.0, 4.6]


def test_more_questions_ask_for_more_evidence() -> None:
    alone = only(compared({"a": [0.0] * 5, "b": BARELY}))
    assert alone.p is not None
    assert 0.025 < alone.p < 0.05
    assert alone.verdict == "better"
    two = {"cost": [0.0] * 5, "bad_share": [1.0, 2.0, 3.0, 2.0, 1.0]}
    other = {"cost": BARELY, "bad_share": [2.0, 1.0, 3.0, 3.0, 1.0]}
    first, second = compared({"a": two, "b": other}).found
    assert first.p_adjusted == 2 * (first.p or 0)
    assert first.verdict == second.verdict == "not distinguishable"


def test_what_cannot_be_tested_takes_no_evidence_away() -> None:
    two = {"cost": [0.0] * 5, "bad_share": [None] * 5}
    other = {"cost": BARELY, "bad_share": [1.0] * 5}
    first, second = compared({"a": two, "b": other}).found
    assert (first.verdict, second.verdict) == ("better", "not available")


@pytest.mark.parametrize(
    ("margin", "verdict"),
    [
        pytest.param(None, "not distinguishable", id="without a margin nothing is equivalent"),
        pytest.param(10.0, "equivalent", id="within a wide one"),
        pytest.param(0.05, "not distinguishable", id="not surely within a narrow one"),
    ],
)
def test_equivalence_needs_a_margin(margin: float | None, verdict: str) -> None:
    margins = {} if margin is None else {"cost": margin}
    found = compared({"a": [1.0, 2.0, 3.0], "b": [1.5, 1.5, 3.1]}, margin=margins)
    assert only(found).verdict == verdict


def test_a_sure_difference_that_does_not_matter_is_equivalent() -> None:
    assert only(compared({"a": LOW, "b": HIGH}, margin={"cost": 5.0})).verdict == "equivalent"


def test_margins_are_adjusted_among_themselves() -> None:
    # One-sided p of 0.03 for itself: enough alone, not where two margins were given.
    gap = {"cost": [0.0, 1.0, 2.0], "bad_share": [0.0, 1.0, 2.0]}
    base = {"cost": [0.0] * 3, "bad_share": [0.0] * 3}
    [alone, _] = compared({"a": gap, "b": base}, margin={"cost": 3.3}).found
    both = compared({"a": gap, "b": base}, margin={"cost": 3.3, "bad_share": 3.3}).found
    assert alone.verdict == "equivalent"
    assert {one.verdict for one in both} == {"not distinguishable"}


@pytest.mark.parametrize(
    ("columns", "best"),
    [
        pytest.param({"a": LOW, "b": HIGH}, ["a"], id="the better one"),
        pytest.param({"a": HIGH, "b": LOW}, ["b"], id="wherever it stands"),
        pytest.param({"a": LOW, "b": HIGH, "c": LOW}, ["a", "c"], id="both that are not worse"),
        pytest.param({"a": [1.0], "b": [2.0]}, ["a", "b"], id="all, if nothing can be said"),
        pytest.param({"a": LOW}, ["a"], id="the only one"),
    ],
)
def test_the_best_are_not_worse_than_any_other(
    columns: dict[str, list[float]], best: list[str]
) -> None:
    assert compared(columns).best == best


def test_only_the_first_measure_decides_who_is_best() -> None:
    a = {"cost": HIGH, "bad_share": LOW}
    b = {"cost": LOW, "bad_share": HIGH}
    assert compared({"a": a, "b": b}).best == ["b"]


def test_pairs_come_in_the_order_named() -> None:
    found = compared({"c": LOW, "a": HIGH, "b": LOW}).found
    assert [(one.a, one.b) for one in found] == [("c", "a"), ("c", "b"), ("a", "b")]


COLUMNS = st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=2, max_size=8)
MIRROR = {"better": "worse", "worse": "better"}


@given(COLUMNS, st.sampled_from([None, 0.5, 50.0]))
@settings(max_examples=60)
def test_swapping_two_strategies_swaps_what_is_said(
    pairs: list[tuple[float, float]], margin: float | None
) -> None:
    a, b = [x for x, _ in pairs], [y for _, y in pairs]
    margins = {} if margin is None else {"cost": margin}
    here = only(compared({"a": a, "b": b}, margin=margins))
    there = only(compared({"b": b, "a": a}, margin=margins))
    assert there.verdict == MIRROR.get(here.verdict, here.verdict)
    assert there.estimate.mean == -(here.estimate.mean or 0)
    assert there.p == here.p
    assert there.estimate.low == -(here.estimate.high or 0)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=8))
@settings(max_examples=40)
def test_a_strategy_and_its_copy_are_identical(values: list[float]) -> None:
    assert only(compared({"a": values, "copy": list(values)})).verdict == "identical"


# Steady state: quantiles are pooled.


def histograms(*rows: Mapping[float, int]) -> list[list[int]]:
    found = []
    for row in rows:
        counts = [0] * BUCKETS
        for latency, number in row.items():
            counts[bucket(latency)] += number
        found.append(counts)
    return found


QUICK = histograms({0.1: 99_000, 0.5: 1_000}, {0.1: 98_000, 0.5: 2_000}, {0.1: 99_500, 0.5: 500})
SLOW = histograms({0.2: 99_000, 0.9: 1_000}, {0.2: 98_000, 0.9: 2_000}, {0.2: 99_500, 0.9: 500})


def steady(
    columns: Mapping[str, Sequence[Sequence[int]]], measure: str = "latency_p99"
) -> Comparison:
    asked = Question(
        scenario="shop",
        strategies=tuple(columns),
        replications=3,
        seed=1,
        measures=(measure,),
        analysis="steady_state",
    )
    rank = {"latency_p99": 990, "latency_p999": 999}[measure]
    return answer(
        asked,
        {
            name: [
                a_trial(name, run, rows, **{measure: quantile_of(rows, rank)})
                for run, rows in enumerate(histogram)
            ]
            for name, histogram in columns.items()
        },
    )


def test_a_pooled_quantile_is_the_centre_and_the_runs_own_the_width() -> None:
    found = steady({"a": QUICK}).estimates["a"]["latency_p99"]
    pooled = quantile_of(np.sum(QUICK, axis=0), 990)
    own = [quantile_of(rows, 990) for rows in QUICK]
    assert pooled is not None
    error = np.sqrt(sum((q - pooled) ** 2 for q in own if q is not None) / 2 / 3)
    assert found.mean == pooled != pytest.approx(np.mean(own))  # type: ignore[arg-type]
    assert found.half == pytest.approx(4.3026527297 * error)


def test_a_difference_is_that_of_pooled_quantiles() -> None:
    found = only(steady({"a": QUICK, "b": SLOW}))
    quick, slow = (quantile_of(np.sum(rows, axis=0), 990) for rows in (QUICK, SLOW))
    assert quick is not None
    assert slow is not None
    assert found.estimate.mean == quick - slow
    assert found.relative.mean == pytest.approx(quick / slow - 1)
    gaps = [quantile_of(a, 990) - quantile_of(b, 990) for a, b in zip(QUICK, SLOW, strict=True)]  # type: ignore[operator]
    error = np.sqrt(sum((gap - (quick - slow)) ** 2 for gap in gaps) / 2 / 3)
    assert found.estimate.half == pytest.approx(4.3026527297 * error)


def test_leaving_a_run_out_leaves_its_histogram_out() -> None:
    found = only(steady({"a": QUICK, "b": SLOW})).relative
    ratios = []
    for run in range(3):
        rest = [at for at in range(3) if at != run]
        a, b = (
            quantile_of(np.sum([rows[at] for at in rest], axis=0), 990) for rows in (QUICK, SLOW)
        )
        ratios.append(a / b - 1)  # type: ignore[operator]
    spread = sum((ratio - np.mean(ratios)) ** 2 for ratio in ratios)
    assert found.half == pytest.approx(4.3026527297 * np.sqrt(spread * 2 / 3))


def test_a_thin_tail_is_not_judged() -> None:
    thin = [[count // 10 for count in rows] for rows in QUICK]
    comparison = steady({"a": thin, "b": SLOW})
    found = only(comparison)
    assert (found.verdict, found.p) == ("tail too thin", None)
    assert found.estimate.mean is not None
    assert comparison.thin == [("a", "latency_p99")]
    assert "latency_p99 of a: tail too thin" in comparison.notes()
    assert only(steady({"b": SLOW, "a": thin})).verdict == "tail too thin"
    assert not steady({"a": QUICK, "b": SLOW}).thin


def test_a_thin_tail_can_still_be_identical() -> None:
    assert only(steady({"a": QUICK, "b": QUICK}, "latency_p999")).verdict == "identical"


def test_what_is_no_quantile_is_a_mean_in_steady_state_too() -> None:
    found = compared({"a": LOW, "b": HIGH}, analysis="steady_state")
    assert only(found).estimate == only(compared({"a": LOW, "b": HIGH})).estimate


def test_a_measure_of_a_link_is_pooled_from_the_link() -> None:
    asked = Question(
        scenario="shop", strategies=("a",), replications=2, seed=1,
        measures=("links.web->cart.latency_p99",), analysis="steady_state",
    )  # fmt: skip
    trials = []
    for run, rows in enumerate(QUICK[:2]):
        one = a_trial("a", run, SLOW[0])
        one.measures.links["web->cart"] = {"latency_p99": 1.0}
        trials.append(
            Trial(
                task=one.task,
                seconds=0.0,
                measures=one.measures,
                curve=one.curve,
                histograms={**one.histograms, "links.web->cart": np.array(rows)},
            )
        )
    found = answer(asked, {"a": trials}).estimates["a"]
    assert found["links.web->cart.latency_p99"].mean == quantile_of(np.sum(QUICK[:2], axis=0), 990)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param({"strategies": ("a", "b", "a")}, "strategy a is named twice", id="twice"),
        pytest.param({"strategies": ()}, "at least one strategy", id="nobody"),
        pytest.param({"replications": 0}, "replications must be from 1 on, got 0", id="never"),
        pytest.param({"seed": -1}, "seed must be from 0 to .*, got -1", id="a seed below 0"),
        pytest.param({"seed": 2**63}, "seed must be from 0", id="a seed beyond a database"),
        pytest.param({"measures": ()}, "at least one measure", id="nothing"),
        pytest.param({"margin": {"cost": 0.0}}, "margin of cost must be positive", id="margin 0"),
        pytest.param({"margin": {"good": 1.0}}, "margin of good, which is not", id="unasked"),
    ],
)
def test_questions_that_make_no_sense(words: dict[str, Any], message: str) -> None:
    sense: dict[str, Any] = {
        "scenario": "shop", "strategies": ("a", "b"), "replications": 2, "seed": 1
    }  # fmt: skip
    with pytest.raises(UserError, match=message):
        Question(**(sense | words))


def test_a_question_comes_back_from_its_document() -> None:
    asked = Question(
        scenario="shop", strategies=("a", "b"), replications=2, seed=1, margin={"cost": 1.0},
        digests={"a": "1", "b": "2"}, warmup=30.0, analysis="steady_state",
    )  # fmt: skip
    assert Question.from_json(asked.to_json()) == asked


def test_runs_are_asked_for_evenly() -> None:
    asked = Question(
        scenario="shop", strategies=("a", "b"), replications=2, seed=1, digests={"a": "1", "b": "2"}
    )
    found = [(task.replication, task.strategy) for task in asked.tasks()]
    assert found == [(0, "a"), (0, "b"), (1, "a"), (1, "b")]
    assert len({task.key for task in asked.tasks()}) == 4


def test_every_pair_meets_once() -> None:
    names = ("a", "b", "c", "d")
    found = compared(dict.fromkeys(names, LOW)).found
    assert [(one.a, one.b) for one in found] == list(combinations(names, 2))
