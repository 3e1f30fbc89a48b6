"""The figure of a sweep: each measure against the first factor, a line for each strategy.

      web.replicas=2    web.replicas=4      a row for each measure, in its own unit;
      ●──●──○           ●──○──○             a column for each combination of the other factors;
      ○──○──●           ○──●──●             bands are 95 % intervals, each by itself

A point is filled where its strategy is surely best in the first measure. Panels that have no room
are counted below. Where the first factor's values are no numbers, they stand side by side; where
its largest is many times its least, the axis is logarithmic.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from simlab.report import style
from simlab.report.quantities import figures, headed
from simlab.report.sweep_tables import scale_over, surely

if TYPE_CHECKING:
    from simlab.study.sweeps import Spot, Sweep

ROWS, COLUMNS = 4, 5  # Panels at most, down and across.
WIDE = 20.0  # From here on the largest value is many times the least.
PANEL, TOP, FOOT, LINE = 1.75, 0.8, 0.75, 0.15  # Inches of a panel; above all; below; of a line.
LEFT, RIGHT, GAP, AIR = 0.75, 0.2, 0.22, 0.35  # Inches beside panels and between them.
LETTER = 0.07  # Inches of a letter below an axis.


@dataclass(frozen=True, kw_only=True)
class Axis:
    """The first factor, as an axis.

    Args:
        at: Where each of its values stands, by text.
        labels: Of values that are no numbers, in order; empty for numbers.
        logarithmic: Whether it is.
    """

    at: dict[str, float]
    labels: tuple[str, ...] = ()
    logarithmic: bool = False


def draw(found: "Sweep", measures: Sequence[str] = ()) -> Figure:
    """Return the figure; of `measures`, or of all that were asked for."""
    told = tuple(measures or found.measures)
    shown, panels = told[:ROWS], panels_of(found)
    columns = list(panels)[:COLUMNS]
    head = TOP + LINE * max(len(title.splitlines()) for title in columns)
    figure = style.blank(head + PANEL * len(shown) - AIR + FOOT)
    style.headline(figure, f"{found.name}: strategies along {found.names[found.paths[0]]}")
    note = f"{found.question.replications} replications at each point; bands are 95 % intervals;"
    note += f" filled: surely best in {found.measures[0]}"
    figure.text(0.01, 1.0 - 0.3 / figure.get_figheight(), note, fontsize=style.SMALL,
                color=style.QUIET, va="top")  # fmt: skip
    axis = axis_of(found)
    for row, name in enumerate(shown):
        factor, word = scale_over(found, name)
        axes = [_place(figure, row, at, len(columns), len(shown)) for at in range(len(columns))]
        for one, title in zip(axes, columns, strict=True):
            _panel(one, found, panels[title], name, axis, factor)
            _x_axis(one, axis, found, last=row == len(shown) - 1)
            _title(one, title if row == 0 else "")
        _share(axes)
        axes[0].set_title(headed(name, word), fontsize=style.TEXT, loc="left")
    _below(figure, found, len(told) - len(shown), len(panels) - len(columns))
    return figure


def panels_of(found: "Sweep") -> dict[str, list["Spot"]]:
    """Return the spots of each panel, by its title: what the other factors are there."""
    from simlab.study.sweeps.flips import lines_of

    first = found.axes[0]
    others = [path for path in found.paths if path not in first]
    several = [found.scenarios] if len(found.scenarios) > 1 else []
    panels: dict[str, list[Spot]] = {}
    for line in lines_of(found.spots, first):
        words = [line[0].scenario] if several else []
        words += [f"{found.names[path]}={line[0].point.by_path[path].label}" for path in others]
        panels["\n".join(words)] = line
    return panels


def axis_of(found: "Sweep") -> Axis:
    """Return where the values of the first factor stand."""
    path = found.paths[0]
    values = {spot.point.by_path[path].text: spot.point.by_path[path] for spot in found.spots}
    numbers = {text: one.number for text, one in values.items()}
    known = {text: number for text, number in numbers.items() if number is not None}
    if len(known) < len(numbers):
        labels = tuple(one.label for one in values.values())
        return Axis(at={text: float(at) for at, text in enumerate(values)}, labels=labels)
    low, high = min(known.values()), max(known.values())
    return Axis(at=known, logarithmic=low > 0 and high >= WIDE * low)


def _place(figure: Figure, row: int, column: int, columns: int, rows: int) -> Any:
    wide, high = figure.get_figwidth(), figure.get_figheight()
    width = (wide - LEFT - RIGHT - GAP * (columns - 1)) / columns
    x = LEFT + column * (width + GAP)
    y = FOOT + PANEL * (rows - 1 - row)
    return figure.add_axes((x / wide, y / high, width / wide, (PANEL - AIR) / high))


def _panel(
    axes: Any, found: "Sweep", spots: Sequence["Spot"], name: str, axis: Axis, factor: float
) -> None:
    path = found.paths[0]
    for at, strategy in enumerate(found.strategies):
        rows = []
        for spot in spots:
            one = spot.comparison.estimates[strategy][name]
            if one.mean is not None:
                ends = (one.low, one.mean, one.high)
                low, mean, high = (one.mean if end is None else end for end in ends)
                x = axis.at[spot.point.by_path[path].text]
                rows.append((x, low * factor, mean * factor, high * factor, surely(spot, strategy)))
        if rows:
            xs, lows, means, highs, best = zip(*rows, strict=True)
            tint, shape = style.color(at), style.marker(at)
            axes.fill_between(xs, lows, highs, color=tint, alpha=0.18, linewidth=0)
            axes.plot(xs, means, style.line(at), color=tint, linewidth=1.3)
            for x, mean, sure in zip(xs, means, best, strict=True):
                axes.plot([x], [mean], shape, color=tint, markersize=5.5,
                          markerfacecolor=tint if sure else "white")  # fmt: skip
    style.plain(axes, grid="y")
    style.few(axes.yaxis, 5)


def _title(axes: Any, title: str) -> None:
    """Write what a column of panels is of above the first, over the measure's name."""
    axes.annotate(title, (0.0, 1.0), (0.0, 18.0), xycoords="axes fraction",
                  textcoords="offset points", fontsize=style.SMALL, color=style.QUIET)  # fmt: skip


def _share(panels: Sequence[Any]) -> None:
    """Give panels of one measure the same axis upward; its numbers stand at the first."""
    low = min(one.get_ylim()[0] for one in panels)
    high = max(one.get_ylim()[1] for one in panels)
    for at, one in enumerate(panels):
        one.set_ylim(low, high)
        if at:
            one.tick_params(labelleft=False)


def _x_axis(axes: Any, axis: Axis, found: "Sweep", *, last: bool) -> None:
    if axis.logarithmic:
        from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

        axes.set_xscale("log")
        axes.xaxis.set_major_locator(FixedLocator(_thinned(sorted(set(axis.at.values())))))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: figures(value)))
    elif axis.labels:
        room = int(axes.get_position().width * style.WIDTH / len(axis.labels) / LETTER)
        labels = [one if len(one) <= room else f"{one[: max(1, room - 1)]}…" for one in axis.labels]
        axes.set_xticks(range(len(labels)), labels)
        axes.set_xlim(-0.5, len(labels) - 0.5)
    else:
        style.few(axes.xaxis, 6)
    if last:
        axes.set_xlabel(_label(found), fontsize=style.SMALL, labelpad=2.0)
    else:
        axes.tick_params(labelbottom=False)


def _label(found: "Sweep") -> str:
    """Return the name of the first axis, with the unit if all of its values have one."""
    path = found.paths[0]
    units = {spot.point.by_path[path].unit for spot in found.spots}
    names = ", ".join(found.names[one] for one in found.axes[0])
    return headed(names, units.pop() if len(units) == 1 else "")


def _thinned(values: Sequence[float]) -> Sequence[float]:
    step = -(-len(values) // 6)
    return values[::step]


def _below(figure: Figure, found: "Sweep", measures: int, panels: int) -> None:
    """Say what signs mean, and how much has no room."""
    handles = []
    for at, name in enumerate(found.strategies):
        handle = style.stroke(style.color(at), style.line(at), name)
        handle.set(marker=style.marker(at), markerfacecolor="white", markersize=5.5)
        handles.append(handle)
    for count, what in ((measures, "measures"), (panels, "panels")):
        if count > 0:
            handles.append(style.stroke("none", "none", f"left out: {count} more {what}"))
    style.footnotes(figure, handles, 6)
