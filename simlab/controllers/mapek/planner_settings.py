"""Settings of the planner."""

from dataclasses import dataclass

from simlab.controllers.checks import require_counts
from simlab.controllers.mapek.rules import Rule
from simlab.core import Count, Seconds, Settings, require_not_negative, require_positive


@dataclass(frozen=True, kw_only=True)
class PlannerSettings(Settings):
    """How plans are chosen.

    Args:
        rules: What may be done about what, in order of trust; None: those of the knowledge file,
            if it has any, else the usual ones.
        cooldown: From the end of a plan until the same strategy may be used for its service again;
            and any other, where the plan has succeeded.
        max_replicas: ScaleUp goes no further.
        calm: What was taken is given back when a service has had no symptom for so long.
        restarts: At most so many restarts of a service are asked for within `restart_window`.
        restart_window: See `restarts`.
    """

    rules: tuple[Rule, ...] | None = None
    cooldown: Seconds = 120.0
    max_replicas: Count = 10
    calm: Seconds = 600.0
    restarts: Count = 3
    restart_window: Seconds = 900.0

    def __post_init__(self) -> None:
        require_not_negative(cooldown=self.cooldown)
        require_counts(1, max_replicas=self.max_replicas, restarts=self.restarts)
        require_positive(calm=self.calm, restart_window=self.restart_window)
