"""Packing: columns of numbers as compressed bytes, little-endian on every machine.

Columns lie one after another; their names and types are kept beside them as JSON.
"""

import json
import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simlab.study.statistics import Histogram

FAST = 1  # Of zlib's levels: nine times as fast as the best, and hardly larger on these data.
SINGLE = np.dtype("<f4")
COUNT = np.dtype("<i8")

Single = NDArray[np.float32]


def pack(columns: Mapping[str, Single]) -> tuple[str, bytes]:
    """Return the names, as JSON, and the bytes of columns of equal length."""
    raw = b"".join(column.astype(SINGLE).tobytes() for column in columns.values())
    return json.dumps(list(columns)), zlib.compress(raw, FAST)


def unpack(names: str, data: bytes) -> dict[str, Single]:
    """Return the columns that `pack` was given."""
    known: list[str] = json.loads(names)
    if not known:
        return {}
    table = np.frombuffer(zlib.decompress(data), SINGLE).reshape(len(known), -1)
    return {name: row.astype(np.float32) for name, row in zip(known, table, strict=True)}


def pack_histogram(histogram: Histogram) -> bytes:
    """Return the bytes of one histogram."""
    return zlib.compress(histogram.astype(COUNT).tobytes(), FAST)


def unpack_histogram(data: bytes) -> Histogram:
    """Return the histogram that `pack_histogram` was given."""
    return np.frombuffer(zlib.decompress(data), COUNT).astype(np.int64)
