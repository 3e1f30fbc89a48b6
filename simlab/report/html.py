"""Tables of HTML, for notebooks: plain markup that survives wherever a notebook is shown.

Whatever comes from files is escaped. Bold is only who is surely better than another.
"""

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from simlab.report.quantities import human
from simlab.report.tables import SHOWN, columns_of

if TYPE_CHECKING:
    from simlab.study.comparison import Comparison
    from simlab.study.runs import Run


def comparison_html(found: "Comparison") -> str:
    """Return means with intervals as a table, the verdicts as a list, and the notes."""
    columns = columns_of(found)
    head = row("", [column.head for column in columns], tag="th")
    rows = [
        row(_named(found, name), [column.cells[at] for column in columns])
        for at, name in enumerate(found.strategies)
    ]
    lines = "".join(f"<li>{escape(line)}</li>" for line in found.verdicts())
    notes = "<br>".join(escape(line) for line in found.notes())
    return f"{table(found.question.scenario, head, rows)}<ul>{lines}</ul><p>{notes}</p>"


def _named(found: "Comparison", name: str) -> str:
    leads = name in found.best and len(found.best) < len(found.strategies)
    return f"<b>{escape(name)}</b>" if leads else escape(name)


def run_html(run: "Run") -> str:
    """Return the measures of one run that tell most, as a table."""
    from simlab.study.measures import MEASURES

    summary = run.summary
    rows = [row(name, [human(summary[name], MEASURES[name].unit)]) for name in SHOWN]
    strategy = run.strategy or "no strategy"
    return table(f"{run.scenario}, {strategy}, seed {run.seed}", "", rows)


def table(caption: str, head: str, rows: Iterable[str]) -> str:
    """Return a table of rows."""
    above = f"<thead>{head}</thead>" if head else ""
    body = f"<tbody>{''.join(rows)}</tbody>"
    return f"<table><caption>{escape(caption)}</caption>{above}{body}</table>"


def row(head: str, cells: Iterable[str], tag: str = "td") -> str:
    """Return a row; `head` is markup, `cells` are text."""
    inner = "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells)
    return f"<tr><th>{head}</th>{inner}</tr>"
