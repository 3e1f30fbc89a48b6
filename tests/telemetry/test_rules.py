"""Metric rules: whom they hit, and that they are told apart by value."""

from copy import deepcopy

import pytest

from simlab.telemetry import MetricRules, MissingRule, StaleRule

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
