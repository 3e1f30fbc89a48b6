"""Problems: all at once, each once, in the order of the files."""

import pytest

from simlab.core import FileError, Problem, UserError
from simlab.scenario.nodes import Place, Source
from simlab.scenario.problems import Problems, listed, nearest

A, B = Source("a.yaml", "/"), Source("b.yaml", "/")


def test_problems_come_in_the_order_of_files_and_lines() -> None:
    problems = Problems()
    for place in (Place(A, 10, 1), Place(B, 1, 1), Place(A, 9, 5), Place(A, 9, 2)):
        problems.add(place, "", "no")
    found = [problem.where for problem in problems.sorted()]
    assert found == ["a.yaml:9:2", "a.yaml:9:5", "a.yaml:10:1", "b.yaml:1:1"]


def test_the_same_thing_is_told_once() -> None:
    problems, others = Problems(), Problems()
    problems.add(Place(A), "x", "no")
    problems.add(Place(A), "x", "no")
    others.add(Place(A), "x", "no")
    others.add(Place(A), "y", "no")
    problems.take(others)
    assert [problem.path for problem in problems.sorted()] == ["x", "y"]
    assert len(problems) == 2


def test_what_other_files_were_refused_for_comes_last() -> None:
    problems, others = Problems(), Problems()
    others.tell(FileError([Problem("b.yaml:1:1", "", "no")]))
    others.tell(UserError("also no"))
    problems.take(others)
    problems.add(Place(A), "", "no")
    assert list(map(str, problems.sorted())) == ["a.yaml:1:1: no", "b.yaml:1:1: no", "also no"]


def test_no_problem_is_no_error() -> None:
    Problems().check()


def test_a_problem_is_an_error() -> None:
    problems = Problems()
    problems.add(Place(A, 2, 3), "services.web", "is odd")
    with pytest.raises(FileError) as error:
        problems.check()
    assert str(error.value) == "a.yaml:2:3: services.web: is odd"


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        pytest.param("replica", "; did you mean 'replicas'?", id="a slip"),
        pytest.param("Replicas", "; did you mean 'replicas'?", id="a capital"),
        pytest.param("zzz", "", id="nothing is near"),
        pytest.param("x" * 10_000, "", id="a long word does not take long"),
    ],
)
def test_the_nearest_word_is_offered(word: str, hint: str) -> None:
    assert nearest(word, ["cores", "replicas"]) == hint


def test_an_empty_list_is_said_too() -> None:
    assert listed([]) == "nothing"
