"""Tables of text: aligned columns for a terminal, the same with or without color."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from simlab.report.quantities import figures, human, scale_of

if TYPE_CHECKING:
    from simlab.study.comparison import Comparison
    from simlab.study.runs import Run

SHOWN = (
    "requests",
    "bad_share",
    "failure_share",
    "goodput",
    "latency_p50",
    "latency_p99",
    "replica_hours",
    "scaling_operations",
    "cost",
)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return `rows` as lines; the first column to the left, the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def comparison_text(found: "Comparison") -> str:
    """Return a comparison in words and figures: means with 95 % intervals, verdicts, the best."""
    question = found.question
    heads, columns = [""], [list(found.strategies)]
    for name in question.measures:
        head, column = _column(found, name)
        heads.append(head)
        columns.append(column)
    rows = [heads, *(list(row) for row in zip(*columns, strict=True))]
    lines = [f"{question.scenario}: mean [95 % interval] of {question.replications} replications"]
    lines += ["", *aligned(rows), "", *found.verdicts(), "", f"best in {_goal(found)}"]
    lines += [f"({note})" for note in found.notes()]
    return "\n".join(lines)


def _goal(found: "Comparison") -> str:
    names = ", ".join(found.best)
    if len(found.best) == len(found.strategies) > 1:
        names = "none is surely better than the others"
    return f"{found.question.measures[0]}: {names}"


def _column(found: "Comparison", name: str) -> tuple[str, list[str]]:
    from simlab.study.measures import measure_of

    estimates = [found.estimates[strategy][name] for strategy in found.strategies]
    factor, word = scale_of([one.mean for one in estimates], measure_of(name).unit)
    cells = []
    for one in estimates:
        low, middle, high = (
            figures(None if value is None else value * factor)
            for value in (one.low, one.mean, one.high)
        )
        cells.append(middle if one.low is None else f"{middle} [{low}, {high}]")
    return f"{name} ({word})" if word else name, cells


def run_text(run: "Run") -> str:
    """Return what one run came to: its measures in sum, then by source and service."""
    from simlab.study.measures import MEASURES

    measures = run.measures
    strategy = run.strategy or "no strategy"
    lines = [f"{run.scenario}, {strategy}, seed {run.seed}, engine {run.engine}", ""]
    total = measures.total
    rows = [[name, human(total[name], MEASURES[name].unit)] for name in SHOWN if name in total]
    lines += aligned(rows)
    for kind, parts in (("source", measures.sources), ("service", measures.services)):
        table = _parts(kind, parts)
        if table:
            lines += ["", *aligned(table)]
    return "\n".join(lines)


OF = {
    "source": ("requests", "bad_share", "latency_p50", "latency_p99"),
    "service": ("replica_hours", "core_utilization", "scaling_operations", "restarts"),
}


def _parts(kind: str, parts: Mapping[str, Mapping[str, float | None]]) -> list[list[str]]:
    from simlab.study.measures import MEASURES

    names = [name for name in OF[kind] if any(name in one for one in parts.values())]
    rows = [
        [part, *(human(one.get(name), MEASURES[name].unit) for name in names)]
        for part, one in parts.items()
    ]
    return [[kind, *names], *rows] if rows else []
