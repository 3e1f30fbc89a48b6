"""The figure of a run: load, latency, bad requests, replicas and utilization on one time axis.

Faults are bands through all panels; decisions that changed something, crashes and restarts are
marks among the replicas, breaker openings among the bad requests.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simlab.report.quantities import clock
from simlab.report.style import FAULT, QUIET, blank, color, plain

if TYPE_CHECKING:
    from simlab.model.settings.world import WorldSettings
    from simlab.telemetry import Event, Record

MOST = 6  # Services that a panel can show and still be read.
MARKS = {"up": ("^", "scaled up"), "down": ("v", "scaled down"), "refused": ("x", "refused")}


def draw(record: "Record", world: "WorldSettings", *, title: str = "") -> Figure:
    """Return the figure."""
    figure = blank(11.0, 9.2)
    panels: Any = figure.subplots(5, 1, sharex=True, height_ratios=[1.1, 1.3, 1.0, 1.4, 1.0])
    services = _moving(record, world)
    _load(panels[0], record)
    _latency(panels[1], record, world)
    _bad(panels[2], record)
    _replicas(panels[3], record, services)
    _utilization(panels[4], record, services)
    for axes in panels:
        plain(axes)
        _bands(axes, record)
    _name_faults(panels[0], record)
    if record.warmup > 0:
        panels[0].axvline(record.warmup, color=QUIET, linewidth=0.8, linestyle=":")
    panels[-1].set_xlim(0.0, record.duration)
    panels[-1].xaxis.set_major_locator(MaxNLocator(10, steps=[1, 2, 3, 6, 10]))
    panels[-1].xaxis.set_major_formatter(FuncFormatter(lambda at, _: clock(round(at, 3))))
    panels[-1].set_xlabel("time since the start", fontsize=9)
    if title:
        figure.suptitle(title, fontsize=11)
    return figure


def _moving(record: "Record", world: "WorldSettings") -> list[str]:
    """Return the services to show: those whose replicas change or that are crowded, else all."""
    names = list(world.services)
    moving = [
        name
        for name in names
        if np.ptp(record.timeline[f"services.{name}.wanted"]) > 0
        or np.ptp(record.timeline[f"services.{name}.ready"]) > 0
    ]
    return (moving or names)[:MOST]


def _legend(axes: Any) -> None:
    handles, _ = axes.get_legend_handles_labels()
    if handles:
        axes.legend(
            fontsize=8, frameon=False, ncols=1, loc="upper left", bbox_to_anchor=(1.0, 1.02)
        )


def _load(axes: Any, record: "Record") -> None:
    for at, name in enumerate(record.sources):
        rate = record.timeline[f"sources.{name}.arrival_rate"]
        axes.plot(record.timeline["t"], rate, color=color(at), linewidth=1.2, label=name)
    axes.set_ylabel("load (1/s)", fontsize=9)
    axes.set_ylim(bottom=0.0)
    _legend(axes)


def _latency(axes: Any, record: "Record", world: "WorldSettings") -> None:
    time = record.timeline["t"]
    for at, name in enumerate(record.sources):
        suffix = f" {name}" if len(record.sources) > 1 else ""
        for rank, style, width in (("p99", "-", 1.2), ("p50", "--", 1.0)):
            values = record.timeline[f"sources.{name}.latency_{rank}"] * 1000.0
            axes.plot(
                time, values, style, color=color(at), linewidth=width, label=f"{rank}{suffix}"
            )
    if world.slo is not None:
        within = world.slo.within * 1000.0
        axes.axhline(within, color=FAULT, linewidth=1.0, label=f"slo {within:g} ms")
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: f"{at:g}"))
    axes.set_ylabel("latency (ms)", fontsize=9)
    _legend(axes)


def _bad(axes: Any, record: "Record") -> None:
    for at, name in enumerate(record.sources):
        share = record.timeline[f"sources.{name}.bad_share"] * 100.0
        axes.fill_between(record.timeline["t"], share, step="pre", color=color(at), alpha=0.35)
    opened = [one.at for one in record.events if one.kind == "breaker" and _opens(one)]
    if opened:
        axes.plot(opened, [2.0] * len(opened), "D", color="black", markersize=4,
                  label="breaker opens")  # fmt: skip
    axes.set_ylabel("bad (%)", fontsize=9)
    axes.set_ylim(0.0, max(5.0, axes.get_ylim()[1]))
    _legend(axes)


def _opens(event: "Event") -> bool:
    return bool(event.data["state"] == "open")


def _replicas(axes: Any, record: "Record", services: Sequence[str]) -> None:
    time = record.timeline["t"]
    for at, name in enumerate(services):
        ready = record.timeline[f"services.{name}.ready"]
        wanted = record.timeline[f"services.{name}.wanted"]
        axes.step(time, ready, where="pre", color=color(at), linewidth=1.6, label=f"{name} ready")
        axes.step(time, wanted, where="pre", color=color(at), linewidth=0.9, linestyle="--")
    axes.plot([], [], color=QUIET, linewidth=0.9, linestyle="--", label="wanted")
    _marks(axes, record, services)
    axes.set_ylabel("replicas", fontsize=9)
    axes.set_ylim(0.0, axes.get_ylim()[1] * 1.12)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    _legend(axes)


def _marks(axes: Any, record: "Record", services: Sequence[str]) -> None:
    """Mark what was done and what broke, below the lines."""
    before: dict[str, float] = {}
    points: dict[str, list[float]] = {}
    for name in services:
        before[name] = record.timeline[f"services.{name}.wanted"][0]
    for event in record.events:
        kind = _mark(event, before)
        if kind:
            points.setdefault(kind, []).append(event.at)
    for kind, times in points.items():
        sign, label = {**MARKS, "crash": ("X", "crash")}[kind]
        shade = FAULT if kind in ("crash", "refused") else "black"
        axes.plot(times, [0.35] * len(times), sign, color=shade, markersize=5, label=label,
                  linestyle="none")  # fmt: skip


def _mark(event: "Event", before: dict[str, float]) -> str:
    if event.kind == "log" and event.data["kind"] in ("crash", "out_of_memory"):
        return "crash"
    if event.kind != "action" or event.data["action"]["kind"] != "scale":
        return ""
    if event.data["status"] == "refused":
        return "refused"
    service, wanted = event.data["action"]["service"], event.data["action"]["replicas"]
    had = before.get(service, wanted)
    before[service] = wanted
    return "up" if wanted > had else "down" if wanted < had else ""


def _utilization(axes: Any, record: "Record", services: Sequence[str]) -> None:
    for at, name in enumerate(services):
        share = record.timeline[f"services.{name}.utilization"] * 100.0
        axes.plot(record.timeline["t"], share, color=color(at), linewidth=1.2, label=name)
    axes.set_ylabel("cpu (% of request)", fontsize=9)
    axes.set_ylim(bottom=0.0)
    _legend(axes)


def _bands(axes: Any, record: "Record") -> None:
    for fault in record.faults:
        if fault.kind == "crash":
            axes.axvline(fault.start, color=FAULT, linewidth=1.0, alpha=0.7)
        else:
            end = record.duration if fault.stop is None else fault.stop
            axes.axvspan(fault.start, end, color=FAULT, alpha=0.12, linewidth=0.0)


def _name_faults(axes: Any, record: "Record") -> None:
    """Write the faults' names above the figure, on two heights so that neighbors do not collide."""
    named: set[str] = set()
    for at, fault in enumerate(one for one in record.faults if one.start < record.duration):
        if fault.fault in named:
            continue
        named.add(fault.fault)
        axes.annotate(f"{fault.fault} ({fault.kind})", (fault.start, 1.0 + 0.12 * (at % 2)),
                      xycoords=("data", "axes fraction"), fontsize=8, color=FAULT,
                      ha="left", va="bottom")  # fmt: skip
