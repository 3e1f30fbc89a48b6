"""Sweeps as figures and tables: each value where its factor says, in its own unit, readable."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from simlab import report
from simlab.report.sweep_figure import COLUMNS, axis_of, panels_of
from simlab.report.sweep_tables import ROWS, TURNS, table_of
from simlab.scenario import Point
from simlab.scenario.values import Value
from simlab.study.statistics import Estimate
from simlab.study.sweeps import Spot, Sweep
from tests.report.made import compared
from tests.report.test_html import texts
from tests.report.texts import collisions, texts_in

BOOT, SCALE = "services.web.boot.mean", "load.users.scale"


def value(path: str, one: float | str) -> Value:
    number = one if isinstance(one, int | float) else None
    unit = "s" if path == BOOT and number is not None else ""
    return Value(path, str(one), number, unit)


def sweep(
    factors: Mapping[str, Sequence[float | str]],
    verdicts: Mapping[Any, str] | None = None,
    strategies: Sequence[str] = ("static", "hpa"),
    measures: Sequence[str] = ("cost", "latency_p99"),
) -> Sweep:
    """Return a sweep crossed of `factors`; at the point `at` static costs 1 + at, hpa 10 - at."""
    points: list[dict[str, Value]] = [{}]
    for path, values in factors.items():
        points = [{**point, path: value(path, one)} for point in points for one in values]
    spots = []
    for at, point in enumerate(points):
        estimates = {
            (name, measure): Estimate(mean, mean - 0.5, mean + 0.5)
            for name, mean in zip(strategies, (1.0 + at, 10.0 - at, 20.0), strict=False)
            for measure in measures
        }
        said = (verdicts or {}).get(at, "not distinguishable")
        pair = f"{strategies[0]} {strategies[1]}" if len(strategies) > 1 else ""
        found = compared(
            list(strategies), measures=list(measures), estimates=estimates,
            verdicts={("cost", pair): said},
        )  # fmt: skip
        spots.append(Spot(scenario="shop", point=Point(point), comparison=found))
    return Sweep(name="asked", axes=tuple((path,) for path in factors), spots=tuple(spots))


GRID = {BOOT: [5.0, 10.0, 20.0], SCALE: [1.0, 2.0]}


def test_a_panel_for_each_measure_and_value_of_the_other_factor() -> None:
    figure = report.sweep(sweep(GRID))
    assert len(figure.axes) == 4
    first, second, *_ = figure.axes
    static, hpa = [line for line in first.get_lines() if len(line.get_xdata()) == 3]
    assert list(static.get_xdata()) == [5, 10, 20]
    assert list(static.get_ydata()) == [1, 3, 5]
    assert list(hpa.get_ydata()) == [10, 8, 6]
    other = next(line for line in second.get_lines() if len(line.get_xdata()) == 3)
    assert list(other.get_ydata()) == [2, 4, 6]
    assert (first.get_ylim(), first.get_title(loc="left")) == (second.get_ylim(), "cost (money)")
    assert figure.axes[2].get_xlabel() == "boot.mean (s)"
    words = {text.get_text() for text in texts_in(figure)}
    assert {"users.scale=1.0", "users.scale=2.0", "static", "hpa"} <= words


def test_bands_are_the_intervals() -> None:
    panel = report.sweep(sweep({BOOT: [5.0, 10.0]})).axes[0]
    [band, _] = panel.collections
    corners = {(float(x), float(y)) for x, y in band.get_paths()[0].vertices}
    assert {(5.0, 0.5), (5.0, 1.5), (10.0, 1.5), (10.0, 2.5)} <= corners


def test_points_are_filled_where_their_strategy_is_surely_best() -> None:
    panel = report.sweep(sweep({BOOT: [5.0, 10.0]}, {0: "better", 1: "worse"})).axes[0]
    dots = [line for line in panel.get_lines() if len(line.get_xdata()) == 1]
    filled = [line.get_markerfacecolor() != "white" for line in dots]
    assert filled == [True, False, False, True]  # static at 5 and 10, hpa at 5 and 10


@pytest.mark.parametrize(
    ("values", "labels", "logarithmic"),
    [
        pytest.param([1.0, 5.0], (), False, id="numbers"),
        pytest.param([1.0, 10.0, 100.0], (), True, id="numbers of many sizes"),
        pytest.param([0.0, 100.0], (), False, id="nothing has no logarithm"),
        pytest.param(
            ["none", "{kind: p2c}", 3.0], ("none", "{kind: p2c}", "3.0"), False, id="words"
        ),
    ],
)
def test_the_axis_is_as_its_values(
    values: list[float | str], labels: tuple[str, ...], *, logarithmic: bool
) -> None:
    found = axis_of(sweep({SCALE: values}))
    assert (found.labels, found.logarithmic) == (labels, logarithmic)
    report.sweep(sweep({SCALE: values})).draw_without_rendering()


@pytest.mark.parametrize(
    "factors",
    [
        pytest.param({BOOT: [5.0]}, id="one point"),
        pytest.param(GRID, id="two factors"),
        pytest.param({**GRID, "services.a.replicas": [1.0, 2.0]}, id="three factors"),
        pytest.param({"links.a->b.breaker": ["none", "{kind: a}"], **GRID}, id="words first"),
    ],
)
def test_texts_do_not_lie_on_one_another(factors: dict[str, list[float | str]]) -> None:
    measures = ("cost", "bad_share", "latency_p99", "replica_hours")
    assert collisions(report.sweep(sweep(factors, measures=measures))) == []


def test_what_has_no_room_is_counted() -> None:
    many = sweep({BOOT: [1.0, 2.0], SCALE: [float(at) for at in range(9)]},
                 measures=("cost", "bad_share", "latency_p99", "replica_hours", "goodput"))  # fmt: skip
    assert len(panels_of(many)) == 9
    words = {text.get_text() for text in texts_in(report.sweep(many))}
    assert {"left out: 1 more measures", f"left out: {9 - COLUMNS} more panels"} <= words


def test_a_table_has_each_point_and_strategy_and_stars_the_best() -> None:
    found = sweep(GRID, {0: "better", 5: "worse"})
    head, *rows = table_of(found)
    assert head == ["boot.mean", "users.scale", "strategy", "cost (money)", "latency_p99 (s)"]
    assert len(rows) == 12
    assert rows[0] == ["5.0", "1.0", "★ static", "1.00 [0.50, 1.50]", "1.00 [0.50, 1.50]"]
    starred = [(row[0], row[1], row[2]) for row in rows if row[2].startswith("★")]
    assert starred == [("5.0", "1.0", "★ static"), ("20.0", "2.0", "★ hpa")]
    text = report.sweep_text(found)
    assert "best in cost: static at 1 of 6 points; hpa at 1 of 6 points; none is surely" in text
    assert text.endswith(")")


def test_turns_are_told_and_counted() -> None:
    verdicts = {at: "better" if at % 2 == 0 else "worse" for at in range(60)}
    found = sweep({BOOT: [float(at) for at in range(60)]}, verdicts)
    text = report.sweep_text(found)
    turn = "static beats hpa on cost at boot.mean=0.0, and loses to it at boot.mean=1.0"
    assert turn in text.splitlines()
    assert f"... and {59 - TURNS} more turns" in text
    assert f"... and {120 - ROWS} more rows" in text
    assert "more rows" not in report.sweep_text(found, rows=120)


def test_several_scenarios_are_told_apart() -> None:
    one, other = sweep({BOOT: [1.0, 2.0]}), sweep({BOOT: [1.0, 2.0]})
    spots = [*one.spots, *(replace(spot, scenario="bank") for spot in other.spots)]
    found = replace(one, spots=tuple(spots))
    assert [row[0] for row in table_of(found)] == ["scenario", *["shop"] * 4, *["bank"] * 4]
    assert list(panels_of(found)) == ["shop", "bank"]


def test_a_page_needs_nothing_else_and_is_safe() -> None:
    found = replace(sweep({BOOT: [1.0, "<b>"]}, {0: "better"}), name="a<script>")
    page = report.sweep_page(found, b"\x89PNG")
    assert "<script>" not in page
    assert "<b>" not in page
    assert 'src="data:image/png;base64,iVBORw=="' in page
    body = report.sweep_html(found)
    assert {"a<script>", "★ static", *found.notes()} <= set(texts(body))
    assert found._repr_html_() == body
    assert "<img" not in report.sweep_page(found)
