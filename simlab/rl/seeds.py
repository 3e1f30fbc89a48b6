"""Seeds: which traces are for training, for choosing, for judging; no seed is in two of them.

    train 20,000 to 999,999      validation 9,000 to 9,029      test 10,000 to 10,099

A trace seed fixes all chance of an episode: load, work, faults. An environment is made for one
split, draws seeds of it, and refuses those of another.
"""

from typing import Any, Final, Literal, TypeAlias

from simlab.core import Purpose, Site, UserError, root

Split: TypeAlias = Literal["train", "validation", "test"]
SPLITS: Final[dict[str, range]] = {
    "train": range(20_000, 1_000_000),
    "validation": range(9_000, 9_030),
    "test": range(10_000, 10_100),
}


def check_split(split: str) -> None:
    """Raise `UserError` unless there is such a split."""
    if split not in SPLITS:
        raise UserError(f"split must be {', '.join(SPLITS)}, got {split!r}")


def check_seed(seed: int, split: str) -> int:
    """Return `seed`; raise `UserError` unless it is of `split`."""
    check_split(split)
    seeds = SPLITS[split]
    if seed not in seeds:
        of = next((name for name, other in SPLITS.items() if seed in other), "no split")
        raise UserError(
            f"trace_seed must be of the {split} split, {seeds[0]} to {seeds[-1]}, got {seed}, "
            f"which is of {of}"
        )
    return int(seed)


def drawn(generator: Any, split: str) -> int:
    """Return a seed of `split`, drawn from an environment's own generator."""
    seeds = SPLITS[split]
    return int(generator.integers(seeds[0], seeds[-1] + 1))


def addressed(seed: int, episode: int) -> int:
    """Return the training seed of an episode: fixed by the seed of the training alone."""
    seeds = SPLITS["train"]
    stream = Site(root(seed, 0, "rl.episodes")).stream(Purpose.CHANCE)
    return seeds[0] + int(stream.uniform(episode) * len(seeds))
