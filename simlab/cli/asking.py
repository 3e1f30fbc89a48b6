"""Asking: what a command line and a file ask together; found wrong before anything is run.

What the command line says goes before what an experiment says, and that before what is usual.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from simlab.cli import options
from simlab.cli.values import WrongError

if TYPE_CHECKING:
    from simlab.core import Problem
    from simlab.scenario import Experiment, Scenario, Strategy

REPLICATIONS = 10  # Where nobody says how many.
EXPERIMENT = re.compile(r"""^schema\s*:\s*["']?simlab/experiment/""", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A comparison that is asked for.

    Args:
        name: Of the scenario or the experiment.
        scenarios: At least one.
        strategies: Names, or strategies of files.
        replications: Of each strategy.
        seed: Of all luck.
        measures: Paths; the first decides who is best.
        margin: By measure.
        faults: Of a what-if: names; empty: all.
        each: Of a what-if: ``alone`` or ``among``.
    """

    name: str
    scenarios: "tuple[Scenario, ...]"
    strategies: "tuple[str | Strategy, ...]"
    replications: int
    seed: int
    measures: tuple[str, ...]
    margin: Mapping[str, float]
    faults: tuple[str, ...] = ()
    each: str = "alone"

    def check(self, others: Sequence[str] = ()) -> None:
        """Raise an error of the user's if some scenario has no such strategy or measure.

        Args:
            others: Paths of measures that `--fail-on` names: totals, or among the measures.
        """
        from simlab.study.measures import check_paths, names_of, split

        for scenario in self.scenarios:
            worlds = [scenario.resolve(one) for one in self.strategies]
            check_paths((*self.measures, *others), names_of(worlds[0]))
        for path in others:
            if path not in self.measures and split(path)[0] != "total":
                raise WrongError(f"--fail-on {path}: name it in --measures as well")


def asked(
    file: str,
    sets: Sequence[str],
    strategies: Sequence[str],
    *,
    replications: int | None,
    seed: int | None,
    measures: Sequence[str],
    margin: Mapping[str, float],
    kind: str = "compare",
) -> Asked:
    """Return what is asked, of an experiment if the file is one, else of a scenario.

    Args:
        file: Of either.
        sets: ``PATH=VALUE`` each, for every scenario.
        strategies: Empty: those of the file.
        replications: None: as the file says, or what is usual.
        seed: None: likewise.
        measures: Empty: likewise.
        margin: By measure; what is not there is as in the file.
        kind: That an experiment must be of.
    """
    found = _of_experiment(file, sets, kind) if is_experiment(file) else _of_scenario(file, sets)
    found = replace(
        found,
        strategies=tuple(options.strategy(word) for word in strategies) or found.strategies,
        replications=found.replications if replications is None else replications,
        seed=found.seed if seed is None else seed,
        measures=tuple(measures) or found.measures or _usual(kind),
    )
    if not found.strategies:
        raise WrongError(f"{file}: has no strategies to compare; name some with --strategies")
    kept = {name: one for name, one in found.margin.items() if name in found.measures}
    return replace(found, margin={**kept, **margin})


def _usual(kind: str) -> tuple[str, ...]:
    """Return the measures that are told of where nobody names any."""
    from simlab.study.measures import DEFAULT
    from simlab.study.whatif import HARMED

    return HARMED if kind == "whatif" else DEFAULT


def is_experiment(file: str) -> bool:
    """Say whether the file's schema is that of an experiment; what is wrong with it shows later."""
    try:
        with Path(file).open(encoding="utf-8", errors="replace") as stream:
            return EXPERIMENT.search(stream.read(20_000)) is not None
    except (OSError, ValueError):
        return False


def _of_scenario(file: str, sets: Sequence[str]) -> Asked:
    scenario = options.loaded(file, sets)
    return Asked(
        name=scenario.name, scenarios=(scenario,), strategies=scenario.strategies,
        replications=REPLICATIONS, seed=options.SEED, measures=(), margin={},
    )  # fmt: skip


def _of_experiment(file: str, sets: Sequence[str], kind: str) -> Asked:
    from simlab.core import FileError
    from simlab.scenario import load_experiment

    experiment = load_experiment(file)
    other = experiment.kind
    if other != kind:
        raise experiment.error("kind", f"{other} came, {kind} is asked for; try `simlab {other}`")
    problems = measure_problems(experiment)
    if problems:
        raise FileError(problems)
    pairs = options.pairs(sets)
    scenarios = experiment.scenarios
    if pairs:
        scenarios = tuple(one.with_sets(pairs, flag="--set") for one in scenarios)
    return Asked(
        name=experiment.name, scenarios=scenarios, strategies=experiment.strategies,
        replications=experiment.replications, seed=experiment.seed,
        measures=experiment.measures, margin=experiment.margin,
        faults=experiment.faults, each=experiment.each,
    )  # fmt: skip


def measure_problems(experiment: "Experiment") -> "list[Problem]":
    """Return what is wrong with the measures that an experiment names, each with its place."""
    from simlab.core import UserError
    from simlab.study.measures import check_paths, names_of

    found: dict[Problem, None] = {}
    for scenario in experiment.scenarios:
        names = names_of(scenario.resolve(experiment.strategies[0]))
        for at, path in enumerate(experiment.measures):
            try:
                check_paths((path,), names)
            except UserError as error:
                problems = experiment.error(f"measures[{at}]", str(error)).problems
                found.update(dict.fromkeys(problems))
    return list(found)
