"""The figure of a comparison: intervals in their own units, what is sure, and that it can be read."""

from typing import Any

import pytest
from matplotlib.figure import Figure

from simlab import report
from simlab.report.comparison_figure import COLUMNS
from simlab.report.forest import LOOKS
from simlab.study.statistics import NOTHING, Estimate
from tests.report.made import MEASURES, VERDICTS, compared
from tests.report.texts import collisions, texts_in

ESTIMATES = {
    ("static", "latency_p99"): Estimate(0.2, 0.1, 0.4),
    ("hpa", "latency_p99"): Estimate(0.3, 0.25, 0.35),
}


def lines(axes: Any) -> list[tuple[list[float], list[float]]]:
    return [(list(line.get_xdata()), list(line.get_ydata())) for line in axes.get_lines()]


def labels(axes: Any) -> list[str]:
    return [text.get_text() for text in axes.get_yticklabels()]


def said(figure: Figure) -> set[str]:
    return {text.get_text() for text in texts_in(figure)}


def test_above_are_means_with_their_intervals() -> None:
    unsure = {("latency_p99", "static hpa"): "not distinguishable"}
    found = compared(
        ["static", "hpa"], measures=["latency_p99"], estimates=ESTIMATES, verdicts=unsure
    )
    means = report.comparison(found).axes[0]
    assert means.get_title(loc="left") == "latency_p99 (ms)"
    assert lines(means) == [
        ([100.0, 400.0], [0, 0]), ([200.0], [0]), ([250.0, 350.0], [1, 1]), ([300.0], [1]),
    ]  # fmt: skip
    assert labels(means) == ["static", "hpa"]


def test_below_are_differences_around_nothing() -> None:
    found = compared(
        ["a", "b", "c"], measures=["bad_share"], verdicts={("bad_share", "a b"): "worse"}
    )
    below = report.comparison(found).axes[1]
    assert labels(below) == ["a - b", "a - c", "b - c"]
    assert below.get_xlabel() == "difference (%)"
    zero, interval, point, *_ = lines(below)
    assert zero[0] == [0.0, 0.0]
    assert interval[0] == pytest.approx([-6.0, -4.0])
    assert point[0] == pytest.approx([-5.0])


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_verdict_has_a_look_and_the_look_is_explained(verdict: str) -> None:
    found = compared(["a", "b"], measures=["cost"], verdicts={("cost", "a b"): verdict})
    figure = report.comparison(found)
    tint, filled, shape = LOOKS[verdict]
    if verdict == "not available":
        assert "not available" in [text.get_text() for text in figure.axes[1].texts]
    else:
        point = figure.axes[1].get_lines()[-1]
        assert (point.get_color(), point.get_marker()) == (tint, shape)
        assert point.get_markerfacecolor() == (tint if filled else "white")
    [explained] = [
        text.get_text() for text in figure.legends[0].get_texts() if "★" not in text.get_text()
    ]
    assert explained.endswith(verdict)
    assert filled == (verdict in ("better", "worse", "higher", "lower"))


def test_the_best_have_a_star_where_they_are_surely_better() -> None:
    verdicts = {("cost", "a b"): "better", ("cost", "a c"): "not distinguishable",
                ("cost", "b c"): "not distinguishable"}  # fmt: skip
    figure = report.comparison(compared(["a", "b", "c"], measures=["cost"], verdicts=verdicts))
    assert labels(figure.axes[0]) == ["★ a", "b", "★ c"]
    assert "★ best in cost" in said(figure)


@pytest.mark.parametrize("verdict", ["not distinguishable", "identical", "higher"])
def test_nobody_has_a_star_where_nobody_is_surely_better(verdict: str) -> None:
    verdicts = {("cost", "a b"): verdict, ("bad_share", "a b"): "better"}
    found = compared(["a", "b"], measures=["cost", "bad_share"], verdicts=verdicts)
    figure = report.comparison(found)
    assert not [text for text in said(figure) if "★" in text]


@pytest.mark.parametrize(
    ("measure", "toward"),
    [("cost", "less is better"), ("goodput", "more is better"), ("requests", "")],
)
def test_it_is_said_which_way_is_better(measure: str, toward: str) -> None:
    [found] = report.comparison(compared(["a", "b"], measures=[measure])).axes[0].texts
    assert found.get_text() == toward


def test_a_margin_is_shaded() -> None:
    found = compared(["a", "b"], measures=["latency_p99"], margin={"latency_p99": 0.02})
    figure = report.comparison(found)
    bands: Any = figure.axes[1].patches
    [band] = bands
    assert (band.get_x(), band.get_width()) == pytest.approx((-20.0, 40.0))
    assert not figure.axes[0].patches


def test_what_is_not_available_is_said_and_a_single_run_has_no_interval() -> None:
    estimates = {("a", "cost"): NOTHING, ("b", "cost"): Estimate(2.0)}
    means = report.comparison(compared(["a", "b"], measures=["cost"], estimates=estimates)).axes[0]
    assert "not available" in [text.get_text() for text in means.texts]
    assert lines(means) == [([2.0], [1])]


def test_a_single_strategy_has_no_differences() -> None:
    figure = report.comparison(compared(["alone"]))
    assert len(figure.axes) == len(MEASURES)
    assert labels(figure.axes[0]) == ["alone"]
    assert not [text for text in said(figure) if text.startswith("difference")]


def test_many_measures_go_below_one_another() -> None:
    figure = report.comparison(compared(["a", "b"]))
    tops = {round(axes.get_position().y1, 4) for axes in figure.axes}
    assert len(MEASURES) > COLUMNS
    assert len(tops) == 4  # Two bands of means and differences.


def test_it_says_what_it_is_of() -> None:
    found = compared(["a", "b"])
    assert {"made: strategies compared", found.notes()[0]} <= said(report.comparison(found))


@pytest.mark.parametrize(
    ("count", "scale", "long"),
    [
        pytest.param(1, 1.0, False, id="one"),
        pytest.param(3, 12345.678, True, id="large numbers"),
        pytest.param(3, 1e-5, False, id="tiny numbers"),
        pytest.param(8, 1e-5, True, id="eight with long names"),
    ],
)
def test_no_text_lies_on_another(count: int, scale: float, long: bool) -> None:
    names = [f"strategy-with-a-long-name-{at}" if long else f"s{at}" for at in range(count)]
    figure = report.comparison(compared(names, scale=scale, margin={"cost": 0.01}))
    assert collisions(figure) == []
    assert figure.get_figwidth() == 10.0


def test_long_names_of_measures_have_room_above() -> None:
    figure = report.comparison(compared(["a", "b"], measures=MEASURES[:COLUMNS]))
    assert "links.web->cart.\nattempts_per_call" in said(figure)
    assert collisions(figure) == []


def test_long_names_keep_the_ends_in_which_they_differ() -> None:
    names = [f"strategy-with-a-long-name-{at}" for at in range(8)]
    figure = report.comparison(compared(names, measures=["cost"]))
    assert len(set(labels(figure.axes[0]))) == 8
