"""Carried numbers: each by its own name and the request's number, whatever else is carried."""

import copy
import pickle

import numpy as np

from simlab.core import Constant, DistributionSettings, Exponential, Purpose, Site, root
from simlab.load import Carries

LAWS: dict[str, DistributionSettings] = {
    "tokens": Exponential(mean=100.0),
    "lines": Constant(value=3.0),
    "spans": Exponential(mean=1.0),
}


def carries(names: tuple[str, ...] = tuple(LAWS), seed: int = 1, source: str = "a") -> Carries:
    laws = {name: LAWS[name] for name in names}
    return Carries(laws, seed=seed, replication=4, source=source)


def test_each_is_drawn_at_its_address() -> None:
    found = carries()
    for name, law in LAWS.items():
        stream = Site(root(1, 4, f"load.a.carries.{name}")).stream(Purpose.CARRY)
        expected = [law.sampler().draw(stream, number) for number in range(700)]
        assert [found.draw(number)[name] for number in range(700)] == expected


def test_they_come_in_the_order_of_the_settings() -> None:
    assert list(carries().draw(5)) == ["tokens", "lines", "spans"]
    assert list(carries(("spans", "tokens")).draw(5)) == ["spans", "tokens"]


def test_one_more_changes_none_of_the_others() -> None:
    assert carries(("spans",)).draw(9)["spans"] == carries().draw(9)["spans"]


def test_numbers_are_independent() -> None:
    drawn = [carries().draw(number) for number in range(2000)]
    tokens, spans = [one["tokens"] for one in drawn], [one["spans"] for one in drawn]
    assert abs(np.corrcoef(tokens, spans)[0, 1]) < 0.08
    assert carries(seed=2).draw(0) != carries().draw(0) != carries(source="b").draw(0)


def test_a_request_may_carry_nothing() -> None:
    assert carries(()).draw(0) == {}


def test_copies_and_stored_ones_draw_alike() -> None:
    found = carries()
    for other in (copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
        assert other.draw(8) == found.draw(8)
