"""Factors: crossed, in step, spaced, included, excluded; typed by their paths; errors in place."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simlab.core import FileError, UserError
from simlab.scenario import Grid, Scenario, grid_of, load_experiment, made_factors
from simlab.scenario.grid import check_grid

SHOP = Path(__file__).with_name("shop.yaml").read_text(encoding="utf-8")
WEB, CART = "services.web.replicas", "services.cart.replicas"
TIMEOUT, RETRY = "links.web->cart.timeout", "links.web->cart.retry"
MOST = "strategies.hpa.loops.web.maxReplicas"


def plain(grid: Grid) -> list[tuple[float | str, ...]]:
    return [tuple(one.plain for one in point.by_path.values()) for point in grid.points]


def made(scenario: Scenario, *args: Any, **words: Any) -> list[tuple[float | str, ...]]:
    return plain(grid_of(made_factors(*args, **words), scenario))


def test_factors_are_crossed_the_first_slowest(shop: Scenario) -> None:
    found = made(shop, {WEB: [1, 2], TIMEOUT: ["100ms", "1s", 2]})
    assert found == [(1, 0.1), (1, 1), (1, 2), (2, 0.1), (2, 1), (2, 2)]


def test_what_is_zipped_goes_in_step_and_is_crossed_with_the_rest(shop: Scenario) -> None:
    zipped = [{WEB: [1, 2], CART: [3, 4]}, {MOST: [5, 6], TIMEOUT: ["1s", "2s"]}]
    factors = made_factors({"duration": ["1m", "2m"]}, zipped)
    grid = grid_of(factors, shop)
    assert grid.axes == (("duration",), (WEB, CART), (MOST, TIMEOUT))
    assert plain(grid)[:4] == [
        (60, 1, 3, 5, 1),
        (60, 1, 3, 6, 2),
        (60, 2, 4, 5, 1),
        (60, 2, 4, 6, 2),
    ]
    assert len(grid.points) == 8


def test_what_is_excluded_is_gone_and_what_is_included_is_last(shop: Scenario) -> None:
    found = made(
        shop, {WEB: [1, 2], CART: [3, 4]}, include=[{WEB: 9}, {TIMEOUT: "7s", CART: 5}],
        exclude=[{WEB: 1, CART: 4}, {CART: 3}],
    )  # fmt: skip
    assert [row[:2] for row in found] == [(2, 4), (9, 2), (3, 5)]
    assert [row[2] for row in found] == [0.3, 0.3, 7]  # As it stands, where nothing is said.


def test_an_excluded_value_is_known_by_what_it_is_not_by_how_it_is_written(shop: Scenario) -> None:
    assert made(shop, {TIMEOUT: ["1s", "2s"]}, exclude=[{TIMEOUT: "1000ms"}]) == [(2,)]


def test_a_sweep_may_be_of_included_points_alone(shop: Scenario) -> None:
    assert made(shop, include=[{WEB: 1}, {WEB: 2, CART: 5}]) == [(1, 2), (2, 5)]


@pytest.mark.parametrize(
    ("path", "values", "numbers"),
    [
        pytest.param(TIMEOUT, {"linspace": ["100ms", "1s", 4]}, [0.1, 0.4, 0.7, 1], id="durations"),
        pytest.param(WEB, {"linspace": [1, 4, 3]}, [1, 2, 4], id="whole numbers, to the nearest"),
        pytest.param(WEB, {"logspace": [1, 100, 3]}, [1, 10, 100], id="factors"),
        pytest.param(TIMEOUT, {"logspace": ["1s", "10ms", 3]}, [1, 0.1, 0.01], id="downwards"),
        pytest.param(WEB, {"range": [2, 7, 2]}, [2, 4, 6], id="steps that end before the last"),
        pytest.param(TIMEOUT, {"range": ["1s", "1300ms", "100ms"]}, [1, 1.1, 1.2, 1.3], id="reached"),
        pytest.param(WEB, {"range": [5, 3, -1]}, [5, 4, 3], id="steps down"),
        pytest.param(WEB, np.array([1, 3]), [1, 3], id="an array"),
        pytest.param("services.web.boot", {"linspace": ["10s", "20s", 2]}, [10, 20],
                     id="where a distribution may stand"),
        pytest.param("slo.objective", ["99%", 0.95], [0.99, 0.95], id="shares"),
    ],
)  # fmt: skip
def test_values_are_numbers_of_the_kind_of_their_path(
    shop: Scenario, path: str, values: object, numbers: list[float]
) -> None:
    assert [row[0] for row in made(shop, {path: values})] == numbers
    assert [point.sets[0].steps for point in grid_of(made_factors({path: values}), shop).points]


def test_values_reach_worlds_strategies_and_forms_that_are_no_number(shop: Scenario) -> None:
    values = {MOST: [3, 4], RETRY: [None, {"kind": "backoff", "attempts": 2}], CART: [5]}
    grid = grid_of(made_factors(values), shop)
    worlds = [point.at(shop).resolve("hpa") for point in grid.points]
    assert [world.loops["web"].maxReplicas for world in worlds] == [3, 3, 4, 4]
    assert [world.links["web->cart"].retry is None for world in worlds] == [True, False] * 2
    assert {world.services["cart"].replicas for world in worlds} == {5}
    assert grid.points[1].text == f"{MOST}=3, {RETRY}={{kind: backoff, attempts: 2}}, {CART}=5"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param({"factors": {"services.wob.replicas": [1]}}, "there is no services.wob; did", id="no path"),
        pytest.param({"factors": {"a..b": [1]}}, "'a..b' is not a path", id="no path at all"),
        pytest.param({"factors": {WEB: []}}, f"factors[{WEB}]: has no values", id="no values"),
        pytest.param({"factors": {WEB: 3}}, "'3' came; allowed is", id="a value that is no list"),
        pytest.param({"factors": {WEB: {"linspace": [1, 2]}}}, "a list of 2 came", id="too few words"),
        pytest.param({"factors": {WEB: {"lin": [1, 2, 3]}}}, "allowed is linspace, logspace or range", id="no verb"),
        pytest.param({"factors": {WEB: {"linspace": [1, 2, 1]}}}, "must be of 2 to 100,000 values", id="one"),
        pytest.param({"factors": {WEB: {"linspace": [1, 2, 3]}}}, "2 stands here already", id="two alike"),
        pytest.param({"factors": {WEB: {"logspace": [0, 2, 2]}}}, "must have ends above 0", id="nothing"),
        pytest.param({"factors": {WEB: {"range": [1, 5, 0]}}}, "range must have a step", id="no step"),
        pytest.param({"factors": {WEB: {"range": [1, 5, -1]}}}, "range must have a step", id="away"),
        pytest.param({"factors": {WEB: {"range": [1, 10_000_000, 1]}}}, "at most 100,000 values", id="long"),
        pytest.param({"factors": {WEB: {"linspace": [1, "5s", 3]}}}, "'5s' is a duration", id="a unit of another kind"),
        pytest.param({"factors": {RETRY: {"linspace": [1, 5, 3]}}}, "takes no numbers", id="no number"),
        pytest.param({"factors": {WEB: [1, 1.0]}}, "stands here already", id="a value twice"),
        pytest.param({"factors": {WEB: [1]}, "zip_": [{WEB: [2]}]}, "stands here already, at", id="a path twice"),
        pytest.param({"zip_": [{WEB: [1, 2], CART: [1]}]}, "has 1 values, and services.web.replicas has 2", id="steps"),
        pytest.param({"factors": {WEB: [1]}, "exclude": [{CART: 1}]}, "unknown factor 'services.cart", id="excluded"),
        pytest.param({"factors": {WEB: [1]}, "exclude": [{WEB: 2}]}, "excludes nothing: there is no point at", id="none"),
        pytest.param({"factors": {WEB: [1]}, "exclude": [{WEB: 1}]}, "no point is left", id="nothing left"),
        pytest.param({"factors": {WEB: [1]}, "include": [{WEB: 1}]}, "a point that is there already", id="included"),
        pytest.param({"include": [{}]}, "names no path", id="nothing included"),
        pytest.param({"factors": {WEB: {"range": [1, 2000, 1]}, CART: {"range": [1, 2000, 1]}}},
                     "makes 4,000,000 points", id="too many points"),
        pytest.param({"factors": {WEB: [object()]}}, "nothing in a file can be object", id="an object"),
    ],
)  # fmt: skip
def test_refuses(shop: Scenario, words: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError) as error:
        grid_of(made_factors(**words), shop)
    assert said in str(error.value)


def test_a_value_that_cannot_stand_there_is_found_wherever_it_is(shop: Scenario) -> None:
    grid = grid_of(made_factors({WEB: [1, 2], TIMEOUT: ["1s", "soon"], CART: [1, -1]}), shop)
    with pytest.raises(FileError) as error:
        check_grid(grid, shop)
    found = str(error.value)
    assert "'soon'" in found
    assert "'-1'" in found


SWEPT = """\
schema: simlab/experiment/v1
kind: sweep
scenarios: [shop.yaml, {from: shop.yaml, set: {duration: 5m}}]
strategies: [static, {from: calm.yaml}]
factors:
  services.cart.replicas: [1, 2]
  links.web->cart.timeout: {linspace: [100ms, 300ms, 3]}
zip:
  - {strategies.calm.loops.web.maxReplicas: [3, 4], services.web.replicas: [1, 2]}
include: [{services.cart.replicas: 7}]
exclude: [{services.cart.replicas: 1, links.web->cart.timeout: 0.1}]
"""


@pytest.fixture
def swept(tmp_path: Path) -> Path:
    calm = "schema: simlab/strategy/v1\nloops: {web: {kind: hpa, target: web, maxReplicas: 4}}\n"
    (tmp_path / "shop.yaml").write_text(SHOP)
    (tmp_path / "calm.yaml").write_text(calm)
    path = tmp_path / "swept.yaml"
    path.write_text(SWEPT)
    return path


def test_an_experiment_reads_its_factors(swept: Path) -> None:
    asked = load_experiment(swept)
    assert asked.kind == "sweep"
    assert asked.factors is not None
    grid = grid_of(asked.factors, asked.scenarios[0])
    assert len(grid.points) == (2 * 3 - 1) * 2 + 1
    assert grid.crossed == 10
    world = grid.points[1].at(asked.scenarios[1]).resolve("calm")
    assert (world.duration, world.loops["web"].maxReplicas, world.services["web"].replicas) == (
        300, 4, 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("cart.replicas: [1, 2]", "cart.replica: [1, 2]",
                     "swept.yaml:6:3: services.cart has no such field: unknown key 'replica'", id="a path"),
        pytest.param("[1, 2]", "[1, x]", "swept.yaml:6:31: factors[services.cart.replicas][1]: 'x' is not", id="a value"),
        pytest.param("[3, 4]", "[3, x]", "swept.yaml:9:49: zip[0][strategies.calm.loops.web.maxReplicas][1]",
                     id="a value of a strategy"),
        pytest.param("calm.loops", "clam.loops", "swept.yaml:9:6: there is no strategies.clam; did you mean 'calm'?",
                     id="a strategy"),
        pytest.param("100ms, 300ms, 3]", "100ms, 3m, 1]", "linspace must be of 2", id="spaced"),
        pytest.param("timeout: 0.1}", "timeout: 0.2s, services.cart.replicas: 2}",
                     "swept.yaml:11:", id="a key twice"),
        pytest.param("kind: sweep", "kind: compare", "factors are of kind: sweep, and this is kind: compare", id="kind"),
    ],
)  # fmt: skip
def test_an_experiment_is_refused_with_its_place(
    swept: Path, old: str, new: str, said: str
) -> None:
    assert old in SWEPT
    swept.write_text(SWEPT.replace(old, new, 1))
    with pytest.raises(FileError) as error:
        load_experiment(swept)
    assert said in str(error.value)


def test_a_sweep_says_what_is_varied(swept: Path) -> None:
    swept.write_text(SWEPT[: SWEPT.index("factors:")])
    with pytest.raises(FileError, match="factors, zip or include must say what is varied"):
        load_experiment(swept)
