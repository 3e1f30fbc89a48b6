"""What is marked compilable is fit for it: plain arithmetic, the same bits wherever it runs."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from simlab.core import chance, compilable
from simlab.core.distributions import quantiles

MARKED = [
    function
    for module in (chance, quantiles)
    for function in vars(module).values()
    if getattr(function, "compilable", False) and function.__module__ == module.__name__
]
BUILT_IN = {"range", "abs", "min", "max", "int", "float"}
SAFE = {"log", "log1p", "exp", "sqrt"}
FORBIDDEN = (
    ast.Pow,
    ast.Dict,
    ast.Set,
    ast.List,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Lambda,
    ast.Try,
    ast.With,
    ast.Import,
    ast.ImportFrom,
    ast.Global,
    ast.JoinedStr,
)


def test_a_mark_changes_nothing() -> None:
    def twice(x: float) -> float:
        return 2.0 * x

    assert compilable(twice) is twice
    assert twice(2.0) == 4.0


def test_all_arithmetic_of_chance_is_marked() -> None:
    assert {function.__name__ for function in MARKED} == {
        "child",
        "cut_normal_quantile",
        "exponential_quantile",
        "gamma_boost",
        "gamma_trial",
        "lognormal_quantile",
        "normal_quantile",
        "pareto_quantile",
        "philox",
        "uniform",
        "uniform_quantile",
        "uniforms",
        "unit",
        "weibull_quantile",
    }


@pytest.mark.parametrize("function", MARKED, ids=lambda function: function.__name__)
def test_marked_functions_are_plain_arithmetic(function: Callable[..., Any]) -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    marked = {one.__name__ for one in MARKED}
    for node in ast.walk(tree):
        assert not isinstance(node, FORBIDDEN), f"line {getattr(node, 'lineno', '?')}"
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Name)
            assert node.func.id in marked | BUILT_IN | SAFE
