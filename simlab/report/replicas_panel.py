"""The panel of a service's replicas: ready filled, wanted dashed, and what happened above them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from simlab.report import style
from simlab.report.happenings import Mark, times_of
from simlab.report.signs import explained, signs
from simlab.telemetry import Record


def replicas(
    axes: Any,
    *,
    record: Record,
    marks: Sequence[Mark],
    name: str,
    first: int,
    kinds: Sequence[str] | None,
) -> None:
    """Draw a service's replicas, and above them what was done to it and what broke.

    Args:
        axes: Where.
        record: Of the run.
        marks: All that happened.
        name: Of the service.
        first: Its replicas at time 0.
        kinds: Of marks that the legend is to explain; None: no legend.
    """
    time = np.concatenate(([0.0], record.timeline["t"]))
    ready, wanted = (
        np.concatenate(([float(first)], record.timeline[f"services.{name}.{kind}"]))
        for kind in ("ready", "wanted")
    )
    shade = style.color(0)
    axes.fill_between(time, ready, step="post", color=shade, alpha=0.25, linewidth=0.0)
    axes.step(time, ready, where="post", color=shade, linewidth=1.3, label="ready")
    axes.step(time, wanted, where="post", color="black", linewidth=1.0, linestyle=style.DASHES,
              label="wanted")  # fmt: skip
    most = max(1.0, float(ready.max()), float(wanted.max()))
    for kind, times in times_of(marks, f"services.{name}").items():
        signs(axes, kind, times, most * 1.3)
    axes.set_ylim(0.0, most * 1.45)
    style.few(axes.yaxis, 3, whole=True)
    if kinds is not None:
        pair = [style.stroke(shade, "-", "ready"), style.stroke("black", style.DASHES, "wanted")]
        style.key(axes, [*pair, *(explained(kind) for kind in kinds)])
