"""Chance: every random number is a pure function of its address, never of how many were drawn.

    place    where: seed, replication and a name, hashed once (`root`), then a chain of tagged
             numbers (`child`): try 2, step 0, round 3, branch 1, else, and last the purpose
    counter  which request, and which of its draws

So two strategies that act differently still meet the same luck (common random numbers), both
engines draw the same numbers without sharing an order, and a fork needs no generator state.

Reference: J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011 (Philox).
"""

from enum import IntEnum
from hashlib import blake2b

from simlab.core.compilable import compilable
from simlab.core.units import Ratio

M32 = 0xFFFFFFFF
M62 = 0x3FFFFFFFFFFFFFFF


class Tag(IntEnum):
    """What a number in a path counts."""

    TRY = 0
    STEP = 1
    ROUND = 2
    BRANCH = 3
    ELSE = 4
    PURPOSE = 5


class Purpose(IntEnum):
    """What a number is drawn for: a closed list."""

    ARRIVAL = 0
    CARRY = 1
    MIX = 2
    CHANCE = 3
    WORK = 4
    WAIT = 5
    ERROR = 6
    INVALID = 7
    OUT = 8
    BACK = 9
    LOST_OUT = 10
    LOST_BACK = 11
    PICK = 12
    JITTER = 13
    KEY = 14
    VERSION = 15
    TRACE = 16


def root(seed: int, replication: int, name: str) -> int:
    """Return the 62-bit place that a named thing's chance starts from, fixed by these three alone.

    >>> root(7, 0, "load.shoppers") == root(7, 0, "load.shoppers") != root(7, 1, "load.shoppers")
    True
    """
    words = f"{seed}/{replication}/{name}".encode()
    return int.from_bytes(blake2b(words, digest_size=8).digest(), "big") >> 2


@compilable
def child(place: int, tag: int, number: int) -> int:
    """Return the place of the thing that is `number` (from 0) of its `tag`, below `place`.

    The mixing is that of SplitMix64 (G. Steele et al., OOPSLA 2014), cut to 62 bits.
    """
    x = (place + (((number * 8 + tag + 1) * 0x1E3779B97F4A7C15) & M62)) & M62
    x = ((x ^ (x >> 30)) * 0x3F58476D1CE4E5B9) & M62
    x = ((x ^ (x >> 27)) * 0x14D049BB133111EB) & M62
    return x ^ (x >> 31)


@compilable
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Return the four 32-bit words of Philox 4x32-10 at counter c under key k.

    >>> [hex(word) for word in philox(0, 0, 0, 0, 0, 0)]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    for _ in range(10):
        # Masked at once: the high word is the same for a long product and for a wrapped one.
        p, q = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0 = (q >> 32 & M32) ^ c1 ^ k0
        c2 = (p >> 32 & M32) ^ c3 ^ k1
        c1, c3 = q & M32, p & M32
        k0, k1 = (k0 + 0x9E3779B9) & M32, (k1 + 0xBB67AE85) & M32
    return c0, c1, c2, c3


@compilable
def unit(high: int, low: int) -> Ratio:
    """Return a double in the open interval (0, 1): 52 bits, in the middle of their cell."""
    return ((high >> 6) * 67108864 + (low >> 6) + 0.5) * 2.220446049250313e-16


@compilable
def uniform(key: int, request: int, draw: int) -> Ratio:
    """Return the number at this address: a double in the open interval (0, 1)."""
    a, b, _, _ = philox(request & M32, request >> 32, draw, 0, key & M32, key >> 32)
    return unit(a, b)


@compilable
def uniforms(key: int, request: int, draw: int) -> tuple[Ratio, Ratio]:
    """Return both numbers of one address; the first is `uniform` of it."""
    a, b, c, d = philox(request & M32, request >> 32, draw, 0, key & M32, key >> 32)
    return unit(a, b), unit(c, d)
