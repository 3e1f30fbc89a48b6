"""Checkpoints: a training between two episodes, in one file, whole or not there.

checkpoint.npz   table, visits, best, best_visits, and state: the rest as JSON
"""

import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from simlab.controllers.learning import QTable
from simlab.controllers.learning.policy import pack, replace_file
from simlab.core import UserError

LEAST = 1e300


@dataclass(kw_only=True)
class Checkpoint:
    """Where a training is.

    Args:
        table: What is known now.
        best: What was known at the best validation, whose mean cost was `least`, at step
            `best_at`.
        validated: How many times the distance between validations had been gone.
        history: One row for each validation.
        words: What decides what comes out: whose checkpoint it is.
    """

    table: QTable
    best: QTable
    steps: int = 0
    episodes: int = 0
    validated: int = 0
    least: float = LEAST
    best_at: int = 0
    history: list[dict[str, float]] = field(default_factory=list)
    words: dict[str, Any] = field(default_factory=dict)


PLAIN = ("steps", "episodes", "validated", "least", "best_at", "history", "words")


def write_checkpoint(path: Path, now: Checkpoint) -> None:
    """Write a checkpoint; `UserError` if it cannot be."""
    table, visits = now.table.arrays()
    best, best_visits = now.best.arrays()
    state = json.dumps({name: getattr(now, name) for name in PLAIN}, sort_keys=True).encode()
    content = pack(
        {
            "table": table, "visits": visits, "best": best, "best_visits": best_visits,
            "state": np.frombuffer(state, np.uint8),
        }
    )  # fmt: skip
    try:
        replace_file(path, content)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from None


def read_checkpoint(path: Path) -> Checkpoint:
    """Return the checkpoint in `path`; `UserError` if there is none that can be read."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as parts:
            state = json.loads(parts["state"].tobytes())
            return Checkpoint(
                table=QTable.of(parts["table"], parts["visits"]),
                best=QTable.of(parts["best"], parts["best_visits"]),
                **{name: state[name] for name in PLAIN},
            )
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise UserError(f"{path} is no checkpoint ({error}): remove it to begin anew") from None
