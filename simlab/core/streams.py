"""Streams: the numbers drawn for one purpose at one place; where many are, they are made together.

    lane   one draw number of a stream
    page   1024 requests that are likely to be drawn for together: a run of numbers that follow each
           other, or, where requests are (user, turn), the turns of neighbours: 64 users x 16 turns
    block  a page whose numbers have been made at once, with numpy

A stream is a pure function of its key: what it remembers is a cache, so forks share it, and a
pickle leaves it behind. The bits of a block are those of `chance.uniforms`, one by one.

A block costs as much as 20 single draws (65 us against 3.3 us), and then 0.15 us a draw. So a page
becomes a block at its 16th single draw, whatever the order: that costs at most about twice what
knowing the future would. After a page that is a block the 4th is enough, as load goes on.
"""

from array import array
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simlab.core.chance import M32, uniforms
from simlab.core.units import Ratio

BITS: Final = 10
BLOCK: Final = 1 << BITS  # Requests in a page: 512 cost nearly as much to make, 2048 are half idle.
WITHIN: Final = BLOCK - 1
KEPT: Final = 8  # Blocks of a lane: at first, requests may come out of order by 8 x 1024;
KEPT_AT_MOST: Final = 64  # more are kept where a page comes late, and for neighbours at once.
TURNS: Final = 4  # The bits of the turn in a page of neighbours.
USERS: Final = BITS - TURNS  # And those of the user.
NEIGHBORS: Final = 1 << 60  # The number of the first page of neighbours: above those of all runs.
COUNTED: Final = 64  # Pages of a stream whose single draws are counted.
BEGINS: Final = 16  # Single draws that make a page a block,
FOLLOWS: Final = 4  # and those that do after a page that is one.

MULTIPLIERS: Final = np.array([[0xD2511F53], [0xCD9E8D57]], np.uint64)
BUMPS: Final = np.arange(10, dtype=np.uint64)[:, None, None] * np.array(
    [[0x9E3779B9], [0xBB67AE85]], np.uint64
)
LOW: Final = np.uint64(M32)
HALF: Final = np.uint64(32)


def block(key: int, requests: NDArray[np.uint64], draw: int) -> "array[float]":
    """Return `uniforms(key, n, draw)` for each n of `requests`: all first numbers, then all second.

    >>> numbers = block(5, np.array([7, 9], np.uint64), 0)
    >>> (numbers[1], numbers[3]) == uniforms(5, 9, 0)
    True
    """
    # `chance.philox`, two words at a time: row 0 of `even` is c0, row 1 is c2; of `odd` c1, c3.
    even = np.stack([requests & LOW, np.full(len(requests), draw, np.uint64)])
    odd = np.stack([requests >> HALF, np.zeros(len(requests), np.uint64)])
    keys = np.array([[key & M32], [key >> 32]], np.uint64) + BUMPS & LOW
    for round_key in keys:
        products = even * MULTIPLIERS
        even = (products >> HALF)[::-1] ^ odd ^ round_key
        odd = (products & LOW)[::-1]
    whole = (even >> np.uint64(6)) * np.uint64(67108864) + (odd >> np.uint64(6))
    return array("d", ((whole.astype(np.float64) + 0.5) * 2.220446049250313e-16).tobytes())


def page_of(request: int) -> tuple[int, int]:
    """Return the page that `request` is on, and where on it."""
    user = request >> 32
    if user == 0:
        return request >> BITS, request & WITHIN
    turn = request & M32
    page = NEIGHBORS + (user >> USERS << 32) + (turn >> TURNS)
    return page, (user & (1 << USERS) - 1) << TURNS | turn & (1 << TURNS) - 1


def requests_of(page: int) -> NDArray[np.uint64]:
    """Return the requests on `page`, in order; shape (BLOCK,)."""
    if page < NEIGHBORS:
        return np.arange(page << BITS, page + 1 << BITS, dtype=np.uint64)
    user, turn = page - NEIGHBORS >> 32 << USERS, (page & M32) << TURNS
    users = np.arange(user, user + (1 << USERS), dtype=np.uint64)
    turns = np.arange(turn, turn + (1 << TURNS), dtype=np.uint64)
    requests: NDArray[np.uint64] = np.add.outer(users << HALF, turns).ravel()
    return requests


class Stream:
    """The numbers drawn for one purpose at one place, by request and draw number."""

    __slots__ = ("_counts", "_lanes", "key")

    def __init__(self, key: int) -> None:
        self.key = key
        self._lanes: dict[int, dict[int, array[float]]] = {}
        self._counts: dict[tuple[int, int], int] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> "Stream":
        return self  # A cache of a pure function.

    def __reduce__(self) -> tuple[type["Stream"], tuple[int]]:
        return Stream, (self.key,)

    def uniform(self, request: int, draw: int = 0) -> Ratio:
        """Return the number at this address, in (0, 1)."""
        try:
            return self._lanes[draw][request >> BITS][request & WITHIN]  # If on a run's block.
        except KeyError:
            return self._find(request, draw)[0]

    def uniforms(self, request: int, draw: int = 0) -> tuple[Ratio, Ratio]:
        """Return both numbers at this address; the first is `uniform` of it."""
        try:
            numbers, at = self._lanes[draw][request >> BITS], request & WITHIN
        except KeyError:
            return self._find(request, draw)
        return numbers[at], numbers[at + BLOCK]

    def _find(self, request: int, draw: int) -> tuple[Ratio, Ratio]:
        """Look on pages of neighbours, else draw; make a block of the page if that will pay."""
        page, at = page_of(request)
        lane = self._lanes.get(draw)
        numbers = None if lane is None else lane.get(page)
        if numbers is not None:
            return numbers[at], numbers[at + BLOCK]
        place = (draw, page)
        count = self._counts.pop(place, 0) + 1
        if count >= (BEGINS if lane is None or page - 1 not in lane else FOLLOWS):
            self._remember(draw, page)
        else:
            if len(self._counts) >= COUNTED:
                del self._counts[next(iter(self._counts))]  # Longest without a draw.
            self._counts[place] = count
        return uniforms(self.key, request, draw)

    def _remember(self, draw: int, page: int) -> None:
        """Make a block of this page; forget the oldest if there are more than may be needed."""
        lane = self._lanes.setdefault(draw, {})
        late = max(lane, default=page) - page  # By so many pages, if they are runs.
        # Twice as many: until they suffice, late pages are made among those in time.
        kept = KEPT_AT_MOST if page >= NEIGHBORS else min(max(KEPT, 2 * late + 2), KEPT_AT_MOST)
        if len(lane) >= kept:
            del lane[next(iter(lane))]
        lane[page] = block(self.key, requests_of(page), draw)
