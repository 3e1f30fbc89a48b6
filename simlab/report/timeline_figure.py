"""The figure of a run: panels one above the other, on one time axis.

    what happened     a row for each fault (bars), for breakers and actions of links (marks)
    load, latency     of each source; the median dashed, the goal dotted
    bad requests      of each source, by the end of requests
    replicas          a panel for each service that changes: ready filled, wanted dashed, marks
    cpu               of each service

Faults are bands through all panels; the warm-up, which measures leave out, is gray. Rates and
shares are drawn over the step that they are of, counts from the end of the step at which they
were taken; so nothing is seen before its cause.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from simlab.report import panels, style
from simlab.report.happenings import Mark, kinds_of, marks_of, moving
from simlab.report.replicas_panel import replicas
from simlab.report.strip import rows_of

if TYPE_CHECKING:
    from simlab.model.settings.world import WorldSettings
    from simlab.telemetry import Record

ENTRY = 0.16  # Inches that a line of a legend takes.
LEFT = 0.75  # Inches left of the panels, for numbers.
LETTER, SIGN = 0.064, 0.55  # Inches right of them: for each letter of a label, and what it is of.
MOVING = 12  # Services that get a panel of replicas.
HEAD, FOOT, TITLE = 0.33, 0.45, 0.22  # Inches above each panel, below all, and for the title.


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One panel.

    Args:
        title: Above it, at the left.
        height: Of its axes, in inches; more where its legend needs it.
        labels: Said beside it.
        draw: Draws on the axes that it is given.
    """

    title: str
    height: float
    labels: tuple[str, ...] = ()
    draw: Callable[[Any], None]

    @property
    def inches(self) -> float:
        """Return the height of its axes."""
        return max(self.height, ENTRY * len(self.labels))


def draw(record: "Record", world: "WorldSettings", *, title: str = "") -> Figure:
    """Return the figure."""
    shown = panels_of(record, world)
    top = TITLE if title else 0.0
    figure = style.blank(sum(one.inches + HEAD for one in shown) + FOOT + top)
    right = SIGN + LETTER * max(len(style.cut(said)) for one in shown for said in one.labels)
    stacked = _stacked(figure, [one.inches for one in shown], top, right)
    for one, axes in zip(shown, stacked, strict=True):
        style.plain(axes, grid="y")
        one.draw(axes)
        axes.set_title(one.title, loc="left", fontsize=style.TEXT, pad=4.0)
        panels.bands(axes, record)
    last = stacked[-1]
    last.set_xlim(0.0, record.duration)
    last.tick_params(labelbottom=True)
    style.times(last.xaxis, record.duration)
    last.set_xlabel("time since the start", fontsize=style.TEXT)
    if title:
        style.headline(figure, title)
    return figure


def _stacked(figure: Figure, heights: Sequence[float], top: float, right: float) -> list[Any]:
    """Return axes of these heights, one below the other, with one axis of time.

    Args:
        figure: Where.
        heights: Of each, in inches.
        top: Inches that are kept free above.
        right: Inches that are kept free beside.
    """
    wide, high = figure.get_figwidth(), figure.get_figheight()
    found: list[Any] = []
    y = high - top
    for height in heights:
        y -= HEAD + height
        place = (LEFT / wide, y / high, (wide - LEFT - right) / wide, height / high)
        axes: Any = figure.add_axes(place, sharex=found[0] if found else None)
        axes.tick_params(labelbottom=False)
        found.append(axes)
    return found


def panels_of(record: "Record", world: "WorldSettings") -> list[Panel]:
    """Return the panels that `record` needs, from the top down."""
    marks = marks_of(record, world)
    rows = rows_of(record, marks)
    labels = tuple(row.label for row in rows)
    strip = Panel(title="what happened", height=0.2 * len(rows), labels=labels,
                  draw=partial(panels.strip, rows=rows, duration=record.duration))  # fmt: skip
    return [
        *([strip] if rows else ()),
        Panel(title="requests arriving (1/s)", height=1.1, labels=panels.said_of_load(record),
              draw=partial(panels.load, record=record)),
        Panel(title="latency", height=1.5, labels=panels.said_of_latency(record),
              draw=partial(panels.latency, record=record)),
        Panel(title="bad requests (%)", height=0.9, labels=panels.said_of_bad(record),
              draw=partial(panels.bad, record=record)),
        *_replicas(record, world, marks),
        Panel(title="cpu used (% of what is requested)", height=1.2,
              labels=panels.said_of_utilization(record),
              draw=partial(panels.utilization, record=record)),
    ]  # fmt: skip


def _replicas(record: "Record", world: "WorldSettings", marks: Sequence[Mark]) -> Iterator[Panel]:
    """Yield a panel for each service that changes, or for those there is room for."""
    services = moving(record, marks)
    shown, left = services[:MOVING], services[MOVING:]
    kinds = kinds_of(marks, shown)
    for at, name in enumerate(shown):
        more = f"   ({len(left)} more services change)" if left and at == len(shown) - 1 else ""
        explained = kinds if at == 0 else None
        one = partial(replicas, record=record, marks=marks, name=name, kinds=explained,
                      first=world.services[name].replicas)  # fmt: skip
        labels = ("ready", "wanted", *kinds) if at == 0 else ()
        height = 1.3 if len(shown) == 1 else 0.8
        yield Panel(title=f"replicas of {name}{more}", height=height, labels=labels, draw=one)
