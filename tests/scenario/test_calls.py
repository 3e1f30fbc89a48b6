"""Who calls what: pairs in their order, strangers, circles."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from simlab.scenario.calls import CallGraph
from simlab.scenario.nodes import Node, Table
from simlab.scenario.problems import Problems

Graph = Callable[..., tuple[CallGraph, list[str]]]


@pytest.fixture
def graph(tree: Callable[[str], Node]) -> Graph:
    """Return a function that makes a call graph from services (and sources) in YAML."""

    def of(services: str, load: str = "{}") -> tuple[CallGraph, list[str]]:
        problems = Problems()
        tables = tree(services), tree(load)
        assert isinstance(tables[0], Table)
        assert isinstance(tables[1], Table)
        made = CallGraph(*tables, problems)
        return made, [str(problem) for problem in problems.sorted()]

    return of


def chain(*names: str) -> str:
    """Return services that call each other in a row."""
    lines = [f"{a}: {{operations: {{x: [{{call: {b}.x}}]}}}}" for a, b in pairwise(names)]
    return "\n".join([*lines, f"{names[-1]}: {{operations: {{x: 1ms}}}}"])


def test_pairs_come_in_the_order_of_first_mention(graph: Graph) -> None:
    services = """
        a:
          operations:
            x:
              steps:
                - parallel: [{call: c.x}, [{do: [{call: d.x}]}]]
                - {call: b.x, else: [{call: e.x}]}
                - {call: c.x}
        b: {operations: {x: 1ms}}
        c: {operations: {x: [{call: b.x}]}}
        d: {operations: {x: 1ms}}
        e: {operations: {x: 1ms}}
    """
    made, problems = graph(services, "{s: {to: {a.x: 50%, b.x: 50%}}, t: {to: a.x}}")
    assert problems == []
    assert list(made.pairs) == [
        ("a", "c"), ("a", "d"), ("a", "b"), ("a", "e"), ("c", "b"), ("s", "a"), ("s", "b"), ("t", "a"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("services", "load", "said"),
    [
        pytest.param("a: {operations: {x: [{call: b.x}]}}", "{}",
                     "x.yaml:1:29: a.operations.x[0].call: there is no service 'b'", id="no such service"),
        pytest.param("a: {operations: {x: [{call: bb.x}]}}\nbbb: {}", "{}",
                     "there is no service 'bb'; did you mean 'bbb'?", id="a slip of a service"),
        pytest.param("a: {operations: {x: [{call: b.got}]}}\nb: {operations: {get: 1ms}}", "{}",
                     "b has no operation 'got'; did you mean 'get'?", id="a slip of an operation"),
        pytest.param("a: {operations: {x: 1ms}}", "{s: {to: a.y}}",
                     "s.to: a has no operation 'y'", id="a source's slip"),
        pytest.param("a: {operations: {x: 1ms}}", "{s: {to: {b.x: 100%}}}",
                     "s.to[b.x]: there is no service 'b'", id="a source's other slip"),
        pytest.param("a: {operations: {x: [{call: a.x}]}}", "{}",
                     "calls must not go in a circle: a.x -> a.x", id="an operation that calls itself"),
        pytest.param("a: {operations: {x: [{call: b.x}]}}\nb: {operations: {x: [{call: c.x}]}}\n"
                     "c: {operations: {x: [{call: b.x}]}}", "{}",
                     "x.yaml:3:29: c.operations.x[0].call: calls must not go in a circle: b.x -> c.x -> b.x",
                     id="a circle, without the way to it"),
    ],
)  # fmt: skip
def test_refuses(graph: Graph, services: str, load: str, said: str) -> None:
    _, problems = graph(services, load)
    assert len(problems) == 1
    assert said in problems[0]


def test_every_circle_is_told(graph: Graph) -> None:
    services = """
        a: {operations: {x: [{call: b.x}, {call: c.x}]}}
        b: {operations: {x: [{call: a.x}]}}
        c: {operations: {x: [{call: a.x}]}}
    """
    assert len(graph(services)[1]) == 2


def test_other_operations_of_the_same_service_are_no_circle(graph: Graph) -> None:
    services = "a: {operations: {x: [{call: a.y}], y: [{call: b.z}]}}\nb: {operations: {z: 1ms}}"
    made, problems = graph(services)
    assert problems == []
    assert list(made.pairs) == [("a", "a"), ("a", "b")]


@pytest.mark.parametrize(("levels", "fine"), [(100, True), (101, False), (3000, False)])
def test_calls_have_a_bottom(graph: Graph, levels: int, fine: bool) -> None:
    _, problems = graph(chain(*(f"s{i}" for i in range(levels))))
    assert problems == [] if fine else "deeper than 100 levels" in problems[0]
    assert len(problems) <= 1


def test_amounts_by_a_number_called_call_are_no_calls(graph: Graph) -> None:
    made, problems = graph("a: {operations: {x: [{cpu: {base: 1ms, per: {call: 2ms}}}]}}")
    assert (list(made.pairs), problems) == ([], [])
