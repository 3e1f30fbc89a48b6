"""Panels of a timeline: each draws one thing on the axes that it is given.

What a legend is to say is told apart (`said_of_...`), so that there can be room for it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from simlab.report import style
from simlab.report.quantities import figures, short
from simlab.report.signs import signs
from simlab.report.strip import Row
from simlab.telemetry import Record
from simlab.telemetry.record import Floats

BUSIEST = 10  # Services that are drawn in one panel.
WARMUP = "warm-up (not counted)"


def bands(axes: Any, record: Record) -> None:
    """Draw faults through a panel, and the warm-up."""
    if record.warmup > 0:
        axes.axvspan(0.0, record.warmup, color=style.QUIET, alpha=0.12, linewidth=0.0, zorder=0)
    for one in record.faults:
        if one.instant:
            axes.axvline(one.start, color=style.FAULT, linewidth=0.9, alpha=0.6, zorder=0)
        else:
            end = record.duration if one.stop is None else one.stop
            axes.axvspan(one.start, end, color=style.FAULT, alpha=0.09, linewidth=0.0, zorder=0)


def strip(axes: Any, *, rows: Sequence[Row], duration: float) -> None:
    """Draw rows of bars and marks, their labels to the right."""
    for at, row in enumerate(rows):
        spans = [(start, max(end - start, duration / 400)) for start, end in row.bars]
        axes.broken_barh(spans, (at - 0.36, 0.72), color=style.FAULT, alpha=0.75, linewidth=0.0)
        for kind, times in row.marks:
            signs(axes, kind, times, at)
    axes.yaxis.tick_right()
    axes.set_yticks(range(len(rows)), [style.cut(row.label) for row in rows])
    axes.tick_params(axis="y", length=0.0, labelcolor=style.FAULT, pad=6.0)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.spines["left"].set_visible(False)


def said_of_load(record: Record) -> tuple[str, ...]:
    """Return the sources, and what is gray."""
    return (*record.sources, *([WARMUP] if record.warmup > 0 else ()))


def load(axes: Any, *, record: Record) -> None:
    """Draw the rate at which requests arrive, by source."""
    for at, name in enumerate(record.sources):
        _over(axes, record, record.timeline[f"sources.{name}.arrival_rate"], at)
    axes.set_ylim(bottom=0.0)
    style.few(axes.yaxis, 4)
    handles = _named(said_of_load(record))
    if record.warmup > 0:
        handles[-1].set(color=style.QUIET, alpha=0.2, linewidth=7.0, linestyle="-",
                        solid_capstyle="butt")  # fmt: skip
    style.key(axes, handles)


def _named(names: Sequence[str]) -> list[Any]:
    """Return a legend's lines for things in the order of their colors."""
    return [style.stroke(style.color(at), style.line(at), name) for at, name in enumerate(names)]


def _over(
    axes: Any, record: Record, values: Floats, at: int, *, line: Any = None, alpha: float = 1.0
) -> None:
    """Draw values that are of the whole step that ends at their time, as a line."""
    time = record.timeline["t"]
    middle = (time + np.concatenate(([0.0], time[:-1]))) / 2
    axes.plot(middle, values, linestyle=line or style.line(at), color=style.color(at),
              alpha=alpha, linewidth=1.1)  # fmt: skip


def said_of_latency(record: Record) -> tuple[str, ...]:
    """Return the quantiles, and what is good."""
    return ("p99", "median", *(f"goal: {short(within)}" for within in _goals(record)))


def _goals(record: Record) -> list[float]:
    goals = [one.within for one in record.sources.values()]
    return list(dict.fromkeys(one for one in goals if one is not None))


def latency(axes: Any, *, record: Record) -> None:
    """Draw quantiles of latency, by source, and what is good."""
    goals = _goals(record)
    values = [np.array(goals, np.float64)]
    for at, name in enumerate(record.sources):
        p99, p50 = (record.timeline[f"sources.{name}.latency_{rank}"] for rank in ("p99", "p50"))
        _over(axes, record, p99, at, line="-")
        _over(axes, record, p50, at, line=style.DASHES, alpha=0.8)
        values += [p99, p50]
    for within in goals:
        axes.axhline(within, color=style.FAULT, linewidth=1.2, linestyle=":")
    known = np.concatenate(values)
    known = known[np.isfinite(known) & (known > 0)]
    if known.size:
        style.logarithmic(axes, float(known.min()), float(known.max()))
    tint = style.color(0) if len(record.sources) == 1 else style.QUIET
    lines = [(tint, "-"), (tint, style.DASHES), *[(style.FAULT, ":")] * len(goals)]
    said = said_of_latency(record)
    style.key(axes, [style.stroke(*one, text) for one, text in zip(lines, said, strict=True)])


def said_of_bad(record: Record) -> tuple[str, ...]:
    """Return what share may be bad."""
    return tuple(f"allowed: {figures(share)} %" for share in _allowed(record))


def _allowed(record: Record) -> list[float]:
    """Return the shares that may be bad, in percent."""
    objectives = [one.objective for one in record.sources.values()]
    shares = [100.0 * (1.0 - one) for one in objectives if one is not None]
    return list(dict.fromkeys(shares))


def bad(axes: Any, *, record: Record) -> None:
    """Draw the share of requests that ended badly, by source, and what is allowed."""
    edges = np.concatenate(([0.0], record.timeline["t"]))
    top, alone = 1.0, len(record.sources) == 1
    for at, name in enumerate(record.sources):
        share = np.nan_to_num(record.timeline[f"sources.{name}.bad_share"]) * 100.0
        tint = style.color(at)
        axes.stairs(share, edges, fill=True, color=tint, alpha=0.45 if alone else 0.2)
        if not alone:
            axes.stairs(share, edges, color=tint, linestyle=style.line(at))
        top = max(top, float(share.max()))
    allowed = _allowed(record)
    for worst in allowed:
        axes.axhline(worst, color=style.FAULT, linewidth=1.2, linestyle=":")
    axes.set_ylim(0.0, max([top, *allowed]) * 1.08)
    style.few(axes.yaxis, 4)
    style.key(axes, [style.stroke(style.FAULT, ":", one) for one in said_of_bad(record)])


def said_of_utilization(record: Record) -> tuple[str, ...]:
    """Return the services that are shown, and how many are not."""
    left = len(record.services) - BUSIEST
    return (*busiest(record), *([f"and {left} less busy"] if left > 0 else ()))


def busiest(record: Record) -> list[str]:
    """Return the services that are busiest in the mean, in the order of the scenario."""
    used = {
        name: float(np.nan_to_num(record.timeline[f"services.{name}.utilization"]).mean())
        for name in record.services
    }
    first = sorted(used, key=lambda name: -used[name])[:BUSIEST]
    return [name for name in used if name in first]


def utilization(axes: Any, *, record: Record) -> None:
    """Draw how busy services are: all of them, or the busiest."""
    shown = busiest(record)
    for at, name in enumerate(shown):
        _over(axes, record, record.timeline[f"services.{name}.utilization"] * 100.0, at)
    axes.set_ylim(bottom=0.0)
    style.few(axes.yaxis, 4)
    handles = _named(said_of_utilization(record))
    for handle in handles[len(shown) :]:
        handle.set_linestyle("none")
    style.key(axes, handles)
