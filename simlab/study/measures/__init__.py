"""Measures: what a run is judged by, made from its record. One table, one formula for each name."""

from simlab.study.measures.measuring import measure, names_of
from simlab.study.measures.run_measures import (
    RunMeasures,
    check_paths,
    known_paths,
    measure_of,
    split,
)
from simlab.study.measures.table import DEFAULT, MEASURES, Measure

__all__ = [
    "DEFAULT",
    "MEASURES",
    "Measure",
    "RunMeasures",
    "check_paths",
    "known_paths",
    "measure",
    "measure_of",
    "names_of",
    "split",
]
