"""Reports: what figures hold, what tables say, how a picture is saved."""

from pathlib import Path

import pytest

import simlab
from simlab import report
from simlab.core import UserError
from simlab.report.quantities import clock, figures, human
from simlab.scenario import parse
from simlab.study import Comparison, Run

TEXT = """\
schema: simlab/scenario/v1
name: small
duration: 60s
slo: {within: 200ms}
services:
  web: {replicas: 2, boot: 2s, operations: {get: [{cpu: 30ms}, {call: db.read}]}}
  db:  {replicas: 2, operations: {read: 5ms}}
links: {all->all: {timeout: 1s}}
load: {users: {to: web.get, shape: {kind: constant, rate: 40/s}}}
faults:
  limp: {kind: slow, target: db, speed: 20%, at: 20s, lasts: 10s}
  dies: {kind: crash, target: db, replicas: 1, at: 40s}
telemetry: {scrape: 1s, window: 5s}
strategies:
  two: {}
  more:
    loops: {web: {kind: script, steps: [{at: 10s, scale: {web: 4}}, {at: 30s, scale: {web: 3}}]}}
"""


@pytest.fixture(scope="module")
def run() -> Run:
    return simlab.run(parse(TEXT, name="small.yaml"), "more", seed=1)


@pytest.fixture(scope="module")
def found() -> Comparison:
    return simlab.compare(parse(TEXT, name="small.yaml"), replications=4, seed=1)


def texts(axes: object) -> list[str]:
    return [one.get_text() for one in axes.texts]  # type: ignore[attr-defined]


def test_a_timeline_shows_load_latency_replicas_faults_and_decisions(run: Run) -> None:
    figure = report.timeline(run.record, run.world)
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "load (1/s)", "latency (ms)", "bad (%)", "replicas", "cpu (% of request)",
    ]  # fmt: skip
    assert {"limp (slow)", "dies (crash)"} <= set(texts(figure.axes[0]))
    legend = {text.get_text() for text in figure.axes[3].get_legend().get_texts()}
    assert {"web ready", "scaled up", "scaled down", "crash"} <= legend
    assert all(axes.patches for axes in figure.axes[:1])


def test_a_timeline_marks_decisions_when_they_were_made(run: Run) -> None:
    lines = report.timeline(run.record, run.world).axes[3].get_lines()
    marks = {line.get_label(): list(line.get_xdata()) for line in lines}
    assert marks["scaled up"] == [10.0]
    assert marks["scaled down"] == [30.0]
    assert marks["crash"] == [40.0]


def test_a_comparison_shows_an_interval_for_each_strategy_and_pair(found: Comparison) -> None:
    figure = report.comparison(found)
    measures = found.question.measures
    assert figure.axes[0].get_title().startswith("cost")
    assert len(figure.axes[0].containers) == len(found.strategies)
    below = figure.axes[len(measures)]
    assert [text.get_text() for text in below.get_yticklabels()] == ["two - more"]


def test_nobody_is_called_best_who_is_not_surely_so(found: Comparison) -> None:
    labels = [text.get_text() for text in report.comparison(found).axes[0].get_yticklabels()]
    surely = len(found.best) < len(found.strategies)
    marked = [label.removesuffix(" (best)") for label in labels if label.endswith("(best)")]
    assert marked == (found.best if surely else [])


def test_a_comparison_in_words(found: Comparison) -> None:
    text = report.comparison_text(found)
    assert all(sentence in text for sentence in found.verdicts())
    assert all(strategy in text for strategy in found.strategies)
    assert "over luck" in text


def test_a_run_in_words(run: Run) -> None:
    text = report.run_text(run)
    assert "small, more, seed 1" in text
    assert f"{run.summary['requests']:,.0f}" in text
    assert all(name in text for name in ("users", "web", "db", "bad_share"))


def test_a_picture_is_whole_or_not_there(run: Run, tmp_path: Path) -> None:
    report.save(run.plot(), tmp_path / "a" / "run.png")
    assert [one.name for one in (tmp_path / "a").iterdir()] == ["run.png"]
    again = tmp_path / "again.png"
    report.save(run.plot(), again)
    assert again.read_bytes() == (tmp_path / "a" / "run.png").read_bytes()
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        report.save(run.plot(), tmp_path / "file" / "run.png")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0004, "s", "0.4 ms"),
        (2.5, "s", "2.5 s"),
        (0.0312, "ratio", "3.12 %"),
        (12345.6, "1", "12,346"),
        (None, "s", "-"),
        (3.25, "h", "3.25 h"),
    ],
)
def test_quantities_as_people_read_them(value: float | None, unit: str, text: str) -> None:
    assert human(value, unit) == text


def test_figures_and_clocks() -> None:
    assert [figures(value) for value in (0.0, 0.000123, float("nan"))] == ["0", "0.000123", "-"]
    assert [clock(value) for value in (0.0, 59.5, 3661.0)] == ["0s", "59.5s", "1h1m1s"]
