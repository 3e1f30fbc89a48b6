"""Streams: what is remembered is a cache, and never changes a bit."""

import copy
import pickle
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from simlab.core import Stream, root, uniforms
from simlab.core import streams as module
from simlab.core.streams import BLOCK, NEIGHBORS, block, page_of, requests_of

KEY = root(3, 1, "load.shoppers")
BIG = 1 << 32


def run(first: int) -> NDArray[np.uint64]:
    return np.arange(first, first + 50, dtype=np.uint64)


@pytest.mark.parametrize("draw", [0, 1, 7, 1 << 18, BIG - 1])
@pytest.mark.parametrize("first", [0, 1000, BIG - 25, 1 << 40, (1 << 64) - 50])
def test_a_block_has_the_bits_of_single_draws(first: int, draw: int) -> None:
    pairs = [uniforms(KEY, first + at, draw) for at in range(50)]
    assert list(block(KEY, run(first), draw)) == [a for a, _ in pairs] + [b for _, b in pairs]


def test_blocks_are_even_over_many_keys() -> None:
    """One key may have bad luck; over many, how likely each one's luck is, is itself even."""
    found = []
    for replication in range(200):
        numbers = block(root(1, replication, "even"), requests_of(0), 0)
        found.append(stats.chisquare(np.histogram(numbers, 16, (0, 1))[0]).pvalue)
    assert stats.kstest(found, "uniform").pvalue > 0.01


@pytest.mark.parametrize(
    ("request_number", "expected"),
    [
        pytest.param(0, (0, 0), id="the first"),
        pytest.param(1023, (0, 1023), id="the last of a run"),
        pytest.param(1024, (1, 0), id="the first of the next"),
        pytest.param(BIG - 1, ((1 << 22) - 1, 1023), id="the last of all runs"),
        pytest.param(BIG, (NEIGHBORS, 16), id="user 1, turn 0"),
        pytest.param(63 * BIG + 15, (NEIGHBORS, 1023), id="user 63, turn 15"),
        pytest.param(63 * BIG + 16, (NEIGHBORS + 1, 1008), id="user 63, turn 16"),
        pytest.param(64 * BIG, (NEIGHBORS + BIG, 0), id="user 64, turn 0"),
        pytest.param((1 << 64) - 1, (NEIGHBORS + (1 << 58) - (15 << 28) - 1, 1023), id="the last"),
    ],
)
def test_pages(request_number: int, expected: tuple[int, int]) -> None:
    assert page_of(request_number) == expected


@given(st.one_of(st.integers(0, 1 << 33), st.integers(0, (1 << 64) - 1)))
def test_a_request_stands_on_its_page(request: int) -> None:
    page, at = page_of(request)
    assert int(requests_of(page)[at]) == request


def test_in_order_over_the_edges_of_blocks() -> None:
    stream = Stream(KEY)
    for n in range(2 * BLOCK + 40):
        assert stream.uniform(n) == uniforms(KEY, n, 0)[0]


NEAR = st.integers(BLOCK - 40, BLOCK + 40)
EDGE = st.integers(BIG - 40, BIG + 40)
USERS = st.builds(lambda user, turn: user * BIG + turn, st.integers(58, 70), st.integers(10, 20))
ANY = st.integers(0, (1 << 64) - 1)


REQUESTS = st.one_of(NEAR, NEAR, EDGE, USERS, USERS, ANY)


@settings(max_examples=50)
@given(st.lists(st.tuples(REQUESTS, st.integers(0, 1)), max_size=150))
@example([(n, 0) for n in range(BLOCK - 30, BLOCK + 30)])
@example([(n, 1) for n in range(BLOCK + 30, BLOCK - 30, -1)])
@example([(user * BIG + turn, 0) for turn in range(14, 19) for user in range(60, 70)])
def test_any_order_of_requests_draws_the_same(addresses: list[tuple[int, int]]) -> None:
    stream = Stream(KEY)
    for n, draw in addresses:
        assert stream.uniforms(n, draw) == uniforms(KEY, n, draw)
        assert stream.uniform(n, draw) == uniforms(KEY, n, draw)[0]


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Return where the blocks that are made are noted: page and draw number."""
    made: list[tuple[int, int]] = []

    def noting(key: int, requests: NDArray[np.uint64], draw: int) -> object:
        made.append((page_of(int(requests[-1]))[0], draw))
        return block(key, requests, draw)

    monkeypatch.setattr(module, "block", noting)
    return made


def users(count: int, turns: int) -> Iterable[int]:
    return (user * BIG + turn for turn in range(turns) for user in range(1, count + 1))


@pytest.mark.parametrize(
    ("requests", "expected"),
    [
        pytest.param(range(15), [], id="few draws make none"),
        pytest.param(range(0, 300 * BLOCK, BLOCK // 8), [], id="nor do far apart ones"),
        pytest.param(range(16), [0], id="many near each other make one"),
        pytest.param(range(BLOCK + 3), [0], id="the next page must be drawn from again"),
        pytest.param(range(BLOCK + 4), [0, 1], id="but less often"),
        pytest.param(range(BLOCK + 300, BLOCK, -1), [1], id="backwards, too"),
        pytest.param(
            [n for at in range(16) for n in (at, at + 9 * BLOCK)], [0, 9], id="turn by turn, too"
        ),
        pytest.param(range(BLOCK * 3), [0, 1, 2], id="each page is made once"),
        pytest.param(users(15, 1), [], id="few users make none"),
        pytest.param(users(63, 16), [NEIGHBORS], id="users share one"),
        pytest.param(users(9, 17), [NEIGHBORS, NEIGHBORS + 1], id="and go on to the next turns'"),
    ],
)
def test_a_stream_makes_blocks_where_they_pay(
    requests: Iterable[int], expected: list[int], blocks: list[tuple[int, int]]
) -> None:
    stream = Stream(KEY)
    for n in requests:
        stream.uniform(n)
    assert blocks == [(page, 0) for page in expected]


def test_each_draw_number_has_its_own_blocks(blocks: list[tuple[int, int]]) -> None:
    stream = Stream(KEY)
    for n in range(20):
        stream.uniform(n, 0)
        stream.uniform(n, 3)
    assert blocks == [(0, 0), (0, 3)]


def test_requests_out_of_order_by_thousands_share_blocks(blocks: list[tuple[int, int]]) -> None:
    stream = Stream(KEY)
    for n in range(2 * BLOCK):
        stream.uniform(n)
        stream.uniform(n + 5 * BLOCK)
    assert sorted(blocks) == [(0, 0), (1, 0), (5, 0), (6, 0)]


def touch(stream: Stream, page: int) -> None:
    """Draw so often on `page` that it becomes a block."""
    for n in requests_of(page)[-module.BEGINS :].tolist():
        stream.uniform(n)


def test_few_blocks_are_kept_while_requests_come_in_order() -> None:
    stream = Stream(KEY)
    for page in range(20):
        touch(stream, page)
    assert list(stream._lanes[0]) == list(range(20 - module.KEPT, 20))


def test_more_blocks_are_kept_where_pages_come_late(blocks: list[tuple[int, int]]) -> None:
    """Two runs side by side, 30 pages apart: after a while, no page is made twice."""
    stream = Stream(KEY)
    for page in range(100):
        touch(stream, page + 30)
        touch(stream, page)
    assert len(stream._lanes[0]) == 61  # What they need: those between the two runs, twice.
    made = [page for page, _ in blocks]
    assert [made.count(page) for page in (20, 70, 80, 90, 99)] == [1, 1, 1, 1, 1]
    assert made.count(35) == 2


@pytest.mark.parametrize("first", [10**4, NEIGHBORS], ids=["runs, backwards", "neighbors"])
def test_what_is_remembered_is_bounded(first: int) -> None:
    stream = Stream(KEY)
    for step in range(2 * module.KEPT_AT_MOST):
        touch(stream, first - step if first < NEIGHBORS else first + step)
    assert len(stream._lanes[0]) == module.KEPT_AT_MOST
    for page in range(20000, 20000 + 2 * module.COUNTED):
        stream.uniform(page * BLOCK)
    assert len(stream._counts) == module.COUNTED


def test_a_page_that_is_drawn_from_is_counted_on() -> None:
    """Others that are drawn from once each do not push it out."""
    stream = Stream(KEY)
    for n in range(module.BEGINS):
        stream.uniform(n)
        for page in range(1, module.COUNTED - 1):
            stream.uniform((100 + n * module.COUNTED + page) * BLOCK)
    assert list(stream._lanes) == [0]


def test_a_stream_that_is_hardly_used_holds_nothing() -> None:
    stream = Stream(KEY)
    stream.uniform(5)
    assert stream._lanes == {}


def test_forks_share_what_is_remembered() -> None:
    stream = Stream(KEY)
    assert copy.deepcopy({"here": stream})["here"] is stream


def test_a_pickle_leaves_what_is_remembered_behind() -> None:
    stream = Stream(KEY)
    numbers = [stream.uniform(n) for n in range(100)]
    again = pickle.loads(pickle.dumps(stream))
    assert [again.uniform(n) for n in range(100)] == numbers
    assert len(pickle.dumps(stream)) < 100
