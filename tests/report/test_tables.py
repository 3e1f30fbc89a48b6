"""Tables of text: what is in them, and that they fit."""

from dataclasses import replace

import pytest

import simlab
from simlab import report
from simlab.report.tables import SHOWN, aligned, best_of, columns_of, contests_of
from simlab.scenario import parse
from simlab.study import Run
from simlab.study.statistics import NOTHING, Estimate
from simlab.telemetry import Event
from tests.report.made import compared, record, scaled

TEXT = """\
schema: simlab/scenario/v1
name: small
duration: 20s
slo: {within: 200ms}
services: {web: {replicas: 2, operations: {get: 30ms}}}
load: {users: {to: web.get, shape: {kind: constant, rate: 40/s}}}
"""
ESTIMATES = {
    ("static", "bad_share"): Estimate(0.0123, 0.0102, 0.0144),
    ("hpa", "bad_share"): Estimate(0.5),
    ("static", "cost"): Estimate(2.5, 2.25, 2.75),
    ("hpa", "cost"): NOTHING,
}


@pytest.fixture(scope="module")
def run() -> Run:
    return simlab.run(parse(TEXT, name="small.yaml"), seed=1)


def test_a_comparison_is_a_row_for_each_strategy_with_intervals() -> None:
    found = compared(["static", "hpa"], measures=["cost", "bad_share"], estimates=ESTIMATES)
    assert report.comparison_text(found).splitlines()[:5] == [
        "made: mean [95 % interval] of 10 replications",
        "",
        "             cost (money)      bad_share (%)",
        "static  2.50 [2.25, 2.75]  1.23 [1.02, 1.44]",
        "hpa                     -                 50",
    ]


def test_below_are_all_verdicts_the_best_and_the_notes() -> None:
    verdicts = {("cost", "a b"): "better", ("bad_share", "a b"): "worse"}
    found = compared(["a", "b"], measures=["cost", "bad_share"], verdicts=verdicts)
    below = report.comparison_text(found).split("\n\n", 2)[2]
    assert below == "\n".join(
        [*found.verdicts(), "", "best in cost: a", *(f"({note})" for note in found.notes())]
    )


@pytest.mark.parametrize(
    ("names", "verdict", "said"),
    [
        pytest.param(["a", "b"], "better", "cost: a", id="a surely is"),
        pytest.param(["a", "b"], "worse", "cost: b", id="b surely is"),
        pytest.param(
            ["a", "b"], "identical", "cost: none is surely better than the others", id="neither is"
        ),
        pytest.param(["a"], "", "cost: a, compared with none", id="alone"),
    ],
)
def test_the_best_is_named_where_it_surely_is(names: list[str], verdict: str, said: str) -> None:
    assert best_of(compared(names, measures=["cost"], verdicts={("cost", "a b"): verdict})) == said


def test_a_wide_table_is_folded() -> None:
    found = compared(["a", "b"])
    whole, folded = report.comparison_text(found), report.comparison_text(found, 70)
    table = folded.split("\n\n")[1:3]
    assert all(len(line) <= 70 for part in table for line in part.splitlines())
    assert all(part.splitlines()[1].startswith("a ") for part in table)
    for column in columns_of(found):
        assert column.head in folded
        assert all(cell in folded for cell in column.cells)
    assert len(whole.splitlines()) < len(folded.splitlines())


def test_a_table_is_folded_where_it_would_be_a_letter_too_wide() -> None:
    rows = [["a", "1", "2"], ["b", "10", "20"]]
    assert aligned(rows, width=9) == ["a   1   2", "b  10  20"]
    assert aligned(rows, width=8) == ["a   1", "b  10", "", "a   2", "b  20"]


def test_a_column_that_is_too_wide_stands_alone() -> None:
    assert aligned([["a", "x" * 30, "y" * 30]], width=20) == [
        "a  " + "x" * 30,
        "",
        "a  " + "y" * 30,
    ]


def test_a_run_tells_sums_and_parts(run: Run) -> None:
    text = report.run_text(run)
    assert text.startswith("small, no strategy, seed 1, engine reference\n\nrequests ")
    told = {line.split()[0] for line in text.splitlines() if line}
    assert {*SHOWN, "source", "users", "service", "web", "link", "users->web"} <= told
    assert f"{run.summary['requests']:,.0f}" in text
    assert all(len(line) <= 50 for line in report.run_text(run, width=50).splitlines())


def test_a_run_tells_what_is_asked_for(run: Run) -> None:
    text = report.run_text(run, ["goodput", "services.web.core_utilization", "time_to_act"][:2])
    head, _, *rows = text.splitlines()
    assert head.startswith("small")
    assert [row.split()[0] for row in rows] == ["goodput", "services.web.core_utilization"]
    share = run.measures.get("services.web.core_utilization")
    assert share is not None
    assert rows[1].endswith(f"{share * 100:.4g} %")


def test_contests_are_counted_by_who_won_over_whom() -> None:
    names = ["b over a", "a over b", "b over a"]
    events = [Event(at=9.0, kind="contest", who="a", data={"name": name}) for name in names]
    left = record([*events, scaled(5.0, "web", 3)], services={"web": {}})
    assert contests_of(left) == [["contest", "times"], ["b over a", "2"], ["a over b", "1"]]


def test_a_run_tells_its_contests_if_there_are_any(run: Run) -> None:
    assert "contest" not in report.run_text(run)
    event = Event(at=9.0, kind="contest", who="b", data={"name": "b over a"})
    fought = replace(run, record=replace(run.record, events=[*run.record.events, event]))
    assert report.run_text(fought).splitlines()[-2:] == ["contest   times", "b over a      1"]
