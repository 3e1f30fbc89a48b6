"""Exporting: stored runs as a table that others read; one row a run, one column a measure."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simlab.core import UserError
from simlab.study.files import written
from simlab.study.question import Question
from simlab.study.results import questions
from simlab.study.store import Store
from simlab.study.trials import Task

if TYPE_CHECKING:
    import pandas as pd


def rows(store: Store) -> Iterator[dict[str, Any]]:
    """Yield one flat row for each run that is there: which it is, then its measures by path.

    A run that answers for several strategies (they make the same world) has a row for each.
    """
    for question in questions(store).values():
        for task in question.tasks():
            trial = store.trial(task)
            if trial is not None:
                measures = {path: trial.measures.get(path) for path in trial.measures.paths()}
                yield {**_which(question, task), "wall_s": trial.seconds, **measures}


def _which(question: Question, task: Task) -> dict[str, Any]:
    return {
        "scenario": question.scenario,
        "strategy": task.strategy,
        "replication": task.replication,
        "seed": question.seed,
        "key": task.key,
    }


def frame(store: Store) -> "pd.DataFrame":
    """Return the rows as a table."""
    import pandas as pd

    return pd.DataFrame(list(rows(store)))


def export_csv(store: Store, path: str | Path) -> None:
    """Write a line for each run; what a run does not have stays empty."""
    export_rows(rows(store), path)


def export_rows(rows: Iterable[Mapping[str, Any]], path: str | Path) -> None:
    """Write a line for each row; what a row does not have stays empty."""
    found = list(rows)
    names = list(dict.fromkeys(name for row in found for name in row))
    with written(path) as aside, aside.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, restval="")
        writer.writeheader()
        writer.writerows(found)


def export_json(store: Store, path: str | Path) -> None:
    """Write a list with an object for each run; what a run does not have is null."""
    with written(path) as aside, aside.open("w", encoding="utf-8") as stream:
        json.dump(list(rows(store)), stream, indent=1, allow_nan=False)
        stream.write("\n")


def export_parquet(store: Store, path: str | Path) -> None:
    """Write a Parquet table.

    Raises:
        UserError: pyarrow, an extra, is not installed.
    """
    if find_spec("pyarrow") is None:
        raise UserError("Parquet needs pyarrow: pip install 'simlab[parquet]'")
    with written(path) as aside:
        frame(store).to_parquet(aside, engine="pyarrow", index=False)
