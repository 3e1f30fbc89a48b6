"""Books that balance: what is out of balance is found."""

from collections.abc import Callable

import pytest

from simlab.model import World
from simlab.model.books import Limits, check
from tests.model.scenes import begin

Tamper = Callable[[World], object]


def world_of() -> World:
    text = """
        services: {web: {slots: 2, line: 2, operations: {get: [{cpu: 3s}]}}}
        links: {users->web: {limits: {in_flight: 5}}}
        load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 1/s}}}
    """
    world = begin(text)
    world.advance(3.5)
    (replica,) = world.services["web"].replicas
    assert (replica.in_flight, replica.waiting) == (2, 1)
    return world


def test_books_of_a_world_balance() -> None:
    world = world_of()
    check(world.services, world.links, world.sources)
    Limits().check(world.services, world.links)


def _line(world: World) -> object:
    return world.services["web"].replicas[0].line


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        pytest.param(
            lambda w: setattr(w.sources["users"], "open", 9), "source users", id="a source"
        ),
        pytest.param(
            lambda w: setattr(w.links["users->web"].counters, "started", 9), "link", id="a link"
        ),
        pytest.param(
            lambda w: w.links["users->web"].calls_ended.__setitem__(0, 99), "calls", id="calls"
        ),
        pytest.param(
            lambda w: w.services["web"].counters.ended.__setitem__(0, 9), "web: 3", id="a service"
        ),
        pytest.param(
            lambda w: w.services["web"].replicas[0].counters.ended.__setitem__(0, 9),
            "web/0",
            id="a replica",
        ),
        pytest.param(
            lambda w: setattr(w.services["web"].replicas[0].cores, "done", 0.5),
            "work drawn 6",
            id="work",
        ),
        pytest.param(
            lambda w: setattr(w.services["web"].replicas[0].line[0], "stage", 4),
            "web/0",
            id="a stage",
        ),
        pytest.param(
            lambda w: setattr(next(iter(w.services["web"].replicas[0].inside)), "dead", True),
            "web/0",
            id="the dead",
        ),
    ],
)
def test_what_is_out_of_balance_is_found(tamper: Tamper, message: str) -> None:
    world = world_of()
    tamper(world)
    with pytest.raises(AssertionError, match=message):
        check(world.services, world.links, world.sources)


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        pytest.param(lambda w: setattr(w.services["web"], "slots", 1), "slots", id="slots"),
        pytest.param(lambda w: setattr(w.services["web"], "line", 0), "line", id="the line"),
        pytest.param(
            lambda w: setattr(w.links["users->web"].clients["users"], "most", 2),
            "too many in flight",
            id="a client",
        ),
    ],
)
def test_room_may_shrink_and_was_never_overfull(tamper: Tamper, message: str) -> None:
    world, limits = world_of(), Limits()
    limits.check(world.services, world.links)
    tamper(world)
    limits.check(world.services, world.links)
    with pytest.raises(AssertionError, match=message):
        Limits().check(world.services, world.links)
