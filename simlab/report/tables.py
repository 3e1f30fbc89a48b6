"""Tables of text: aligned columns for a terminal or a file.

A table wider than the terminal is folded: its first column, with as many of the others as fit,
and again with the next.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simlab.report.quantities import headed, human, interval, scale_of

if TYPE_CHECKING:
    from simlab.study.comparison import Comparison
    from simlab.study.runs import Run
    from simlab.telemetry import Record

SHOWN = (
    "requests", "bad_share", "failure_share", "goodput", "latency_p50", "latency_p99",
    "replica_hours", "scaling_operations", "cost",
)  # fmt: skip
OF = {
    "source": ("requests", "bad_share", "latency_p50", "latency_p99"),
    "service": ("replica_hours", "core_utilization", "scaling_operations", "restarts"),
    "link": ("calls", "attempts_per_call", "error_rate", "latency_p99"),
}
SPACE = "  "


@dataclass(frozen=True, kw_only=True)
class Column:
    """One measure over all strategies, as text.

    Args:
        head: Its name and unit.
        cells: ``mean [low, high]``, in the order of the strategies.
    """

    head: str
    cells: tuple[str, ...]


def columns_of(found: "Comparison") -> list[Column]:
    """Return the columns of a comparison: the measures asked for."""
    return [_column(found, name) for name in found.question.measures]


def _column(found: "Comparison", name: str) -> Column:
    from simlab.study.measures import measure_of

    estimates = [found.estimates[strategy][name] for strategy in found.strategies]
    factor, word = scale_of([one.mean for one in estimates], measure_of(name).unit)
    cells = []
    for one in estimates:
        scaled = [
            None if value is None else value * factor for value in (one.mean, one.low, one.high)
        ]
        cells.append(interval(*scaled))
    return Column(head=headed(name, word), cells=tuple(cells))


def aligned(rows: Sequence[Sequence[str]], width: int | None = None) -> list[str]:
    """Return `rows` as lines; the first column to the left, the others to the right.

    Args:
        rows: Of the same number of cells.
        width: Of the terminal; None: lines may be as long as they come.

    >>> aligned([["a", "1", "2"], ["b", "10", "20"]])
    ['a   1   2', 'b  10  20']
    >>> aligned([["a", "1", "2"], ["b", "10", "20"]], width=6)
    ['a   1', 'b  10', '', 'a   2', 'b  20']
    """
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines: list[str] = []
    for part in _folded(widths, width):
        lines += [""] if lines else []
        for row in rows:
            cells = [row[0].ljust(widths[0]), *(row[at].rjust(widths[at]) for at in part)]
            lines.append(SPACE.join(cells).rstrip())
    return lines


def _folded(widths: Sequence[int], width: int | None) -> list[list[int]]:
    """Return which columns, but for the first, go into each part of a table."""
    parts: list[list[int]] = [[]]
    used = widths[0]
    for at, wide in enumerate(widths[1:], start=1):
        if width is not None and parts[-1] and used + len(SPACE) + wide > width:
            parts.append([])
            used = widths[0]
        parts[-1].append(at)
        used += len(SPACE) + wide
    return parts


def comparison_text(found: "Comparison", width: int | None = None) -> str:
    """Return a comparison in words and figures: means with 95 % intervals, verdicts, the best.

    Args:
        found: The comparison.
        width: Of the terminal; None: lines may be as long as they come.
    """
    question, columns = found.question, columns_of(found)
    rows = [["", *(column.head for column in columns)]]
    rows += [
        [strategy, *(column.cells[at] for column in columns)]
        for at, strategy in enumerate(found.strategies)
    ]
    lines = [f"{question.scenario}: mean [95 % interval] of {question.replications} replications"]
    lines += ["", *aligned(rows, width), "", *found.verdicts(), "", f"best in {best_of(found)}"]
    lines += [f"({note})" for note in found.notes()]
    return "\n".join(lines)


def best_of(found: "Comparison") -> str:
    """Return the first measure, and who is best in it, if anyone surely is."""
    names = ", ".join(found.best)
    if len(found.strategies) == 1:
        names = f"{names}, compared with none"
    elif len(found.best) == len(found.strategies):
        names = "none is surely better than the others"
    return f"{found.question.measures[0]}: {names}"


def run_text(run: "Run", measures: Sequence[str] = (), width: int | None = None) -> str:
    """Return what one run came to: its measures in sum, then by source, service and link.

    Args:
        run: The run.
        measures: Paths of those to tell, instead.
        width: Of the terminal; None: lines may be as long as they come.
    """
    from simlab.study.measures import measure_of

    values = run.measures
    strategy = run.strategy or "no strategy"
    lines = [f"{run.scenario}, {strategy}, seed {run.seed}, engine {run.engine}", ""]
    rows = [[name, human(values.get(name), measure_of(name).unit)] for name in measures or SHOWN]
    lines += aligned(rows, width)
    if measures:
        return "\n".join(lines)
    levels = (("source", values.sources), ("service", values.services), ("link", values.links))
    for kind, parts in levels:
        lines += ["", *aligned(_parts(kind, parts), width)] if parts else []
    contests = contests_of(run.record)
    lines += ["", *aligned(contests, width)] if len(contests) > 1 else []
    return "\n".join(lines)


def contests_of(record: "Record") -> list[list[str]]:
    """Return a table of which loop won how often over which other one, most often first."""
    won = Counter(one.data["name"] for one in record.events if one.kind == "contest")
    return [["contest", "times"], *([name, str(n)] for name, n in won.most_common())]


def _parts(kind: str, parts: Mapping[str, Mapping[str, float | None]]) -> list[list[str]]:
    from simlab.study.measures import MEASURES

    names = OF[kind]
    rows = [
        [part, *(human(one.get(name), MEASURES[name].unit) for name in names)]
        for part, one in parts.items()
    ]
    return [[kind, *names], *rows]
