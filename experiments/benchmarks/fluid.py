"""Steps per second of the training tier, scalar and many at once, and of the request level.

    python experiments/benchmarks/fluid.py [--steps 20000] [--repeats 3]

All play one head-room action on the default service. CPU time, medians; the ratios are to the
scalar fluid environment, run by turns with it in one process.
"""

import argparse
from statistics import median
from time import process_time
from typing import Any

import gymnasium as gym
import numpy as np

import simlab.rl  # noqa: F401 (registers)

DAY = {"workload": "train", "episode_s": 86400}


def scalar(steps: int) -> float:
    """Return steps per second through Gymnasium's own wrappers, resets included."""
    env: Any = gym.make("Simlab/Autoscale-v0", **DAY)
    env.reset(seed=1)
    begun = process_time()
    for _ in range(steps):
        if env.step(4)[3]:
            env.reset()
    return steps / (process_time() - begun)


def many(steps: int, count: int) -> float:
    """Return single steps per second of `count` environments at once."""
    env: Any = gym.make_vec("Simlab/Autoscale-v0", num_envs=count, **DAY)
    env.reset(seed=1)
    actions = np.full(count, 4)
    begun = process_time()
    for _ in range(steps // count):
        env.step(actions)
    return steps / (process_time() - begun)


def requests(steps: int) -> float:
    """Return steps per second at request level: 15 s of some 18 requests a second each."""
    env: Any = gym.make("Simlab/AutoscaleDES-v0")
    env.reset(seed=1)
    begun = process_time()
    for _ in range(steps):
        if env.step(4)[3]:
            env.reset()
    return steps / (process_time() - begun)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=3)
    words = parser.parse_args()
    rates: dict[str, list[float]] = {
        "scalar": [],
        "8 at once": [],
        "64 at once": [],
        "requests": [],
    }
    for _ in range(words.repeats):
        rates["scalar"].append(scalar(words.steps))
        rates["8 at once"].append(many(words.steps, 8))
        rates["64 at once"].append(many(words.steps * 4, 64))
        rates["requests"].append(requests(max(words.steps // 200, 20)))
    for name, found in rates.items():
        ratio = median(one / base for one, base in zip(found, rates["scalar"], strict=True))
        print(f"{name:12} {median(found):>10,.0f} steps/s  {ratio:8.3f} x scalar")


if __name__ == "__main__":
    main()
