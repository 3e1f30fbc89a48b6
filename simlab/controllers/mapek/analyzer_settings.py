"""Settings of the analyzer."""

from dataclasses import dataclass

from simlab.controllers.checks import require_counts
from simlab.core import Count, Seconds, Settings, require_positive


@dataclass(frozen=True, kw_only=True)
class AnalyzerSettings(Settings):
    """How root causes are looked for.

    Args:
        lookback: Logs and changes of settings from so long before the onset count as evidence.
        candidates: How many candidates an issue names at most.
    """

    lookback: Seconds = 180.0
    candidates: Count = 5

    def __post_init__(self) -> None:
        require_positive(lookback=self.lookback)
        require_counts(1, candidates=self.candidates)
