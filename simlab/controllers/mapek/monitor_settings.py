"""Settings of the monitor."""

from dataclasses import dataclass

from simlab.controllers.checks import require_counts
from simlab.core import Count, Number, Ratio, Settings, require, require_share


@dataclass(frozen=True, kw_only=True)
class MonitorSettings(Settings):
    """When a symptom is raised and cleared.

    Args:
        raise_after: Windows (periods) beyond the bound that raise a symptom.
        of: Among so many latest windows.
        clear: A symptom may clear within this share of its bound.
        stale: A reading that is older than so many periods is unknown.
        answers: With fewer answers than this in its window a rate or a quantile is unknown.
        trend: Windows that a memory leak is looked for in.
        severities: From how many times the bound on a symptom is Medium, High and Critical.
    """

    raise_after: Count = 2
    of: Count = 3
    clear: Ratio = 0.8
    stale: Count = 3
    answers: Count = 20
    trend: Count = 20
    severities: tuple[Number, Number, Number] = (1.5, 2.0, 4.0)

    def __post_init__(self) -> None:
        require_counts(1, raise_after=self.raise_after, of=self.of, stale=self.stale)
        require(self.raise_after <= self.of, f"raise_after must not be above of, got {self.of:g}")
        require_share(clear=self.clear)
        require_counts(0, answers=self.answers)
        require_counts(8, trend=self.trend)
        medium, high, critical = self.severities
        require(
            1.0 <= medium <= high <= critical,
            "severities must be three numbers from 1 on, none below the one before it, got "
            f"{medium:g}, {high:g}, {critical:g}",
        )
