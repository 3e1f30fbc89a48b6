"""A run, as people look at it: its measures, what happened over time, its events."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simlab.core import UserError
from simlab.model.settings.world import WorldSettings
from simlab.study.measures import RunMeasures, measure
from simlab.study.otlp import otlp
from simlab.telemetry import Record

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Run:
    """One run of a scenario.

    Args:
        scenario: Its name.
        strategy: The name of what decided; None: nothing did, or loops given from Python alone.
        engine: What ran it.
        world: What was run, its warm-up settled.
        record: What it left.
    """

    scenario: str
    strategy: str | None
    seed: int
    replication: int
    engine: str
    world: WorldSettings
    record: Record

    @property
    def measures(self) -> RunMeasures:
        """Return every measure, in sum and by name."""
        return measure(self.record, self.world)

    @property
    def summary(self) -> dict[str, float | None]:
        """Return the measures in sum."""
        return self.measures.total

    @property
    def timeline(self) -> "pd.DataFrame":
        """Return what happened over time, a row a step; the index is its end, in seconds."""
        import pandas as pd

        return pd.DataFrame(self.record.timeline).set_index("t")

    @property
    def requests(self) -> "pd.DataFrame":
        """Return a row for each request; `UserError` if they were not kept."""
        import pandas as pd

        if not self.record.requests:
            raise UserError("requests were not kept; run with keep_requests=True")
        return pd.DataFrame(self.record.requests)

    @property
    def events(self) -> "pd.DataFrame":
        """Return decisions, actions, faults and logs, in order; `data` has the details."""
        import pandas as pd

        rows = [(one.at, one.kind, one.who, dict(one.data)) for one in self.record.events]
        return pd.DataFrame(rows, columns=["at", "kind", "who", "data"])

    @property
    def faults(self) -> "pd.DataFrame":
        """Return a row for each occurrence of a fault, in order of start."""
        import pandas as pd

        names = ("fault", "kind", "targets", "replicas", "start", "stop", "detected", "acted")
        rows = [[getattr(one, name) for name in names] for one in self.record.faults]
        return pd.DataFrame(rows, columns=list(names))

    @property
    def knowledge(self) -> dict[str, dict[str, Any]]:
        """Return what loops have learned, as documents that later runs can begin with, by loop."""
        return self.record.knowledge

    def otlp(self) -> dict[str, Any]:
        """Return the cycles of loops and sampled requests as traces in OTLP's JSON encoding."""
        return otlp(
            self.record, seed=self.seed, replication=self.replication, scenario=self.scenario
        )

    def to_json(self) -> dict[str, Any]:
        """Return the document that `simlab run --json` prints."""
        return {
            "scenario": self.scenario,
            "strategy": self.strategy,
            "seed": self.seed,
            "engine": self.engine,
            **self.measures.to_json(),
        }

    def plot(self) -> "Figure":
        """Return a figure of what happened over time."""
        from simlab.report import timeline

        strategy = self.strategy or "no strategy"
        title = f"{self.scenario}, {strategy}, seed {self.seed}"
        return timeline(self.record, self.world, title=title)

    def __repr__(self) -> str:
        strategy = self.strategy or "no strategy"
        which = f"seed {self.seed}, replication {self.replication}"
        return f"<Run of {self.scenario}: {strategy}, {which}>"

    def _repr_html_(self) -> str:
        from simlab.report import run_html

        return run_html(self)
