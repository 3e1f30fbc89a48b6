"""A comparison: strategies side by side, their paired differences, and what may be said of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simlab.study.columns import column, estimate
from simlab.study.judging import Difference, best, judge
from simlab.study.measures import MEASURES
from simlab.study.question import POPULATION, Question
from simlab.study.statistics import Estimate
from simlab.study.trials import Trial
from simlab.study.words import sentence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True, repr=False)
class Comparison:
    """The answer to a question.

    Args:
        question: What was asked.
        estimates: By strategy and measure: every measure in sum, and those asked for.
        found: The difference of each pair in each measure asked for, with its verdict.
        values: By strategy and measure asked for, what each replication had.
        thin: (strategy, measure) of pooled quantiles with too few observations beyond them.
    """

    question: Question
    estimates: Mapping[str, Mapping[str, Estimate]]
    found: Sequence[Difference]
    values: Mapping[str, Mapping[str, Sequence[float | None]]]
    thin: Sequence[tuple[str, str]] = ()

    @property
    def strategies(self) -> tuple[str, ...]:
        """Return the strategies' names, in the order of asking."""
        return self.question.strategies

    @property
    def population(self) -> str:
        """Return what the answer is about: ``on this load, over luck``."""
        return POPULATION

    @property
    def best(self) -> list[str]:
        """Return the strategies that are not worse than any other in the first measure."""
        return list(best(self.question, self.found))

    def to_json(self) -> dict[str, Any]:
        """Return the document that `simlab compare --json` prints."""
        return {
            "scenario": self.question.scenario,
            "seed": self.question.seed,
            "replications": self.question.replications,
            "engine": self.question.engine,
            "population": self.population,
            "strategies": {
                strategy: {measure: one.to_json() for measure, one in row.items()}
                for strategy, row in self.estimates.items()
            },
            "differences": [one.to_json() for one in self.found],
            "best": self.best,
        }

    def table(self, *measures: str) -> "pd.DataFrame":
        """Return strategies in rows; of each measure (asked for, or named) mean, low and high."""
        import pandas as pd

        names = measures or self.question.measures
        columns = [(measure, end) for measure in names for end in ("mean", "low", "high")]
        rows = [
            [self.estimates[strategy][measure].to_json()[end] for measure, end in columns]
            for strategy in self.strategies
        ]
        index = pd.Index(self.strategies, name="strategy")
        heads = pd.MultiIndex.from_tuples(columns, names=["measure", ""])
        return pd.DataFrame(rows, index=index, columns=heads, dtype=float)

    def differences(self) -> "pd.DataFrame":
        """Return one row for each pair and measure asked for."""
        import pandas as pd

        return pd.DataFrame([dict(_flat(one.to_json())) for one in self.found])

    def verdicts(self) -> list[str]:
        """Return every finding as a sentence."""
        return [sentence(one) for one in self.found]

    def notes(self) -> list[str]:
        """Return what a reader must know: what the answer is about, and where it is weak."""
        question = self.question
        note = (
            f"{question.replications} replications {self.population}; {question.analysis},"
            f" warm-up {question.warmup:g} s; each interval is at 95 % by itself,"
            " p is adjusted by Holm"
        )
        thin = [f"{measure} of {strategy}: tail too thin" for strategy, measure in self.thin]
        return [note, *thin]

    def plot(self) -> "Figure":
        """Return a figure of the strategies and their differences."""
        from simlab.report import comparison

        return comparison(self)

    def __repr__(self) -> str:
        question = self.question
        names = ", ".join(self.strategies)
        return f"<Comparison on {question.scenario}: {names}; {question.replications} replications>"

    def _repr_html_(self) -> str:
        from simlab.report import comparison_html

        return comparison_html(self)


def answer(
    question: Question,
    trials: Mapping[str, Sequence[Trial]],
    found: Sequence[Difference] | None = None,
) -> Comparison:
    """Return the answer that `trials` give: by strategy, in order of replication.

    Args:
        question: What was asked.
        trials: The runs.
        found: The differences, where they are weighed with others; None: they are weighed here.
    """
    totals = [name for name, measure in MEASURES.items() if "total" in measure.of]
    names = list(dict.fromkeys([*totals, *question.measures]))
    analysis = question.analysis
    return Comparison(
        question=question,
        estimates={
            strategy: {name: estimate(trials[strategy], name, analysis) for name in names}
            for strategy in question.strategies
        },
        found=judge(question, trials) if found is None else found,
        values={
            strategy: {
                name: [one.measures.get(name) for one in trials[strategy]]
                for name in question.measures
            }
            for strategy in question.strategies
        },
        thin=list(_thin(question, trials)),
    )


def _thin(question: Question, trials: Mapping[str, Sequence[Trial]]) -> Iterator[tuple[str, str]]:
    for strategy in question.strategies:
        for name in question.measures:
            found = column(trials[strategy], name, question.analysis)
            if found is not None and found.is_thin:
                yield strategy, name


def _flat(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if name == "relative":
            yield name, value["mean"]
            yield "relative_low", value["low"]
            yield "relative_high", value["high"]
        else:
            yield name, value
