"""Places: what the address of a source's chance is made of."""

from simlab.core import Purpose, Site, root
from simlab.load.place import Place

PLACE = Place(seed=5, replication=3, source="shoppers")


def test_a_source_draws_by_its_name() -> None:
    expected = Site(root(5, 3, "load.shoppers")).stream(Purpose.ARRIVAL)
    assert PLACE.stream(Purpose.ARRIVAL).key == expected.key


def test_a_thing_of_it_draws_by_its_own() -> None:
    expected = Site(root(5, 3, "load.shoppers.carries.lines")).stream(Purpose.CARRY)
    assert PLACE.stream(Purpose.CARRY, "carries.lines").key == expected.key


def test_shapes_are_found_by_their_indices() -> None:
    assert PLACE.below(2).path == "2"
    assert PLACE.below(2).below(0) == Place(5, 3, "shoppers", "2.0")
