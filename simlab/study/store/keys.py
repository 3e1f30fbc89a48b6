"""Keys: what a run is stored by, so that what was done is not done again.

    sha256 of: the resolved world (a strategy merged in, its name left out; files by the sha256 of
    their content), seed, replication, the model's version, analysis and warm-up

Not of the engine, the number of jobs, or any path: they change no number.
"""

import json
from hashlib import sha256

from simlab.core import Seconds


def run_key(
    world: str,
    *,
    seed: int,
    replication: int,
    model_version: int,
    analysis: str,
    warmup: Seconds,
) -> str:
    """Return the key of a run in the world with the canonical digest `world`."""
    parts = {
        "world": world,
        "seed": seed,
        "replication": replication,
        "model_version": model_version,
        "analysis": analysis,
        "warmup": float(warmup),
    }
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
