"""The answer to a what-if question, as people look at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simlab.core import UserError
from simlab.study.question import POPULATION, Question
from simlab.study.statistics import Estimate
from simlab.study.whatif.contrasting import Found
from simlab.study.whatif.recovery import Recovery
from simlab.study.whatif.variants import Each
from simlab.study.words import sentence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

DIFFERENCES = ("effects", "spread", "contests")


@dataclass(frozen=True, kw_only=True, repr=False)
class WhatIf:
    """What faults do under each strategy, and how they are met.

    Args:
        question: What was asked; its `strategies` are the variants that were run.
        strategies, faults: Names, in the order of asking.
        kinds: Of the faults, by name.
        each: Whether each fault was alone, or among all of them.
        calm: By strategy: false alarms per hour, and the measures asked for, without any fault.
        recoveries: For each fault under each strategy.
        effects, spread, contests: Paired differences, judged: see `contrasting`.
    """

    question: Question
    strategies: tuple[str, ...]
    faults: tuple[str, ...]
    kinds: Mapping[str, str]
    each: Each
    calm: Mapping[str, Mapping[str, Estimate]]
    recoveries: Sequence[Recovery]
    effects: Sequence[Found]
    spread: Sequence[Found]
    contests: Sequence[Found]

    def recovery(self, fault: str, strategy: str) -> Recovery:
        """Return how `fault` was met under `strategy`; both were asked about."""
        return next(
            one for one in self.recoveries if (one.fault, one.strategy) == (fault, strategy)
        )

    def table(self) -> "pd.DataFrame":
        """Return a row for each fault and strategy: detected, acted, recovered, lost."""
        import pandas as pd

        rows = [dict(_flat(one.to_json())) for one in self.recoveries]
        return pd.DataFrame(rows).set_index(["fault", "strategy"])

    def differences(self, which: str = "contests") -> "pd.DataFrame":
        """Return a row for each difference of ``effects``, ``spread`` or ``contests``."""
        import pandas as pd

        if which not in DIFFERENCES:
            raise UserError(f"differences must be {', '.join(DIFFERENCES)}, got {which!r}")
        found: Sequence[Found] = getattr(self, which)
        return pd.DataFrame([dict(_flat(_row(one))) for one in found])

    def blast_radius(self, fault: str, strategy: str) -> list[str]:
        """Return the services to which surely more calls fail with the fault than without."""
        return [
            one.service
            for one in self.spread
            if (one.fault, one.strategy) == (fault, strategy) and one.difference.verdict == "worse"
        ]

    def verdicts(self) -> list[str]:
        """Return which strategy does better under which fault, where one surely does."""
        return [
            f"{one.fault}: {sentence(one.difference)}"
            for one in self.contests
            if one.difference.verdict in ("better", "worse")
        ]

    def notes(self) -> list[str]:
        """Return what a reader must know."""
        question = self.question
        twin = {
            "alone": "each fault alone, against the same replication without any",
            "among": "all faults, against the same replication without the one",
        }[self.each]
        what = (
            f"{question.replications} replications {POPULATION}; {twin}; each interval is at 95 %"
            " by itself, p is adjusted by Holm within each kind of difference"
        )
        rest = "time to recover: where it did not recover the run's rest, so means are lower bounds"
        return [what, rest]

    def to_json(self) -> dict[str, Any]:
        """Return the document that `simlab whatif --json` prints."""
        question = self.question
        return {
            "scenario": question.scenario,
            "seed": question.seed,
            "replications": question.replications,
            "engine": question.engine,
            "population": POPULATION,
            "each": self.each,
            "calm": {
                strategy: {name: one.to_json() for name, one in row.items()}
                for strategy, row in self.calm.items()
            },
            "faults": {fault: self._fault(fault) for fault in self.faults},
            "effects": [_row(one) for one in self.effects],
            "spread": [_row(one) for one in self.spread],
            "differences": [_row(one) for one in self.contests],
        }

    def _fault(self, fault: str) -> dict[str, Any]:
        strategies = {
            strategy: {
                **self.recovery(fault, strategy).to_json(),
                "blast_radius": self.blast_radius(fault, strategy),
            }
            for strategy in self.strategies
        }
        return {"kind": self.kinds[fault], "strategies": strategies}

    def plot(self) -> "Figure":
        """Return a figure: requests lost and times to recover, by fault and strategy."""
        from simlab.report import whatif

        return whatif(self)

    def __repr__(self) -> str:
        names = ", ".join(self.strategies)
        return (
            f"<WhatIf on {self.question.scenario}: {len(self.faults)} faults under {names};"
            f" {self.question.replications} replications>"
        )

    def _repr_html_(self) -> str:
        from simlab.report import whatif_html

        return whatif_html(self)


def _row(one: Found) -> dict[str, Any]:
    about = {"fault": one.fault, "strategy": one.strategy}
    return {
        **about,
        **({"service": one.service} if one.service else {}),
        **one.difference.to_json(),
    }


def _flat(row: Mapping[str, Any]) -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat.append((name, value["mean"]))
            flat += [(f"{name}_{end}", value[end]) for end in ("low", "high")]
        else:
            flat.append((name, value))
    return flat
