"""Results: experiments that are kept; listed, and answered again from the runs that are there."""

from dataclasses import dataclass, replace
from pathlib import Path

from simlab.core import UserError
from simlab.study.comparison import Comparison, answer
from simlab.study.question import Question
from simlab.study.rounds import stored
from simlab.study.store import Store
from simlab.study.store.database import FILE
from simlab.study.trials import Trace


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An experiment in a directory.

    Args:
        name: Its path below the directory that was listed.
        scenarios: That it was asked about.
        strategies: That it compares, over all scenarios.
        runs: How many its answers need; of those, `done` are there and `failed` raised.
        trouble: Why it cannot be read; else empty.
    """

    name: str
    path: Path
    scenarios: tuple[str, ...] = ()
    strategies: tuple[str, ...] = ()
    runs: int = 0
    done: int = 0
    failed: int = 0
    trouble: str = ""


def list_experiments(directory: str | Path) -> list[Listed]:
    """Return the experiments in and below `directory`, by name.

    Raises:
        UserError: there is no such directory.
    """
    top = Path(directory)
    if not top.is_dir():
        raise UserError(f"{top}: is not a directory")
    return [_listed(top, path.parent) for path in sorted(top.rglob(FILE))]


def _listed(top: Path, path: Path) -> Listed:
    name = str(path.relative_to(top))
    try:
        with Store.read(path) as store:
            asked = questions(store)
            keys = {task.key for one in asked.values() for task in one.tasks()}
            return Listed(
                name=path.name if name == "." else name,
                path=path,
                scenarios=tuple(asked),
                strategies=tuple(
                    dict.fromkeys(name for one in asked.values() for name in one.strategies)
                ),
                runs=len(keys),
                done=len(store.done(keys)),
                failed=len(store.errors()),
            )
    except UserError as error:
        return Listed(name=name, path=path, trouble=str(error))


def questions(store: Store) -> dict[str, Question]:
    """Return what was asked, by scenario."""
    return {name: Question.from_json(one) for name, one in store.questions().items()}


def question_of(store: Store, scenario: str | None = None) -> Question:
    """Return what was asked of `scenario`; None: of the only one there is."""
    asked = questions(store)
    if scenario is None and len(asked) == 1:
        return next(iter(asked.values()))
    if scenario not in asked:
        names = ", ".join(asked) or "none"
        raise UserError(f"{store.directory}: name one of its scenarios: {names}")
    return asked[scenario]


def comparison_of(store: Store, scenario: str | None = None) -> Comparison:
    """Return the answer from the replications that are there for every strategy.

    Raises:
        UserError: there is none yet, or no such scenario.
    """
    question = question_of(store, scenario)
    if question.kind != "compare":
        raise UserError(
            f"{store.directory}: is a {question.kind}; `simlab {question.kind}` with the same words"
            " and --out shows it again, without running anything twice"
        )
    trials = stored(store, question)
    whole = min(len(own) for own in trials.values())
    if whole == 0:
        raise UserError(f"{store.directory}: no replication is complete yet")
    return answer(replace(question, replications=whole), trials)


def trace_of(store: Store, strategy: str, replication: int, scenario: str | None = None) -> Trace:
    """Return what happened over time in one stored run; `UserError` if it is not there."""
    for task in question_of(store, scenario).tasks():
        if (task.strategy, task.replication) == (strategy, replication):
            if store.done([task.key]):
                return store.trace(task.key)
            break
    raise UserError(f"{store.directory}: there is no run of {strategy}, replication {replication}")
