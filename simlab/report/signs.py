"""Signs: the marks of happenings, in panels and in legends."""

from collections.abc import Sequence
from typing import Any

from simlab.report import style

SIGNS = {
    "scaled up": ("^", "black", "black"),
    "scaled down": ("v", "black", "black"),
    "refused": ("x", style.FAULT, style.FAULT),
    "restart": ("o", "black", "white"),
    "crash": ("X", style.FAULT, style.FAULT),
    "out of memory": ("P", style.FAULT, style.FAULT),
    "storage full": ("s", style.FAULT, style.FAULT),
    "config": ("D", "black", "black"),
    "opens": ("|", style.FAULT, style.FAULT),
    "symptom": ("d", style.FAULT, "white"),
    "issue": ("s", style.FAULT, style.FAULT),
    "plan": (">", "black", "black"),
    "probe failed": ("1", style.FAULT, style.FAULT),
    "contest": ("*", "black", "white"),
    "loop failed": ("X", style.FAULT, "white"),
}
SIZE = 5.5


def signs(axes: Any, kind: str, times: Sequence[float], height: float) -> None:
    """Draw the sign of `kind` at each of `times`, at this height."""
    sign, edge, face = SIGNS[kind]
    axes.plot(
        times, [height] * len(times), sign, color=edge, markerfacecolor=face, markersize=SIZE,
        linestyle="none", clip_on=False, zorder=4, label=kind,
    )  # fmt: skip


def explained(kind: str) -> Any:
    """Return the sign of `kind` for a legend."""
    sign, edge, face = SIGNS[kind]
    handle = style.stroke(edge, "none", kind)
    handle.set(marker=sign, markerfacecolor=face, markersize=SIZE)
    return handle
