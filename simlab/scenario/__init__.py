"""The edge: files in, settings out. The only room that reads YAML.

Rule 1: what is not understood is refused, with its place; nothing is ignored, nothing is guessed.
Rule 2: all that is wrong is told at once.  Rule 3: the language is the settings' own annotations:
a new field or kind is at once part of files, paths, the JSON Schema and the reference.

    compose     text -> located tree               structure   tree -> settings
    merge, selectors, links, resolve               what holds where, in a tree
    paths, sets                                    values given by path
    scenario, strategies, experiment, systems      the kinds of file
    factors, values, spread, grid                  what a sweep varies, and the points of it
    checking, canon, schemas, reference            what is derived from them
"""

from typing import Any

from simlab.scenario.canon import canonical, digest
from simlab.scenario.checking import check, warnings
from simlab.scenario.experiment import Experiment, load_experiment
from simlab.scenario.factors import Factors, made_factors
from simlab.scenario.grid import Grid, Point, grid_of
from simlab.scenario.scenario import Scenario, load, parse
from simlab.scenario.sets import split_argument
from simlab.scenario.strategies import Strategy, load_strategy
from simlab.scenario.systems import System, load_system


def schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a `kind` of file: scenario, strategy, experiment or system."""
    from simlab.scenario import schemas  # A command of its own (`python -m`), and seldom asked for.

    return schemas.schema(kind)


__all__ = [
    "Experiment",
    "Factors",
    "Grid",
    "Point",
    "Scenario",
    "Strategy",
    "System",
    "canonical",
    "check",
    "digest",
    "grid_of",
    "load",
    "load_experiment",
    "load_strategy",
    "load_system",
    "made_factors",
    "parse",
    "schema",
    "split_argument",
    "warnings",
]
