"""The answer of a sweep: a comparison at each point, weighed with those at all others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simlab.scenario import Point
from simlab.study.comparison import Comparison
from simlab.study.sweeps.flips import Flip, flips_of
from simlab.study.sweeps.labels import short_names

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from simlab.study.question import Question


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A point on a scenario, and what was found there.

    Args:
        scenario: Its name.
        point: The values of the factors.
        comparison: Its verdicts are weighed over the whole sweep.
    """

    scenario: str
    point: Point
    comparison: Comparison

    def plain(self) -> dict[str, float | str]:
        """Return the factors' values by path: numbers in SI units, else text."""
        return {path: one.plain for path, one in self.point.by_path.items()}


@dataclass(frozen=True, kw_only=True, repr=False)
class Sweep:
    """What a sweep found.

    Args:
        name: Of the experiment, or of the scenario.
        axes: The factors' paths; those of one axis went in step.
        spots: Every point on every scenario, in order.
        warnings: What is legal but surely unmeant.
    """

    name: str
    axes: tuple[tuple[str, ...], ...]
    spots: tuple[Spot, ...]
    warnings: tuple[str, ...] = ()

    @property
    def question(self) -> "Question":
        """Return what was asked at the first point; all but its name and luck is alike."""
        return self.spots[0].comparison.question

    @property
    def strategies(self) -> tuple[str, ...]:
        return self.question.strategies

    @property
    def measures(self) -> tuple[str, ...]:
        return self.question.measures

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the factors' paths, in order."""
        return tuple(path for axis in self.axes for path in axis)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Return the scenarios' names."""
        return tuple(dict.fromkeys(spot.scenario for spot in self.spots))

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Return, by path, a short name of each factor."""
        return short_names(self.paths)

    @cached_property
    def flips(self) -> list[Flip]:
        """Return where the ranking in the first measure turns: see `flips`."""
        return flips_of(self.spots, self.axes)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row for each point, strategy and replication: factors, measures asked for."""
        for spot in self.spots:
            heads = self.heads(spot)
            for strategy, values in spot.comparison.values.items():  # noqa: PD011 (no frame)
                for at in range(spot.comparison.question.replications):
                    measured = {name: column[at] for name, column in values.items()}
                    yield {**heads, "strategy": strategy, "replication": at, **measured}

    def heads(self, spot: Spot) -> dict[str, Any]:
        """Return what tells a point from the others."""
        head = {"scenario": spot.scenario} if len(self.scenarios) > 1 else {}
        return {**head, **spot.plain()}

    def frame(self) -> "pd.DataFrame":
        """Return a tidy table: a row for each point, strategy and replication.

        Columns: the scenario if there are several, the factors by path (numbers in SI units),
        ``strategy``, ``replication``, and the measures asked for.
        """
        import pandas as pd

        return pd.DataFrame(list(self.rows()))

    def table(self) -> "pd.DataFrame":
        """Return a row for each point and strategy: mean, low and high of each measure, and best.

        ``best`` says whether the strategy is not worse than any other there, in the first measure.
        """
        import pandas as pd

        return pd.DataFrame(list(self.estimated()))

    def estimated(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of `table`."""
        for spot in self.spots:
            for strategy in self.strategies:
                estimates = spot.comparison.estimates[strategy]
                cells = {
                    f"{name}{end and '.'}{end}": estimates[name].to_json()[end or "mean"]
                    for name in self.measures
                    for end in ("", "low", "high")
                }
                best = strategy in spot.comparison.best
                yield {**self.heads(spot), "strategy": strategy, **cells, "best": best}

    def differences(self) -> "pd.DataFrame":
        """Return a row for each point, pair and measure; p-values are adjusted over all rows."""
        import pandas as pd

        rows = [
            {**self.heads(spot), **row}
            for spot in self.spots
            for row in spot.comparison.differences().to_dict("records")
        ]
        return pd.DataFrame(rows)

    def best(self) -> "pd.DataFrame":
        """Return, for each point, who is not worse than any other in the first measure."""
        import pandas as pd

        bests = [(self.heads(spot), ", ".join(spot.comparison.best)) for spot in self.spots]
        return pd.DataFrame([{**heads, "best": best} for heads, best in bests])

    def to_json(self) -> dict[str, Any]:
        """Return the document that `simlab sweep --json` prints."""
        from simlab.study.sweeps.document import document_of

        return document_of(self)

    def sentences(self) -> list[str]:
        """Return where the ranking turns, in words."""
        from simlab.study.sweeps.document import sentence_of

        return [sentence_of(self, one) for one in self.flips]

    def at(self, spot: Spot, paths: Sequence[str]) -> str:
        """Return the values of some factors at a point, in one line."""
        return ", ".join(f"{self.names[path]}={spot.point.by_path[path].label}" for path in paths)

    def notes(self) -> list[str]:
        """Return what a reader must know: what the answer is about, and where it is weak."""
        question = self.question
        tested = sum(one.p is not None for spot in self.spots for one in spot.comparison.found)
        warmups = sorted({spot.comparison.question.warmup for spot in self.spots})
        ends = " to ".join(f"{one:g}" for one in dict.fromkeys((warmups[0], warmups[-1])))
        note = (
            f"{question.replications} replications at each of {len(self.spots)} points,"
            f" {self.spots[0].comparison.population}; {question.analysis}, warm-up {ends} s;"
            f" each interval is at 95 % by itself, p is adjusted by Holm over all {tested} tests"
        )
        thin = sum(len(spot.comparison.thin) for spot in self.spots)
        return [
            note,
            *([f"{thin} pooled quantiles: tail too thin"] if thin else []),
            *self.warnings,
        ]

    def plot(self, measures: Sequence[str] = ()) -> "Figure":
        """Return a figure: each measure against the first factor, panels by the others."""
        from simlab.report import sweep

        return sweep(self, measures)

    def __repr__(self) -> str:
        names = ", ".join(self.strategies)
        runs = self.question.replications
        return f"<Sweep {self.name}: {len(self.spots)} points, {names}; {runs} replications>"

    def _repr_html_(self) -> str:
        from simlab.report import sweep_html

        return sweep_html(self)
