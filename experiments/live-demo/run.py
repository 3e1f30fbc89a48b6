"""One scenario twice: on processes of this machine, and simulated; side by side.

    python experiments/live-demo/run.py            # about 85 seconds; writes beside itself

The scenario is `simlab/live/demo/world.yaml`, the processes are in `system.yaml` there. Both runs
have the same loops from the same settings, the same seed, so the same arrivals and the same luck.
"""

import argparse
import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import simlab
import simlab.live
from simlab.live.keeping import plain
from simlab.live.run import LiveRun, LiveSettings
from simlab.live.summary import summary_of, write_timeline
from simlab.scenario import System, load_system
from simlab.telemetry import Record

HERE = Path(__file__).parent
SYSTEM = Path(simlab.live.__file__).parent / "demo" / "system.yaml"
STRATEGY = "healing"
STEP, CRASH = 15, 52  # When the load quadruples, and when a replica is killed.
COLORS = {"live": "#c2410c", "simulated": "#1d4ed8", "simulated, boot as measured": "#0f766e"}


def live(system: System, seed: int, duration: float | None) -> tuple[Record, dict[str, Any]]:
    """Return what the processes left behind, and what is known of the machine."""
    world = system.scenario.resolve(STRATEGY)
    with tempfile.TemporaryDirectory() as out:
        run = LiveRun(
            LiveSettings(
                world=world, system=system.settings, seed=seed, load=True, faults=True,
                duration=duration or world.duration, out=Path(out),
            )
        )  # fmt: skip
        record = asyncio.run(run.run())
    host = {
        "load_average": list(run.load_average),
        "latest_arrival_sent_late_by": max(one.latest for one in run.sources),
    }
    return record, host


def boots(record: Record) -> list[float]:
    """Return how long each process took from its start until it was ready."""
    asked: list[float] = []
    found = []
    for event in record.events:
        action = event.data.get("action", {})
        if event.kind == "action" and action.get("kind") == "scale":
            asked.append(event.at)
        if event.kind == "log" and event.data["kind"] == "restart":
            asked.append(event.at)
        if event.kind == "log" and event.data["kind"] == "ready" and asked:
            found.append(event.at - max(one for one in asked if one <= event.at))
    return found


def simulated(system: System, seed: int, boot: float | None) -> Record:
    """Return what a simulation of the same scenario leaves behind."""
    scenario = system.scenario
    if boot is not None:
        scenario = scenario.with_sets({"services.web.boot": f"{boot:.4f}s"})
    return simlab.run(scenario, STRATEGY, seed=seed).record


def row(record: Record) -> dict[str, Any]:
    """Return the numbers that are compared."""
    summary = summary_of(record)
    users, web = summary["sources"]["users"], summary["services"]["web"]
    timeline = record.timeline
    t = timeline["t"]
    surge = (t > STEP) & (t <= CRASH - 1)
    crash = (t > CRASH) & (t <= CRASH + 10)
    (fault,) = summary["faults"]
    return {
        "requests": users["requests"],
        "failed": users["failed"],
        "bad_share": users["bad_share"],
        "latency_p50": users["latency_p50"],
        "latency_p99": users["latency_p99"],
        "worst_second_p99": float(np.nanmax(timeline["sources.users.latency_p99"][surge])),
        "last_bad_second_of_surge": _last_bad(timeline, surge),
        "worst_p99_after_the_crash": float(np.nanmax(timeline["sources.users.latency_p99"][crash])),
        "scalings": web["scalings"],
        "ready_mean": web["ready_mean"],
        "detected_after": _since(fault, "detected"),
        "ready_again_after": _since(fault, "recovered"),
    }


def _last_bad(timeline: dict[str, Any], within: Any) -> float | None:
    bad = within & (timeline["sources.users.bad_share"] > 0.01)
    return float(timeline["t"][bad].max()) if bad.any() else None


def _since(fault: dict[str, Any], key: str) -> float | None:
    return None if fault[key] is None else fault[key] - fault["start"]


def figure(records: dict[str, Record]) -> Figure:
    """Return load, replicas, latency and failures of all runs over one time axis."""
    shown = Figure(figsize=(9, 8), layout="constrained")
    panels = [
        ("requests arriving (1/s)", "sources.users.arrival_rate", 1.0),
        ("replicas ready", "services.web.ready", 1.0),
        ("p99 of the second (ms, log)", "sources.users.latency_p99", 1000.0),
        ("bad requests (%)", "sources.users.bad_share", 100.0),
    ]
    axes: Any = shown.subplots(len(panels), 1, sharex=True)
    for ax, (title, column, factor) in zip(axes, panels, strict=True):
        for name, record in records.items():
            t, y = record.timeline["t"], record.timeline[column] * factor
            dashed = "-" if name == "live" else "--" if name == "simulated" else ":"
            ax.step(t, y, where="pre", label=name, color=COLORS[name], linestyle=dashed)
        ax.set_title(title, loc="left", fontsize=9)
        ax.axvline(CRASH, color="0.5", linewidth=0.8)
        ax.axvline(STEP, color="0.8", linewidth=0.8)
        ax.grid(alpha=0.3)
    axes[2].set_yscale("log")
    axes[0].legend(fontsize=8, frameon=False)
    axes[-1].set_xlabel(
        f"seconds; the load steps up at {STEP}, a replica is killed at {CRASH}", fontsize=9
    )
    return shown


def table(rows: dict[str, dict[str, Any]]) -> str:
    """Return the numbers as a table of Markdown."""
    names = list(rows)
    lines = ["| | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for key in rows[names[0]]:
        cells = [_cell(key, rows[name][key]) for name in names]
        lines.append(f"| {key.replace('_', ' ')} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(key: str, value: Any) -> str:
    if value is None:
        return "never"
    if key == "scalings":
        return ", ".join(f"{n} at {at:.0f} s" for at, n in value)
    if key == "bad_share":
        return f"{100 * value:.2f} %"
    if "p50" in key or "p99" in key:
        return f"{1000 * value:.0f} ms"
    if key in ("requests", "failed"):
        return str(value)
    return f"{value:.1f}" + (" s" if "after" in key or "second" in key else "")


def main() -> None:
    """Run both, and write what they came to."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--out", type=Path, default=HERE)
    asked = words.parse_args()
    system = load_system(SYSTEM)
    record, host = live(system, asked.seed, None)
    took = boots(record)
    measured = float(np.median(took)) if took else None
    records = {
        "live": record,
        "simulated": simulated(system, asked.seed, None),
        "simulated, boot as measured": simulated(system, asked.seed, measured),
    }
    rows = {name: row(one) for name, one in records.items()}
    asked.out.mkdir(parents=True, exist_ok=True)
    for name, one in records.items():
        if name != "simulated, boot as measured":
            write_timeline(one, asked.out / f"{name}.csv")
    found = {"seed": asked.seed, "boots": took, "machine": host, "runs": rows}
    text = json.dumps(plain(found), indent=1, allow_nan=False)
    (asked.out / "summary.json").write_text(text + "\n", encoding="utf-8")
    figure(records).savefig(asked.out / "side-by-side.png", dpi=110)
    print(table(rows))
    print(f"boots (s): {', '.join(f'{one:.2f}' for one in took)}; machine: {host}")


if __name__ == "__main__":
    main()
