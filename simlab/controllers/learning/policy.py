"""Policies: a table in a file, with everything that it was learned for. Never a pickle.

    policy.npz   table (states, actions) float64, visits (the same) int64, manifest: JSON as bytes
    manifest     format_version, kind qtable, buckets, actions, period, scales, capacity, within,
                 env, seeds, prices, validation, sha256 (of both arrays)

Rule 1: what is not exactly that is refused, with one error; sizes are asked before anything is
unpacked. Rule 2: a file is read once for as long as it does not change.

Longer than most: writing and refusing stand together; `_policy` asks one thing a line.
"""

import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np

from simlab.controllers.learning.features import BucketSettings, Scales, states
from simlab.controllers.learning.moves import Moves
from simlab.controllers.learning.table import Counts, Floats, QTable
from simlab.core import FileError, PerSecond, Problem, Seconds, require, require_positive

FORMAT: Final = 1
LARGEST: Final = 8 * 1024 * 1024  # Bytes, unpacked.
PARTS: Final = ("table.npy", "visits.npy", "manifest.npy")
MODES: Final = ("headroom", "delta", "absolute", "founding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What was learned, and what for.

    Args:
        values, visits: Shape (states, actions).
        period: From one decision to the next.
        capacity: Requests a second that a replica serves; None: told by telemetry.
        within: What is late; None: nothing.
        manifest: All that is told of it, as JSON.
    """

    values: Floats
    visits: Counts
    buckets: tuple[BucketSettings, ...]
    moves: Moves
    scales: Scales
    period: Seconds
    capacity: PerSecond | None
    within: Seconds | None
    manifest: Mapping[str, Any]

    def table(self) -> QTable:
        """Return a table of its own."""
        return QTable.of(self.values, self.visits)


def manifest_of(
    *,
    buckets: tuple[BucketSettings, ...],
    moves: Moves,
    scales: Scales,
    period: Seconds,
    capacity: PerSecond | None,
    within: Seconds | None,
    **more: Any,
) -> dict[str, Any]:
    """Return the manifest of what plays by these; `more`: what else is to be told of it."""
    return {
        "format_version": FORMAT,
        "kind": "qtable",
        "buckets": [{"feature": one.feature, "edges": list(one.edges)} for one in buckets],
        "actions": {"mode": moves.mode, "values": list(moves.values), "restart": moves.restart},
        "scales": {"most": scales.most, "patience": scales.patience},
        "period": period,
        "capacity": capacity,
        "within": within,
        **more,
    }


def digest(values: Floats, visits: Counts) -> str:
    """Return the sha256 of both arrays, in hexadecimal digits."""
    parts = (np.ascontiguousarray(values, "<f8"), np.ascontiguousarray(visits, "<i8"))
    return sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


def write_policy(path: str | Path, table: QTable, manifest: Mapping[str, Any]) -> None:
    """Write a policy to `path` (and its manifest beside it as JSON), whole or not at all."""
    values, visits = table.arrays()
    told = {**manifest, "sha256": digest(values, visits)}
    text = json.dumps(told, indent=1, sort_keys=True, allow_nan=False)
    words = np.frombuffer(text.encode(), np.uint8)
    packed = pack({"table": values, "visits": visits, "manifest": words})
    _parsed(packed, str(path))
    replace_file(Path(path), packed)
    replace_file(Path(path).with_suffix(".json"), (text + "\n").encode())


def pack(arrays: Mapping[str, Any]) -> bytes:
    """Return arrays as the bytes of an .npz file, the same for the same arrays."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            part = io.BytesIO()
            np.lib.format.write_array(part, np.asanyarray(array), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy")  # Without the time of day.
            archive.writestr(info, part.getvalue(), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def replace_file(path: Path, content: bytes) -> None:
    """Have `path` hold `content`, or, whenever this is interrupted, what it held before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.new")
    with aside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)


def read_policy(path: str) -> Policy:
    """Return the policy in the file at `path`.

    Raises:
        FileError: It cannot be read, or is not a policy that this version plays.
    """
    try:
        seen = Path(path).stat()
        return _read(path, seen.st_mtime_ns, seen.st_size)
    except OSError as error:
        raise refused(path, f"cannot be read: {error.strerror}") from None


@lru_cache(maxsize=64)
def _read(path: str, _modified: int, size: int) -> Policy:
    if size > LARGEST:
        raise refused(path, f"has {size} bytes; a policy has at most {LARGEST}")
    return _parsed(Path(path).read_bytes(), path)


def refused(path: str, why: str) -> FileError:
    """Return the error of a file that is no policy, or not the one that is needed."""
    return FileError([Problem(path, "", why)])


def _parsed(content: bytes, path: str) -> Policy:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            names = sorted(one.filename for one in infos)
            require(names == sorted(PARTS), f"holds {', '.join(names) or 'nothing'}")
            size = 0
            for one in infos:
                size += one.file_size
            require(size <= LARGEST, f"unpacks to {size} bytes; at most {LARGEST} are taken")
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return _policy(arrays["table"], arrays["visits"], arrays["manifest"])
    except (KeyError, TypeError, ValueError, EOFError, OSError, zipfile.BadZipFile) as error:
        words = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise refused(path, f"is not a policy: {words}") from None


def _policy(values: Floats, visits: Counts, words: Any) -> Policy:
    require(words.dtype == np.uint8 and words.ndim == 1, "its manifest is not bytes")
    manifest = json.loads(words.tobytes().decode())
    require(isinstance(manifest, dict), "its manifest is not a JSON object")
    version, kind = manifest["format_version"], manifest["kind"]
    require(version == FORMAT, f"it has format_version {version!r}; {FORMAT} is played")
    require(kind == "qtable", f"it has kind {kind!r}; qtable is played")
    buckets = tuple(
        BucketSettings(feature=one["feature"], edges=tuple(map(float, one["edges"])))
        for one in manifest["buckets"]
    )
    moves = _moves(manifest["actions"])
    _check_arrays(values, visits, (states(buckets), len(moves)))
    require(
        manifest["sha256"] == digest(values, visits), "its table is not the one it was saved with"
    )
    scales = Scales(int(manifest["scales"]["most"]), float(manifest["scales"]["patience"]))
    capacity, within = manifest["capacity"], manifest["within"]
    require_positive(period=float(manifest["period"]), most=scales.most, patience=scales.patience)
    require_positive(**{} if capacity is None else {"capacity": float(capacity)})
    return Policy(
        values=values, visits=visits, buckets=buckets, moves=moves, scales=scales,
        period=float(manifest["period"]), capacity=None if capacity is None else float(capacity),
        within=None if within is None else float(within), manifest=manifest,
    )  # fmt: skip


def _moves(words: Mapping[str, Any]) -> Moves:
    mode, values, restart = words["mode"], words["values"], words["restart"]
    require(mode in MODES, f"it has actions {mode!r}; there are {', '.join(MODES)}")
    moves = Moves(mode, tuple(float(value) for value in values), restart)
    require(len(moves) > 0, "it has no actions")
    require(restart is None or restart == len(moves) - 1, "its restart is not the last action")
    require(
        mode != "headroom" or all(0 < value <= 1 for value in moves.values),
        "its targets are not shares",
    )
    return moves


def _check_arrays(values: Floats, visits: Counts, shape: tuple[int, int]) -> None:
    require(values.dtype == np.float64, f"its table is of {values.dtype}, not of float64")
    require(visits.dtype == np.int64, f"its visits are of {visits.dtype}, not of int64")
    require(values.shape == shape, f"its table has shape {values.shape}, not {shape}")
    require(visits.shape == shape, f"its visits have shape {visits.shape}, not {shape}")
    require(bool(np.isfinite(values).all()), "its table holds what is no finite number")
    require(bool((visits >= 0).all()), "its visits are negative")
