"""Metric rules: whom they hit, and that they are told apart by value."""

from copy import deepcopy

import pytest

from simlab.telemetry import BiasedRule, MetricRules, MissingRule, NoisyRule, StaleRule
from simlab.telemetry.rules import Warp

WEB = StaleRule(id="blind/0", target="web")
ALL = MissingRule(id="dark/0")


def test_hits_its_target_only_or_everything() -> None:
    rules = MetricRules()
    rules.push(WEB)
    rules.push(ALL)
    assert rules.hitting("web") == [WEB, ALL]
    assert rules.hitting("web->cart") == [ALL]


def test_says_the_oldest_first_whichever_is_popped() -> None:
    rules = MetricRules()
    later = StaleRule(id="blind/1", target="web")
    for rule in (ALL, WEB, later):
        rules.push(rule)
    rules.pop(WEB)
    assert rules.on == (ALL, later)


def test_a_rule_is_popped_by_an_equal_one() -> None:
    rules = MetricRules()
    rules.push(WEB)
    rules.pop(deepcopy(WEB))
    assert rules.on == ()


def test_no_rule_is_pushed_twice() -> None:
    rules = MetricRules()
    rules.push(WEB)
    with pytest.raises(AssertionError, match="is on already"):
        rules.push(deepcopy(WEB))


def test_no_rule_is_popped_that_is_not_on() -> None:
    with pytest.raises(AssertionError, match="is not on"):
        MetricRules().pop(WEB)


def test_occurrences_and_kinds_are_different_rules() -> None:
    others = (
        StaleRule(id="blind/1", target="web"),
        StaleRule(id="blind/0", target="cart"),
        MissingRule(id="blind/0", target="web"),
    )
    assert WEB not in others


def test_warps_multiply_in_any_order() -> None:
    noisy = NoisyRule(id="n/0", cv=0.5, place=3)
    double, half = BiasedRule(id="b/0", factor=2.0), BiasedRule(id="c/0", factor=0.5)
    one = Warp((noisy,), "web", 10.0).bend("cpu", 4.0)
    assert Warp((double, noisy, half), "web", 10.0).bend("cpu", 4.0) == pytest.approx(one)


def test_noise_is_a_function_of_rule_place_name_reading_and_time() -> None:
    def value(*, who: str = "n/0", cv: float = 0.5, place: int = 3, **more: object) -> float:
        rule = NoisyRule(id=who, cv=cv, place=place)
        where = {"name": "web", "reading": "cpu", "at": 10.0, **more}
        return rule.factor_of(**where)  # type: ignore[arg-type]

    first = value()
    assert value() == first
    others = [
        value(who="n/1"),
        value(place=4),
        value(cv=0.6),
        value(name="web/1"),
        value(reading="memory"),
        value(at=10.000001),
    ]
    assert len({first, *others}) == 7
