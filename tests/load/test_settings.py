"""Settings of sources: what makes no sense is refused when it is made, and says what came."""

from typing import Any

import pytest

from simlab.core import Constant
from simlab.load import (
    POISSON,
    ArrivalSettings,
    ConstantSettings,
    Slo,
    SourceSettings,
    SumSettings,
    UsersSettings,
)

RATE = ConstantSettings(rate=1.0)
USERS = UsersSettings(count=3, think=Constant(value=1.0))


def source(**changes: Any) -> SourceSettings:
    return SourceSettings(**({"to": {"web.get": 1.0}, "shape": (RATE,)} | changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"within": 0.0}, "within must be positive", id="no time at all"),
        pytest.param(
            {"objective": 1.0}, "objective must be between 0 and 1, got 1", id="no budget"
        ),
        pytest.param({"objective": 0.0}, "objective must be between", id="nothing to be good"),
        pytest.param({"period": 0.0}, "period must be positive", id="no period"),
        pytest.param({"headroom": 0.0}, "headroom must be a share above 0", id="no utilization"),
        pytest.param({"headroom": 1.1}, "at most 1, got 1.1", id="more than all of it"),
    ],
)
def test_an_objective_is_refused(changes: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Slo(**({"within": 0.5} | changes))


def test_an_objective_has_the_usual_defaults() -> None:
    slo = Slo(within=0.5)
    assert (slo.objective, slo.period, slo.headroom) == (0.99, 30 * 86400.0, 0.8)
    assert Slo(within=0.5, headroom=1.0).headroom == 1.0


@pytest.mark.parametrize("word", ["poisson", "even"])
def test_arrivals_are_known_by_a_word(word: str) -> None:
    assert ArrivalSettings.from_text(word).process == word


def test_arrivals_with_a_cv_are_gamma() -> None:
    assert ArrivalSettings(cv=3.0) == ArrivalSettings(process="gamma", cv=3.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(ArrivalSettings, r"poisson, even or \{cv", id="nothing said"),
        pytest.param(
            lambda: ArrivalSettings(cv=0.0), "cv must be positive", id="gamma without spread"
        ),
        pytest.param(
            lambda: ArrivalSettings(process="even", cv=1.0), "not of even", id="a cv of even ones"
        ),
        pytest.param(
            lambda: ArrivalSettings(process="poisson", cv=1.0),
            "not of poisson",
            id="a cv of poisson ones",
        ),
        pytest.param(
            lambda: ArrivalSettings.from_text("gamma"), "got 'gamma'", id="gamma without its cv"
        ),
    ],
)
def test_arrivals_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"to": {}}, "at least one operation", id="asks nobody"),
        pytest.param({"to": {"web.get": 0.9}}, "sum to 100 %, got 90 %", id="a mix with a gap"),
        pytest.param(
            {"to": {"a.x": 0.5, "b.y": 0.500001}}, "got 100.0001 %", id="a mix of too much"
        ),
        pytest.param({"to": {"a.x": 1.5, "b.y": -0.5}}, "to a.x must be a share", id="no share"),
        pytest.param({"shape": ()}, "at least one shape", id="no shape"),
        pytest.param({"scale": -1.0}, "scale must not be negative", id="negative load"),
        pytest.param({"shape": (USERS, RATE)}, "users must stand alone", id="users and a rate"),
        pytest.param({"shape": (RATE, USERS)}, "users must stand alone", id="a rate and users"),
        pytest.param(
            {"shape": (USERS,), "arrivals": ArrivalSettings(cv=3.0)},
            "left out for users, got gamma",
            id="users that arrive in clumps",
        ),
    ],
)
def test_a_source_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        source(**changes)


def test_shares_may_miss_the_whole_by_a_rounding() -> None:
    thirds = {f"web.{name}": 1.0 / 3.0 for name in "abc"}
    assert source(to=thirds).to == thirds
    assert source(to={"a.x": 0.5, "b.y": 0.5 + 9e-10}).to["b.y"] > 0.5


def test_a_source_has_defaults() -> None:
    settings = source()
    assert (settings.scale, settings.carries, settings.slo) == (1.0, {}, None)
    assert settings.arrivals == POISSON
    assert settings.users is None
    assert source(shape=(USERS,)).users == USERS


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda: SumSettings(of=()), "at least one shape", id="an empty sum"),
        pytest.param(lambda: SumSettings(of=(RATE, USERS)), "not in a sum", id="users in a sum"),
        pytest.param(
            lambda: UsersSettings(think=Constant(value=1.0)),
            "got none",
            id="users without a number",
        ),
        pytest.param(
            lambda: UsersSettings(count=1, shape=RATE, think=Constant(value=1.0)),
            "got count and shape",
            id="users with two numbers",
        ),
        pytest.param(
            lambda: UsersSettings(count=-1, think=Constant(value=1.0)),
            "must not be negative, got -1",
            id="fewer users than none",
        ),
        pytest.param(
            lambda: UsersSettings(shape=USERS, think=Constant(value=1.0)),
            "must be a rate, got users",
            id="users of users",
        ),
    ],
)
def test_a_shape_of_shapes_is_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
