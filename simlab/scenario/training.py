"""Training: what the experiment of a learning agent says, beside its scenario."""

from dataclasses import dataclass
from typing import Literal

from simlab.controllers import QLearningSettings
from simlab.core import Count, Number, Ratio, Seconds, Settings, require, require_positive

VALIDATION = 30  # Seeds there are.
TEST = 100


@dataclass(frozen=True, kw_only=True)
class TrainSettings(Settings):
    """A training.

    Args:
        agent: What learns: a Q-learning agent without a file. Its prices, its capacity and what is
            late to it are the scenario's.
        tier: Where: the fluid model of its service, or every request (far slower).
        workload: The scenario's load, or a synthetic kind of about a third of what the greatest
            count can serve.
        scale: What each episode's load is multiplied by: drawn between these two.
        steps: Decisions to learn from.
        episode: How long a trace is; None: as the scenario.
        every: Steps from one validation to the next.
        validation: Seeds on which each is made; the best of all is kept.
    """

    agent: QLearningSettings
    tier: Literal["fluid", "requests"] = "fluid"
    workload: Literal["scenario", "train", "spiky", "calm", "flash", "steps"] = "scenario"
    scale: tuple[Number, Number] = (1.0, 1.0)
    steps: Count = 200000
    episode: Seconds | None = None
    every: Count = 10000
    validation: Count = 10

    def __post_init__(self) -> None:
        require(self.agent.file is None, "agent must have no file: it is what learns")
        require_positive(steps=self.steps, every=self.every, validation=self.validation)
        require(
            self.validation <= VALIDATION,
            f"validation must be at most {VALIDATION} seeds, got {self.validation}",
        )
        require(
            0 < self.scale[0] <= self.scale[1],
            f"scale must be two rising numbers above 0, got {self.scale[0]:g}, {self.scale[1]:g}",
        )
        if self.episode is not None:
            require_positive(episode=self.episode)


@dataclass(frozen=True, kw_only=True)
class EvaluateSettings(Settings):
    """How what was learned is judged: on held-out seeds, at request level, against others.

    Args:
        seeds: Test seeds, from the first on.
        calibration: Validation seeds on which static counts, constant actions and the HPA's
            targets are chosen, each by its mean cost.
        targets: The HPA's targets that are tried, as utilizations.
        founding: Whether an agent with the founding constants is trained for as many steps and
            judged too.
    """

    seeds: Count = 30
    calibration: Count = 5
    targets: tuple[Ratio, ...] = (0.4, 0.5, 0.6, 0.7, 0.8)
    founding: bool = True

    def __post_init__(self) -> None:
        require(2 <= self.seeds <= TEST, f"seeds must be 2 to {TEST}, got {self.seeds}")
        require(
            1 <= self.calibration <= VALIDATION,
            f"calibration must be 1 to {VALIDATION} seeds, got {self.calibration}",
        )
        require(len(self.targets) > 0, "targets must name at least one")
        for target in self.targets:
            require(0 < target <= 1, f"targets must be shares above 0, got {target:g}")
