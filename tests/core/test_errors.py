"""Errors: one message, which says where."""

import pickle

import pytest

from simlab.core import FileError, Problem, UserError

WRONG = [
    Problem("shop.yaml:3:5", "services.web.replicas", "must not be negative, got -1"),
    Problem("shop.yaml:9:1", "", "unknown key 'lod' (did you mean 'load'?)"),
]


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        pytest.param(
            Problem("a.yaml:1:2", "x.y", "no"), "a.yaml:1:2: x.y: no", id="place and path"
        ),
        pytest.param(Problem("--seed", "", "no"), "--seed: no", id="no path"),
        pytest.param(Problem("", "", "no"), "no", id="only a message"),
    ],
)
def test_a_problem_reads(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_a_file_error_tells_all_at_once() -> None:
    error = FileError(WRONG)
    assert error.problems == WRONG
    assert str(error).splitlines() == [str(problem) for problem in WRONG]


def test_whose_fault() -> None:
    assert isinstance(FileError(WRONG), UserError)
    assert isinstance(UserError("no"), ValueError)
    assert str(UserError("no such measure")) == "no such measure"


def test_errors_cross_processes() -> None:
    again = pickle.loads(pickle.dumps(FileError(WRONG)))
    assert (again.problems, str(again)) == (WRONG, str(FileError(WRONG)))
