"""Studies: run, replicate, compare; say what differs and how surely; keep it, and find it again.

Rule 1: strategies meet the same luck, so every difference is paired, replication by replication.
Rule 2: a run is a function of its key; what was done is not done again, and how many processes
did it, or which engine, shows nowhere.
Rule 3: nothing is printed here; who wants to hear of progress passes a `Progress`.
Rule 4: clocks and the machine are looked at in `host` alone, and change no measure.

    running, stepping, runs       one run, at once or step by step, and how people look at it
    measures, statistics          what a run is judged by, and what may be said of many
    sweeping, sweeps              the same over a grid of factors
    whatif                        with and without each fault: detection, recovery, loss
    comparing                     question -> rounds of trials -> answer (`comparison`)
    work, trials                  processes that make runs; a run as plain data
    store, manifest, results,     what is kept, what it came of, and the ways to it
    exporting
    faces                         the same, as `simlab` offers it
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simlab.study.comparing import compare
    from simlab.study.comparison import Comparison
    from simlab.study.engines import ENGINES
    from simlab.study.exporting import export_csv, export_json, export_parquet, frame
    from simlab.study.measures import MEASURES, Measure, RunMeasures, measure
    from simlab.study.progress import Progress
    from simlab.study.question import Question
    from simlab.study.results import Listed, comparison_of, list_experiments, trace_of
    from simlab.study.rounds import RunFailedError
    from simlab.study.running import run
    from simlab.study.runs import Run
    from simlab.study.stepping import World
    from simlab.study.store import Store
    from simlab.study.sweeps import Plan, Sweep, estimate_of, make_sweep
    from simlab.study.whatif import WhatIf

_HOMES = {
    "ENGINES": "engines",
    "MEASURES": "measures",
    "Comparison": "comparison",
    "Listed": "results",
    "Measure": "measures",
    "Plan": "sweeps",
    "Progress": "progress",
    "Question": "question",
    "Run": "runs",
    "RunFailedError": "rounds",
    "RunMeasures": "measures",
    "Store": "store",
    "Sweep": "sweeps",
    "WhatIf": "whatif",
    "World": "stepping",
    "compare": "comparing",
    "comparison_of": "results",
    "estimate_of": "sweeps",
    "export_csv": "exporting",
    "export_json": "exporting",
    "export_parquet": "exporting",
    "frame": "exporting",
    "list_experiments": "results",
    "make_sweep": "sweeps",
    "measure": "measures",
    "run": "running",
    "trace_of": "results",
}

__all__ = [
    "ENGINES",
    "MEASURES",
    "Comparison",
    "Listed",
    "Measure",
    "Plan",
    "Progress",
    "Question",
    "Run",
    "RunFailedError",
    "RunMeasures",
    "Store",
    "Sweep",
    "WhatIf",
    "World",
    "compare",
    "comparison_of",
    "estimate_of",
    "export_csv",
    "export_json",
    "export_parquet",
    "frame",
    "list_experiments",
    "make_sweep",
    "measure",
    "run",
    "trace_of",
]


def __getattr__(name: str) -> Any:
    """Import a name's module when it is first asked for: a worker needs few of them."""
    if name in _HOMES:
        return getattr(import_module(f"simlab.study.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
