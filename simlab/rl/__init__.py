"""Learning in simulation: the simulated system as Gymnasium environments, training, evaluation.

    Simlab/Autoscale-v0       one service on the fluid tier: tens of thousands of steps a second
    Simlab/AutoscaleDES-v0    the same service at request level
    Simlab/SelfHeal-v0        at request level, with leaks and crashes, and a restart to act with
    Simlab/SelfHealTiny-v0    99 states that value iteration solves exactly

`import simlab.rl` registers them; `gymnasium.make("simlab.rl:Simlab/Autoscale-v0")` does both.

Rule 1: observations are telemetry, dimensionless and named; the reward is money. Rule 2: words are
JSON, seeds are split, and chance is addressed. Rule 3: nobody is judged on what he was chosen on.
"""

from typing import TYPE_CHECKING, Any

from gymnasium.envs.registration import register

if TYPE_CHECKING:
    from simlab.rl.disagreement import disagreement
    from simlab.rl.judging import evaluate
    from simlab.rl.making import train

__all__ = ["IDS", "disagreement", "evaluate", "train"]

register(
    id="Simlab/Autoscale-v0",
    entry_point="simlab.rl.autoscale:Autoscale",
    vector_entry_point="simlab.rl.vector:AutoscaleVector",
)
register(id="Simlab/AutoscaleDES-v0", entry_point="simlab.rl.requests:AutoscaleDES")
register(id="Simlab/SelfHeal-v0", entry_point="simlab.rl.requests:SelfHeal")
register(id="Simlab/SelfHealTiny-v0", entry_point="simlab.rl.tiny:SelfHealTiny")

IDS = (
    "Simlab/Autoscale-v0",
    "Simlab/AutoscaleDES-v0",
    "Simlab/SelfHeal-v0",
    "Simlab/SelfHealTiny-v0",
)


def __getattr__(name: str) -> Any:
    """Import what trains and judges when it is first asked for: environments need none of it."""
    if name == "train":
        from simlab.rl.making import train

        return train
    if name == "evaluate":
        from simlab.rl.judging import evaluate

        return evaluate
    if name == "disagreement":
        from simlab.rl.disagreement import disagreement

        return disagreement
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
