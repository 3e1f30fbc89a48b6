"""What names, tags, `all` and `a->b` select; which of two is the stronger."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from simlab.scenario.nodes import Node, Table
from simlab.scenario.problems import Problems
from simlab.scenario.selectors import People, by_rank, check_selectors

SERVICES = "{web: {}, cart: {tags: [data, hot]}, stock: {tags: [data]}, odd: 5}"
LINKS = [("web", "cart"), ("web", "stock"), ("shoppers", "web")]


@pytest.fixture
def people(tree: Callable[[str], Node]) -> People:
    return _people(tree)


def _people(tree: Callable[[str], Node], services: str = SERVICES) -> People:
    made, load = tree(services), tree("{shoppers: {}}")
    assert isinstance(made, Table)
    assert isinstance(load, Table)
    problems = Problems()
    found = People(made, load, problems)
    problems.check()
    return found


@pytest.mark.parametrize(
    ("word", "services"),
    [
        pytest.param("web", ("web",), id="a name"),
        pytest.param("data", ("cart", "stock"), id="a tag, in order"),
        pytest.param("all", ("web", "cart", "stock", "odd"), id="all"),
        pytest.param("shoppers", (), id="no source"),
        pytest.param("nobody", (), id="nobody"),
    ],
)
def test_a_word_selects_services(people: People, word: str, services: tuple[str, ...]) -> None:
    assert people.selected(word) == services


WEAK_TO_STRONG = ["all->all", "web->all", "all->data", "web->data", "all->cart", "web->cart"]


@pytest.mark.parametrize(("weak", "strong"), list(pairwise(WEAK_TO_STRONG)))
def test_a_name_beats_a_tag_beats_all_and_the_callee_counts_first(
    people: People, weak: str, strong: str
) -> None:
    ranks = [people.rank_of_link(word, "web", "cart") for word in (weak, strong)]
    assert ranks[0] is not None
    assert ranks[1] is not None
    assert ranks[0] < ranks[1]


@pytest.mark.parametrize("selector", ["stock->cart", "web->stock", "data->cart", "cart->web"])
def test_a_selector_of_other_links_does_not_match(people: People, selector: str) -> None:
    assert people.rank_of_link(selector, "web", "cart") is None


def test_sources_are_callers_too(people: People) -> None:
    assert people.rank_of_link("shoppers->web", "shoppers", "web") == (2, 2)
    assert people.rank_of_link("all->web", "shoppers", "web") == (2, 0)


def test_matching_selectors_come_from_weak_to_strong(
    people: People, tree: Callable[[str], Node]
) -> None:
    selectors = tree("{web->cart: {a: 1}, all->all: {a: 2}, all->data: {a: 3}, web->stock: {a: 4}}")
    assert isinstance(selectors, Table)
    found = by_rank(selectors, people, ("web", "cart"))
    assert [table.path for table in found] == ["all->all", "all->data", "web->cart"]


@pytest.mark.parametrize(
    ("selectors", "said"),
    [
        pytest.param("{web->crt: {}}", "there is no service or tag 'crt'; did you mean 'cart'?",
                     id="a callee that nobody is"),
        pytest.param("{wab->cart: {}}", "there is no service, source or tag 'wab'; did you mean 'web'?",
                     id="a caller that nobody is"),
        pytest.param("{xyz->cart: {}}", "there are web, cart, stock, odd, shoppers, data, hot and all",
                     id="a caller like nobody"),
        pytest.param("{web->shoppers: {}}", "there is no service or tag 'shoppers'",
                     id="a source is not called"),
        pytest.param("{cart->stock: {}}", "matches no link: cart does not call stock", id="no such link"),
        pytest.param("{all->data: {}, all->hot: {}}",
                     "all->data and all->hot are of one rank and both match web->cart",
                     id="two of one rank"),
    ],
)  # fmt: skip
def test_refuses(people: People, tree: Callable[[str], Node], selectors: str, said: str) -> None:
    problems = Problems()
    table = tree(selectors)
    assert isinstance(table, Table)
    check_selectors(table, people, LINKS, problems)
    assert [said in str(problem) for problem in problems.sorted()] == [True]


def test_two_of_one_rank_that_never_meet_are_fine(
    people: People, tree: Callable[[str], Node]
) -> None:
    problems = Problems()
    table = tree("{web->data: {}, shoppers->all: {}, all->all: {}}")
    assert isinstance(table, Table)
    check_selectors(table, people, LINKS, problems)
    problems.check()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(("shoppers:", "web:"), "load.web: 'web' is a service already", id="a source"),
        pytest.param(("[stateful]", "[web]"), "cart.tags[0]: 'web' is a name already", id="a tag"),
        pytest.param(
            ("[stateful]", "[shoppers]"), "'shoppers' is a name already", id="a source's tag"
        ),
        pytest.param(
            ("[stateful]", "[all]"), "tags[0]: 'all' is a name already", id="a tag for all"
        ),
        pytest.param(("shoppers:", "all:"), "load.all: 'all' has a meaning of its own", id="all"),
        pytest.param(("  catalog:", "  none:"), "services.none: 'none' has a meaning", id="none"),
    ],
)
def test_names_are_taken_once(
    complaints: Callable[..., list[str]], change: tuple[str, str], said: str
) -> None:
    assert any(said in one for one in complaints(change))


def test_two_of_one_rank_are_told_once_however_many_links_they_match(
    tree: Callable[[str], Node],
) -> None:
    people = _people(tree, "{web: {}, cart: {tags: [data, hot]}, stock: {tags: [data, hot]}}")
    problems = Problems()
    table = tree("{all->data: {}, all->hot: {}}")
    assert isinstance(table, Table)
    check_selectors(table, people, LINKS, problems)
    assert len(problems) == 1
