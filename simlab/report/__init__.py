"""Reports: tables and figures. This room reads results and changes nothing.

Rule 1: a figure is returned, never shown; no global state of a plotting library is touched.
Rule 2: an interval goes with every mean, and nothing is called best that is not surely so.
Rule 3: what is left out for want of room is counted, in the figure.

    tables, html                           text, for terminals and for notebooks
    timeline_figure, panels, strip, ...    one run over time
    comparison_figure, forest              strategies side by side
    sweep_figure, sweep_tables             strategies along factors
    whatif_text, whatif_figure             what faults do, and how they are met
    quantities, style, signs, saving       units, looks, files
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from simlab.report.html import comparison_html, run_html
from simlab.report.quantities import human, scale_of
from simlab.report.sweep_tables import sweep_html, sweep_page, sweep_text
from simlab.report.tables import aligned, comparison_text, run_text
from simlab.report.whatif_text import whatif_html, whatif_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simlab.model.settings.world import WorldSettings
    from simlab.study.comparison import Comparison
    from simlab.study.sweeps import Sweep
    from simlab.study.whatif import WhatIf
    from simlab.telemetry import Record


def timeline(record: "Record", world: "WorldSettings", *, title: str = "") -> "Figure":
    """Return a figure of one run on one time axis: see `timeline_figure`.

    Args:
        record: What the run left.
        world: What was run.
        title: Above everything; empty: none.
    """
    from simlab.report.timeline_figure import draw

    return draw(record, world, title=title)


def comparison(found: "Comparison") -> "Figure":
    """Return a figure of a comparison's intervals: see `comparison_figure`."""
    from simlab.report.comparison_figure import draw

    return draw(found)


def sweep(found: "Sweep", measures: Sequence[str] = ()) -> "Figure":
    """Return a figure of a sweep: see `sweep_figure`."""
    from simlab.report.sweep_figure import draw

    return draw(found, measures)


def whatif(found: "WhatIf") -> "Figure":
    """Return a figure of what faults do: see `whatif_figure`."""
    from simlab.report.whatif_figure import draw

    return draw(found)


def save(figure: "Figure", path: Any) -> None:
    """Write `figure` as a PNG, aside and then renamed: see `saving`."""
    from simlab.report.saving import save as write

    write(figure, path)


__all__ = [
    "aligned",
    "comparison",
    "comparison_html",
    "comparison_text",
    "human",
    "run_html",
    "run_text",
    "save",
    "scale_of",
    "sweep",
    "sweep_html",
    "sweep_page",
    "sweep_text",
    "timeline",
    "whatif",
    "whatif_html",
    "whatif_text",
]
