"""Short forms mean what their long forms mean, and both are read."""

from collections.abc import Callable
from typing import Any

import pytest

from simlab.core import DistributionSettings
from simlab.faults import CrashSettings
from simlab.load import SourceSettings
from simlab.model.settings.steps import Amount, OperationSettings, ParallelStep, StepSettings
from simlab.model.settings.world import WorldSettings
from simlab.scenario.hints import Choice, Record, Word, hint_of
from simlab.scenario.nodes import Node
from simlab.scenario.problems import Problems
from simlab.scenario.shorthands import short_fields, short_forms
from simlab.scenario.structure import Structure


@pytest.fixture
def read(tree: Callable[[str], Node]) -> Callable[[str, Any], Any]:
    def of(text: str, hint: Any) -> Any:
        problems = Problems()
        value = Structure(problems).value(tree(text), hint_of(hint))
        problems.check()
        return value

    return of


@pytest.mark.parametrize(
    ("hint", "short", "long"),
    [
        pytest.param(
            DistributionSettings, "12ms", "{dist: constant, value: 12ms}", id="a constant"
        ),
        pytest.param(
            DistributionSettings,
            "{dist: mixture, of: [[90%, 5ms], [10%, {dist: exponential, mean: 1s}]]}",
            "{dist: mixture, of: [[0.9, {dist: constant, value: 5ms}],"
            " [0.1, {dist: exponential, mean: 1000ms}]]}",
            id="constants in mixtures",
        ),
        pytest.param(Amount, "12ms", "{base: 12ms}", id="an amount that is always the same"),
        pytest.param(
            Amount,
            "{dist: exponential, mean: 1s}",
            "{base: {dist: exponential, mean: 1s}}",
            id="an amount that is a distribution",
        ),
        pytest.param(OperationSettings, "2ms", "{steps: [{cpu: {base: 2ms}}]}", id="one amount"),
        pytest.param(
            OperationSettings,
            "{dist: exponential, mean: 1s}",
            "{steps: [{cpu: {dist: exponential, mean: 1s}}]}",
            id="one distribution",
        ),
        pytest.param(
            OperationSettings,
            "{base: 1ms, per: {lines: 2ms}}",
            "{steps: [{cpu: {base: 1ms, per: {lines: 2ms}}}]}",
            id="one amount by what is carried",
        ),
        pytest.param(
            OperationSettings,
            "[{wait: 1s}]",
            "{steps: [{wait: 1s}], errors: {share: 0}}",
            id="steps",
        ),
        pytest.param(
            OperationSettings,
            "{errors: 5%, steps: []}",
            "{errors: {share: 0.05}, steps: []}",
            id="a share of errors",
        ),
        pytest.param(
            StepSettings,
            "{parallel: [{call: a.b}, [{wait: 1s}]]}",
            "{parallel: [[{call: a.b}], [{wait: 1s}]]}",
            id="a branch of one step",
        ),
        pytest.param(
            SourceSettings,
            "{to: a.b, shape: {kind: constant, rate: 1/s}, arrivals: even}",
            "{to: {a.b: 100%}, shape: [{kind: constant, rate: 1}], arrivals: {process: even}}",
            id="one operation, one shape, a process",
        ),
        pytest.param(
            CrashSettings,
            "{kind: crash, target: a, at: 1s, replicas: 2}",
            "{kind: crash, target: a, at: 1s, replicas: {count: 2}}",
            id="a number of replicas",
        ),
        pytest.param(
            CrashSettings,
            "{kind: crash, target: a, at: 1s, replicas: 50%}",
            "{kind: crash, target: a, at: 1s, replicas: {share: 0.5}}",
            id="a share of replicas",
        ),
        pytest.param(
            CrashSettings,
            "{kind: crash, target: a, at: 1s, replicas: 0.5}",
            "{kind: crash, target: a, at: 1s, replicas: 50%}",
            id="a bare share of replicas",
        ),
        pytest.param(
            CrashSettings,
            "{kind: crash, target: a, at: 1s, replicas: all}",
            "{kind: crash, target: a, at: 1s}",
            id="all replicas",
        ),
        pytest.param(
            WorldSettings,
            "{duration: 1h, warmup: none}",
            "{duration: 1h, warmup: 0s}",
            id="no warm-up",
        ),
    ],
)
def test_short_is_long(read: Callable[[str, Any], Any], hint: Any, short: str, long: str) -> None:
    assert read(short, hint) == read(long, hint)


def test_a_warmup_that_is_to_be_found_is_none(read: Callable[[str, Any], Any]) -> None:
    assert read("{duration: 1h, warmup: auto}", WorldSettings).warmup is None


def test_a_clumped_process_has_its_own_form(read: Callable[[str, Any], Any]) -> None:
    text = "{to: a.b, shape: {kind: constant, rate: 1/s}, arrivals: {cv: 3}}"
    assert read(text, SourceSettings).arrivals.cv == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("12Gi", "'12Gi' is a size", id="a constant of another kind"),
        pytest.param("[1]", "a list came; allowed is a duration", id="a list"),
        pytest.param("{mean: 1s}", "has no dist; allowed is constant,", id="no law"),
        pytest.param("{dist: gama, mean: 1s}", "did you mean 'gamma'?", id="a slip"),
    ],
)
def test_what_is_no_distribution_in_any_form_is_refused(
    tree: Callable[[str], Node], text: str, said: str
) -> None:
    problems = Problems()
    Structure(problems).value(tree(text), hint_of(DistributionSettings))
    assert [said in str(problem) for problem in problems.sorted()] == [True]


def test_short_forms_are_known_to_who_describes_the_language() -> None:
    assert short_forms(Record(Amount)) == (hint_of(DistributionSettings),)
    assert short_forms(hint_of(DistributionSettings)) == (Word("quantity"),)
    assert short_forms(Word("duration")) == ()
    assert short_fields(WorldSettings, "warmup") == (Choice(("auto",)),)
    assert short_fields(WorldSettings, "duration") == ()
    assert short_fields(ParallelStep, "parallel") != ()
