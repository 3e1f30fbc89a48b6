"""Sites: a tree of places; what is remembered never changes an address."""

import copy
import pickle
from functools import reduce

from simlab.core import Purpose, Site, Tag, child, root, uniforms

KEY = root(3, 1, "load.shoppers")


def test_a_sites_children_are_the_chain_of_places() -> None:
    path = [(Tag.TRY, 2), (Tag.STEP, 0), (Tag.ROUND, 3), (Tag.BRANCH, 1), (Tag.ELSE, 0)]
    site = reduce(lambda at, link: at.child(*link), path, Site(KEY))
    place = reduce(lambda at, link: child(at, *link), path, KEY)
    assert site.place == place
    stream = site.stream(Purpose.WORK)
    assert stream.key == child(place, Tag.PURPOSE, Purpose.WORK)
    assert stream.uniform(4) == uniforms(stream.key, 4, 0)[0]


def test_a_site_is_found_again() -> None:
    site = Site(KEY)
    assert site.child(Tag.STEP, 1) is site.child(Tag.STEP, 1)
    assert site.child(Tag.STEP, 1) is not site.child(Tag.ROUND, 1)
    assert len({site.child(tag, n).place for tag in Tag for n in range(20)}) == 20 * len(Tag)
    assert site.stream(Purpose.OUT) is site.stream(Purpose.OUT)
    assert site.stream(Purpose.OUT) is not site.stream(Purpose.BACK)


def test_forks_share_what_is_remembered() -> None:
    site = Site(KEY)
    assert copy.deepcopy({"here": site})["here"] is site


def test_a_pickle_leaves_what_is_remembered_behind() -> None:
    site = Site(KEY)
    for n in range(100):
        site.child(Tag.STEP, n).stream(Purpose.WORK).uniform(0)
    again = pickle.loads(pickle.dumps(site))
    assert again.place == KEY
    assert len(pickle.dumps(site)) < 100
