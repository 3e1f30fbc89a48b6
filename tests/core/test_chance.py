"""Chance: an address has one number, which depends on every part of the address."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simlab.core import Purpose, Tag, child, philox, root, uniform, uniforms
from simlab.core.chance import M32, M62, unit

PLACE = root(7, 0, "load.shoppers")


@pytest.mark.parametrize(
    ("words", "expected"),  # The authors' known answers (Random123, kat_vectors, philox4x32 10).
    [
        pytest.param([0] * 6, "6627e8d5 e169c58d bc57ac4c 9b00dbd8", id="zeros"),
        pytest.param([M32] * 6, "408f276d 41c83b0e a20bc7c6 6d5451fd", id="ones"),
        pytest.param(
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0],
            "d16cfe09 94fdcceb 5001e420 24126ea1",
            id="digits of pi",
        ),
    ],
)
def test_philox_gives_the_published_answers(words: list[int], expected: str) -> None:
    assert " ".join(f"{word:08x}" for word in philox(*words)) == expected


def test_numbers_stay_what_they_are() -> None:
    """A change here changes every stored result: it needs a new model version."""
    assert PLACE == 1869371849679895016
    assert child(PLACE, Tag.STEP, 2) == 439158235767129899
    assert uniforms(PLACE, 5, 1) == (0.1927709034445516, 0.7680853970962681)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(root(8, 0, "load.shoppers"), id="the seed"),
        pytest.param(root(7, 1, "load.shoppers"), id="the replication"),
        pytest.param(root(7, 0, "load.shopper"), id="the name"),
        pytest.param(root(70, 0, "load.shoppers"), id="where the seed ends"),
    ],
)
def test_a_root_depends_on(other: int) -> None:
    assert other != PLACE


@pytest.mark.parametrize(
    ("place", "request_number", "draw"),
    [
        pytest.param(PLACE ^ 1, 5, 1, id="the key's low word"),
        pytest.param(PLACE ^ 1 << 40, 5, 1, id="the key's high word"),
        pytest.param(PLACE, 6, 1, id="the request"),
        pytest.param(PLACE, 5 + (1 << 32), 1, id="the request's high word"),
        pytest.param(PLACE, 5, 0, id="the draw"),
        pytest.param(PLACE, 1, 5, id="which is the request and which the draw"),
    ],
)
def test_a_number_depends_on(place: int, request_number: int, draw: int) -> None:
    here = uniforms(PLACE, 5, 1)
    there = uniforms(place, request_number, draw)
    assert here[0] != there[0]
    assert here[1] != there[1]


def test_children_are_all_different() -> None:
    """Over a sample: every tag, many numbers, two levels below two roots."""
    places = [PLACE, root(7, 1, "load.shoppers")]
    first = [child(p, tag, number) for p, tag, number in product(places, Tag, range(300))]
    second = [child(p, tag, number) for p, tag, number in product(first[::7], Tag, range(5))]
    found = [*places, *first, *second]
    assert len(set(found)) == len(found)
    assert all(0 <= place <= M62 for place in found)


@given(st.integers(0, M62), st.integers(0, 5), st.integers(0, 1 << 40))
def test_a_child_is_a_place(place: int, tag: int, number: int) -> None:
    assert 0 <= child(place, tag, number) <= M62


def test_children_are_well_mixed() -> None:
    """One bit of the parent or of the number turns about half of the child's bits."""
    turned = [
        (child(PLACE, 1, n) ^ child(PLACE ^ 1 << bit, 1, n)).bit_count()
        for n in range(20)
        for bit in range(62)
    ]
    assert np.mean(turned) == pytest.approx(31, abs=0.5)
    turned = [(child(PLACE, 1, n) ^ child(PLACE, 1, n + 1)).bit_count() for n in range(500)]
    assert np.mean(turned) == pytest.approx(31, abs=1)


@pytest.mark.parametrize(
    ("high", "low", "expected"),
    [
        pytest.param(0, 0, 2.0**-53, id="the least is above 0"),
        pytest.param(M32, M32, 1 - 2.0**-53, id="the greatest is below 1"),
        pytest.param(1 << 31, 0, 0.5 + 2.0**-53, id="the middle"),
        pytest.param(1 << 6, 0, 2.0**-26 + 2.0**-53, id="the lowest bit used of the high word"),
        pytest.param(0, 1 << 6, 2.0**-52 + 2.0**-53, id="the lowest bit used of the low word"),
    ],
)
def test_a_number_lies_in_the_middle_of_its_cell(high: int, low: int, expected: float) -> None:
    assert unit(high, low) == expected


def test_numbers_are_even_and_independent() -> None:
    pairs = np.array([uniforms(PLACE, n, 0) for n in range(4000)])
    first, second = pairs.T
    later = np.array([uniform(PLACE, n, 1) for n in range(4000)])
    beside = np.array([uniform(child(PLACE, Tag.PURPOSE, 1), n, 0) for n in range(4000)])
    for numbers in (first, second, later, beside):
        assert stats.kstest(numbers, "uniform").pvalue > 0.01
        assert stats.chisquare(np.histogram(numbers, 64, (0, 1))[0]).pvalue > 0.01
    for numbers in (second, later, beside, np.roll(first, 1)):
        assert abs(stats.pearsonr(first, numbers).statistic) < 0.05


@given(st.integers(0, M62), st.integers(0, (1 << 64) - 1), st.integers(0, M32))
def test_the_first_of_both_numbers_is_the_number(key: int, request: int, draw: int) -> None:
    first, second = uniforms(key, request, draw)
    assert uniform(key, request, draw) == first != second


def test_tags_and_purposes_keep_their_numbers() -> None:
    """They are part of every address."""
    assert [tag.name for tag in Tag] == ["TRY", "STEP", "ROUND", "BRANCH", "ELSE", "PURPOSE"]
    assert [int(tag) for tag in Tag] == list(range(6))
    names = (
        "arrival carry mix chance work wait error invalid out back lost_out lost_back pick "
        "jitter key version trace"
    )
    assert [purpose.name.lower() for purpose in Purpose] == names.split()
    assert [int(purpose) for purpose in Purpose] == list(range(17))
